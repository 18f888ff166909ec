"""What the list of the inbox shows: a page of open user tasks, and how many there are. Two queries, however many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine.roles import Actor
from engine.tables import Draft, Incident, Person, ProcessInstance, UserTask
from webapp.inbox import walks

PAGE = 50
COUNTED_TO = 99
GROUPS = ("late", "today", "later")
CHIPS = ("all", "urgent", "free")
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Filter:
    """What the person narrowed the list to: `chip` all (mine and free), urgent or free; words to search for."""

    chip: str = "all"
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, chip: str | None, words: str | None) -> Filter:
        """From what an address says; what it does not know is the default."""
        known = chip if chip in CHIPS else "all"
        return cls(known, tuple((words or "").lower().split()[:MOST_WORDS]))

    @property
    def is_narrow(self) -> bool:
        """Whether it hides anything."""
        return self.chip != "all" or bool(self.words)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place in the list behind which the next page begins."""

    band: int
    due_at: datetime | None
    key: int

    def __str__(self) -> str:
        due = "" if self.due_at is None else self.due_at.isoformat()
        return f"{self.band}~{due}~{self.key}"

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """From what an address says; None for anything else than a cursor."""
        band, _, rest = (text or "").partition("~")
        due, _, key = rest.partition("~")
        try:
            moment = datetime.fromisoformat(due) if due else None
            found = cls(int(band), moment, int(key))
        except ValueError:
            return None
        known = 1 <= found.band <= len(walks.BANDS) and abs(found.key) < 2**63
        return found if known and (moment is None or moment.tzinfo is not None) else None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. is_held_up: its order has stopped elsewhere, with an incident or with nothing that moves it."""

    user_task: UserTask
    business_key: str
    subject: str | None
    assignee_name: str | None
    has_draft: bool
    is_held_up: bool
    group: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list. counts: by group, "urgent" and "all"; exact up to 99, 100 means more; empty on later pages."""

    rows: list[Row]
    next: Cursor | None
    counts: dict[str, int]


def page(
    session: Session,
    actor: Actor,
    wanted: Filter,
    *,
    now: datetime,
    time_zone: str,
    after: Cursor | None = None,
) -> Page:
    """The next 50 user tasks behind `after`: overdue before today before later, urgent first in each."""
    found = _run(session, actor, wanted, after, now, time_zone)
    group_of = {band.number: band for band in walks.BANDS}
    keys = sorted(
        (each for each in found if each.key is not None),
        key=lambda each: (each.band, each.due_at or now, each.key),
    )
    shown = keys[:PAGE]
    details = _details(session, actor, [each.key for each in shown])
    rows = [Row(*details[each.key], group_of[each.band].group) for each in shown if each.key in details]
    last = shown[-1] if len(keys) > PAGE else None
    following = Cursor(last.band, last.due_at, last.key) if last else None
    return Page(rows, following, {} if after else _counts(found))


def counts(session: Session, actor: Actor, *, now: datetime, time_zone: str) -> dict[str, int]:
    """Only how many there are, unfiltered, for the navigation. 1 query."""
    return _counts(_run(session, actor, Filter(), None, now, time_zone))


def about(session: Session, keys: Sequence[int]) -> dict[int, tuple[UserTask, str | None, str | None]]:
    """{key: (user task, name of its assignee, name of who closed it)} for rows that a page shows already. 1 query."""
    closer = aliased(Person)
    rows = session.execute(
        select(UserTask, Person.name, closer.name)
        .outerjoin(Person, Person.login == UserTask.assignee)
        .outerjoin(closer, closer.login == UserTask.closed_by)
        .where(UserTask.key.in_(keys))
    )
    return {row[0].key: (row[0], row[1], row[2]) for row in rows}


def end_of_today(now: datetime, time_zone: str) -> datetime:
    """Midnight after `now` on the company's clock."""
    local = now.astimezone(ZoneInfo(time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (local + timedelta(days=1)).astimezone(now.tzinfo)


def _run(
    session: Session, actor: Actor, wanted: Filter, after: Cursor | None, now: datetime, time_zone: str
) -> Sequence[Any]:
    roles = sorted(actor.offered_roles)
    everywhere = [each.login for each in actor.stands_for if each.process_id is None]
    limited = [each for each in actor.stands_for if each.process_id is not None]
    shape = walks.Shape(
        chip=wanted.chip,
        roles=len(roles),
        words=len(wanted.words),
        stands_in=bool(everywhere),
        limited=len(limited),
        after_band=after.band if after else 0,
        after_dated=after is None or after.due_at is not None,
        page=PAGE,
        counted_to=COUNTED_TO,
    )
    values: dict[str, Any] = {"me": actor.login, "now": now, "tonight": end_of_today(now, time_zone)}
    values |= {f"role_{index}": role for index, role in enumerate(roles)}
    if everywhere:
        values["absent"] = everywhere
    for index, each in enumerate(limited):
        values |= {
            f"absent_{index}": each.login,
            f"process_{index}": each.process_id,
            f"roles_{index}": sorted(each.roles),
        }
    values |= {f"word_{index}": _literally(word) for index, word in enumerate(wanted.words)}
    if after is not None:
        values |= {"after_due": after.due_at, "after_key": after.key}
    statement = walks.statement(shape)
    return session.execute(statement, values).all() if statement is not None else []


def _counts(found: Sequence[Any]) -> dict[str, int]:
    counts = dict.fromkeys((*GROUPS, "urgent", "all"), 0)
    band_of = {band.number: band for band in walks.BANDS}
    for each in found:
        if each.key is None:
            band = band_of[each.band]
            counts[band.group] += each.count
            counts["all"] += each.count
            counts["urgent"] += each.count if band.urgent else 0
    return {name: min(count, COUNTED_TO + 1) for name, count in counts.items()}


def _literally(word: str) -> str:
    """A word in which % and _ are only signs."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _details(session: Session, actor: Actor, keys: list[int]) -> dict[int, tuple[Any, ...]]:
    has_stopped = exists().where(
        Incident.process_instance_key == UserTask.process_instance_key, Incident.resolved_at.is_(None)
    )
    rows = session.execute(
        select(
            UserTask,
            ProcessInstance.business_key,
            ProcessInstance.subject,
            Person.name,
            Draft.saved_at.is_not(None),
            or_(has_stopped, ProcessInstance.silent_since.is_not(None)),
        )
        .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
        .outerjoin(Person, Person.login == UserTask.assignee)
        .outerjoin(Draft, and_(Draft.user_task_key == UserTask.key, Draft.login == actor.login))
        .where(UserTask.key.in_(keys))
    )
    return {row[0].key: (row[0], row[1], row[2], row[3], bool(row[4]), bool(row[5])) for row in rows}
