"""Who goes to a visit after it was dragged from one row of the board to another."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.errors import Refused
from engine.sentences import Sentence, _l
from processes.records import appointments, resources
from processes.records.appointments import Appointment
from processes.records.resources import CREW, PERSON, VEHICLE


def after(session: Session, appointment: Appointment, from_row: str, to_row: str) -> list[str]:
    """The people of the visit when it goes from one row to another: a crew brings all its members, a person replaces a person.

    Raises Refused for the row of a vehicle: a vehicle goes along by itself where one is needed.
    """
    people = appointments.people(session, appointment.key)
    if not to_row or from_row == to_row:
        return people
    source, target = resources.get(session, from_row), resources.get(session, to_row)
    for each in (source, target):
        if each.kind == VEHICLE:
            raise Refused(Sentence(_FOR_PEOPLE, name=each.name))
    if target.kind == CREW:
        return resources.crews(session).get(to_row, [])
    if source.kind == PERSON and from_row in people:
        return list(dict.fromkeys(to_row if each == from_row else each for each in people))
    return [to_row]


_FOR_PEOPLE = _l(
    "{name} is a vehicle: it goes along by itself where one is needed. Move the visit in the row of a person or a crew."
)
