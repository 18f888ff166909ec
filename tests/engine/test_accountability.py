"""Nothing waits silently: every open order says in a sentence what it waits for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from engine import accountability, user_tasks
from engine.tables import Job, Person, ProcessInstance
from tests.engine.diagrams import (
    boundary_timer,
    catch_message,
    catch_timer,
    end,
    exclusive,
    flow,
    message,
    parallel,
    process,
    service_task,
    start,
    user_task,
)
from tests.engine.house import House, Switch
from tests.engine.seeds import deploy_without_the_gate


def _reasons(house: House, key: int) -> list[tuple[str, str]]:
    found = house.ask(accountability.why_waiting, key, house.now)
    return [(each.kind, str(each.sentence)) for each in found]


def test_it_waits_for_somebody_of_a_role(house: House):
    house.deploy(
        process(
            start(),
            user_task("inspect"),
            boundary_timer("late", "inspect", "P1D"),
            end("gone"),
            end(),
            flow("begin", "inspect"),
            flow("inspect", "done"),
            flow("late", "gone"),
        )
    )
    key = house.start()

    assert _reasons(house, key) == [
        ("person", 'Waits for somebody of staff to take "Inspect", since 2026-11-23 08:00 UTC.')
    ]


def test_it_is_stuck_when_nobody_active_has_the_role(house: House):
    house.deploy(
        process(start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done"))
    )
    key = house.start()
    with house.write() as session:
        session.execute(update(Person).values(active=False))

    [(kind, sentence)] = _reasons(house, key)
    assert (kind, sentence) == (
        "person",
        'Stuck: nobody active has the role "staff", so nobody can do "Inspect".',
    )
    assert [str(each.sentence) for each in house.ask(accountability.stuck, house.now)] == [sentence]


def test_it_is_stuck_with_somebody_who_is_no_longer_active(house: House):
    house.deploy(
        process(start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done"))
    )
    key = house.start()
    with house.write() as session:
        user_tasks.claim(
            session, house.task(session, key, "inspect").key, actor=house.actor("ann"), now=house.now
        )
        session.execute(update(Person).where(Person.login == "ann").values(active=False))

    [(kind, sentence)] = _reasons(house, key)
    assert kind == "person"
    assert sentence == 'Stuck: "Inspect" is with Ann, who is no longer active. Give it to somebody else.'
    assert [str(each.sentence) for each in house.ask(accountability.stuck, house.now)] == [sentence]


def test_a_free_step_of_one_person_names_the_person(house: House):
    chosen = user_task("inspect").replace('candidateGroups="staff"', 'candidateUsers="ben"')
    house.deploy(process(start(), chosen, end(), flow("begin", "inspect"), flow("inspect", "done")))
    key = house.start()

    assert _reasons(house, key) == [("person", 'Waits for Ben to do "Inspect", since 2026-11-23 08:00 UTC.')]


def test_it_waits_for_a_time_or_a_message(house: House):
    house.deploy(
        process(
            start(),
            parallel("both"),
            catch_timer("rest", "PT2H"),
            catch_message("answer", "m"),
            parallel("joined"),
            end(),
            flow("begin", "both"),
            flow("both", "rest"),
            flow("both", "answer"),
            flow("rest", "joined"),
            flow("answer", "joined"),
            flow("joined", "done"),
            extra=message("m", "answer"),
        )
    )
    key = house.start()
    number = house.get(key).business_key

    assert _reasons(house, key) == [
        ("message", f'Waits for the message "answer" for {number}, since 2026-11-23 08:00 UTC.'),
        ("time", 'Waits at "rest" until 2026-11-23 10:00 UTC, since 2026-11-23 08:00 UTC.'),
    ]


def test_it_waits_for_an_operation_that_is_tried_again_then_for_a_manager(house: House):
    house.deploy(
        process(
            start(),
            service_task("book", "test.post", {"amount": "=1"}, retries=2),
            end(),
            flow("begin", "book"),
            flow("book", "done"),
        )
    )
    Switch.failures = [RuntimeError("locked")] * 2
    key = house.start()
    [(kind, sentence)] = _reasons(house, key)
    assert kind == "job"
    assert sentence.startswith('"book" failed: RuntimeError: locked. It is tried again 2026-11-23 08:')

    house.wait(hours=1)
    [(kind, sentence)] = _reasons(house, key)
    assert kind == "incident"
    assert sentence.startswith('Stopped at "book" since 2026-11-23 09:00 UTC: The operation failed')


def test_a_deadlock_is_silent_and_shows_at_once(house: House):
    model = process(
        start(),
        exclusive("one_of", default="one_of_to_joined"),
        parallel("joined"),
        user_task("never"),
        end(),
        flow("begin", "one_of"),
        flow("one_of", "joined"),
        flow("one_of", "never", "=order_no = null"),
        flow("never", "joined"),
        flow("joined", "done"),
    )
    deploy_without_the_gate(house, model)
    key = house.start()

    assert house.get(key).silent_since == house.now
    assert _reasons(house, key) == [
        ("silent", 'Stuck: "joined" waits for another branch, but none that is open leads there any more.'),
        ("join", 'Waits at "joined" for the other branches, since 2026-11-23 08:00 UTC.'),
    ]
    assert [each.process_instance_key for each in house.ask(accountability.stuck, house.now)] == [key]


def test_a_worker_that_does_not_run_is_told(house: House):
    with house.write() as session:
        session.add(Job(kind="mail", name="mail", due_at=house.now, detail={"mail_key": 1}))
    house.clock.move(timedelta(minutes=2))

    [stuck] = house.ask(accountability.stuck, house.now)
    assert str(stuck.sentence).startswith("No worker runs")


def test_an_order_that_has_ended_waits_for_nothing(house: House):
    house.deploy(process(start(), end(), flow("begin", "done")))
    key = house.start()

    assert house.rows(ProcessInstance)[0].state == "completed"
    assert _reasons(house, key) == []
