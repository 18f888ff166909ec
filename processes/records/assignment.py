"""Who goes: of those who can, the ones of the customer's zone, then those with the least to do, then the earliest time.

What is left equal is decided by name of login, so the same question always has the same answer. Why it was them is kept with the
appointment as facts, and said as a sentence to whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import settings
from engine.sentences import Sentence, _l
from processes.records import capacity, free_slots, resources, skills, staff_times, visits, zones
from processes.records.visits import Slot, Visit

AUTOMATIC, BY_HAND, BY_CUSTOMER = "automatic", "by_hand", "by_customer"


@dataclass(frozen=True, slots=True)
class Choice:
    """A time with those who come. assigned_for: why it is them, see `sentence`."""

    slot: Slot
    people: tuple[str, ...]
    vehicles: tuple[str, ...]
    assigned_for: dict[str, Any]


def choose(
    session: Session,
    visit: Visit,
    *,
    earliest: datetime,
    latest: datetime,
    way: str = AUTOMATIC,
    besides: int | None = None,
) -> Choice | None:
    """A time between two moments and who comes; None when nobody can. The first day on which somebody can is taken."""
    slots = free_slots.find(
        session,
        visit_kind=visit.kind,
        skill_id=visit.skill_id,
        minutes=visit.minutes,
        address=visit.address,
        earliest=earliest,
        latest=latest,
        people=visit.people,
        besides=besides,
    )
    if not slots:
        return None
    zone = ZoneInfo(settings.calendar(session).time_zone)
    first_day = slots[0].starts_at.astimezone(zone).date()
    of_that_day = [each for each in slots if each.starts_at.astimezone(zone).date() == first_day]
    return _best(session, visit, of_that_day, first_day, zone, way)


def choose_at(
    session: Session, visit: Visit, starts_at: datetime, *, way: str = BY_CUSTOMER, besides: int | None = None
) -> Choice | None:
    """Who comes at that moment; None when nobody can any more."""
    slot = free_slots.at(session, visit, starts_at, besides)
    if slot is None:
        return None
    zone = ZoneInfo(settings.calendar(session).time_zone)
    return _best(session, visit, [slot], starts_at.astimezone(zone).date(), zone, way)


def vehicle_at(
    session: Session,
    visit: Visit,
    starts_at: datetime,
    *,
    besides: int | None = None,
    known: Sequence[str] = (),
) -> tuple[str, ...]:
    """The vehicle for a visit whose people somebody chose: a known one if it is free, else the first; () where none is needed.

    Raises BusinessError SLOT_TAKEN when every vehicle is taken or out of use. besides: see `free_slots.find`.
    """
    fleet = resources.every(session, resources.VEHICLE) if visit.kind in visits.WITH_VEHICLE else []
    if not fleet:
        return ()
    ids, ends_at = [each.resource_id for each in fleet], starts_at + visit.length
    full = capacity.full(session, fleet, starts_at, ends_at, besides)
    away = {each.resource_id for each in staff_times.absences(session, starts_at, ends_at, ids)}
    free = [each for each in ids if not full[each] and each not in away]
    if not free:
        raise capacity.taken(session, ", ".join(each.name for each in fleet), starts_at)
    return (min(free, key=lambda each: (each not in known, each)),)


def by_hand(session: Session, visit: Visit, people: Sequence[str]) -> dict[str, Any]:
    """The facts of a choice that somebody made: {way, people, zone, skill}."""
    found = zones.of_address(session, visit.address)
    return {
        "way": BY_HAND,
        "people": list(people),
        "zone": found.name if found else None,
        "skill": visit.skill_id,
    }


def staff(session: Session, visit: Visit) -> dict[str, str]:
    """{login: name} of everybody who may go to a visit of that kind, whether free or not."""
    return {each.resource_id: each.name for each in resources.with_role(session, visits.ROLES[visit.kind])}


def sentence(session: Session, assigned_for: Mapping[str, Any], language: str = "en") -> Sentence:
    """Why these people come, for somebody who asks."""
    names = _names(session, assigned_for.get("people", ()))
    if assigned_for.get("way") == BY_HAND:
        return Sentence(_l("{people}: chosen by hand."), people=names)
    places = {
        "people": names,
        "minutes": assigned_for.get("minutes", 0),
        "others": assigned_for.get("others", 0),
        "zone": assigned_for.get("zone"),
        "skill": _skill(session, assigned_for.get("skill"), language),
    }
    return Sentence(_SAID[bool(assigned_for.get("skill")), bool(assigned_for.get("in_zone"))], **places)


#: (a skill is needed, they are of the customer's zone) -> what is said.
_SAID = {
    (True, True): _l(
        "{people}: qualified for {skill}, free, works in the zone {zone}, "
        "{minutes} minutes taken that day; {others} more could have gone."
    ),
    (True, False): _l(
        "{people}: qualified for {skill}, free, {minutes} minutes taken that day; {others} more could have gone."
    ),
    (False, True): _l(
        "{people}: free, works in the zone {zone}, {minutes} minutes taken that day; {others} more could have gone."
    ),
    (False, False): _l("{people}: free, {minutes} minutes taken that day; {others} more could have gone."),
}


def _best(
    session: Session, visit: Visit, slots: Sequence[Slot], day: date, zone: ZoneInfo, way: str
) -> Choice:
    start = datetime.combine(day, time(0), zone)
    everybody = {login for slot in slots for login in slot.people}
    vehicles = {vehicle for slot in slots for vehicle in slot.vehicles}
    load = capacity.load(session, everybody | vehicles, start, start + timedelta(days=1))
    found = zones.of_address(session, visit.address)
    local = zones.people(session, found.zone_id) if found else set()
    crews = [tuple(members) for members in resources.crews(session).values() if len(members) == visit.people]
    ranked = [
        (*_rank(people, local, load, crews), slot.starts_at, people, slot)
        for slot in slots
        for people in _teams(slot, visit.people, crews, local, load)
    ]
    *_, people, slot = min(ranked, key=lambda each: each[:-1])
    taken = min(slot.vehicles, key=lambda vehicle: (load[vehicle], vehicle), default=None)
    facts = {
        "way": way,
        "people": list(people),
        "skill": visit.skill_id,
        "zone": found.name if found else None,
        "in_zone": bool(local) and set(people) <= local,
        "minutes": max(load[each] for each in people),
        "others": len(set(slot.people) - set(people)),
    }
    return Choice(slot, people, (taken,) if taken else (), facts)


def _rank(
    people: tuple[str, ...], local: set[str], load: Mapping[str, int], crews: Iterable[tuple[str, ...]]
) -> tuple[int, int, int]:
    """The less the better: strangers to the zone, no crew of their own, what they have to do that day."""
    is_crew = len(people) < 2 or tuple(sorted(people)) in crews
    return len(set(people) - local), 0 if is_crew else 1, sum(load[each] for each in people)


def _teams(
    slot: Slot, size: int, crews: Iterable[tuple[str, ...]], local: set[str], load: Mapping[str, int]
) -> list[tuple[str, ...]]:
    """Who could go together at that time: each person alone, else the crews, and the best of the rest."""
    if size == 1:
        return [(each,) for each in slot.people]
    together = [crew for crew in crews if set(crew) <= set(slot.people)]
    best = sorted(slot.people, key=lambda each: (each not in local, load[each], each))[:size]
    return [*together, tuple(sorted(best))]


def _names(session: Session, logins: Iterable[str]) -> list[str]:
    return [resources.get(session, login).name for login in logins]


def _skill(session: Session, skill_id: str | None, language: str) -> str:
    return skills.get(session, skill_id).name_in(language) if skill_id else ""
