"""Free times: shifts, holidays of the place, absences, skills and what is taken; who is chosen among those who can."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import (
    appointments,
    assignment,
    free_slots,
    locations,
    resources,
    staff_times,
    visits,
)
from processes.records.visits import Visit
from tests.processes import visiting
from tests.processes.visiting import NOW, VISIT, WASHING, at

DAY = timedelta(days=1)


@pytest.fixture
def session(session: Session) -> Session:
    visiting.company(session)
    return session


def _find(
    session: Session, earliest: datetime = NOW, latest: datetime | None = None, **more
) -> list[visits.Slot]:
    facts = {"visit_kind": "repair", "skill_id": WASHING, "minutes": 60, "address": None} | more
    return free_slots.find(session, earliest=earliest, latest=latest or earliest + DAY, **facts)


def _who(slots: list[visits.Slot], hour: float, day: int = 23) -> tuple[str, ...]:
    return next((each.people for each in slots if each.starts_at == at(hour, day)), ())


def test_a_day_has_the_times_at_which_somebody_works_and_has_nothing_else(session):
    appointments.book(session, VISIT, at(10), ["anna"], by="x", now=NOW)
    staff_times.be_absent(session, "boris", at(9), at(12), "training")

    slots = _find(session)

    assert [each.starts_at for each in slots][:2] == [at(9), at(11)]
    assert (_who(slots, 9.5), _who(slots, 11), _who(slots, 12)) == ((), ("anna",), ("anna", "boris"))
    assert (_who(slots, 17), _who(slots, 17.5)) == (("anna", "boris"), ())
    assert _find(session, people=2)[0].starts_at == at(12)


def test_shifts_of_a_date_holidays_and_the_end_of_a_certificate_count(session):
    staff_times.work_weekly(session, "anna", range(5), time(9), time(13))
    staff_times.work_on(session, "anna", date(2026, 11, 24), time(15), time(20))
    staff_times.free_on(session, "boris", date(2026, 11, 24))
    locations.put(
        session,
        "shop",
        "Shop",
        time_zone="Europe/Chisinau",
        week=visiting.WEEK,
        free_days=[date(2026, 11, 25)],
    )

    slots = _find(session, latest=NOW + 10 * DAY)

    assert (_who(slots, 12), _who(slots, 12.5)) == (("anna", "boris"), ("boris",))
    assert (_who(slots, 9, 24), _who(slots, 19, 24)) == ((), ("anna",))
    assert [each for each in slots if each.starts_at.day in (25, 28, 29)] == []
    # Boris is qualified until the last day of November.
    assert (
        _who(slots, 16, 30),
        [each for each in slots if each.starts_at > at(24, 30) and "boris" in each.people],
    ) == (
        ("boris",),
        [],
    )


def test_a_public_holiday_of_the_country_is_free_unless_somebody_is_planned_for_it(session):
    new_year = datetime(2026, 12, 31, 22, tzinfo=UTC)

    assert _find(session, new_year) == []
    staff_times.work_on(session, "anna", date(2027, 1, 1), time(10), time(11))
    assert [each.people for each in _find(session, new_year)] == [("anna",)]


def test_by_the_clock_on_the_wall_a_shift_begins_at_nine_in_summer_and_in_winter(session):
    before, after = datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)

    assert _find(session, before)[0].starts_at == datetime(2026, 10, 23, 6, tzinfo=UTC)
    assert _find(session, after)[0].starts_at == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_a_delivery_needs_a_van_as_well(session):
    delivery = Visit("delivery", 60)
    appointments.book(session, delivery, at(9), ["anna"], vehicles=["van"], by="x", now=NOW)

    slots = _find(session, visit_kind="delivery", skill_id=None)

    assert slots[0].starts_at == at(10)
    assert slots[0].vehicles == ("van",)


def test_the_people_of_the_zone_go_first_then_who_has_least_to_do_then_the_earliest_time(session):
    def choose(address: str | None) -> tuple[tuple[str, ...], datetime]:
        visit = Visit("repair", 60, WASHING, address)
        found = assignment.choose(session, visit, earliest=NOW, latest=NOW + 5 * DAY)
        return found.people, found.slot.starts_at

    assert choose(None) == (("anna",), at(9))
    assert choose("3 South Street") == (("boris",), at(9))
    appointments.book(session, VISIT, at(15), ["anna"], by="x", now=NOW)
    assert choose(None) == (("boris",), at(9))
    assert choose("3, North Street") == (("anna",), at(9))
    # The same question has the same answer.
    assert {choose(None) for _each in range(5)} == {(("boris",), at(9))}
    staff_times.be_absent(session, "anna", at(0), at(24), "sick")
    staff_times.be_absent(session, "boris", at(0), at(17), "sick")
    assert choose("3 North Street") == (("boris",), at(17))
    staff_times.be_absent(session, "boris", at(0), at(0, 28), "sick")
    assert choose("3 South Street") == (("anna",), at(9, 24))


def test_why_it_was_them_is_kept_and_said(session):
    visit = Visit("repair", 60, WASHING, "1 North Street")

    choice = assignment.choose(session, visit, earliest=NOW, latest=NOW + DAY)

    assert str(assignment.sentence(session, choice.assigned_for)) == (
        "Anna: qualified for Washing machines, free, works in the zone North, 0 minutes taken that day; "
        "1 more could have gone."
    )
    by_hand = assignment.by_hand(session, visit, ["boris"])
    assert str(assignment.sentence(session, by_hand)) == "Boris: chosen by hand."


def test_nobody_free_is_no_choice_and_two_people_are_a_crew_where_there_is_one(session):
    together = Visit("repair", 60, None, None, 2)
    resources.put(session, "crew", resources.CREW, "shop", members=["anna", "boris"])

    choice = assignment.choose(session, together, earliest=NOW, latest=NOW + DAY)

    assert choice.people == ("anna", "boris")
    staff_times.be_absent(session, "boris", at(0), at(24), "sick")
    assert assignment.choose(session, together, earliest=NOW, latest=NOW + DAY) is None


def test_what_is_no_visit_is_refused_in_a_sentence():
    with pytest.raises(errors.Refused, match="kind of a visit"):
        Visit("party", 60)
    with pytest.raises(errors.Refused, match="from 1 to 720 minutes"):
        Visit("repair", 0)
    with pytest.raises(errors.Refused, match="people go to a visit"):
        Visit("repair", 60, people=21)


def test_a_window_is_that_of_the_wanted_days_and_never_before_the_notice(session):
    assert free_slots.window(session, NOW, "2026-11-25", "2026-11-26") == (at(0, 25), at(0, 27))
    assert free_slots.window(session, NOW, None, None, 24)[0] == NOW + DAY
    assert free_slots.window(session, NOW, "2026-11-01", None)[0] == NOW
