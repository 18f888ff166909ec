"""Models as Camunda Modeler writes them for Camunda 8 are deployed unchanged and run to their end.

The files in `camunda_models/` are our own texts in the manner of published models: generated ids, attributes of exporter and
execution platform, embedded forms, element templates, no lanes. Their jobs are done by outside workers, through
`engine.jobs`, as those of a cluster are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine import (
    definitions,
    errors,
    execution,
    incidents,
    jobs,
    roles,
    settings,
    signals,
    spiff,
    user_tasks,
)
from engine.tables import History, Incident, ProcessInstance, UserTask, UserTaskCandidate
from tests.engine.outside_workers import (
    LISTENS,
    MODELS,
    Workers,
    deploy,
    ended_with,
    passed,
    reasons,
    refuses,
    says,
)


def test_every_model_is_deployed_as_it_is(house):
    names = sorted(path.name for path in MODELS.iterdir() if path.suffix in (".bpmn", ".dmn"))

    deployed = deploy(house, *names)

    assert len(names) >= 18
    assert not [each for each in deployed.findings if each.severity == "error"]
    assert {each.rule for each in deployed.findings} >= {"outside_worker", "role_missing", "form_missing"}


def test_jobs_get_headers_inputs_and_retries_and_hand_their_outputs_up(house):
    deploy(house, "parcel_shop.bpmn")
    seen: dict[str, Mapping[str, Any]] = {}

    def reserve(job: dict[str, Any]) -> dict[str, Any]:
        seen.update(job)
        return {"reservation": {"id": "R-7", "missing": []}}

    key = house.start(
        "parcel-shop", basket={"lines": [1], "customer": {"id": "C"}}, express=True, carrier="van"
    )
    workers = Workers(
        house, reserve_items=reserve, charge_card=says(charged=True), ship_van=says(tracking="T-1")
    ).work()

    assert (seen["headers"], seen["retries"]) == ({"warehouse": "north", "mode": "strict"}, 5)
    assert {"lines": [1], "customerId": "C"}.items() <= seen["variables"].items()
    assert workers.done == ["reserve-items", "charge-card", "ship-van"]
    found = ended_with(house, key)
    assert (found["reservationId"], found["basket"]["tracking"]) == ("R-7", "T-1")
    assert "lines" not in found


def test_a_bpmn_error_of_a_worker_leaves_by_the_boundary_event(house):
    deploy(house, "parcel_shop.bpmn")

    key = house.start(
        "parcel-shop", basket={"lines": [], "customer": {"id": "C"}}, express=False, carrier="van"
    )
    Workers(
        house,
        reserve_items=says(reservation={"id": 1, "missing": []}),
        charge_card=refuses("CARD_DECLINED"),
    ).work()

    assert ended_with(house, key)["reason"] == "CARD_DECLINED"
    assert "Event_0unpaid0" in passed(house, key)


def test_embedded_forms_assignments_schedule_and_priority_are_honoured(house):
    deploy(house, "leave_request.bpmn")

    key = house.start("Process_0leave1", applicant="ann", team="staff")
    house.complete(key, "Activity_0apply1", "ann", days=Decimal(12))
    with house.read() as session:
        task = house.task(session, key, "Activity_0approv")
        assert (task.priority, task.urgent, task.assignee) == (90, True, None)
        assert task.due_at == house.now + timedelta(days=2)
        assert task.follow_up_at.isoformat() == "2026-12-01T08:00:00+00:00"
        candidates = select(UserTaskCandidate.kind, UserTaskCandidate.name).where(
            UserTaskCandidate.user_task_key == task.key
        )
        assert {tuple(each) for each in session.execute(candidates)} == {
            ("role", "manager"),
            ("role", "staff"),
            ("person", "carl"),
        }
    house.complete(key, "Activity_0approv", "mia", approved=True)
    Workers(house, send_mail=says()).work()

    assert ended_with(house, key)["approved"] is True


def test_messages_timers_and_an_event_gateway(house):
    deploy(house, "payment_reminder.bpmn")
    house.publish("invoice-written", "", variables={"invoiceNo": "I-1"})
    house.publish("invoice-written", "", variables={"invoiceNo": "I-2"})
    paid, late = [each.key for each in house.rows(ProcessInstance)]
    workers = Workers(house, phone_call=says(), write_letter=says(), publish_booking=says())

    house.publish("payment-received", "I-1", variables={"amount": 50})
    workers.work()
    assert ended_with(house, paid)["received"] == 50

    house.wait(days=14)
    house.wait(days=1)
    assert workers.work().done[-2:] == ["phone-call", "write-letter"]
    house.publish("payment-received", "I-2")
    workers.work()
    assert {"Event_0nag0000", "Activity_0wait00"} <= passed(house, late)
    assert house.state(late) == "completed"


def test_called_processes_by_deployment_and_by_version_tag(house):
    deploy(house, "onboarding.bpmn", "identity_check.bpmn", "account_gold.bpmn")

    key = house.start("customer-onboarding", customer={"name": "Ann", "passport": "P1"}, kind="gold")
    Workers(house, verify_passport=says(verified=True, secret="x")).work()

    found = ended_with(house, key)
    assert (found["identityOk"], found["account"]) == (True, "G-ANN")
    assert "secret" not in found


@pytest.mark.parametrize(
    ("income", "done", "points"),
    [(10_000, {"ask-surety", "plan-visit"}, 10), (50_000, {"plan-visit"}, 1), (10**6, {"plan-visit"}, 1)],
)
def test_a_decision_by_version_tag_a_script_and_an_inclusive_gateway(house, income, done, points):
    deploy(house, "loan_risk.bpmn", "loan_risk.dmn")

    key = house.start("loan-risk", loan={"amount": 60_000}, income=income)
    workers = Workers(house, ask_surety=says(), plan_visit=says(), score_engine=says(score=1)).work()

    assert set(workers.done) == done
    assert ended_with(house, key)["risk"]["points"] == points


def test_a_decision_with_a_tag_that_nothing_has_is_an_incident_until_it_is_deployed(house):
    untagged = (MODELS / "loan_risk.dmn").read_text().replace('value="2026"', 'value="2025"')
    files = {"loan_risk.bpmn": (MODELS / "loan_risk.bpmn").read_bytes(), "loan_risk.dmn": untagged.encode()}
    with house.write() as session:
        definitions.deploy(session, files, actor=roles.SYSTEM, now=house.now)

    key = house.start("loan-risk", loan={"amount": 1}, income=1)
    [incident] = house.rows(Incident)
    assert incident.kind == "CALLED_DECISION_ERROR"
    deploy(house, "loan_risk.dmn")
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=roles.SYSTEM, now=house.now)
    Workers(house, score_engine=says(score=1)).work()
    assert ended_with(house, key)["score"] == 1


def test_multi_instance_of_jobs_sub_processes_and_user_tasks(house):
    deploy(house, "bulk_mailing.bpmn")

    key = house.start("Process_bulk_mailing", receivers=[{"name": "Ann"}, {"name": "Ben"}])
    Workers(
        house,
        render_letter=lambda job: {"letter": f"Dear {job['variables']['name']}"},
        spool=lambda job: {"spooled": job["variables"]["batch"] * 10},
    ).work()
    with house.write() as session:
        [first, _second] = session.scalars(select(UserTask).where(UserTask.state == "open")).all()
        user_tasks.complete(session, first.key, {}, actor=house.actor("ann"), now=house.now)

    found = ended_with(house, key)
    assert found["letters"] == ["Dear Ann", "Dear Ben"]
    assert found["printed"] == [10, 20]


def test_listeners_of_process_gateway_job_and_user_task(house):
    deploy(house, "claim_listeners.bpmn")
    answers = iter([spiff.Answer(denied=True, reason="No sum given."), spiff.Answer()])
    workers = Workers(
        house,
        audit_start=says(auditNo="A-1"),
        note_arrival=says(arrived=True),
        classify=says(isLarge=True),
        prepare=lambda job: spiff.Answer(corrections={"priority": 80}),
        choose_reviewer=lambda job: spiff.Answer(corrections={"assignee": "ben"}),
        check_review=lambda job: next(answers),
        count_review=says(),
        open_books=lambda job: {"book": job["headers"]["ledger"]},
        pay_out=says(paid=10),
        close_books=says(closed=True),
        audit_end=says(),
    )

    key = house.start("claim-with-listeners", reviewer="ann")
    assert reasons(house, key) == [LISTENS.format("claim-with-listeners", "audit-start")]
    workers.work()
    with house.read() as session:
        task = house.task(session, key, "Activity_0review")
        assert (task.assignee, task.priority) == ("ben", 80)
    with pytest.raises(errors.NotTheAssignee):
        house.complete(key, "Activity_0review", "ann")

    house.complete(key, "Activity_0review", "ben")
    assert house.open_tasks(key) == ["Activity_0review"]
    with pytest.raises(errors.Conflict):
        house.complete(key, "Activity_0review", "ben")
    workers.work()
    assert house.open_tasks(key) == ["Activity_0review"]
    [denial] = house.rows(History, History.kind == "denied")
    assert (denial.actor, denial.detail["reason"]) == ("ben", "No sum given.")

    house.complete(key, "Activity_0review", "ben")
    workers.work()
    found = ended_with(house, key)
    assert {"auditNo": "A-1", "arrived": True, "paid": 10, "closed": True}.items() <= found.items()
    assert not {"book", "isLarge"} & found.keys()
    [completed] = house.rows(History, History.kind == "completed")
    assert completed.actor == "ben"
    [closed] = house.rows(UserTask, UserTask.element_id == "Activity_0review")
    assert closed.closed_by == "ben"
    assert workers.done[-4:] == ["open-books", "pay-out", "close-books", "audit-end"]


def test_a_listener_that_fails_is_an_incident_of_its_kind_and_resolving_asks_it_again(house):
    deploy(house, "claim_listeners.bpmn")
    key = house.start("claim-with-listeners", reviewer="ann")
    with house.write() as session:
        [job] = jobs.activate(
            session, "audit-start", worker="w", most=1, lease=timedelta(minutes=1), now=house.now
        )
        assert job["listener"] == {"kind": "execution_listener", "event": "start"}
        with pytest.raises(spiff.AnswerRefused):
            jobs.throw_error(session, job["key"], "E", None, {}, actor=roles.SYSTEM, now=house.now)
        jobs.fail(session, job["key"], retries=0, problem="No book.", pause=timedelta(0), now=house.now)

    [incident] = house.rows(Incident)
    assert (incident.kind, incident.element_id) == ("EXECUTION_LISTENER_NO_RETRIES", "claim-with-listeners")
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=roles.SYSTEM, now=house.now)
    workers = Workers(house, audit_start=says()).work()
    assert workers.done == ["audit-start"]
    assert reasons(house, key) == [LISTENS.format("Claim sent", "note-arrival")]


def test_a_saga_undoes_what_was_done(house):
    deploy(house, "travel_saga.bpmn")

    key = house.start("travel-saga")
    workers = Workers(
        house, book_hotel=says(room=4), book_flight=refuses("NO_SEAT"), cancel_hotel=says(undone=True)
    ).work()

    assert workers.done == ["book-hotel", "book-flight", "cancel-hotel"]
    assert ended_with(house, key)["undone"] is True
    assert "Event_0nothing" in passed(house, key)


def test_escalation_signal_and_event_sub_process(house):
    deploy(house, "machine_watch.bpmn")
    workers = Workers(house, produce=says(), order_tool=says(ordered=True), call_guard=says(guard="came"))

    key = house.start("machine-watch", machine="M-1")
    workers.work()
    house.publish("alarm", "M-1")
    workers.work()
    assert house.state(key) == "active"
    with house.write() as session:
        signals.broadcast(session, "shift-ends", {}, actor=roles.SYSTEM, now=house.now)
    house.work()

    assert workers.done == ["produce", "order-tool", "call-guard"]
    assert {"ordered": True, "guard": "came"}.items() <= ended_with(house, key).items()


def test_a_cron_timer_starts_and_a_connector_is_a_job_with_its_template(house):
    deploy(house, "weather_connector.bpmn")
    seen: list[dict[str, Any]] = []

    def fetch(job: dict[str, Any]) -> dict[str, Any]:
        seen.append(job)
        return {"degrees": 21}

    house.wait(hours=23)  # Tuesday, seven o'clock
    [instance] = house.rows(ProcessInstance)
    workers = Workers(house)
    workers.handlers["io.camunda:http-json:1"] = fetch
    with house.write() as session:
        execution.advance(
            session,
            instance.key,
            lambda i: i.set_variables({"maxWait": "PT10S"}),
            actor=roles.SYSTEM,
            now=house.now,
        )
        [incident] = incidents.of(session, instance.key)
        incidents.resolve(session, incident.key, actor=roles.SYSTEM, now=house.now)
    workers.work()

    assert ended_with(house, instance.key)["today"] == 21
    assert seen[0]["headers"]["resultVariable"] == "weather"
    assert seen[0]["variables"]["authentication"] == {"type": "noAuth"}
    assert seen[0]["variables"]["body"] is None
    assert seen[0]["variables"]["headers"] == {"key": "{{secrets.WEATHER_KEY}}"}
    assert seen[0]["priority"] == 10


def test_an_ad_hoc_sub_process_begins_with_its_first_steps_and_ends_by_its_condition(house):
    deploy(house, "case_handling.bpmn")

    key = house.start("case-handling", first=["lookup", "refund"])
    Workers(house, look_up=says(outcome="known"), refund=says(outcome="paid")).work()

    assert ended_with(house, key)["results"] == ["known", "paid"]


def test_user_tasks_that_name_nobody_go_to_the_role_of_the_house_and_say_so(house):
    with house.write() as session:
        settings.put(session, "default_role", "manager")
    deploy(house, "plain_tasks.bpmn")

    key = house.start("Process_1plain0", formName="f1")
    assert "manager" in reasons(house, key)[0]
    with pytest.raises(errors.NotACandidate):
        house.complete(key, "Activity_1nobod0", "ann")
    house.complete(key, "Activity_1nobod0", "mia")
    with house.read() as session:
        task = house.task(session, key, "Activity_1extern")
        assert task.form == {"external_reference": "https://example.org/form/f1"}
    house.complete(key, "Activity_1extern", "ann")
    assert "demo" in reasons(house, key)[0]
    assert "stuck" in reasons(house, key)[0].lower()
    with house.write() as session:
        task = house.task(session, key, "Activity_1custom")
        assert (task.assignee, task.form) == ("demo", {"external_reference": "acme:claims/v3"})
        user_tasks.assign(session, task.key, "ann", actor=house.actor("mia"), now=house.now)
    house.complete(key, "Activity_1custom", "ann")

    assert house.state(key) == "completed"


def test_without_a_choice_the_role_is_manager_and_nobody_having_it_is_told(house):
    deploy(house, "plain_tasks.bpmn")

    key = house.start("Process_1plain0", formName="f1")

    assert reasons(house, key)[0].startswith('Stuck: nobody active has the role "Manager"')


def test_conditions_links_a_published_message_and_terminate(house):
    deploy(house, "line_stop.bpmn")

    key = house.start("line-stop", line="L-1")
    Workers(house, measure=says(celsius=95)).work()

    assert house.state(key) == "completed"
    assert {"Event_0hot0000", "Event_0from000", "Event_0kill000"} <= passed(house, key)
    [thrown] = house.rows(History, History.kind == "message_thrown")
    assert thrown.detail == {"name": "line-too-hot", "correlation_key": "L-1"}


def test_a_pool_with_lanes_forms_and_a_message_that_a_worker_sends(house):
    deploy(house, "pizza.bpmn")

    house.publish("pizza-ordered", "t-1", variables={"topping": "basil"})
    [instance] = house.rows(ProcessInstance)
    with house.write() as session:
        roles.add_person(session, "luigi", "Luigi", ["Cook"])
    house.complete(instance.key, "Activity_0bake00", "luigi", answer="hot")
    workers = Workers(house, deliver_pizza=lambda job: {"by": job["headers"]["vehicle"]}).work()

    assert workers.done == ["deliver-pizza"]
    assert ended_with(house, instance.key)["by"] == "bike"
