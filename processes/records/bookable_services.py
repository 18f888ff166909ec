"""What customers may book by themselves, without an account: a service, how long it takes, and the process that it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from processes.records import audit, visits
from processes.records.visits import Visit


class BookableService(audit.Audited, Base):
    """A service on the public page. names, hints: {language: text}. message: what starts the process when somebody books.

    ahead_hours: how long before the visit it has to be booked. position: where it stands in the list.
    """

    __tablename__ = "bookable_service"
    __table_args__ = (
        CheckConstraint(f"visit_kind IN {visits.KINDS!r}", name="visit_kind"),
        CheckConstraint("minutes BETWEEN 1 AND 720", name="minutes"),
        CheckConstraint("people BETWEEN 1 AND 20", name="people"),
        CheckConstraint("ahead_hours >= 0", name="ahead_hours"),
        CheckConstraint("length(message) > 0", name="message"),
    )
    service_id: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    hints: Mapped[dict[str, Any]]
    message: Mapped[str]
    visit_kind: Mapped[str]
    skill_id: Mapped[str | None] = mapped_column(ForeignKey("skill.skill_id"))
    minutes: Mapped[int]
    people: Mapped[int]
    ahead_hours: Mapped[int]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(Boolean)

    def name_in(self, language: str) -> str:
        """The name in that language, else in English, else any."""
        return _said(self.names, language) or self.service_id

    def hint_in(self, language: str) -> str:
        """What else is said of it in that language, else in English; empty when nothing is."""
        return _said(self.hints, language)

    def visit(self, address: str | None = None) -> Visit:
        """The visit that somebody who books it wants."""
        return Visit(self.visit_kind, self.minutes, self.skill_id, address, self.people)


def put(
    session: Session,
    service_id: str,
    names: Mapping[str, str],
    *,
    message: str,
    visit_kind: str,
    minutes: int,
    skill_id: str | None = None,
    people: int = 1,
    ahead_hours: int = 0,
    hints: Mapping[str, str] | None = None,
    position: int = 0,
    active: bool = True,
) -> BookableService:
    """Add a service, or write new facts onto a known one."""
    row = session.get(BookableService, service_id) or BookableService(service_id=service_id)
    row.names, row.hints, row.message = dict(names), dict(hints or {}), message
    row.visit_kind, row.skill_id, row.minutes, row.people = visit_kind, skill_id, minutes, people
    row.ahead_hours, row.position, row.active = ahead_hours, position, active
    session.add(row)
    session.flush()
    return row


def offered(session: Session) -> list[BookableService]:
    """The services that can be booked now, in their order."""
    query = select(BookableService).where(BookableService.active)
    return list(session.scalars(query.order_by(BookableService.position, BookableService.service_id)))


def get(session: Session, service_id: str) -> BookableService:
    """A service that can be booked. Raises NotFound, also for one that is no longer offered."""
    found = session.get(BookableService, service_id)
    if found is None or not found.active:
        raise errors.NotFound("This service cannot be booked here. Choose another one, or call us.")
    return found


def _said(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
