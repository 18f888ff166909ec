"""F10, a production order, by the people of the demo company over HTTP, with a clock that is moved (T11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from engine import database
from processes import doctor
from processes.stories import money, production, stock, work
from tests.stories.company import Order, until
from tests.stories.later import MONDAY, LaterCompany

#: The order is promised for the Friday.
PROMISED, NEW_DATE = date(2027, 3, 26), date(2027, 4, 1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaterCompany]:
    """The company on a Monday in March 2027."""
    shop = LaterCompany.on_monday(tmp_path_factory, "production")
    yield shop
    shop.close()


def _release(shop: LaterCompany) -> Order:
    answers = {
        "product_no": "F-STAND",
        "quantity": 100,
        "delivery_date": PROMISED.isoformat(),
        "source": "sales",
        "sales_order_no": "T11",
    }
    started = shop["seller"].client.post(
        "/orders/new/production_order", {"submission": json.dumps(answers)}, as_program=True
    )
    assert started.status == 200, started.text
    return shop.order_with("100 pc Stand for a washing machine")


def _does(shop: LaterCompany, order: Order, login: str, step: str, **answers: object) -> None:
    done = shop[login].completes(order, step, answers)
    assert done.status == 200, done.text


def _plan(shop: LaterCompany, order: Order) -> None:
    days = [(MONDAY.date() + timedelta(days=number)).isoformat() for number in range(3)]
    rows = [
        {"people": people, "quantity": 100, "starts_on": day, "ends_on": day, "is_inspected": number == 1}
        for number, (day, people) in enumerate(
            zip(days, (["worker1"], ["worker1", "worker2"], ["worker2"]), strict=True)
        )
    ]
    material = [{"part": "M-FOOT", "quantity": 400}, {"part": "M-TUBE", "quantity": 400}]
    _does(shop, order, "foreman", "Plan in detail", plan_operations=rows, plan_materials=material)


def _is_due(shop: LaterCompany, order: Order, login: str, step: str) -> None:
    until(lambda: step in shop[login].sees(order))


def _read(shop: LaterCompany, finder, *arguments):
    with database.reading(shop.engine) as session:
        return finder(session, *arguments)


def test_a_late_production_order_with_scrap_gets_a_new_date_and_is_settled_with_a_reason(shop: LaterCompany):
    """T11: the predicted day is behind the agreed one: sales decides. 3 of 100 are scrap: the difference has a code."""
    order = _release(shop)
    number = order.number

    # Verified, assigned, planned.
    _does(
        shop,
        order,
        "planner",
        "Verify the order",
        info_ok=True,
        materials_ok=True,
        capacity_ok=True,
        feasible="yes",
    )
    _does(shop, order, "planner", "Assign the order", urgency=4, complexity=2, department="hall1")
    _plan(shop, order)
    _does(
        shop,
        order,
        "storekeeper",
        "Pick the parts",
        picked=[{"quantity": 400}, {"quantity": 400}],
    )
    _does(
        shop,
        order,
        "storekeeper",
        "Hand the parts over",
        parts_receiver="worker1",
        parts_signature=True,
    )
    assert "Do the operation" not in shop["planner"].sees(order)

    # The saw breaks down after 40 pieces; the server dies over the night and looks at the progress once all the same.
    _does(
        shop,
        order,
        "worker1",
        "Do the operation",
        good=40,
        hours=[{"employee": "worker1", "hours": 4}],
        line_problem="The saw is broken",
    )
    shop.move_while_down(MONDAY + timedelta(days=1, hours=2))
    _is_due(shop, order, "planner", "Check the progress")
    assert [each["decision"] for each in _read(shop, production.progress_checks, number)] == [None]
    _does(
        shop,
        order,
        "planner",
        "Check the progress",
        percent=15,
        predicted_finish="2027-03-31",
        progress_decision="on_track",
    )
    found = _read(shop, production.progress_checks, number)
    assert [each["decision"] for each in found] == ["late"]

    # Sales decides; the order has no other date before.
    assert _read(shop, production.production, number)["delivery_date"] == PROMISED.isoformat()
    assert "Agree with the customer" not in shop["planner"].sees(order)
    _does(
        shop,
        order,
        "seller",
        "Agree with the customer",
        delay_answer="new_date",
        new_date=NEW_DATE.isoformat(),
        delay_note="Called: the 1st is fine",
    )
    decided = _read(shop, production.delay_decisions, number)
    assert [(each["answer"], each["new_date"], each["by"]) for each in decided] == [
        ("new_date", NEW_DATE.isoformat(), "seller")
    ]

    # Made: what a worker reports wrongly is refused, whoever worked does not inspect, 3 are scrap.
    hours = [{"employee": "worker1", "hours": 6}]
    _does(shop, order, "worker1", "Do the operation", good=61, hours=hours)
    _does(shop, order, "worker1", "Do the operation", good=59, scrap=1, scrap_reason="Too short", hours=hours)
    _does(shop, order, "worker1", "Do the operation", good=99, hours=hours)
    assert "Inspect the pieces" not in shop["worker1"].sees(order)
    _does(shop, order, "inspector", "Inspect the pieces", accepted=96, rejected=2, defects="Porous seams")
    _does(shop, order, "worker2", "Do the operation", good=1, hours=[{"employee": "worker2", "hours": 1}])
    _does(shop, order, "inspector", "Inspect the pieces", accepted=1)
    _does(shop, order, "worker2", "Do the operation", good=97, hours=[{"employee": "worker2", "hours": 5}])
    _does(
        shop, order, "storekeeper", "Count what is left", returned_material=[{"quantity": 0}, {"quantity": 4}]
    )

    # Received at what they cost, compared, settled by somebody else.
    assert _read(shop, stock.on_hand, "F-STAND") == 97
    assert shop["planner"].completes(order, "Compare the output", {}).status == 422
    _does(
        shop,
        order,
        "planner",
        "Compare the output",
        difference_code="scrap",
        resolution="The customer takes 97",
    )
    _does(shop, order, "accountant", "Settle the order")

    settled = _read(shop, production.settlement_of, number)
    assert (settled["good"], settled["scrap"], settled["difference"]) == (97, 3, -3)
    assert (settled["code"], settled["outcome"]) == ("scrap", "within_tolerance")
    assert (settled["compared_by"], settled["settled_by"]) == ("planner", "accountant")
    now = _read(shop, production.production, number)
    assert (now["status"], now["in_work"], now["value"]) == ("settled", 0, 0)
    assert all(
        row["input"] == row["good"] + row["scrap"] + row["rest"]
        for row in _read(shop, production.operation_log_of, number)
    )
    assert _read(shop, stock.parts_at_work, number) == 0
    earned = _read(shop, work.wages, number)
    assert len({(each["employee"], each["work"]) for each in earned}) == len(earned) == 4
    assert sum(row["amount"] for row in _read(shop, money.journal, number)) > 0
    until(lambda: shop.state_of(order) == "completed")
    papers = shop["accountant"].client.get(f"/production/{number}")
    assert papers.status == 200 and "97" in papers.text
    with database.reading(shop.engine) as session:
        assert [each for each in doctor.findings(session, shop.now()) if each.row == number] == []
