"""The calendar of a person for their telephone: an iCalendar feed behind a secret address, which can be withdrawn.

Calendars of telephones cannot sign in, so the address is the key. It holds 256 random bits, and only its hash is kept; a new
address ends the one before. What it shows is what somebody needs on the way: when, where, which order.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from processes.records import appointment_status, appointments, audit, visits
from processes.records.appointments import Appointment

#: How far back and ahead a feed goes.
BEHIND, AHEAD = timedelta(days=7), timedelta(days=60)
#: A token as `secrets.token_urlsafe(32)` writes it.
_TOKEN_SIGNS = 43
#: Longest line of a feed in bytes (RFC 5545, 3.1); longer ones go on in the next line behind a blank.
_LINE_BYTES = 75


class CalendarFeed(audit.Audited, Base):
    """An address that was given out. revoked_at: since when it opens nothing; one works at a time for each person."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("length(token_hash) = 64", name="token_hash"),
        Index(
            "uq_calendar_feed_login",
            "login",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


def make(session: Session, login: str, now: datetime) -> str:
    """A new secret token for the calendar of a person; the one before opens nothing any more. It is told only here."""
    revoke(session, login, now)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(login=login, token_hash=_hash(token), made_at=now, revoked_at=None))
    session.flush()
    return token


def revoke(session: Session, login: str, now: datetime) -> bool:
    """Let the address of a person open nothing any more; returns whether there was one."""
    row = working(session, login)
    if row is not None:
        row.revoked_at = now
        session.flush()
    return row is not None


def working(session: Session, login: str) -> CalendarFeed | None:
    """The address of a person that works; None when they have none."""
    query = select(CalendarFeed).where(CalendarFeed.login == login, CalendarFeed.revoked_at.is_(None))
    return session.scalar(query)


def owner(session: Session, token: str) -> str:
    """Whose calendar a token opens. Raises NotFound for a token that is unknown or was withdrawn."""
    query = select(CalendarFeed.login).where(
        CalendarFeed.token_hash == _hash(token), CalendarFeed.revoked_at.is_(None)
    )
    found = session.scalar(query) if len(token) == _TOKEN_SIGNS else None
    if found is None:
        raise errors.NotFound("This calendar address is not known here, or it was withdrawn.")
    return found


def of_person(session: Session, login: str, now: datetime) -> list[Appointment]:
    """The appointments that a feed shows: those of the last week and of the next two months that keep their time."""
    return appointments.between(session, now - BEHIND, now + AHEAD, [login])


def as_ical(found: Iterable[Appointment], now: datetime, titles: dict[str, str], address: str) -> str:
    """The appointments as an iCalendar text (RFC 5545). titles: {visit kind: what it is called}; address: where orders open."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Orderlane//Visits//EN", "CALSCALE:GREGORIAN"]
    for each in found:
        title = titles.get(each.visit_kind) or visits.LABELS[each.visit_kind]
        lines += [
            "BEGIN:VEVENT",
            f"UID:appointment-{each.key}@orderlane",
            f"DTSTAMP:{_moment(now)}",
            f"DTSTART:{_moment(each.starts_at)}",
            f"DTEND:{_moment(each.ends_at)}",
            f"SUMMARY:{_plain(' '.join(filter(None, (title, each.order_no))))}",
            f"STATUS:{'TENTATIVE' if each.status == appointment_status.TENTATIVE else 'CONFIRMED'}",
        ]
        if each.address:
            lines.append(f"LOCATION:{_plain(each.address)}")
        if each.process_instance_key:
            lines.append(f"URL:{address.rstrip('/')}/orders/{each.process_instance_key}")
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _hash(token: str) -> str:
    # Nobody guesses 256 random bits from a list, so one round is enough.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _plain(words: str) -> str:
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        words = words.replace(sign, escaped)
    return "\\n".join(words.splitlines())


def _folded(line: str) -> str:
    """The line in pieces that no reader refuses; a letter of several bytes is never cut."""
    pieces, piece, room = [], "", _LINE_BYTES
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            piece, room = " ", _LINE_BYTES - 1
        piece, room = piece + sign, room - size
    return "\r\n".join([*pieces, piece])
