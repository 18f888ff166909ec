"""The list as a page shows it: rows in groups, chips with counts, the address that brings the same list again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext

from engine import ad_hoc
from engine.roles import NOT_PEOPLE
from engine.tables import UserTask
from webapp import access, keys
from webapp.database import db
from webapp.inbox import queries, walks
from webapp.language import label
from webapp.words import Term, initials, term

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A row in words: light, due, pills, whether somebody else has it."""

    key: int
    name: str
    second: str
    href: str
    term: Term
    pills: list[tuple[str, str, str]]
    is_taken: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Late, Today or Later with its lines; `count` in words, "99+" where nobody counted further."""

    id: str
    title: str
    count: str | None
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Shown:
    """The list of one page."""

    groups: list[Group]
    chips: list[tuple[str, str, str | None, bool]]
    wanted: queries.Filter
    next_url: str | None
    is_first: bool
    total: int
    address: str
    undecided: int
    """How many orders wait for this person to choose what is done next."""
    continues: str | None = None
    """The group that the page before has begun: it gets no second heading."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed since the page was drawn. gone: [(key, name, words)]; undecided: as it is now."""

    new: int
    gone: list[tuple[int, str, str]]
    undecided: int


def read(args: Mapping[str, str], *, now: datetime, after: queries.Cursor | None = None) -> Shown:
    """The list that the address asks for. 3 queries, one more where orders wait for a choice."""
    wanted = queries.Filter.read(args.get("chip"), args.get("q"))
    actor = access.actor()
    page = queries.page(db.session, actor, wanted, now=now, time_zone=g.calendar.time_zone, after=after)
    if after is None and not wanted.is_narrow:
        g.inbox_counts = page.counts
    titles = {"late": gettext("Late"), "today": gettext("Today"), "later": gettext("Later")}
    groups = []
    for name in queries.GROUPS:
        lines = [_line(row, wanted, actor.login, now) for row in page.rows if row.group == name]
        if lines:
            groups.append(Group(name, titles[name], capped(page.counts.get(name)), lines))
    next_url = _url("inbox.user_tasks", wanted, after=str(page.next)) if page.next else None
    return Shown(
        groups,
        _chips(wanted, page.counts),
        wanted,
        next_url,
        after is None,
        page.counts.get("all", len(page.rows)),
        _url("inbox.user_tasks", wanted),
        0 if after else len(ad_hoc.undecided(db.session, actor)),
        next((band.group for band in walks.BANDS if after and band.number == after.band), None),
    )


def news(args: Mapping[str, str], shown: list[int], *, now: datetime) -> News:
    """How the list differs now from the rows that the page shows. 4 queries, one more where orders wait for a choice."""
    wanted = queries.Filter.read(args.get("chip"), args.get("q"))
    actor = access.actor()
    page = queries.page(db.session, actor, wanted, now=now, time_zone=g.calendar.time_zone)
    known = set(shown)
    # Rows behind the last one shown are no news: they come with "Show the next 50".
    first = {row.user_task.key for row in page.rows}
    fresh = [key for key in first - known if not known or key > max(known)]
    found = queries.about(db.session, shown)
    gone = []
    for key in shown:
        row = found.get(key)
        mine = {actor.login, *(each.login for each in actor.stands_for)}
        words = _gone_words(row, actor.login, mine) if row else gettext("gone")
        if words:
            gone.append((key, label(row[0].name) if row else "", words))
    return News(len(fresh), gone, len(ad_hoc.undecided(db.session, actor)))


def shown_keys(args: Any) -> list[int]:
    """The keys of the rows that the page says it shows."""
    return args.getlist("shown", type=keys.read)[:MOST_SHOWN]


def address(args: Mapping[str, str]) -> str:
    """The list with the same filter, from its beginning."""
    return _url("inbox.user_tasks", queries.Filter.read(args.get("chip"), args.get("q")))


def step_url(key: int, wanted: queries.Filter) -> str:
    """The user task, with the list beside it filtered as it is."""
    return _url("inbox.step", wanted, key=key)


def capped(count: int | None) -> str | None:
    """ "99+" where nobody counted further."""
    if count is None:
        return None
    return f"{queries.COUNTED_TO}+" if count > queries.COUNTED_TO else str(count)


def _gone_words(
    row: tuple[UserTask, str | None, str | None], login: str, mine: Collection[str]
) -> str | None:
    user_task, assignee, closer = row
    if user_task.state == "completed":
        closer = closer or NOT_PEOPLE.get(user_task.closed_by or "", user_task.closed_by)
        who = gettext("you") if user_task.closed_by == login else initials(closer)
        return gettext("done by %(who)s", who=who)
    if user_task.state != "open":
        return gettext("no longer needed")
    if user_task.assignee is not None and user_task.assignee not in mine:
        return gettext("taken by %(who)s", who=initials(assignee or user_task.assignee))
    return None


def _line(row: queries.Row, wanted: queries.Filter, login: str, now: datetime) -> Line:
    user_task = row.user_task
    is_for_absent = user_task.assignee in {each.login for each in access.actor().stands_for}
    is_taken = user_task.assignee not in (None, login) and not is_for_absent
    pills = []
    if user_task.urgent:
        pills.append((gettext("Urgent"), "urgent", "zap"))
    if row.is_held_up:
        pills.append((gettext("Held up"), "warn", "pause"))
    if is_taken:
        who = initials(row.assignee_name or user_task.assignee)
        pills.append((gettext("Taken: %(who)s", who=who), "outline", "lock"))
    if is_for_absent:
        who = initials(row.assignee_name or user_task.assignee)
        pills.append((gettext("For %(who)s", who=who), "accent", "users"))
    if row.has_draft:
        pills.append((gettext("Draft"), "outline", "pencil"))
    if user_task.assignee == login:
        pills.append((gettext("Yours"), "accent", "user-check"))
    second = " · ".join(part for part in (row.business_key, row.subject) if part)
    return Line(
        user_task.key,
        label(user_task.name),
        second,
        step_url(user_task.key, wanted),
        term(user_task, now),
        pills,
        is_taken,
        user_task.assignee == login,
    )


def _chips(wanted: queries.Filter, counts: dict[str, int]) -> list[tuple[str, str, str | None, bool]]:
    names = {"all": gettext("Mine and free"), "urgent": gettext("Urgent"), "free": gettext("Free")}
    return [
        (
            name,
            _url("inbox.user_tasks", queries.Filter(chip, wanted.words)),
            capped(counts.get("all")) if chip == wanted.chip else None,
            chip == wanted.chip,
        )
        for chip, name in names.items()
    ]


def _url(endpoint: str, wanted: queries.Filter, **places: Any) -> str:
    if wanted.chip != "all":
        places["chip"] = wanted.chip
    if wanted.words:
        places["q"] = " ".join(wanted.words)
    return url_for(endpoint, **places)
