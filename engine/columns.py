"""The base of all tables and the four column types that differ from SQLAlchemy's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from operator import eq, ne
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, MetaData, Text, literal_column
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from engine.keys import new_key

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

# Nothing else is written into a statement: a text with a quotation mark in it stays a parameter.
_IS_WORD = re.compile("[a-z_]+").fullmatch
# Names that are the same on every database, so that a migration can find what it changes.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Expected a moment with a time zone, but got {value!r}.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainJson(TypeDecorator[Any]):
    """Plain values as JSON text; a number with a fraction stays an exact Decimal."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else _encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return None if value is None else _decode(value)


class Word(Text):
    """One of a few words, compared as a part of the statement instead of a parameter of it.

    For columns that a partial index speaks of: with a parameter SQLite prepares the statement anew at each call, because the
    index may serve one value and not the other, and PostgreSQL's plan for all values never uses it.
    """

    class comparator_factory(Text.Comparator[str]):
        """Compares as Text does, but for what `Word` promises."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op in (eq, ne) and isinstance(other[0], str) and _IS_WORD(other[0]):
                other = (literal_column(f"'{other[0]}'", Text),)
            return super().operate(op, *other, **kwargs)


class Base(DeclarativeBase):
    """Base of every table of the product, whichever room keeps it."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: UtcDateTime, int: BigInteger, dict[str, Any]: PlainJson, str: Text}


#: The type of a key column.
Key = Mapped[int]


def key_column() -> Any:
    """A primary key that we give ourselves (engine.keys), not the database."""
    return mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
