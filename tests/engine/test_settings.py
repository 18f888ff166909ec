"""Settings are read once a unit of work, and never older than the unit that asks."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import calendars, database, settings
from tests import statements


def test_all_settings_are_one_query_in_a_unit_of_work(engine: Engine) -> None:
    with database.transaction(engine) as session:
        settings.put(session, "currency", "MDL")

    with database.reading(engine) as session, statements.asked(engine) as asked:
        found = [settings.get(session, name, "none") for name in ("currency", "vat_percent", "currency")]
        settings.calendar(session)

    assert found == ["MDL", "none", "MDL"]
    assert len([each for each in asked if "setting" in each]) == 1


def test_a_setting_that_was_chosen_counts_at_once_and_in_the_next_unit(session: Session) -> None:
    before = settings.get(session, "currency")

    settings.put(session, "currency", "EUR")
    at_once = settings.get(session, "currency")
    session.commit()
    later = settings.get(session, "currency")
    settings.put(session, "currency", "MDL")

    assert (before, at_once, later, settings.get(session, "currency")) == (None, "EUR", "EUR", "MDL")


def test_a_choice_that_was_taken_back_with_its_savepoint_does_not_count(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        settings.put(session, "currency", "EUR")
        assert settings.get(session, "currency") == "EUR"
        raise ZeroDivisionError

    assert settings.get(session, "currency") is None


def test_a_choice_of_somebody_else_counts_from_the_next_unit_on(any_database: Engine) -> None:
    with Session(any_database) as session:
        before = settings.calendar(session)
        session.commit()
        with database.transaction(any_database) as other:
            settings.put(other, "calendar", {**calendars.DEFAULT.to_json(), "time_zone": "Asia/Tokyo"})

        after = settings.calendar(session)

    assert before == calendars.DEFAULT
    assert after.time_zone == "Asia/Tokyo"
