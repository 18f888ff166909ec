"""Columns that never change once their row is there, though the rest of the row may: what somebody was shown stays so.

The rule is kept twice, as for ledgers (`ledger.only_grows`): here the database refuses, the record has no verb for it.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event


def keep(table: Table, *columns: str) -> None:
    """Let the database refuse a change of these columns and a deletion, wherever the table is created from the metadata."""
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(table.name, columns, dialect):
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))


def triggers(table_name: str, columns: tuple[str, ...], dialect: str) -> list[str]:
    """The statements that freeze columns on a database; a migration runs them after its CREATE TABLE."""
    sentence = f"{table_name} keeps {', '.join(columns)} as they were: write a new row instead"
    named = ", ".join(f'"{column}"' for column in columns)
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table_name}_frozen BEFORE UPDATE OF {named} ON {table_name} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
            f"CREATE TRIGGER {table_name}_kept BEFORE DELETE ON {table_name} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table_name}_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$",
        f"CREATE TRIGGER {table_name}_frozen BEFORE UPDATE OF {named} OR DELETE ON {table_name} "
        f"FOR EACH ROW EXECUTE FUNCTION {table_name}_frozen()",
    ]
