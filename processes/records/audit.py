"""The audit (L17): who changed which record, when, from what to what. It writes itself and only grows (I26).

A record takes part by inheriting `Audited`; ledger rows take part by being ledger rows. The rows are written at the end of the
flush that writes the change, all with one statement, so neither is ever without the other. Statements that go around the
records (`session.execute(update(...))`) leave no row here: change a record through its methods.

Who acts is said once for a unit of work, with `acting`; a ledger row says it by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, insert, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.event import listen
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session

from engine import clock, roles
from engine.columns import Base
from engine.keys import new_key
from processes.records import ledger

CREATED, CHANGED, DELETED, POSTED, REFUSED = ACTIONS = ("created", "changed", "deleted", "posted", "refused")
_ACTING = "acting"
#: session.info: the rows of the flush that runs.
_PENDING = "audit"


class Audited:
    """A record whose every change leaves a row in the audit."""


class AuditRow(Base):
    """One change of one record. `before` and `after` hold only the columns that changed.

    action: created, changed, deleted, posted (a ledger row), refused (somebody tried what they may not; `after` tells what).
    object_key: the primary key as text.
    """

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint(f"action IN {ACTIONS!r}", name="action"),
        Index("ix_audit_object", "object_table", "object_key"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    object_table: Mapped[str]
    object_key: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    ip: Mapped[str | None]


ledger.only_grows(AuditRow.__table__)


def acting(session: Session, login: str, now: datetime, ip: str | None = None) -> None:
    """Say who changes records in this session from now on, when, and from which address."""
    session.info[_ACTING] = (login, now, ip)


def who(session: Session) -> tuple[str, datetime]:
    """Who changes records in this session, and when; the house itself where nobody was named."""
    login, now, _ip = session.info.get(_ACTING) or (roles.SYSTEM.login, clock.now(), None)
    return login, now


def refused(
    session: Session,
    actor: str,
    action: str,
    object: str,
    now: datetime,
    *,
    object_table: str = "request",
    ip: str | None = None,
) -> None:
    """Write down that somebody tried what they may not do. Call it in a unit that is committed.

    action: what they tried ("hand out"); object: on what, such as an order number or an address.
    """
    row = _row((actor, now, ip), REFUSED, object_table, object, None, {"tried": action})
    session.execute(_INSERT, [row])


def changed(
    session: Session,
    actor: str,
    object_table: str,
    object_key: str,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    """Write down a change of something that is no record of its own, such as a setting."""
    row = _row((actor, now, None), CHANGED, object_table, object_key, before, after)
    session.execute(_INSERT, [row])


def of(session: Session, object_table: str, object_key: object) -> list[AuditRow]:
    """What happened to one record, oldest first."""
    query = select(AuditRow).where(
        AuditRow.object_table == object_table, AuditRow.object_key == str(object_key)
    )
    return list(session.scalars(query.order_by(AuditRow.key)))


def _created(mapper: Mapper[Any], _connection: Connection, record: Any) -> None:
    after = {name: value for name, value in _columns(mapper, record).items() if value is not None}
    _note(record, _who(record), CREATED, *_object(mapper, record), None, after)


def _posted(mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    after = {name: value for name, value in _columns(mapper, row).items() if value is not None}
    _note(row, (row.by, row.at, None), POSTED, *_object(mapper, row), None, after)


def _changed(mapper: Mapper[Any], _connection: Connection, record: Any) -> None:
    before, after = {}, {}
    for attribute in mapper.column_attrs:
        history = inspect(record).attrs[attribute.key].history
        if history.has_changes():
            before[attribute.key] = _plain(history.deleted[0]) if history.deleted else None
            after[attribute.key] = _plain(history.added[0]) if history.added else None
    if after:
        _note(record, _who(record), CHANGED, *_object(mapper, record), before, after)


def _deleted(mapper: Mapper[Any], _connection: Connection, record: Any) -> None:
    _note(record, _who(record), DELETED, *_object(mapper, record), _columns(mapper, record), None)


def _who(record: Any) -> tuple[str, datetime, str | None]:
    """Who acts; a change that nobody has put a name to is the house's own."""
    return object_session(record).info.get(_ACTING) or (roles.SYSTEM.login, clock.now(), None)


def _object(mapper: Mapper[Any], record: Any) -> tuple[str, str]:
    return mapper.local_table.name, "/".join(str(part) for part in mapper.primary_key_from_instance(record))


def _columns(mapper: Mapper[Any], record: Any) -> dict[str, Any]:
    return {each.key: _plain(getattr(record, each.key)) for each in mapper.column_attrs}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _note(
    record: Any,
    who: tuple[str, datetime, str | None],
    action: str,
    object_table: str,
    object_key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Keep a row until the flush has written everything else."""
    row = _row(who, action, object_table, object_key, before, after)
    object_session(record).info.setdefault(_PENDING, []).append(row)


def _row(
    who: tuple[str, datetime, str | None],
    action: str,
    object_table: str,
    object_key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> dict[str, Any]:
    actor, at, ip = who
    return {
        "key": new_key(),
        "at": at,
        "actor": actor,
        "action": action,
        "object_table": object_table,
        "object_key": object_key,
        "before": before,
        "after": after,
        "ip": ip,
    }


def _forget(session: Session, *_rest: object) -> None:
    """A flush that failed has written nothing: what it noted is nothing either."""
    session.info.pop(_PENDING, None)


def _write(session: Session, _context: object) -> None:
    rows = session.info.pop(_PENDING, None)
    if rows:
        session.connection().execute(_INSERT, rows)


_INSERT = insert(AuditRow.__table__)

listen(Audited, "after_insert", _created, propagate=True)
listen(Audited, "before_update", _changed, propagate=True)
listen(Audited, "before_delete", _deleted, propagate=True)
listen(ledger.LedgerRow, "after_insert", _posted, propagate=True)
listen(Session, "before_flush", _forget)
listen(Session, "after_flush", _write)
