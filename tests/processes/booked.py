"""A process that a booking on the web starts, and a service that starts it: what the booking needs of the flows, and no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import definitions, roles
from processes.records import bookable_services
from processes.records.bookable_services import BookableService
from tests.engine import diagrams as d

MESSAGE = "test_visit_booked"
_FLOW = d.process(
    d.start("somebody_books", '<bpmn:messageEventDefinition messageRef="booked"/>'),
    d.user_task("look_at_it", role="Dispatcher"),
    d.flow("somebody_books", "look_at_it"),
    d.end(),
    d.flow("look_at_it", "done"),
    process_id="booked_visit",
    extra=d.message("booked", MESSAGE, "=appointment_key"),
    properties={"number_series": "BV"},
)


def service(
    session: Session, now: datetime, *, skill_id: str | None, visit_kind: str = "repair", people: int = 1
) -> BookableService:
    """The service "checkup": an hour, and its process."""
    roles.ensure_role(session, "Dispatcher")
    definitions.deploy(session, {"booked.bpmn": _FLOW, "answer.form": d.FORM}, actor=roles.SYSTEM, now=now)
    return bookable_services.put(
        session,
        "checkup",
        {"en": "Check-up", "ru": "Осмотр"},
        message=MESSAGE,
        visit_kind=visit_kind,
        minutes=60,
        skill_id=skill_id,
        people=people,
        hints={"en": "We look at it"},
    )
