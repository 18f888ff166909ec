"""What a visit is: of which kind, what it needs of who comes, how long, where. Everybody who plans one speaks of it in this way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import errors
from engine.sentences import Sentence, _l

ESTIMATE, REPAIR, DELIVERY, INSTALLATION, MAINTENANCE = KINDS = (
    "estimate",
    "repair",
    "delivery",
    "installation",
    "maintenance",
)
LABELS = {
    ESTIMATE: _l("Estimate at your place"),
    REPAIR: _l("Repair at your place"),
    DELIVERY: _l("Delivery"),
    INSTALLATION: _l("Installation"),
    MAINTENANCE: _l("Maintenance"),
}
#: Who may go: people of one of these roles.
ROLES = {
    ESTIMATE: ("Representative",),
    REPAIR: ("Technician",),
    DELIVERY: ("Delivery",),
    INSTALLATION: ("Installer",),
    MAINTENANCE: ("Technician",),
}
#: For these a vehicle is booked as well, in a company that has vehicles in its calendar.
WITH_VEHICLE = (DELIVERY,)
#: Visits begin at full and at half hours.
GRID = timedelta(minutes=30)
#: Nobody looks further ahead for a free time.
HORIZON = timedelta(days=28)
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is wanted. people: how many have to come. skill_id: what each of them must be qualified for."""

    kind: str
    minutes: int
    skill_id: str | None = None
    address: str | None = None
    people: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise errors.Refused(
                f'Expected the kind of a visit to be one of {", ".join(KINDS)}, but found "{self.kind}".'
            )
        if not 0 < self.minutes <= LONGEST.total_seconds() // 60:
            raise errors.Refused(
                Sentence(
                    _l("A visit takes from 1 to {most} minutes, but {minutes} were asked for."),
                    most=int(LONGEST.total_seconds() // 60),
                    minutes=self.minutes,
                )
            )
        if not 1 <= self.people <= 20:
            raise errors.Refused(
                Sentence(
                    _l("From 1 to 20 people go to a visit, but {people} were asked for."), people=self.people
                )
            )

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time for a visit. people, vehicles: who and what could be had, by id; more than are needed, mostly."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    vehicles: tuple[str, ...] = ()
