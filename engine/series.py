"""Numbers of orders and documents: without a gap, because the number is taken in the transaction that uses it (I31)."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Executable, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import spiff
from engine.keys import new_key
from engine.tables import Series


def next_number(session: Session, name: str) -> int:
    """The next number of a series, from 1; held back from others until the transaction ends."""
    return session.execute(_take(session.get_bind().dialect.name), {"series": name}).scalar_one()


@cache
def _take(dialect: str) -> Executable:
    """Makes the next number of a `series` and returns it; built once for each kind of database."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    table = Series.__table__
    return (
        insert(table)
        .values(name=bindparam("series"), last=1)
        .on_conflict_do_update(index_elements=["name"], set_={"last": table.c.last + 1})
        .returning(table.c.last)
    )


def next_business_key(session: Session, process: spiff.Process) -> str:
    """The business key of a new instance: "IR-0001" when the process names its series `IR`, else a key of its own."""
    name = process.properties.get("number_series")
    return f"{name}-{next_number(session, name):04}" if name else str(new_key())
