"""What a list of records is: columns, search, filters, order — said once, read by the page and by the exports.

A listing names its query and what may be asked of it; `read` turns an address into one page of rows. Pages follow each other by
key, not by number: the next page costs what the first one costs, and no row is shown twice when another is added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

PAGE = 50
#: A count beside a filter is exact up to here; one more means "more".
COUNTED_TO = 999
#: So many rows are fetched at once for an export.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Column:
    """One column. title: a marked text. value: what it shows of a row. sort: what it is ordered by, never NULL.

    kind: text, code, words (a marked text), number, money, day, moment. A money column holds whole cents, a number column
    a Decimal or an int.
    """

    key: str
    title: str
    value: Callable[[Row[Any]], Any]
    kind: str = "text"
    sort: ColumnElement[Any] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self.kind in ("number", "money")


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip above the list. tone: "bad" or "warn" for what wants to be looked at."""

    key: str
    title: str
    condition: Callable[[], ColumnElement[bool]]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a list to another page. values: of its address; permission: who sees it, None: everybody who sees the list."""

    title: str
    endpoint: str
    icon: str
    permission: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of records: `name` is its address and endpoint, `permission` who may see it.

    query: one row a record; key: the column that is different on each row; card: the address of a row's own page; under:
    a second line below the first column, with its tone. default: the order, "-" in front for newest first.
    """

    name: str
    title: str
    permission: str
    icon: str
    query: Select[Any]
    key: ColumnElement[Any]
    columns: tuple[Column, ...]
    default: str
    search_hint: str
    search: Callable[[str], ColumnElement[bool]]
    empty: tuple[str, str]
    filters: tuple[Filter, ...] = ()
    card: Callable[[Row[Any]], str] | None = None
    under: Callable[[Row[Any]], tuple[str, str] | None] | None = None
    links: tuple[Link, ...] = ()

    def column(self, key: str) -> Column | None:
        """The column of that key that can be sorted by."""
        return next((each for each in self.columns if each.key == key and each.sort is not None), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks of a list: words, one filter, an order, where to begin."""

    words: str
    filter: str
    sort: str
    after: tuple[Any, Any] | None

    def address(self, **changes: str | None) -> dict[str, str]:
        """The query of an address that asks the same, but for `changes`; what is empty is left out."""
        asked = {"q": self.words, "filter": self.filter, "sort": self.sort, **changes}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. counts: {filter key: rows}, "" for all; next: the cursor of the following page."""

    listing: Listing
    wanted: Wanted
    rows: list[Row[Any]]
    counts: dict[str, int] = field(default_factory=dict)
    next: str | None = None


def asked(listing: Listing, arguments: Mapping[str, str]) -> Wanted:
    """What an address asks; what it asks wrongly (an old link, a typing error) counts as not asked."""
    sort = arguments.get("sort", "")
    if listing.column(sort.removeprefix("-")) is None:
        sort = listing.default
    chosen = arguments.get("filter", "")
    known = chosen in {each.key for each in listing.filters}
    words = " ".join(arguments.get("q", "").split())[:100]
    after = _cursor(listing, sort, arguments.get("after"))
    return Wanted(words, chosen if known else "", sort, after)


def read(session: Session, listing: Listing, wanted: Wanted, *, counted: bool = True) -> Page:
    """The rows of one page, and the counts beside the filters if they are shown. At most 2 queries."""
    found = session.execute(_ordered(listing, wanted).limit(PAGE + 1)).all()
    rows = list(found[:PAGE])
    following = _cursor_of(listing, wanted, rows[-1]) if len(found) > PAGE else None
    counts = _counts(session, listing, wanted) if counted else {}
    return Page(listing, wanted, rows, counts, following)


def all_rows(session: Session, listing: Listing, wanted: Wanted) -> Iterator[Row[Any]]:
    """Every row that the address asks for, in its order, fetched by and by: what an export writes."""
    query = _ordered(listing, wanted).execution_options(yield_per=_CHUNK)
    yield from session.execute(query)


def _ordered(listing: Listing, wanted: Wanted) -> Select[Any]:
    by, down = _order(listing, wanted.sort)
    query = _fitting(listing, wanted).add_columns(by.label("sorted_by"), listing.key.label("row_key"))
    if wanted.after is not None:
        value, key = wanted.after
        further = by < value if down else by > value
        behind = listing.key < key if down else listing.key > key
        query = query.where(or_(further, and_(by == value, behind)))
    return query.order_by(by.desc() if down else by, listing.key.desc() if down else listing.key)


def _fitting(listing: Listing, wanted: Wanted, without_filter: bool = False) -> Select[Any]:
    query = listing.query
    if wanted.words:
        query = query.where(listing.search(wanted.words))
    if wanted.filter and not without_filter:
        query = query.where(next(each for each in listing.filters if each.key == wanted.filter).condition())
    return query


def _order(listing: Listing, sort: str) -> tuple[ColumnElement[Any], bool]:
    column = listing.column(sort.removeprefix("-"))
    assert column is not None and column.sort is not None, f"{listing.name} is not sorted by {sort}."
    return column.sort, sort.startswith("-")


def _counts(session: Session, listing: Listing, wanted: Wanted) -> dict[str, int]:
    fitting = _fitting(listing, wanted, without_filter=True).with_only_columns(listing.key)
    asked = {"": fitting, **{each.key: fitting.where(each.condition()) for each in listing.filters}}
    capped = [each.order_by(None).limit(COUNTED_TO + 1).subquery() for each in asked.values()]
    row = session.execute(
        select(*(select(func.count()).select_from(each).scalar_subquery() for each in capped))
    )
    return dict(zip(asked, row.one(), strict=True))


def _cursor_of(listing: Listing, wanted: Wanted, row: Row[Any]) -> str:
    value = row.sorted_by
    plain = value.isoformat() if isinstance(value, date) else value
    return json.dumps([plain, row.row_key], separators=(",", ":"), default=str)


def _cursor(listing: Listing, sort: str, text: str | None) -> tuple[Any, Any] | None:
    if not text:
        return None
    by, _down = _order(listing, sort)
    try:
        value, key = json.loads(text)
        return _typed(by, value), _typed(listing.key, key)
    except (ValueError, TypeError):
        return None


def _typed(column: ColumnElement[Any], value: Any) -> Any:
    """A value of a cursor as the type that its column compares with. Raises ValueError or TypeError."""
    kind = column.type.python_type
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("A moment without its zone.")
        return moment
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(value, bool | list | dict) or value is None:
        raise TypeError("No value of a column.")
    return kind(value)
