"""The cockpit: what needs a manager, with its remedy; where every order waits; nothing for those without the permission."""

from __future__ import annotations

import html

import pytest
from sqlalchemy import select, update

import engine.database
from engine import clock, definitions, instances, roles, worker
from engine.operations import operation
from engine.tables import Incident, Job, Person, ProcessDefinition, UserTask
from tests.engine import diagrams
from tests.webapp import stories

MANAGER = "manager"


@operation("test.break")
def break_down(session, step) -> dict:
    """Break until it is told not to."""
    if Machine.is_broken:
        raise RuntimeError("the oven is cold")
    return {}


class Machine:
    is_broken = True


@pytest.fixture
def stopped(database):
    """An order that has stopped with an incident."""
    Machine.is_broken = True
    model = diagrams.process(
        diagrams.start(),
        diagrams.service_task("bake", "test.break", retries=1),
        diagrams.end(),
        diagrams.flow("begin", "bake"),
        diagrams.flow("bake", "done"),
        process_id="bakery",
    )
    with engine.database.transaction(database) as session:
        definitions.deploy(session, {"bakery.bpmn": model}, actor=roles.SYSTEM, now=clock.now())
        return instances.start(session, "bakery", actor=roles.SYSTEM, now=clock.now(), business_key="B-1").key


@pytest.mark.parametrize("page", ["/cockpit/", "/cockpit/orders", "/cockpit/processes", "/cockpit/mails"])
def test_the_cockpit_is_closed_to_those_who_only_work(visitor, page):
    assert visitor("it").get(page).status_code == 403
    assert visitor(MANAGER).get(page).status_code == 200


def test_a_calm_house_says_so(visitor, database):
    assert "Nothing needs you now" in visitor(MANAGER).text("/cockpit/")


def test_an_incident_shows_its_cause_and_goes_on_when_it_is_tried_again(visitor, database, stopped):
    manager = visitor(MANAGER)
    assert "the oven is cold" in manager.text("/cockpit/")
    [incident] = _all(database, Incident)
    Machine.is_broken = False

    manager.post(f"/cockpit/incidents/{incident.key}/resolve")
    assert "B-1 is being tried again." in manager.text("/cockpit/")
    worker.run_due(database, now=clock.now)

    assert stories.order_of(database, stopped).state == "completed"
    assert "Nothing needs you now" in manager.text("/cockpit/")


def test_an_incident_that_is_not_cured_stops_again_after_one_try(visitor, database, stopped):
    manager = visitor(MANAGER)
    [incident] = _all(database, Incident)

    manager.post(f"/cockpit/incidents/{incident.key}/resolve")
    worker.run_due(database, now=clock.now)

    assert [each.resolved_at is None for each in _all(database, Incident)] == [False, True]
    assert stories.order_of(database, stopped).state == "active"
    assert "the oven is cold" in manager.text("/cockpit/")


def test_somebody_who_may_not_repeat_is_refused(visitor, database, stopped):
    [incident] = _all(database, Incident)

    assert visitor("it").post(f"/cockpit/incidents/{incident.key}/resolve").status_code == 403
    assert _all(database, Incident)[0].resolved_at is None


def test_late_work_is_given_to_a_person(visitor, database):
    order = stories.asked(database)
    _make_late(database, order)
    manager = visitor(MANAGER)
    assert "The screen stays dark · nobody of IT has taken it" in manager.text("/cockpit/")
    task = stories.step_of(database, order)

    manager.post(f"/cockpit/user-tasks/{task.key}/assign", {"login": "it"})

    assert stories.step_of(database, order).assignee == "it"


def test_work_for_a_role_without_people_is_stuck(visitor, database):
    stories.asked(database)
    with engine.database.transaction(database) as session:
        session.execute(update(Person).where(Person.login == "it").values(active=False))

    page = visitor(MANAGER).text("/cockpit/")
    assert "nobody active has the role" in page
    assert "1 thing is stuck" in page


