"""What all ledgers share: rows are only added, each effect posts once, a correction is a reversing row.

The rule is kept three times: the rows refuse a change (this module), the database refuses it (triggers, below), and a
unique constraint refuses a second posting of one effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, ForeignKey, Table, event
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from engine import errors, operations
from engine.keys import new_key


class LedgerOnlyGrows(errors.OrderlaneError):
    """A ledger row is never changed or deleted. Add a reversing row instead."""


@dataclass(frozen=True, slots=True)
class Posting:
    """On whose account a ledger row is written: which order (None: nobody's), which effect of it, when and by whom."""

    process_instance_key: int | None
    order_no: str | None
    effect_key: str
    at: datetime
    by: str

    @classmethod
    def of_step(cls, step: operations.Step) -> Posting:
        """The posting of an operation that runs in `step`."""
        return cls(step.process_instance_key, step.business_key, step.effect_key, step.now, step.actor)


class LedgerRow:
    """The columns of every ledger row."""

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(index=True)
    effect_key: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]

    @declared_attr
    def process_instance_key(self) -> Mapped[int]:
        """The order that the row was written for."""
        return mapped_column(ForeignKey("process_instance.key"), index=True)


def columns(posting: Posting) -> dict[str, Any]:
    """The columns of a ledger row that come from its posting."""
    return {
        "process_instance_key": posting.process_instance_key,
        "order_no": posting.order_no,
        "effect_key": posting.effect_key,
        "at": posting.at,
        "by": posting.by,
    }


def only_grows(table: Table) -> None:
    """Let the database itself refuse changes of a ledger, wherever the table is created from the metadata."""
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(table.name, dialect):
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))


def triggers(table_name: str, dialect: str) -> list[str]:
    """The statements that make a ledger append-only on a database; a migration runs them after its CREATE TABLE."""
    sentence = f"{table_name} only grows: add a reversing row instead"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table_name}_no_{verb.lower()} BEFORE {verb} ON {table_name} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table_name}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$",
        f"CREATE TRIGGER {table_name}_only_grows BEFORE UPDATE OR DELETE ON {table_name} "
        f"FOR EACH ROW EXECUTE FUNCTION {table_name}_only_grows()",
    ]


def _refuse(_mapper: Any, _connection: Any, row: Any) -> None:
    raise LedgerOnlyGrows(
        f"A row of {row.__tablename__} was to be changed. Ledger rows stay; add a reversing row."
    )


event.listen(LedgerRow, "before_update", _refuse, propagate=True)
event.listen(LedgerRow, "before_delete", _refuse, propagate=True)
