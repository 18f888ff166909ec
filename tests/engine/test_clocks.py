"""Timers, escalation in working time, messages with a time to live: what happens by the clock, once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import errors, instances, messages
from engine.tables import History, Job, Mail, Message, ProcessInstance, UserTask
from tests.engine.diagrams import (
    boundary_timer,
    catch_message,
    catch_timer,
    end,
    flow,
    message,
    process,
    start,
    timer,
    user_task,
)
from tests.engine.house import House

REMINDED = process(
    start(),
    user_task("wait_for_answer"),
    boundary_timer("remind", "wait_for_answer", "PT1H", cancel=False),
    user_task("phone"),
    boundary_timer("give_up", "wait_for_answer", "P3D"),
    end("given_up"),
    end(),
    flow("begin", "wait_for_answer"),
    flow("wait_for_answer", "done"),
    flow("remind", "phone"),
    flow("phone", "done"),
    flow("give_up", "given_up"),
)


def test_a_boundary_timer_fires_once_and_leaves_no_job(any_database, house: House):
    house.deploy(REMINDED)
    key = house.start()

    house.wait(minutes=61)
    house.wait(minutes=61)
    assert house.open_tasks(key) == ["phone", "wait_for_answer"]

    house.complete(key, "phone")
    house.wait(days=4)
    assert house.state(key) == "completed"
    assert house.rows(UserTask, UserTask.element_id == "wait_for_answer")[0].state == "terminated"
    assert house.rows(Job) == []


def test_a_timer_of_a_completed_user_task_is_gone(house: House):
    house.deploy(REMINDED)
    key = house.start()
    house.complete(key, "wait_for_answer")

    assert house.rows(Job) == []
    assert house.wait(days=9) == 0
    assert house.state(key) == "completed"


def test_a_timer_catch_event_waits_and_goes_on(house: House):
    house.deploy(
        process(start(), catch_timer("rest", "PT2H"), end(), flow("begin", "rest"), flow("rest", "done"))
    )
    key = house.start()

    house.wait(hours=1)
    assert house.state(key) == "active"
    house.wait(hours=1)
    assert house.state(key) == "completed"


def test_a_timer_start_event_starts_one_instance_an_occurrence_and_makes_up_for_missed_ones_once(
    house: House,
):
    house.deploy(
        process(
            start("every_hour", timer("timeCycle", "R/PT1H")),
            user_task("check"),
            end(),
            flow("every_hour", "check"),
            flow("check", "done"),
        )
    )

    house.wait(minutes=61)
    assert len(house.rows(ProcessInstance)) == 1
    house.wait(hours=5)
    assert len(house.rows(ProcessInstance)) == 2
    house.wait(hours=1)
    assert len(house.rows(ProcessInstance)) == 3


def _with_term(**properties: str) -> bytes:
    return process(
        start(), user_task("work", properties=properties), end(), flow("begin", "work"), flow("work", "done")
    )


def test_the_term_counts_working_time_and_escalates_in_two_levels_once_each(house: House):
    # Monday 10:00 in Chisinau; a term of 16 working hours (two days of nine) ends on Tuesday, 17:00 local.
    house.deploy(_with_term(sla="PT16H", escalate_to="manager"))
    key = house.start()
    assert house.rows(UserTask)[0].due_at == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

    house.wait(days=1, hours=7, minutes=1)
    house.work()
    assert house.rows(UserTask)[0].escalation_level == 1
    assert [mail.recipient for mail in house.rows(Mail)] == ["carl@example.org"]

    house.wait(days=2)
    house.wait(days=2)
    assert house.rows(UserTask)[0].escalation_level == 2
    assert [mail.recipient for mail in house.rows(Mail)] == ["carl@example.org", "mia@example.org"]
    assert [row.detail["level"] for row in house.rows(History, History.kind == "escalated")] == [1, 2]
    assert [mail.recipient for mail in house.sent] == ["carl@example.org", "mia@example.org"]
    assert house.open_tasks(key) == ["work"]


def test_level_two_opens_the_review_process_that_the_model_names(house: House):
    review = process(
        start("late"),
        user_task("review", role="manager"),
        end(),
        flow("late", "review"),
        flow("review", "done"),
        process_id="manager_review",
    )
    house.deploy(_with_term(sla="PT1H", sla_clock="calendar", escalate_to="manager_review"), review)
    key = house.start()

    house.wait(hours=2, minutes=1)

    [opened] = house.rows(ProcessInstance, ProcessInstance.process_id == "manager_review")
    assert opened.business_key == f"{house.get(key).business_key}/work"
    assert house.open_tasks(opened.key) == ["review"]


def test_a_closed_user_task_is_not_escalated(house: House):
    house.deploy(_with_term(sla="PT1H"))
    key = house.start()
    house.complete(key, "work")

    house.wait(days=5)

    assert house.rows(Mail) == []


ANSWERED = process(
    start(),
    user_task("prepare"),
    catch_message("answer", "m_answer"),
    end(),
    flow("begin", "prepare"),
    flow("prepare", "answer"),
    flow("answer", "done"),
    extra=message("m_answer", "customer_answer"),
)


def test_a_message_meets_the_token_that_waits_for_its_key(any_database, house: House):
    house.deploy(ANSWERED)
    one, other = house.start(), house.start()
    for key in (one, other):
        house.complete(key, "prepare")

    published = house.publish("customer_answer", house.get(one).business_key)

    assert published.process_instance_keys == [one]
    assert (house.state(one), house.state(other)) == ("completed", "active")


def test_a_message_that_comes_early_waits_as_long_as_it_lives(any_database, house: House):
    house.deploy(ANSWERED)
    early, late = house.start(), house.start()
    for key in (early, late):
        house.publish("customer_answer", house.get(key).business_key, time_to_live=timedelta(hours=1))

    house.complete(early, "prepare")
    house.clock.move(timedelta(hours=2))
    house.complete(late, "prepare")

    assert (house.state(early), house.state(late)) == ("completed", "active")
    house.work()
    assert house.rows(Message) == []


def test_a_message_with_an_id_is_published_once(house: House):
    house.publish("paid", "R-1", time_to_live=timedelta(hours=1), message_id="bank-77")

    with pytest.raises(messages.MessageAlreadyPublished):
        house.publish("paid", "R-1", time_to_live=timedelta(hours=1), message_id="bank-77")


def test_a_message_start_event_starts_one_active_instance_a_key(house: House):
    house.deploy(
        process(
            start("ordered", '<bpmn:messageEventDefinition messageRef="m_order"/>'),
            user_task("pack"),
            end(),
            flow("ordered", "pack"),
            flow("pack", "done"),
            extra='<bpmn:message id="m_order" name="ordered"/>',
        )
    )

    house.publish("ordered", "shop-1", variables={"item": "lamp"})
    house.publish("ordered", "shop-1")
    house.publish("ordered", "shop-2")

    assert len(house.rows(ProcessInstance)) == 2


def test_the_review_of_an_ended_order_refuses_messages_to_it(house: House):
    house.deploy(ANSWERED)
    key = house.start()
    house.complete(key, "prepare")
    house.publish("customer_answer", house.get(key).business_key)

    assert house.publish("customer_answer", house.get(key).business_key).process_instance_keys == []
    with pytest.raises(errors.Conflict), house.write() as session:
        instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="late")
