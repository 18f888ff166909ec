"""Deputies: dated, of one process or of all, ended early, and never in a circle."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import deputies, errors, roles, user_tasks
from engine.tables import History, Person
from tests.engine.diagrams import end, flow, process, start, user_task

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


# --- what a deputy does ---------------------------------------------------------------------------------------------

ONE = process(start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done"))


def _mia_for_ann(house, **facts):
    with house.write() as session:
        deputies.appoint(
            session,
            "ann",
            "mia",
            **{"starts_at": house.now, "ends_at": house.now + WEEK, **facts},
            actor=roles.SYSTEM,
            now=house.now,
        )


def _mia(session, now):
    return deputies.standing(session, roles.actor(session, "mia"), now)


def _completes(house, key, now=None):
    with house.write() as session:
        task = house.task(session, key, "inspect")
        user_tasks.complete(
            session, task.key, {"answer": "fine"}, actor=_mia(session, now or house.now), now=house.now
        )


def test_a_deputy_does_the_step_of_the_absent_person_and_the_history_says_for_whom(house):
    house.deploy(ONE)
    key = house.start()
    _mia_for_ann(house)

    _completes(house, key)

    [row] = [each for each in house.rows(History) if each.kind == "completed"]
    assert (row.actor, row.detail["for"], row.detail["for_name"]) == ("mia", "ann", "Ann")


def test_a_deputy_does_what_the_absent_person_has_taken_but_not_what_a_colleague_has(house):
    house.deploy(ONE)
    taken, of_ben = house.start(), house.start()
    _mia_for_ann(house)
    with house.write() as session:
        for login, key in (("ann", taken), ("ben", of_ben)):
            task = house.task(session, key, "inspect")
            user_tasks.claim(session, task.key, actor=house.actor(login), now=house.now)

    _completes(house, taken)

    assert house.state(taken) == "completed"
    with pytest.raises(errors.NotTheAssignee):
        _completes(house, of_ben)


def test_what_a_deputy_has_taken_is_still_done_for_the_absent_person(house):
    house.deploy(ONE)
    key = house.start()
    _mia_for_ann(house)
    with house.write() as session:
        task = house.task(session, key, "inspect")
        user_tasks.claim(session, task.key, actor=_mia(session, house.now), now=house.now)

    _completes(house, key)

    [row] = [each for each in house.rows(History) if each.kind == "completed"]
    assert row.detail["for"] == "ann"


def test_a_deputy_of_another_process_or_another_week_may_do_nothing(house):
    house.deploy(ONE)
    key = house.start()
    _mia_for_ann(house, process_id="another")
    _mia_for_ann(house, starts_at=house.now + WEEK, ends_at=house.now + 2 * WEEK)

    with pytest.raises(errors.NotACandidate):
        _completes(house, key)
