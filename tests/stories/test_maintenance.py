"""T10: a planned maintenance is due and one point fails: one repair is linked to it, the next day is set, nothing comes twice."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import select

from engine import database
from engine.tables import ProcessInstance
from processes.records import devices, maintenance
from processes.records.months import months_later
from tests.stories.company import Company, Order, until

WASHER = "EL-555-80017"


def _start(company: Company, login: str, process: str, answers: dict[str, object]) -> Order:
    started = company[login].client.post(
        f"/orders/new/{process}", {"submission": json.dumps(answers)}, as_program=True
    )
    assert started.status == 200, started.text
    with database.reading(company.engine) as session:
        query = select(ProcessInstance.key, ProcessInstance.business_key)
        newest = query.where(ProcessInstance.process_id == process).order_by(ProcessInstance.key.desc())
        return Order(*session.execute(newest.limit(1)).one())


def _does(company: Company, login: str, order: Order, step: str, answers: dict[str, object]) -> None:
    until(lambda: step in company[login].sees(order))
    done = company[login].completes(order, step, answers)
    assert done.status == 200, done.text


def _dues(company: Company) -> list[maintenance.MaintenanceDue]:
    with database.reading(company.engine) as session:
        return maintenance.dues_of(session, devices.search(session, WASHER, limit=1)[0].key)


def _contract(company: Company, due: date) -> Order:
    """A contract that covers the washing machine, written, checked, and agreed to on the telephone."""
    with database.reading(company.engine) as session:
        device = devices.search(session, WASHER, limit=1)[0]
        owner, key = str(device.owner_key), str(device.key)
    asked = {"customer_key": owner, "address": "12 Example Street, Centru"}
    order = _start(company, "contracts", "contract_setup", asked)
    row = {"device": key, "work": "W-CLEAN", "first_due": due.isoformat(), "months": 6, "meter_unit": "h"}
    agreed = {
        "plan": "BASIC",
        "timing": "arrears",
        "starts_on": (due - timedelta(days=7)).isoformat(),
        "billing_day": 1,
        "items": [key],
        "maintenance_rows": [row],
    }
    _does(company, "contracts", order, "Write the contract", agreed)
    _does(company, "accountant", order, "Check the contract", {"check_result": "ok"})
    said = {"decision": "approved", "answered_through": "phone", "evidence": "They said yes at 10:15"}
    _does(company, "receiver", order, "Answer the quote", said)
    return order


def test_a_failed_point_of_a_due_maintenance_becomes_one_repair_and_the_next_day_is_set(company: Company):
    due_on = company.now().date() + timedelta(days=7)
    _contract(company, due_on)
    _start(company, "dispatcher", "maintenance_run", {})
    _start(company, "dispatcher", "maintenance_run", {})

    until(lambda: len(_dues(company)) == 1)
    (due,) = _dues(company)
    with database.reading(company.engine) as session:
        key = session.scalar(select(ProcessInstance.key).where(ProcessInstance.business_key == due.order_no))
    order = Order(key, due.order_no)
    _does(company, "dispatcher", order, "Confirm the visit", {"visit_answer": "confirmed"})
    until(lambda: any("Perform the maintenance" in company[each].sees(order) for each in _TECHNICIANS))
    login = next(each for each in _TECHNICIANS if "Perform the maintenance" in company[each].sees(order))
    found = {
        "visit_outcome": "there",
        "meter": 1200,
        "checklist": [
            {"point": 1, "result": "ok"},
            {"point": 2, "result": "failed"},
            {"point": 3, "result": "not_applicable"},
        ],
        "hours": [{"employee": login, "hours": 1}],
    }
    _does(company, login, order, "Perform the maintenance", found)
    repair = {
        "repair_decision": "repair",
        "repair_problem": "New bearings",
        "repair_place": "point",
        "repair_covered": True,
    }
    _does(company, login, order, "Propose the repair", repair)
    _does(company, login, order, "Let the customer sign", {"signer": "Q. Z.", "signature": "Q. Z."})
    until(lambda: company.state_of(order) == "completed")
    _start(company, "dispatcher", "maintenance_run", {})

    (due,) = _dues(company)
    assert (due.state, due.due_on) == ("done", due_on)
    with database.reading(company.engine) as session:
        plan = maintenance.of_device(session, due.device_key)
        assert plan.next_due == months_later(due_on, 6)
        query = select(ProcessInstance).where(ProcessInstance.business_key == due.repair_order_no)
        assert [row.process_id for row in session.scalars(query)] == ["repair_intake"]
    assert "Take the item in" in company["receiver"].sees(Order(0, due.repair_order_no))


_TECHNICIANS = ("technician", "technician2", "installer")
