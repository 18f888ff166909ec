"""Whether somebody may go: qualified for the visit on its day, by the calendar of the place that they work from (I23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import errors, settings
from engine.sentences import Sentence, _l
from processes.records import locations, resources, skills

NOT_QUALIFIED = "NOT_QUALIFIED"


def unqualified(session: Session, skill_id: str | None, logins: Sequence[str], at: datetime) -> list[str]:
    """Which of these people lack the skill on the day of that moment; nobody lacks what is not asked for (None)."""
    return [
        login
        for login in logins
        if not skills.is_qualified(session, login, skill_id, local_day(session, login, at))
    ]


def refuse_unqualified(session: Session, skill_id: str | None, logins: Sequence[str], at: datetime) -> None:
    """Raises BusinessError NOT_QUALIFIED with the name of the first who lacks the skill on that day."""
    for login in unqualified(session, skill_id, logins, at):
        raise errors.BusinessError(
            NOT_QUALIFIED,
            Sentence(
                _l("{name} is not qualified for {skill} on {day}. Choose somebody else."),
                name=resources.get(session, login).name,
                skill=skills.get(session, skill_id).name_in("en"),
                day=local_day(session, login, at),
            ),
        )


def local_day(session: Session, resource_id: str, at: datetime) -> date:
    """The day that it is at the place of a resource; at the shop for whom nobody knows."""
    resource = session.get(resources.Resource, resource_id)
    zone = (
        locations.get(session, resource.location_id).time_zone
        if resource is not None
        else settings.calendar(session).time_zone
    )
    return at.astimezone(ZoneInfo(zone)).date()
