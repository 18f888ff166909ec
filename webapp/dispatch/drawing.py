"""The board as its island draws it: rows, visits and gaps as plain values, by the clock of the shop, in the reader's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_date, gettext, ngettext

from processes.records import appointment_status, staff_times, visits
from processes.records.appointments import Appointment
from processes.records.staff_times import Absence
from webapp.dispatch.queries import Board, Entry, Gap, Wanted
from webapp.language import label, page_language
from webapp.portal import times
from webapp.words import avatar, duration

#: The colours of the statuses; the words stand beside them.
TONES = {
    appointment_status.TENTATIVE: "wait",
    appointment_status.CONFIRMED: "accent",
    appointment_status.EN_ROUTE: "accent",
    appointment_status.ARRIVED: "accent",
    appointment_status.DONE: "ok",
}


def plain(board: Board, now: datetime, *, may_move: bool) -> dict[str, Any]:
    """What stands in the page as JSON for parts/dispatch."""
    return {
        "span": "day" if len(board.days) == 1 else "week",
        "day": board.days[0].isoformat(),
        "locale": page_language(),
        "hours": [f"{hour:02d}:00" for hour in board.hours],
        "mayMove": may_move,
        "rows": [
            {
                "id": each.resource_id,
                "name": each.resource.name,
                "initials": avatar(each.resource.name),
                "hint": each.hint,
                "load": each.load,
                "loadWords": gettext("%(percent)s %% taken", percent=each.load)
                if each.load is not None
                else "",
            }
            for each in board.rows
        ],
        "visits": [_visit(each, may_move) for each in board.entries],
        "gaps": [_gap(each) for each in _gaps(board)],
        "phrases": {
            "board": gettext("Dispatch board"),
            "moved": gettext("The visit was moved."),
            "failed": gettext("The visit could not be moved: there is no connection. It is where it was."),
        },
    }


def subject(appointment: Appointment) -> str:
    """Repair at your place · S-0410."""
    kind = label(visits.LABELS[appointment.visit_kind])
    return f"{kind} · {appointment.order_no}" if appointment.order_no else kind


def wanted(each: Wanted) -> str:
    """The visit that has no time yet: Maintenance · S-0410."""
    kind = each.visit.get("visit_kind")
    name = label(visits.LABELS[kind]) if kind in visits.LABELS else label(each.step.name)
    return f"{name} · {each.order_no}" if each.order_no else name


def wish(each: Wanted) -> str:
    """Where, how long and with how many people."""
    minutes, people = each.visit.get("visit_minutes"), each.visit.get("visit_people")
    facts = [
        each.visit.get("visit_address") or "",
        duration(timedelta(minutes=int(minutes))) if minutes else "",
        ngettext("%(num)s person", "%(num)s people", int(people)) if people and people > 1 else "",
    ]
    return " · ".join(filter(None, facts))


def heading(day: date) -> str:
    """Monday, 23 November."""
    return format_date(day, "EEEE, d MMMM")


def tone(entry: Entry) -> str:
    """Its colour: red when somebody who was to come is away, amber when it should have begun, else that of its status."""
    if entry.is_conflict:
        return "bad"
    return "warn" if entry.is_late else TONES[entry.appointment.status]


def words(entry: Entry) -> str:
    """Its state in words, so that colour is never alone."""
    if entry.is_conflict:
        return gettext("Somebody is away")
    status = label(appointment_status.LABELS[entry.appointment.status])
    return gettext("%(status)s, should have begun", status=status) if entry.is_late else status


def away(absence: Absence) -> str:
    """Ill until 25 November."""
    kind = label(staff_times.ABSENCE_LABELS[absence.kind])
    ends = times.local(absence.ends_at)
    if ends.hour == ends.minute == 0:
        last = format_date(ends.date() - timedelta(days=1), "d MMMM")
        return gettext("%(why)s until %(moment)s", why=kind, moment=last)
    return gettext(
        "%(why)s until %(moment)s", why=kind, moment=f"{format_date(ends.date(), 'd MMMM')}, {ends:%H:%M}"
    )


def _visit(entry: Entry, may_move: bool) -> dict[str, Any]:
    found = entry.appointment
    return {
        "id": str(found.key),
        "rows": entry.rows,
        "start": _clock(found.starts_at),
        "end": _clock(found.ends_at),
        "time": times.span(found.starts_at, found.ends_at),
        "title": subject(found),
        "address": found.address or "",
        "people": ", ".join(entry.people),
        "tone": tone(entry),
        "words": words(entry),
        "isMovable": may_move and entry.is_movable,
        "url": url_for("dispatch.visit", key=found.key),
        "move": url_for("dispatch.move", key=found.key),
    }


def _gaps(board: Board) -> list[Gap]:
    """In a week only whole days, because its columns have no hours: those of an absence, and those without any work."""
    if len(board.days) == 1:
        return board.gaps
    shown = []
    for gap in board.gaps:
        first, until = times.local(gap.starts_at), times.local(gap.ends_at)
        almost = timedelta(days=1) - timedelta(microseconds=1)
        if gap.absence:
            first, until = _midnight(first), _midnight(until + almost)
        else:
            first, until = _midnight(first + almost), _midnight(until)
        if first < until:
            shown.append(replace(gap, starts_at=first, ends_at=until))
    return shown


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "row": gap.resource_id,
        "start": _clock(gap.starts_at),
        "end": _clock(gap.ends_at),
        "words": away(gap.absence) if gap.absence else "",
    }


def _clock(at: datetime) -> str:
    """A moment without its zone: the board knows only the clock of the shop."""
    return times.local(at).strftime("%Y-%m-%dT%H:%M:%S")
