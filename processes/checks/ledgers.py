"""What all ledgers promise: written by one effect, once, noted in the audit, corrected only by reversing rows (I25, I26, I32)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Executable,
    String,
    bindparam,
    cast,
    create_engine,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.pool import StaticPool

from engine.columns import Base
from engine.sentences import _l
from engine.tables import Effect, ProcessInstance
from processes.checks.check import Check, asked
from processes.records.audit import AuditRow
from processes.records.ledger import LedgerRow


def _tables() -> list[Any]:
    return sorted(LedgerRow.__subclasses__(), key=lambda each: each.__tablename__)


@asked
def _without_effect() -> Executable:
    """Rows that an operation wrote whose effect is not there: half of a step was committed."""
    effect = aliased(Effect)
    rows = []
    for table in _tables():
        of_operation = table.effect_key.like(cast(table.process_instance_key, String) + ":%")
        known = select(effect.effect_key).where(
            effect.process_instance_key == table.process_instance_key, effect.effect_key == table.effect_key
        )
        query = select(
            _named(table).label("row"),
            table.order_no.label("order_no"),
            table.effect_key.label("effect_key"),
        )
        rows.append(query.where(of_operation, ~known.exists()))
    return union_all(*rows)


@asked
def _foreign_orders() -> Executable:
    """Rows whose order is not that of their process instance."""
    return union_all(
        *(
            select(
                _named(table).label("row"),
                table.order_no.label("order_no"),
                ProcessInstance.business_key.label("business_key"),
            )
            .outerjoin(ProcessInstance, ProcessInstance.key == table.process_instance_key)
            .where(
                or_(table.order_no.is_not(None), table.process_instance_key.is_not(None)),
                func.coalesce(ProcessInstance.business_key, "") != func.coalesce(table.order_no, ""),
            )
            for table in _tables()
        )
    )


@asked
def _bad_reversals() -> Executable:
    """Rows that take back another amount than was booked, a row twice, or a row that is itself a reversal."""
    rows = []
    for table in _tables():
        amount = getattr(table, "amount_cents", None)
        if not hasattr(table, "reverses") or amount is None:
            continue
        first = aliased(table)
        wrong = (
            select(_named(table).label("row"), table.order_no.label("order_no"))
            .outerjoin(first, first.key == table.reverses)
            .where(
                table.reverses.is_not(None),
                or_(
                    first.key.is_(None),
                    first.reverses.is_not(None),
                    first.amount_cents != -amount,
                    first.order_no != table.order_no,
                ),
            )
        )
        twice = (
            select(
                (literal(f"{table.__tablename__} ") + cast(table.reverses, String)).label("row"),
                func.min(table.order_no).label("order_no"),
            )
            .where(table.reverses.is_not(None))
            .group_by(table.reverses)
            .having(func.count() > 1)
        )
        rows += [wrong, twice]
    return union_all(*rows)


def _unaudited(session: Session, _now: datetime) -> Iterator[Any]:
    """Ledger rows without a row in the audit; those from before there was one do not count."""
    since = session.scalar(select(func.min(AuditRow.at)))
    if since is None:
        # Nothing was ever audited: then every ledger row there is says so.
        since = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    yield from session.execute(_not_noted(), {"since": since})


@cache
def _not_noted() -> Executable:
    """Ledger rows after :since without a row in the audit."""
    rows = []
    for table in _tables():
        noted = select(AuditRow.key).where(
            AuditRow.object_table == table.__tablename__, AuditRow.object_key == cast(table.key, String)
        )
        query = select(_named(table).label("row"), table.order_no.label("order_no"), table.by.label("by"))
        rows.append(query.where(table.at >= bindparam("since"), ~noted.exists()))
    return union_all(*rows)


def _unguarded(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Guards of tables that only grow, or keep columns, which this database does not have."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    query = (
        text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        if is_sqlite
        else text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
    )
    there = set(session.scalars(query))
    there_tables = set(inspect(session.connection()).get_table_names())
    for table, name in _guards(is_sqlite):
        if table in there_tables and name not in there:
            yield {"row": table, "guard": name}


@cache
def _guards(is_sqlite: bool) -> list[tuple[str, str]]:
    """(table, trigger) of each guard that the code asks for, as an empty database of this version has them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    connection: sqlite3.Connection = engine.raw_connection().driver_connection
    found = connection.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    engine.dispose()
    if is_sqlite:
        return sorted(found)
    # There one trigger guards against both changing and deleting.
    names = {
        (table, re.sub("_(no_update|no_delete)$", "_only_grows", re.sub("_kept$", "_frozen", name)))
        for table, name in found
    }
    return sorted(names)


def _named(table: Any) -> Any:
    return literal(f"{table.__tablename__} ") + cast(table.key, String)


CHECKS = (
    Check(
        "I25",
        _l("What an operation has written is there together with its effect, or not at all."),
        _without_effect,
        _l("{row} of {order_no} was written by the effect {effect_key}, which did not happen."),
        _l("Reverse the row; the step will write it again."),
    ),
    Check(
        "I25",
        _l("A ledger row belongs to the order of its process instance."),
        _foreign_orders,
        _l("{row} says {order_no}, but its process instance is {business_key}."),
        _l("Reverse the row, and post it to the right order."),
    ),
    Check(
        "I25",
        _l("A reversing row takes back exactly one row, once."),
        _bad_reversals,
        _l("{row} of {order_no} takes back something else than was booked, or a second time."),
        _l("Correct the balance with a row of its own, and note why."),
    ),
    Check(
        "I26",
        _l("Every ledger row is noted in the audit."),
        _unaudited,
        _l("{row} of {order_no}, by {by}, is not in the audit."),
        _l("Somebody wrote to the database beside the product: find out who."),
    ),
    Check(
        "I32",
        _l("The database itself refuses changes of what was posted."),
        _unguarded,
        _l("The table {row} has lost its guard {guard}."),
        _l("Stop whoever removed it, and run the migration that made it."),
    ),
)
