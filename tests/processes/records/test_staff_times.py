"""Absences end by what the clock says; a qualification is written down once, for a time that can be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from processes.records import skills, staff_times
from processes.records.staff_times import Absence
from tests.processes.visiting import NOW, company

HOUR = timedelta(hours=1)


@pytest.fixture
def shop(session):
    company(session)
    return session


def test_what_has_begun_ends_now_what_lies_ahead_is_gone_and_what_is_over_stays(shop):
    over, now, ahead = (
        staff_times.be_absent(shop, "anna", NOW + start * HOUR, NOW + (start + 4) * HOUR, "sick").key
        for start in (-9, -1, 5)
    )

    for key in (over, now, ahead):
        staff_times.end_absence(shop, key, now=NOW)

    assert shop.get(Absence, over).ends_at == NOW - 5 * HOUR
    assert shop.get(Absence, now).ends_at == NOW
    assert shop.get(Absence, ahead) is None
    with pytest.raises(errors.NotFound):
        staff_times.end_absence(shop, ahead, now=NOW)


def test_a_qualification_is_written_down_once_and_does_not_end_before_it_begins(shop):
    skills.put(shop, "ladders", {"en": "Ladders"})
    skills.qualify(shop, "anna", "ladders", date(2026, 11, 1))

    with pytest.raises(errors.Refused, match="already"):
        skills.qualify(shop, "anna", "ladders", date(2026, 11, 1), level=3)
    with pytest.raises(errors.Refused, match="later last day"):
        skills.qualify(shop, "boris", "ladders", date(2026, 11, 1), date(2026, 10, 31))

    assert len([each for each in skills.of_person(shop, "anna") if each.skill_id == "ladders"]) == 1
