"""F01, the repair at our workshop, by the people of the demo company and their customers, over HTTP and real mail (T3)."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

from sqlalchemy import select

from engine import database
from processes.records import documents, orders
from processes.records.devices import Device
from processes.stories import money, portal, repair, stock, work
from tests.stories.company import Company, until
from tests.stories.repairs import SEEN, Repair, taken_in


def _covered_laptop(shop: Company) -> tuple[str, str]:
    """(key of the device, key of its owner): a device of the demo company whose warranty runs."""
    with database.reading(shop.engine) as session:
        query = select(Device).where(Device.serial_no == "DL5440-9XK2")
        device = session.scalars(query).one()
        assert device.under_sale_warranty(orders.day(session, shop.now()))
        return str(device.key), str(device.owner_key)


def _mixed(shop: Company) -> Repair:
    device_key, customer_key = _covered_laptop(shop)
    found = taken_in(
        shop, "T3", device_key=device_key, customer_key=customer_key, repair_kind="mixed", complaint="Dark"
    )
    found.email = "g.w@customer.example"
    return found


def _read(shop: Company, finder, *arguments):
    with database.reading(shop.engine) as session:
        return finder(session, *arguments)


def test_a_mixed_repair_from_the_counter_to_the_survey(shop: Company):
    """T3: own workshop, extra fault found, new consent by link, part returned, quality, payment, hand-out, survey."""
    order = _mixed(shop)
    number = order.order.number
    assert order.see("master") == {"master": ["Find the fault"]}

    order.does(
        "master",
        "Find the fault",
        {
            "diagnosis": "repairable",
            "fault_code": "Board",
            "cause": "Short circuit",
            "repair_variant": "own",
            "works": [{"work": "W-BOARD", "payer": "warranty"}, {"work": "W-CLEAN", "payer": "client"}],
            "parts": [{"part": "P-T3-BOARD", "quantity": 2, "payer": "warranty"}],
        },
    )
    # In work does not mean agreed: until the customer has agreed nobody can repair.
    assert _read(shop, repair.intake, number)["status"] == "in_work"
    assert order.see("master", "storekeeper") == {"master": [], "storekeeper": []}
    assert _read(shop, stock.reservations, number) == []
    order.agrees()
    order.is_handed_the_parts()

    # On the bench another fault shows: what exceeds the consent asks for a new one.
    found = {
        "operations_done": [],
        "hours": [{"employee": "master", "hours": 1}],
        "parts_used": [{"part": "P-T3-BOARD", "quantity": 2}],
        "extra_found": True,
        "extra_parts": [{"part": "P-T3-GLASS", "quantity": 1, "payer": "client"}],
    }
    order.does("master", "Do the repair", found)
    assert order.see("master", "storekeeper") == {"master": [], "storekeeper": []}
    stale = order.answers_at(order.links("quote")[0], decision="approved")
    assert (stale.status, "There is a newer quote" in stale.text) == (410, True)
    order.agrees(2)
    order.is_handed_the_parts()
    done = {
        "operations_done": ["W-BOARD", "W-CLEAN"],
        "hours": [
            {"employee": "master", "hours": 2, "work": "W-BOARD"},
            {"employee": "fitter2", "hours": 1, "work": "W-CLEAN"},
        ],
        "parts_used": [{"part": "P-T3-BOARD", "quantity": 1}, {"part": "P-T3-GLASS", "quantity": 1}],
        "safety_ok": True,
        "clean_up": True,
    }
    order.does("master", "Do the repair", done)
    order.does("storekeeper", "Take unused parts back")

    # Who repaired does not inspect; nothing is posted before the work is checked and marked.
    [step] = shop["inspector"].sees(order.order).values()
    own_work = shop["master"].client.complete(step, {**SEEN, "inspection_result": "pass"})
    assert own_work.status == 403
    assert _read(shop, money.invoice, number) == []
    assert _read(shop, work.wages, number) == []
    order.passes()
    assert _read(shop, repair.intake, number)["status"] == "ready"
    assert _read(shop, work.work_order, number)["state"] == "completed"
    assert [each["starts_on"] for each in _read(shop, work.part_warranties, number)] == [None, None]
    assert order.see("receiver") == {"receiver": []}, "Nothing leaves before it is paid."
    order.is_paid()
    order.is_handed_out()

    _is_booked_once(shop, number)
    _has_its_papers(shop, order)
    _is_asked_how_it_was(shop, order)
    _every_promise_is_kept(shop)


def _is_booked_once(shop: Company, number: str) -> None:
    with database.reading(shop.engine) as session:
        statuses = repair.status_history(session, number)
        assert [row["status"] for row in statuses] == ["accepted", "in_work", "ready", "issued"]
        assert [row["was"] for row in statuses] == [None, "accepted", "in_work", "ready"]
        assert repair.device_places(session, number)[-1] == "customer"
        # The invoice has what the client agreed to pay, and no line that the warranty bears.
        [invoice] = money.invoice(session, number)
        assert sorted(line["sku"] for line in invoice["lines"]) == ["P-T3-GLASS", "W-CLEAN"]
        assert (invoice["total"], invoice["status"], invoice["open"]) == (270, "paid", 0)
        assert [each["state"] for each in work.quotes(session, number)][-1] == "approved"
        assert sum(row["amount"] for row in money.receivables(session, number)) == 0
        assert [row["amount"] for row in money.payments(session, number)] == [270]
        # Store and cost know the parts that went in: one board of two, and the glass.
        assert stock.on_hand(session, "P-T3-BOARD") == stock.free_stock(session, "P-T3-BOARD") == 2
        assert stock.on_hand(session, "P-T3-GLASS") == 0
        assert {row["state"] for row in stock.reservations(session, number)} == {"issued"}
        parts = [row for row in work.order_costs(session, number) if row["kind"] == "parts"]
        assert sorted((row["payer"], row["amount"]) for row in parts) == [("client", 90), ("warranty", 200)]
        # Each work earned its wage once, by the norm, however often hours were written down.
        wages = work.wages(session, number)
        assert sorted((row["employee"], row["work"], row["amount"]) for row in wages) == [
            ("fitter2", "W-CLEAN", 75),
            ("master", "W-BOARD", Decimal("187.50")),
        ]
        labour = [row["amount"] for row in work.order_costs(session, number) if row["kind"] == "labour"]
        assert sum(labour) == sum(row["amount"] for row in wages) == Decimal("262.50")
        day = orders.day(session, shop.now())
        warranties = work.part_warranties(session, number)
        assert sorted(row["part"] for row in warranties) == ["P-T3-BOARD", "P-T3-GLASS"]
        assert {str(row["starts_on"]) for row in warranties} == {day.isoformat()}


def _has_its_papers(shop: Company, order: Repair) -> None:
    issued = _read(shop, documents.of, order.order.number)
    assert Counter({each.kind for each in issued}) == Counter(
        [
            "intake_receipt",
            "quote",
            "work_order",
            "issue_note",
            "completion_act",
            "invoice",
            "repair_report",
            "warranty_card",
        ]
    )
    for each in {each.kind: each for each in issued}.values():
        paper = shop["receiver"].client.get(f"/documents/{each.key}")
        assert (paper.status, paper.text[:5]) == (200, "%PDF-"), each.kind


def _is_asked_how_it_was(shop: Company, order: Repair) -> None:
    assert shop.state_of(order.order) == "active"
    shop.make_due(order.order, "timer", element_id="some_days_later")
    assert order.answers("survey", score="5", comment="Thank you").status == 303
    assert order.answers("survey", score="1").status >= 400
    [answer] = _read(shop, portal.survey_of, order.order.number)
    assert (answer["score"], answer["comment"]) == (5, "Thank you")
    until(lambda: shop.state_of(order.order) == "completed")
    subjects = [str(mail["Subject"]) for mail in order.mails()]
    assert len(subjects) == len(set(subjects)), "Nothing is told twice."


def _every_promise_is_kept(shop: Company) -> None:
    told = shop.server.command("doctor", "--json")
    answer = json.loads(told.stdout)
    assert (answer["findings"], told.returncode) == ([], 0)
