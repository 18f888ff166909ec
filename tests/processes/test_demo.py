"""The demo company: somebody in every role, records in three languages, requests in different states."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import accountability, database, errors, roles, worker
from engine.tables import Person, ProcessInstance, UserTask
from processes import demo
from tests.conftest import in_memory
from tests.processes.company import NOW


@pytest.fixture
def built(engine: Engine) -> Engine:
    """A database with the demo company (built once, then copied), and its worker up to date."""
    in_memory("demo", _build, into=engine)
    worker.run_until_quiet(engine, now=lambda: NOW)
    return engine


def _build(session: Session) -> None:
    logins = demo.build(session, NOW)

    # It returns the logins of its people.
    assert sorted(logins) == sorted(session.scalars(select(Person.login)))


def test_every_role_has_somebody(built: Engine) -> None:
    with database.reading(built) as session:
        # Customers have no account: they answer through links.
        assert roles.without_members(session) == roles.OUTSIDE


def test_its_people_read_english_romanian_and_russian_and_are_nobody(built: Engine) -> None:
    with database.reading(built) as session:
        people = session.scalars(select(Person)).all()

    assert {person.language for person in people} == {"en", "ro", "ru"}
    for person in people:
        assert len(person.name) == 5 and person.name[1:3] == ". "
        assert person.email.endswith(".example")


def test_its_requests_wait_at_different_steps_and_nothing_waits_silently(built: Engine) -> None:
    with database.reading(built) as session:
        running = session.scalars(select(ProcessInstance).order_by(ProcessInstance.business_key)).all()
        waiting = set(session.scalars(select(UserTask.name).where(UserTask.state == "open")))

        of_series: dict[str, list[ProcessInstance]] = {}
        for row in running:
            of_series.setdefault(row.business_key.partition("-")[0], []).append(row)
        assert [len(of_series[series]) for series in ("IR", "R")] == [6, 3]
        for series in of_series.values():
            assert [row.started_at for row in series] == sorted(row.started_at for row in series)
        assert {"Confirm the result", "Approve the request", "Do the work", "Take the request"} < waiting
        assert {"Take the payment", "Answer the quote", "Find the fault"} < waiting
        assert accountability.stuck(session, NOW) == []
        for row in running:
            assert accountability.why_waiting(session, row.key, NOW)


@pytest.mark.parametrize("hours", range(0, 24 * 7, 37))
def test_it_can_be_built_at_any_hour_of_the_week(deployed: Session, hours: int) -> None:
    # The company itself and how it is deployed know no hour: that is copied, and done on an empty database in `built`.
    demo.begin_work(deployed, NOW + timedelta(hours=hours))

    numbers = deployed.scalars(select(ProcessInstance.business_key))
    series = Counter(number.partition("-")[0] for number in numbers)
    assert (series["IR"], series["R"]) == (6, 3)


def test_it_is_not_built_twice_on_one_database(built: Engine) -> None:
    with pytest.raises(errors.Refused, match="empty"), database.transaction(built) as session:
        demo.build(session, NOW)
