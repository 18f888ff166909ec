"""Deputies: dated, of one process or of all, ended early, and never in a circle."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import deputies, errors, roles
from engine.tables import Person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

WEEK = timedelta(days=7)


@pytest.fixture
def people(session):
    for login in ("anna", "boris", "clara"):
        roles.add_person(session, login, login.title(), ["Clerk"])
    return session


def _appoint(session, absent, login, *, start=NOW, length=WEEK, process_id=None):
    return deputies.appoint(
        session,
        absent,
        login,
        starts_at=start,
        ends_at=start + length,
        process_id=process_id,
        actor=roles.SYSTEM,
        now=NOW,
    )


def _for_whom(session, login, now=NOW):
    return [(each.absent_login, each.process_id) for each in deputies.of(session, login, now)]


def test_a_deputy_counts_from_its_first_moment_to_its_last(people):
    _appoint(people, "anna", "boris", start=NOW + WEEK, process_id="order")

    assert _for_whom(people, "boris") == []
    assert _for_whom(people, "boris", NOW + WEEK) == [("anna", "order")]
    assert _for_whom(people, "boris", NOW + 2 * WEEK) == []
    assert [each.login for each in deputies.ahead(people, NOW, "anna")] == ["boris"]


def test_a_deputy_that_was_ended_counts_no_longer(people):
    row = _appoint(people, "anna", "boris")

    deputies.end(people, row.key, now=NOW + timedelta(days=1))
    deputies.end(people, row.key, now=NOW + timedelta(days=2))

    assert row.ended_at == NOW + timedelta(days=1)
    assert _for_whom(people, "boris", NOW + timedelta(days=1)) == []


def test_a_circle_is_refused_however_long_it_is(people):
    _appoint(people, "anna", "boris")
    _appoint(people, "boris", "clara")

    for absent, login in (("boris", "anna"), ("clara", "anna")):
        with pytest.raises(errors.Refused, match="stands in for"):
            _appoint(people, absent, login)
    with pytest.raises(errors.Refused, match="themselves"):
        _appoint(people, "anna", "anna")


def test_what_is_another_time_or_another_process_is_no_circle(people):
    _appoint(people, "anna", "boris", process_id="order")

    _appoint(people, "boris", "anna", process_id="contract")
    _appoint(people, "boris", "anna", start=NOW + WEEK)
    with pytest.raises(errors.Refused):
        _appoint(people, "boris", "anna")


def test_a_deputy_is_somebody_who_is_there_for_a_time_that_is_not_over(people):
    people.get_one(Person, "clara").active = False

    with pytest.raises(errors.NotFound):
        _appoint(people, "anna", "clara")
    with pytest.raises(errors.Refused, match="Choose a later end"):
        _appoint(people, "anna", "boris", start=NOW - 2 * WEEK)
