"""The one statement behind the list of the inbox: a merge of short walks along indexes.

Never a COUNT or a sort over all open rows. The list is made of *bands* (late urgent, late, today urgent, ...) and
*sources* (assigned to me; free and offered to one of my roles; free and offered to me by name; and the same of people for
whom I stand in). Each pair of them is one walk along one index, cut after a page, so a list of 100,000 costs what a list of
1,000 costs. Only a search by words, and a deputy of one process, have to look at each row until the page is full.

The statement depends on the shape of the question only, so it is built once and kept; values are bound to it. What is the
same in all shapes stands in it as it is: each value that is bound costs at each of up to 150 walks, and again at each call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from engine.columns import UtcDateTime
from engine.tables import ProcessInstance, UserTask, UserTaskCandidate

#: The tables, not what is mapped to them: a statement of mapped classes takes twice as long to compile.
_USER_TASK, _CANDIDATE, _ORDER = UserTask.__table__, UserTaskCandidate.__table__, ProcessInstance.__table__


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the statement looks: the filter's chip, how many roles and words, where the page begins.

    stands_in: whether I stand in for somebody in every process; limited: for how many people in one process only.
    after_band: 0 for the first page, which counts too. after_dated: whether the row before this page has a due time.
    """

    chip: str
    roles: int
    words: int
    stands_in: bool = False
    limited: int = 0
    after_band: int = 0
    after_dated: bool = True
    page: int = 50
    counted_to: int = 99


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the list. `after`, `until`: the names of the moments its due times lie between."""

    number: int
    group: str
    urgent: bool
    after: str | None = None
    until: str | None = None


BANDS = (
    Band(1, "late", True, until="now"),
    Band(2, "late", False, until="now"),
    Band(3, "today", True, after="now", until="tonight"),
    Band(4, "today", False, after="now", until="tonight"),
    Band(5, "later", True, after="tonight"),
    Band(6, "later", True),
    Band(7, "later", False, after="tonight"),
    Band(8, "later", False),
)


@lru_cache(maxsize=200)
def statement(shape: Shape) -> Any:
    """Rows (key, band, due_at, count): the page's keys in order, and on the first page a count for each band (key null).

    Binds: me, now, tonight, role_0.., word_0.., after_due, after_key; absent (logins) of those for whom I stand in everywhere;
    absent_0, process_0 (a process id), roles_0 (a list) .. of those in one process.
    """
    is_first = shape.after_band == 0
    limit = (max(shape.page, shape.counted_to) if is_first else shape.page) + 1
    walks = [walk for band in BANDS if band.number >= shape.after_band for walk in _walks(shape, band, limit)]
    if not walks:
        return None
    merged = union_all(*walks).subquery("merged")
    # A user task may be offered to two of my roles; it is one row, and counts once.
    once = (
        select(merged.c.key, func.min(merged.c.band).label("band"), merged.c.due_at)
        .group_by(merged.c.key, merged.c.due_at)
        .cte("once")
    )
    zero = literal_column("0").label("count")
    order = (once.c.band, once.c.due_at, once.c.key)
    rows = select(once.c.key, once.c.band, once.c.due_at, zero).order_by(*order).limit(shape.page + 1)
    if not is_first:
        return rows
    no_key = cast(null(), BigInteger).label("key")
    no_due = cast(null(), UtcDateTime).label("due_at")
    tallies = select(no_key, once.c.band, no_due, func.count()).group_by(once.c.band)
    return union_all(select(rows.subquery("page")), tallies)


def _walks(shape: Shape, band: Band, limit: int) -> Iterator[Select[Any]]:
    if shape.chip == "urgent" and not band.urgent:
        return
    number = literal_column(str(band.number)).label("band")
    if shape.chip != "free":
        mine = select(_USER_TASK.c.key.label("key"), number, _USER_TASK.c.due_at).where(
            _USER_TASK.c.state == "open",
            _USER_TASK.c.assignee == bindparam("me"),
            _USER_TASK.c.urgent.is_(band.urgent),
        )
        yield _cut(mine, _USER_TASK.c.due_at, _USER_TASK.c.key, shape, band, limit)
        for whose in _taken_by_absent(shape):
            theirs = select(_USER_TASK.c.key.label("key"), number, _USER_TASK.c.due_at).where(
                _USER_TASK.c.state == "open", _USER_TASK.c.urgent.is_(band.urgent), *whose
            )
            yield _cut(theirs, _USER_TASK.c.due_at, _USER_TASK.c.key, shape, band, limit)
    for whose in _offered_to_absent(shape):
        offered = (
            select(_USER_TASK.c.key.label("key"), number, _USER_TASK.c.due_at)
            .join(_CANDIDATE, _CANDIDATE.c.user_task_key == _USER_TASK.c.key)
            .where(_CANDIDATE.c.free, _CANDIDATE.c.urgent.is_(band.urgent), *whose)
        )
        yield _cut(offered, _CANDIDATE.c.due_at, _USER_TASK.c.key, shape, band, limit)
    offered_to = [("role", f"role_{index}") for index in range(shape.roles)] + [("person", "me")]
    # Whoever searches also finds what a colleague has taken; the row says who.
    for is_free in (True, False) if shape.words and shape.chip == "all" else (True,):
        for kind, name in offered_to:
            key, due_at = _CANDIDATE.c.user_task_key, _CANDIDATE.c.due_at
            offered = select(key.label("key"), number, due_at).where(
                _CANDIDATE.c.kind == literal_column(f"'{kind}'"),
                _CANDIDATE.c.name == bindparam(name),
                _CANDIDATE.c.free.is_(is_free),
                _CANDIDATE.c.urgent.is_(band.urgent),
            )
            if shape.words:
                offered = offered.join(_USER_TASK, _USER_TASK.c.key == key)
            yield _cut(offered, due_at, key, shape, band, limit)


def _taken_by_absent(shape: Shape) -> Iterator[tuple[Any, ...]]:
    if shape.stands_in:
        yield (_USER_TASK.c.assignee.in_(bindparam("absent", expanding=True)),)
    for index in range(shape.limited):
        yield _USER_TASK.c.assignee == bindparam(f"absent_{index}"), _of_process(index)


def _offered_to_absent(shape: Shape) -> Iterator[tuple[Any, ...]]:
    """What is offered to them; the roles of those for whom I stand in everywhere are among `roles` already."""
    kind, name = _CANDIDATE.c.kind, _CANDIDATE.c.name
    if shape.stands_in:
        yield kind == "person", name.in_(bindparam("absent", expanding=True))
    for index in range(shape.limited):
        yield kind == "person", name == bindparam(f"absent_{index}"), _of_process(index)
        yield kind == "role", name.in_(bindparam(f"roles_{index}", expanding=True)), _of_process(index)


def _of_process(index: int) -> Any:
    """The process of the step or of the order: a step may belong to a process that the order has called."""
    process_id = bindparam(f"process_{index}")
    of_order = select(_ORDER.c.process_id).where(_ORDER.c.key == _USER_TASK.c.process_instance_key)
    # By name: a search has joined the order already, and would take it away from the inner question.
    return or_(
        _USER_TASK.c.process_id == process_id, of_order.correlate(_USER_TASK).scalar_subquery() == process_id
    )


def _cut(walk: Select[Any], due_at: Any, key: Any, shape: Shape, band: Band, limit: int) -> Select[Any]:
    if band.after is None and band.until is None:
        walk = walk.where(due_at.is_(None))
    if band.after is not None:
        walk = walk.where(due_at > bindparam(band.after, type_=UtcDateTime))
    if band.until is not None:
        walk = walk.where(due_at <= bindparam(band.until, type_=UtcDateTime))
    if band.number == shape.after_band:
        walk = walk.where(_behind(due_at, key, shape))
    if shape.words:
        walk = walk.join(_ORDER, _ORDER.c.key == _USER_TASK.c.process_instance_key)
        walk = walk.where(*_matches(shape.words))
    return select(walk.order_by(due_at, key).limit(literal_column(str(limit))).subquery())


def _behind(due_at: Any, key: Any, shape: Shape) -> Any:
    if not shape.after_dated:
        return key > bindparam("after_key")
    after = bindparam("after_due", type_=UtcDateTime)
    # The first comparison is what the index can use; the second one cuts inside one moment.
    return and_(due_at >= after, or_(due_at > after, key > bindparam("after_key")))


@lru_cache
def _matches(words: int) -> list[Any]:
    blank, nothing = literal_column("' '", String), literal_column("''", String)
    subject = func.coalesce(_ORDER.c.subject, nothing)
    text = func.lower(_ORDER.c.business_key + blank + subject + blank + _USER_TASK.c.name)
    return [text.contains(bindparam(f"word_{index}"), escape="/") for index in range(words)]
