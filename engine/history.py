"""What happened, append-only. Rows are only ever added; nothing in the product changes or deletes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.keys import new_key
from engine.tables import History

# Statements of the hot path are built once, on the table itself: building one costs more than running it.
_INSERT = insert(History.__table__)


def write(
    session: Session,
    process_instance_key: int,
    kind: str,
    *,
    actor: str,
    now: datetime,
    token_id: int | None = None,
    element_id: str | None = None,
    element_type: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one row."""
    row = {
        "process_instance_key": process_instance_key,
        "at": now,
        "kind": kind,
        "token_id": token_id,
        "element_id": element_id,
        "element_type": element_type,
        "actor": actor,
        "flows": None,
        "detail": detail,
    }
    write_all(session, [row])


def write_all(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows in this order; each needs every column but the key."""
    if rows:
        session.execute(_INSERT, [{"key": new_key(), **row} for row in rows])


def of(session: Session, process_instance_key: int, *, after: int = 0, limit: int = 500) -> list[History]:
    """The rows of an instance in order, `limit` at a time; `after` is the key of the last row seen."""
    return list(
        session.scalars(
            select(History)
            .where(History.process_instance_key == process_instance_key, History.key > after)
            .order_by(History.key)
            .limit(limit)
        )
    )
