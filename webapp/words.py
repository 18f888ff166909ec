"""How pages say times, terms and people: short, in the reader's language, in the company's time.

A space that must not break stands between a number and its unit and between initials and a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import format_date, format_time, get_timezone, gettext
from markupsafe import Markup, escape

from engine import calendars, roles
from engine.tables import UserTask

SOON = timedelta(hours=2)
SOON_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Term:
    """The light of a user task and the words beside it. state: in_time, soon, late, none."""

    state: str
    words: str
    at: datetime | None = None


def init_app(app: Flask) -> None:
    """Give templates the words of this module as filters."""
    for filter_ in (initials, moment, day, duration, avatar, term):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.filters["time_tag"] = time_tag


def initials(name: str | None) -> str:
    """ "Mihai Popa" -> "M. P.", as colleagues are named in lists; who is no person of the house ("Customer") in full."""
    if name in roles.NOT_PEOPLE.values():
        return gettext(name)
    return "\N{NO-BREAK SPACE}".join(f"{part[0].upper()}." for part in (name or "").split()[:2])


def avatar(name: str | None) -> str:
    """ "Mihai Popa" -> "MP", inside the round sign."""
    return "".join(part[0].upper() for part in (name or "").split()[:2])


def term(user_task: UserTask, now: datetime) -> Term:
    """Light and words of a user task's due time; working time is said as such."""
    due = user_task.due_at
    if due is None:
        return Term("none", gettext("no term"))
    if due <= now:
        return Term("late", _late(user_task, due, now), due)
    length = due - user_task.created_at
    is_soon = due - now < SOON or due - now < length * SOON_SHARE
    return Term("soon" if is_soon else "in_time", gettext("by %(moment)s", moment=moment(due, now)), due)


def _late(user_task: UserTask, due: datetime, now: datetime) -> str:
    calendar: calendars.WorkingCalendar = g.get("calendar") or calendars.DEFAULT
    properties = user_task.properties or {}
    if properties.get("sla_clock") == "working" and properties.get("sla"):
        late = calendar.working_between(due, now)
        if late >= timedelta(minutes=1):
            return gettext("late %(duration)s of working time", duration=duration(late))
        # It was due when nobody works: "late 0 min" would say nothing.
        return gettext("late since %(moment)s", moment=moment(due, now))
    return gettext("late %(duration)s", duration=duration(now - due))


def duration(length: timedelta) -> str:
    """Two units at most: "1 h 40 min", "3 d 4 h"."""
    minutes = int(abs(length.total_seconds())) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days and hours:
        words = gettext("%(days)s d %(hours)s h", days=days, hours=hours)
    elif days:
        words = gettext("%(days)s d", days=days)
    elif hours and minutes:
        words = gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    elif hours:
        words = gettext("%(hours)s h", hours=hours)
    else:
        words = gettext("%(minutes)s min", minutes=minutes)
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def moment(at: datetime, now: datetime) -> str:
    """ "12:30" today, "tomorrow, 09:00", "Wed, 25 Nov, 12:30" within a week, "24 Dec" later; the year when it is another."""
    zone = get_timezone() or ZoneInfo("UTC")
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = format_time(at, "HH:mm")
    away = (local.date() - today).days
    if away == 0:
        return clock
    if away == 1:
        return gettext("tomorrow, %(time)s", time=clock)
    if away == -1:
        return gettext("yesterday, %(time)s", time=clock)
    if abs(away) < 7:
        weekday_and_day = format_date(local, "EEE, d\N{NO-BREAK SPACE}MMM")
        return gettext("%(day)s, %(time)s", day=weekday_and_day, time=clock)
    return day(at, now)


def day(at: datetime, now: datetime) -> str:
    """ "24 Dec", with the year when it is another one."""
    zone = get_timezone() or ZoneInfo("UTC")
    local = at.astimezone(zone)
    same_year = local.year == now.astimezone(zone).year
    return format_date(local, "d MMM" if same_year else "d MMM y").replace(" ", "\N{NO-BREAK SPACE}")


def time_tag(at: datetime | None, now: datetime) -> Markup:
    """<time> with short words; the full date and zone are in the title and for machines."""
    if at is None:
        return Markup("")
    zone = get_timezone() or ZoneInfo("UTC")
    local = at.astimezone(zone)
    full = f"{format_date(local, 'full')}, {format_time(at, 'HH:mm')} ({zone})"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), escape(full), moment(at, now)
    )
