"""The order card of a repair: what it shows to whom, and the surcharge that a manager waives with a reason (R-036)."""

import json

import pytest
from sqlalchemy import select

import engine.database
from engine import clock, roles, user_tasks
from engine.tables import ProcessInstance, UserTask
from processes.records import order_lines
from processes.records.orders import CustomerOrder
from tests.webapp.counter.new_repair import NEW
from tests.webapp.visitors import words

DIAGNOSIS = {
    "diagnosis": "repairable",
    "fault_code": "Smoke",
    "cause": "Pump worn out",
    "repair_variant": "own",
    "works": [{"work": "W-PUMP"}],
    "parts": [{"part": "P-PUMP", "quantity": 1}],
}


@pytest.fixture
def urgent(visitor, database):
    """The address of an urgent order whose quote waits for the customer."""
    answer = visitor("frontdesk").post("/counter/new", {**NEW, "urgent": "1"})
    key = int(answer.location.rsplit("/", 1)[1])
    with engine.database.transaction(database) as session:
        task = session.scalars(
            select(UserTask).where(UserTask.process_instance_key == key, UserTask.state == "open")
        ).one()
        user_tasks.claim(session, task.key, actor=roles.actor(session, "master"), now=clock.now())
        user_tasks.complete(
            session, task.key, DIAGNOSIS, actor=roles.actor(session, "master"), now=clock.now()
        )
    return f"/orders/{key}"


def _surcharges(database):
    with engine.database.reading(database) as session:
        return [
            each.price_cents
            for each in order_lines.planned(session, "R-0001")
            if each.kind == order_lines.SURCHARGE
        ]


def test_the_card_shows_status_customer_papers_parts_and_the_quote(visitor, urgent):
    page = visitor("frontdesk").text(urgent)

    assert "In work" in page or "Accepted for repair" in page
    for fact in ("Q. Z.", "Borer B 7", "B7-0001", "Quote for a repair", "Waits for an answer", "Urgent"):
        assert fact in page, fact


def test_who_may_not_see_money_sees_no_cost_and_no_way_to_the_invoice(visitor, urgent):
    assert "Our cost" not in visitor("fitter2").text(urgent)
    assert "Our cost" in visitor("manager").text(urgent)


def test_a_manager_waives_the_surcharge_once_with_a_reason_that_stays_on_the_order(visitor, database, urgent):
    manager = visitor("manager")
    assert len(_surcharges(database)) == 1

    manager.post(f"{urgent}/waive-surcharge", {"reason": "A good customer"})

    assert _surcharges(database) == []
    assert "A good customer" in manager.text(urgent)
    assert "Waive the surcharge" not in manager.text(urgent)


def test_a_surcharge_is_not_waived_without_a_reason_nor_by_the_counter(visitor, database, urgent):
    assert visitor("frontdesk").post(f"{urgent}/waive-surcharge", {"reason": "Please"}).status_code == 403
    answer = visitor("manager").post(f"{urgent}/waive-surcharge", {"reason": " "})

    assert answer.status_code == 302
    assert len(_surcharges(database)) == 1


def test_an_order_of_another_kind_has_no_repair_on_its_card(visitor, database):
    from tests.webapp import stories

    key = stories.asked(database)

    assert "Where the order is" not in visitor("manager").text(f"/orders/{key}")
    assert visitor("manager").post(f"/orders/{key}/waive-surcharge", {"reason": "None"}).status_code == 404


def test_steps_that_went_by_themselves_are_one_line(visitor, urgent):
    page = visitor("frontdesk").text(urgent)

    assert "9 automatic steps" in page
    assert "Look at the warranty" in page, "They are folded, not left out."


def test_a_step_offers_works_in_the_language_of_who_reads_it(visitor, database):
    step = _diagnosis(visitor, database)

    assert "Replace the pump" in visitor("fitter2").get(step).text
    assert json.dumps("Замена насоса").strip('"') in visitor("master").get(step).text


def test_a_colleague_is_told_that_the_step_before_them_is_completed(visitor, database):
    step = _diagnosis(visitor, database)
    master, fitter = visitor("master"), visitor("fitter2")
    assert master.get(step).status_code == 200

    assert fitter.submit(f"{step}/complete", DIAGNOSIS).status_code == 200

    answer = master.get(f"{step}/state?version=1")
    assert answer.status_code == 200
    assert "J. W." in words(answer.text)


def test_the_master_sees_the_earlier_repairs_of_the_device_beside_the_form(visitor, database, urgent):
    again = {**NEW, "page": "18", "complaint": "It smokes again", "device_key": _device(database)}
    visitor("frontdesk").post("/counter/new", again)
    [compare] = _open_steps(database, "R-0002")
    another = {"open_order_choice": "continue", "open_order_reason": "Another fault"}
    assert visitor("frontdesk").submit(f"{compare}/complete", another).status_code == 200
    [step] = _open_steps(database, "R-0002")

    page = visitor("fitter2").text(step)

    assert "Earlier repairs" in page
    assert "It smokes" in page


def _diagnosis(visitor, database):
    """The address of an open "Find the fault"."""
    visitor("frontdesk").post("/counter/new", NEW)
    [step] = _open_steps(database, "R-0001")
    return step


def _open_steps(database, number):
    with engine.database.reading(database) as session:
        query = (
            select(UserTask.key)
            .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
            .where(UserTask.state == "open", ProcessInstance.business_key == number)
        )
        return [f"/user-tasks/{key}" for key in session.scalars(query)]


def _device(database):
    with engine.database.reading(database) as session:
        return str(session.scalars(select(CustomerOrder.device_key)).one())