def test_the_list_of_orders_says_what_each_waits_for_and_can_be_searched(visitor, database):
    stories.asked(database, subject="The screen stays dark")
    stories.asked(database, subject="The printer sings")
    manager = visitor(MANAGER)

    assert "Waits for somebody of IT to take" in manager.text("/cockpit/orders")
    found = manager.text("/cockpit/orders?q=printer")
    assert "The printer sings" in found
    assert "The screen stays dark" not in found
    assert "No order fits" in manager.text("/cockpit/orders?q=100%25")


def test_an_order_shows_where_it_has_been_and_is(visitor, database):
    order = stories.asked(database)
    page = html.unescape(visitor(MANAGER).get(f"/cockpit/orders/{order}").text)

    assert '"current": {"take_the_request": "open"}' in page
    taken = page[page.index('"taken": [') :]
    assert '"describe_the_it_problem"' in taken
    assert '"it_helps"' in taken
    assert '"confirm_the_result"' not in taken


def test_the_process_map_counts_open_work_and_lists_it(visitor, database):
    order = stories.asked(database)
    _make_late(database, order)
    with engine.database.reading(database) as session:
        key = session.scalar(
            select(ProcessDefinition.key).where(ProcessDefinition.process_id == "internal_request")
        )
    manager = visitor(MANAGER)

    page = manager.get(f"/cockpit/processes/{key}").text
    assert '{"heat": 3, "id": "take_the_request", "incidents": 0, "late": 1, "open": 1}' in page
    docked = manager.text(f"/cockpit/processes/{key}/nodes/take_the_request")
    assert "open: 1 · late: 1" in docked
    assert "The screen stays dark" in docked
    assert "The screen stays dark" in manager.text(f"/cockpit/processes/{key}?node=take_the_request")
    assert "No order is here now" in manager.text(f"/cockpit/processes/{key}/nodes/confirm_the_result")
    assert manager.get(f"/cockpit/processes/{key}/nodes/no_such_step").status_code == 404


def test_the_list_of_processes_counts_their_open_and_stopped_orders(visitor, database, stopped):
    stories.asked(database)
    stories.asked(database)

    page = visitor(MANAGER).text("/cockpit/processes")

    assert "Internal service request 1 2 0" in page
    assert "bakery 1 1 1" in page


def test_work_is_offered_first_to_those_who_could_take_it(visitor, database):
    task = stories.step_of(database, stories.asked(database))

    page = visitor(MANAGER).get(f"/cockpit/user-tasks/{task.key}/assign").text

    first, rest = page[page.index('"Could take it"') :].split('"Everybody else"')
    assert "M. T." in first
    assert "C. L." not in first
    assert "C. L." in rest
    assert visitor("it").get(f"/cockpit/user-tasks/{task.key}/assign").status_code == 403


def test_somebody_who_was_kept_out_by_four_eyes_is_refused_with_a_sentence(visitor, database):
    task = stories.step_of(database, stories.asked(database, cost=2500))
    manager = visitor(MANAGER)

    manager.post(f"/cockpit/user-tasks/{task.key}/assign", {"login": "sales"})

    assert "needs a second person" in manager.text("/cockpit/")
    assert stories.step_of(database, task.process_instance_key).assignee is None


def test_an_order_is_ended_only_with_a_reason(visitor, database):
    order = stories.asked(database)
    manager = visitor(MANAGER)

    manager.post(f"/cockpit/orders/{order}/terminate", {"reason": " "})
    assert stories.order_of(database, order).state == "active"
    manager.post(f"/cockpit/orders/{order}/terminate", {"reason": "entered twice"})

    assert stories.order_of(database, order).state == "terminated"
    assert [job for job in _all(database, Job) if job.process_instance_key == order] == []


def _make_late(database, order: int) -> None:
    with engine.database.transaction(database) as session:
        session.execute(
            update(UserTask)
            .where(UserTask.process_instance_key == order, UserTask.state == "open")
            .values(due_at=UserTask.created_at)
        )


def _all(database, table):
    with engine.database.reading(database) as session:
        return list(session.scalars(select(table).order_by(table.key)))
