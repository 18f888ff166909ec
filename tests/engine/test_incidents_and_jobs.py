"""Operations that break, business errors, incidents, outside workers, leases and fencing tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors, incidents, jobs, worker
from engine.tables import History, Incident, Job
from tests.engine.diagrams import (
    boundary_error,
    end,
    error,
    event,
    exclusive,
    flow,
    on_condition,
    process,
    service_task,
    start,
    user_task,
)
from tests.engine.house import House, LedgerRow, Switch

POSTING = process(
    start(),
    user_task("count"),
    service_task("book", "test.post", {"amount": "=amount"}),
    end(),
    boundary_error("refused", "book", "too_much"),
    user_task("fix_the_data"),
    flow("begin", "count"),
    flow("count", "book"),
    flow("book", "done"),
    flow("refused", "fix_the_data"),
    flow("fix_the_data", "book"),
    extra=error("too_much", "TOO_MUCH"),
)
OUTSIDE = process(
    start(), service_task("weigh", "scales"), end(), flow("begin", "weigh"), flow("weigh", "done")
)


def test_an_operation_that_keeps_breaking_becomes_an_incident_and_a_manager_resolves_it(
    any_database, house: House
):
    house.deploy(POSTING)
    key = house.start()
    Switch.failures = [RuntimeError("the warehouse is locked")] * 3
    house.complete(key, "count", amount=7)

    house.wait(hours=2)
    house.wait(hours=2)

    [incident] = house.rows(Incident)
    assert incident.kind == "JOB_NO_RETRIES"
    assert "the warehouse is locked" in incident.sentence
    assert house.rows(LedgerRow) == []

    with house.write() as session:
        incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)
    house.work()

    assert house.state(key) == "completed"
    assert [row.amount for row in house.rows(LedgerRow)] == [7]
    assert house.rows(Incident)[0].resolved_by == "mia"


def test_a_business_error_takes_the_way_that_the_diagram_draws(house: House):
    house.deploy(POSTING)
    key = house.start()

    house.complete(key, "count", amount=5000)

    assert house.open_tasks(key) == ["fix_the_data"]
    assert house.rows(Incident) == []
    house.complete(key, "fix_the_data", amount=10)
    assert (house.state(key), [row.amount for row in house.rows(LedgerRow)]) == ("completed", [10])


def test_a_condition_that_is_null_is_an_incident_that_quotes_it(house: House):
    house.deploy(
        process(
            start(),
            user_task("count"),
            exclusive("is_much", default="is_much_to_little"),
            end("little"),
            end("much"),
            flow("begin", "count"),
            flow("count", "is_much"),
            flow("is_much", "little"),
            flow("is_much", "much", "=weight &gt; 100"),
        )
    )
    key = house.start()

    house.complete(key, "count", answer="x")

    [incident] = house.rows(Incident)
    assert incident.kind == "CONDITION_ERROR"
    assert "weight > 100" in incident.sentence
    with house.write() as session:
        incidents.resolve(
            session, incident.key, actor=house.actor("mia"), now=house.now, variables={"weight": 200}
        )
    assert house.state(key) == "completed"
    assert [row.element_id for row in house.rows(History, History.kind == "passed")][-1] == "much"


def test_a_resolved_incident_cannot_be_resolved_again(house: House):
    house.deploy(POSTING)
    key = house.start()
    Switch.failures = [RuntimeError("no")] * 3
    house.complete(key, "count", amount=7)
    house.wait(days=1)
    house.wait(days=1)
    [incident] = house.rows(Incident)
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)

    with pytest.raises(errors.Conflict), house.write() as session:
        incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)


def test_an_outside_worker_takes_a_job_and_completes_it(any_database, house: House):
    house.deploy(OUTSIDE)
    key = house.start(item="box")
    with house.write() as session:
        [job] = jobs.activate(
            session, "scales", worker="w1", most=5, lease=timedelta(minutes=1), now=house.now
        )
    with house.write() as session:
        assert (
            jobs.activate(session, "scales", worker="w2", most=5, lease=timedelta(minutes=1), now=house.now)
            == []
        )

    with house.write() as session:
        jobs.complete(session, job["key"], {"weight": 3}, actor=house.actor("ann"), now=house.now)

    assert (job["variables"]["item"], job["retries"]) == ("box", 3)
    assert house.state(key) == "completed"


def test_an_outside_worker_that_dies_loses_its_job_to_another(house: House):
    house.deploy(OUTSIDE)
    house.start()
    with house.write() as session:
        jobs.activate(session, "scales", worker="w1", most=5, lease=timedelta(minutes=1), now=house.now)
    house.clock.move(timedelta(minutes=2))

    with house.write() as session:
        [again] = jobs.activate(
            session, "scales", worker="w2", most=5, lease=timedelta(minutes=1), now=house.now
        )
    assert again["fence"] == 2


def test_an_outside_worker_that_gives_up_leaves_an_incident(house: House):
    house.deploy(OUTSIDE)
    key = house.start()
    with house.write() as session:
        [job] = jobs.activate(
            session, "scales", worker="w1", most=5, lease=timedelta(minutes=1), now=house.now
        )
    with house.write() as session:
        jobs.fail(session, job["key"], retries=0, problem="no signal", pause=timedelta(0), now=house.now)

    [incident] = house.rows(Incident)
    assert "no signal" in incident.sentence
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)
    with house.write() as session:
        [job] = jobs.activate(
            session, "scales", worker="w1", most=5, lease=timedelta(minutes=1), now=house.now
        )
        jobs.complete(session, job["key"], {}, actor=house.actor("ann"), now=house.now)
    assert house.state(key) == "completed"


def test_a_slow_worker_whose_lease_ran_out_changes_nothing(any_database, house: House):
    house.deploy(POSTING)
    key = house.start()
    Switch.failures = [RuntimeError("first try")]
    house.complete(key, "count", amount=7)
    house.clock.move(timedelta(minutes=5))
    with house.write() as session:
        [old] = jobs.claim(session, house.now)
    house.clock.move(timedelta(minutes=5))

    house.work()
    worker._run(house.engine, old, house.clock, None)

    assert [row.amount for row in house.rows(LedgerRow)] == [7]
    assert house.state(key) == "completed"
    assert house.rows(Job) == []


def test_an_uncaught_error_of_an_operation_stops_the_order_visibly(house: House):
    house.deploy(
        process(
            start(),
            service_task("book", "test.post", {"amount": "=amount"}),
            end(),
            flow("begin", "book"),
            flow("book", "done"),
        )
    )
    house.start(amount=5000)

    [incident] = house.rows(Incident)
    assert incident.kind == "UNHANDLED_ERROR_EVENT"
    assert "TOO_MUCH" in incident.sentence


def test_an_error_nobody_catches_keeps_its_job_from_everybody_until_it_is_resolved(house: House):
    house.deploy(OUTSIDE)
    key = house.start()
    lease = timedelta(minutes=5)
    with house.write() as session:
        [taken] = jobs.activate(session, "scales", worker="w1", most=1, lease=lease, now=house.now)
        jobs.throw_error(session, taken["key"], "BROKEN", None, {}, actor=house.actor("ann"), now=house.now)
    [incident] = house.rows(Incident)

    house.wait(hours=1)
    with house.write() as session:
        assert jobs.activate(session, "scales", worker="w2", most=1, lease=lease, now=house.now) == []
        incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)

    with house.write() as session:
        [again] = jobs.activate(session, "scales", worker="w2", most=1, lease=lease, now=house.now)
        jobs.complete(session, again["key"], {}, actor=house.actor("ann"), now=house.now)
    assert house.state(key) == "completed"


def test_a_retried_operation_whose_error_nobody_catches_is_tried_again_once_it_is_resolved(house: House):
    house.deploy(
        process(
            start(),
            service_task("book", "test.post", {"amount": "=7"}),
            end(),
            flow("begin", "book"),
            flow("book", "done"),
        )
    )
    Switch.failures = [RuntimeError("the warehouse is locked"), errors.BusinessError("TOO_MUCH", "Too much.")]
    key = house.start()
    house.wait(hours=1)
    [incident] = house.rows(Incident)
    assert incident.kind == "UNHANDLED_ERROR_EVENT"

    with house.write() as session:
        incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)
    house.work()

    assert (house.state(key), len(house.rows(LedgerRow))) == ("completed", 1)


WATCHED = process(
    start(),
    service_task("weigh", "scales"),
    event("boundaryEvent", "too_heavy", on_condition("=heavy = true"), host="weigh"),
    user_task("look"),
    end(),
    flow("begin", "weigh"),
    flow("weigh", "done"),
    flow("too_heavy", "look"),
    flow("look", "done"),
)


def _taken(house: House) -> int:
    with house.write() as session:
        [job] = jobs.activate(
            session, "scales", worker="w", most=1, lease=timedelta(minutes=1), now=house.now
        )
        return job["key"]


@pytest.mark.parametrize("retries", [0, 2])
def test_what_a_failing_worker_knows_may_take_its_job_away(house: House, retries):
    house.deploy(WATCHED)
    key = house.start()
    job = _taken(house)

    with house.write() as session:
        jobs.fail(
            session, job, retries=retries, problem="No.", pause=timedelta(0), now=house.now, variables={"heavy": True}
        )  # fmt: skip

    assert (house.open_tasks(key), house.rows(Job), house.rows(Incident)) == (["look"], [], [])


def test_the_cure_of_an_incident_may_take_its_token_away(house: House):
    house.deploy(WATCHED)
    key = house.start()
    job = _taken(house)
    with house.write() as session:
        jobs.fail(session, job, retries=0, problem="No.", pause=timedelta(0), now=house.now)
    [incident] = house.rows(Incident)

    with house.write() as session:
        incidents.resolve(
            session, incident.key, actor=house.actor("mia"), now=house.now, variables={"heavy": True}
        )

    assert house.open_tasks(key) == ["look"]
    assert house.rows(Incident)[0].resolved_by == "mia"


def test_an_incident_that_ends_in_the_step_that_raised_it_is_nobodys_work(house: House):
    house.deploy(
        process(
            start(),
            '<bpmn:subProcess id="inside">' + start("begin_inside") + service_task("book", "test.post", {"amount": "=amount"})
            + flow("begin_inside", "book") + "</bpmn:subProcess>",
            event("boundaryEvent", "too_much", on_condition("=amount > 1000"), host="inside"),
            user_task("look"), end(), flow("begin", "inside"), flow("inside", "done"), flow("too_much", "look"),
            flow("look", "done"),
        )
    )  # fmt: skip

    key = house.start(amount=5000)

    assert (house.open_tasks(key), house.rows(Incident)) == (["look"], [])
    assert [row.kind for row in house.rows(History, History.kind == "incident_raised")] == ["incident_raised"]
