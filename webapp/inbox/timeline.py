"""The history of an order in plain words: who did what, what went by itself, what it waits for now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import versions
from engine.roles import NOT_PEOPLE, SYSTEM
from engine.tables import History, Person, ProcessInstance, UserTask
from webapp.language import label
from webapp.words import initials, moment

LONGEST = 200
#: Kinds that tell a person something; the rest is for the cockpit. Who has taken what stands at the open steps.
_TOLD = (
    "started", "completed", "released", "assigned", "escalated", "incident_raised", "incident_resolved",
    "message", "signal", "signal_thrown", "message_thrown", "escalation_uncaught", "activated", "cancelled", "ended",
)  # fmt: skip
#: What nobody did, whoever's step it was that set it going.
_BY_ITSELF = ("passed", "left", "signal_thrown", "message_thrown", "escalation_uncaught")
#: A person looks for them: they are never folded into a line about what went by itself.
_ALARMING = ("incident_raised", "escalation_uncaught", "cancelled")
#: What an order did by itself is worth a line when the designer gave it a name.
_AUTOMATIC = (
    "serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "boundaryEvent",
)  # fmt: skip
_WAITED = ("intermediateCatchEvent", "boundaryEvent", "receiveTask")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. state: done, current, waiting, failed, next. under: the lines that are folded into it."""

    text: str
    when: str = ""
    who: str = ""
    state: str = "done"
    is_automatic: bool = False
    under: tuple[Entry, ...] = ()


def of(
    session: Session, order: ProcessInstance, open_tasks: Iterable[UserTask], *, login: str, now: datetime
) -> list[Entry]:
    """The last 200 lines of an order, oldest first, then what is open now. A fixed number of queries."""
    rows = session.scalars(
        select(History)
        .where(
            History.process_instance_key == order.key,
            or_(
                History.kind.in_(_TOLD),
                (History.kind == "passed") & History.element_type.in_(_AUTOMATIC),
                (History.kind == "left") & History.element_id.is_not(None),
            ),
        )
        .order_by(History.key.desc())
        .limit(LONGEST)
    ).all()[::-1]
    open_tasks = list(open_tasks)
    people = names_of(
        session, {row.actor for row in rows} | {each.assignee for each in open_tasks if each.assignee}
    )
    elements = _element_names(session, order)
    entries = [entry for row in rows if (entry := _entry(row, people, elements, login, now)) is not None]
    return entries + [_open(each, people, login, now) for each in open_tasks]


def folded(entries: Iterable[Entry]) -> list[Entry]:
    """The same, with what went by itself between two people's steps as one line: people look for people."""
    found: list[Entry] = []
    for by_itself, group in groupby(entries, lambda each: each.is_automatic and each.state == "done"):
        lines = tuple(group)
        if by_itself and len(lines) > 1:
            text = ngettext("%(num)s automatic step", "%(num)s automatic steps", len(lines))
            found.append(Entry(text, lines[-1].when, is_automatic=True, under=lines))
        else:
            found += lines
    return found


def names_of(session: Session, logins: Iterable[str]) -> dict[str, str]:
    """{login: name} of these people, and of who acts without being one of the house (the customer)."""
    people = select(Person.login, Person.name).where(Person.login.in_(sorted(logins)))
    return NOT_PEOPLE | dict(tuple(row) for row in session.execute(people))


def _entry(
    row: History,
    people: Mapping[str, str],
    elements: Mapping[str, tuple[str, str]],
    login: str,
    now: datetime,
) -> Entry | None:
    detail = row.detail or {}
    drawn = elements.get(row.element_id or "", ("", ""))[0]
    # The name in the detail of a message is that of the message, which means nothing to people.
    step = label(drawn if row.kind in ("message", "signal") else detail.get("name") or drawn)
    who = "" if row.actor == SYSTEM.login else people.get(row.actor, row.actor)
    text, state = _sentence(row, step, detail, who, elements)
    if text is None:
        return None
    shown = gettext("you") if row.actor == login else initials(who)
    if detail.get("for_name"):
        shown = gettext("%(deputy)s for %(absent)s", deputy=shown, absent=initials(detail["for_name"]))
    by_itself = row.kind in _BY_ITSELF or not who
    return Entry(
        text, moment(row.at, now), gettext("automatic") if by_itself else shown, state, is_automatic=by_itself
    )


def _sentence(
    row: History, step: str, detail: Mapping[str, Any], who: str, elements: Mapping[str, tuple[str, str]]
) -> tuple[str | None, str]:
    element_type = row.element_type or elements.get(row.element_id or "", ("", ""))[1]
    if row.kind == "passed":
        return step or None, "done"
    if row.kind == "left":
        # A user task that ends by being completed says so itself.
        return (step or None) if element_type in (*_WAITED, *_AUTOMATIC) else None, "done"
    level, name = detail.get("level"), detail.get("name") or "-"
    # Only the one that is told is looked up: a page has up to 200 lines.
    sentences: dict[str, Callable[[], str]] = {
        "started": lambda: gettext("Requested"),
        "completed": lambda: step,
        "released": lambda: gettext("“%(step)s” was given back", step=step),
        "assigned": lambda: gettext("“%(step)s” was handed over", step=step),
        "escalated": lambda: gettext("“%(step)s” was late: level %(level)s was told", step=step, level=level),
        "incident_raised": lambda: gettext("Stopped: %(cause)s", cause=detail.get("sentence", "")),
        "incident_resolved": lambda: gettext("The cause of the stop was removed"),
        "message": lambda: step or gettext("An answer came from outside"),
        "signal": lambda: step or gettext("The signal “%(name)s” came", name=label(name)),
        "signal_thrown": lambda: gettext("The signal “%(name)s” was given", name=label(name)),
        "message_thrown": lambda: gettext("The message “%(name)s” was sent", name=label(name)),
        "escalation_uncaught": lambda: gettext(
            "Escalation “%(code)s”: nothing in the process takes care of it", code=detail.get("code") or "-"
        ),
        "activated": lambda: gettext("Begun: %(steps)s", steps=", ".join(_begun(detail, elements))),
        "cancelled": lambda: gettext("Cancelled: %(reason)s", reason=detail.get("reason", "")),
        "ended": lambda: gettext("Finished"),
    }
    return sentences[row.kind](), "failed" if row.kind in _ALARMING else "done"


def _begun(detail: Mapping[str, Any], elements: Mapping[str, tuple[str, str]]) -> list[str]:
    """The names of the steps that somebody has begun by hand."""
    return [
        label(elements.get(each, ("", ""))[0] or each.replace("_", " "))
        for each in detail.get("elements", ())
    ]


def _open(user_task: UserTask, people: Mapping[str, str], login: str, now: datetime) -> Entry:
    since = gettext("since %(moment)s", moment=moment(user_task.created_at, now))
    if user_task.assignee == login:
        return Entry(gettext("%(step)s — with you", step=label(user_task.name)), since, "", "current")
    if user_task.assignee:
        name = people.get(user_task.assignee, user_task.assignee)
        return Entry(
            gettext("%(step)s — with %(who)s", step=label(user_task.name), who=name), since, "", "current"
        )
    return Entry(label(user_task.name), since, label(user_task.lane), "waiting")


def _element_names(session: Session, order: ProcessInstance) -> dict[str, tuple[str, str]]:
    """{element id: (name, type)} of the order's process; what a called process does by itself is its own affair."""
    process = versions.process(session, order.process_definition_key)
    return {each.element_id: (each.name or "", each.type) for each in process.elements.values()}
