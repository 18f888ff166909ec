"""What a service task can do with customers, devices, repair orders and intake: plain values in, plain values out, once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors, settings
from engine.columns import Base
from processes.records import audit, comments, documents, intake, ledger, orders, places
from processes.records.warranties import PartWarranty, PartWarrantyTerm
from tests.processes.company import NOW
from tests.processes.repair_shop import (
    TODAY,
    customer,
    device,
    instance,
    open_shop,
    posting,
    ready,
    repair,
    run,
    taken_in,
)


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def _open(session: Session, order_no: str = "R-0001", **given: Any) -> dict[str, Any]:
    dishwasher = device(session)
    inputs = {
        "customer_key": str(dishwasher.owner_key),
        "device_key": str(dishwasher.key),
        "repair_kind": "paid",
        "complaint": "Не сливает воду",
        **given,
    }
    return run(session, "repair_orders.open", order_no, **inputs)


# --- customers ---------------------------------------------------------------------------------------------------------


def test_a_new_customer_is_written_down(shop: Session) -> None:
    answer = run(
        shop,
        "customers.remember",
        customer_name="Z. Z.",
        customer_phone="069 555 444",
        customer_language="ro",
        customer_kind="company",
    )

    card = customer(shop, 13)
    assert answer == {"customer_key": str(card.key), "customer_name": "Z. Z.", "customer_language": "ro"}
    assert card.kind == "company"
    assert audit.of(shop, "customer", card.key)[0].actor == "master"


def test_a_known_customer_is_found_by_key_and_the_card_learns_what_was_said(shop: Session) -> None:
    answer = run(
        shop,
        "customers.remember",
        customer_key=str(customer(shop, 2).key),
        customer_name="",
        customer_email="B.S@customer.example",
    )

    assert answer["customer_name"] == "Б. С."
    assert (customer(shop, 2).email, customer(shop, 2).phone) == ("b.s@customer.example", "+373 79 000 102")


def test_the_same_name_and_telephone_is_the_same_customer(shop: Session) -> None:
    answer = run(shop, "customers.remember", customer_name="В. М.", customer_phone="+373 69 000 103")

    assert answer["customer_key"] == str(customer(shop, 3).key)
    assert shop.scalar(select(func.count()).select_from(type(customer(shop)))) == 12


def test_an_incomplete_customer_is_a_business_error(shop: Session) -> None:
    with pytest.raises(errors.BusinessError) as refused:
        run(shop, "customers.remember", customer_name="Z. Z.")

    assert refused.value.code == "CUSTOMER_INCOMPLETE"


# --- devices -----------------------------------------------------------------------------------------------------------


def test_a_new_device_is_written_down(shop: Session) -> None:
    instance(shop)

    answer = run(
        shop,
        "devices.remember",
        customer_key=str(customer(shop).key),
        item_type="Drill",
        brand="Makita",
        model="DF333",
        serial_no="MK 100",
    )

    assert answer == {
        "device_key": str(device(shop, "MK 100").key),
        "device_name": "Makita DF333",
        "open_order_no": None,
        "earlier_repairs": 0,
    }


def test_a_device_that_is_in_repair_already_names_that_order_and_keeps_its_owner(shop: Session) -> None:
    taken_in(shop, "R-0001")
    instance(shop, "R-0002")

    answer = run(
        shop,
        "devices.remember",
        "R-0002",
        customer_key=str(customer(shop, 5).key),
        brand="bosch",
        model="SMS45",
        serial_no="FD940100123",
        item_type="Dishwasher",
    )

    assert (answer["open_order_no"], answer["earlier_repairs"]) == ("R-0001", 0)
    assert device(shop).owner_key == customer(shop, 1).key


def test_a_device_that_comes_again_belongs_to_who_brings_it_and_has_its_repairs(shop: Session) -> None:
    ready(shop)
    intake.get(shop, "R-0001").mark_issued(
        "А. К.", posting(shop, "out"), "hand_out", id_checked=True, accessories_returned=True
    )
    instance(shop, "R-0002")

    answer = run(
        shop,
        "devices.remember",
        "R-0002",
        customer_key=str(customer(shop, 5).key),
        device_key=str(device(shop).key),
    )

    assert (answer["open_order_no"], answer["earlier_repairs"]) == (None, 1)
    assert device(shop).owner_key == customer(shop, 5).key


def test_an_incomplete_device_is_a_business_error(shop: Session) -> None:
    instance(shop)

    with pytest.raises(errors.BusinessError) as refused:
        run(shop, "devices.remember", customer_key=str(customer(shop).key), item_type="Drill", model="DF333")

    assert refused.value.code == "DEVICE_INCOMPLETE"


def test_a_device_without_any_warranty_is_not_covered(shop: Session) -> None:
    instance(shop)

    assert run(shop, "devices.check_warranty", device_key=str(device(shop).key)) == {
        "warranty_covered": False,
        "warranty_until": None,
        "warranty_basis": None,
    }


def test_a_sold_device_is_covered_until_its_warranty_ends(shop: Session) -> None:
    instance(shop)

    runs = run(shop, "devices.check_warranty", effect="a", device_key=str(device(shop, "PF-3XK7Q2").key))
    over = run(shop, "devices.check_warranty", effect="b", device_key=str(device(shop, "R5CW").key))

    assert runs == {
        "warranty_covered": True,
        "warranty_until": "2028-02-11",
        "warranty_basis": "Sold with document S-2026-0118",
    }
    assert over["warranty_covered"] is False


def test_a_part_that_we_fitted_is_covered_too(shop: Session) -> None:
    part = PartWarranty(
        device_key=device(shop).key,
        sku="T-PUMP",
        description="Насос",
        source="order_line:1:v1",
        quantity_milli=1000,
        months=6,
        **ledger.columns(posting(shop, "completion")),
    )
    shop.add(part)
    shop.flush()
    shop.add(
        PartWarrantyTerm(warranty_key=part.key, starts_on=TODAY, ends_on=TODAY.replace(year=2027), kept=False)
    )
    shop.flush()

    assert run(shop, "devices.check_warranty", device_key=str(device(shop).key)) == {
        "warranty_covered": True,
        "warranty_until": "2027-11-23",
        "warranty_basis": "Насос, fitted in order R-0001",
    }


# --- repair orders -----------------------------------------------------------------------------------------------------


def test_an_order_is_opened_with_its_terms(shop: Session) -> None:
    instance(shop)

    assert _open(shop) == {
        "promised_date": "2026-12-23",
        "target_at": "2026-12-23T08:00:00+00:00",
        "limit_at": "2027-01-22T08:00:00+00:00",
        "target_term": "P30D",
        "limit_term": "P60D",
    }
    order = orders.get(shop, "R-0001")
    assert (order.channel, order.created_by, order.place) == ("walk_in", "master", "point")


def test_an_urgent_order_is_opened_with_short_terms(shop: Session) -> None:
    instance(shop)

    answer = _open(shop, urgent=True, promised_date="2026-11-24", channel="phone")

    assert (answer["target_term"], answer["limit_term"]) == ("PT24H", "PT48H")
    assert answer["promised_date"] == "2026-11-24"


def test_an_order_knows_the_order_it_comes_from(shop: Session) -> None:
    repair(shop, "R-0001")
    instance(shop, "R-0002")

    _open(shop, "R-0002", parent_order_no="R-0001")

    assert orders.get(shop, "R-0002").parent_order_no == "R-0001"


def test_a_diagnosis_is_written_down_and_priced(shop: Session) -> None:
    repair(shop, repair_kind="mixed")

    answer = run(
        shop,
        "repair_orders.record_diagnosis",
        fault_code="E24",
        cause="Pump blocked",
        works=[{"work": "T-HOUR", "hours": Decimal("1.5"), "payer": "client"}],
        parts=[{"part": "T-PUMP", "quantity": 1, "payer": "warranty"}],
    )

    assert answer == {"client_total": Decimal("600.00"), "planned_total": Decimal("1420.50"), "part_count": 1}
    assert orders.get(shop, "R-0001").fault_code == "E24"


def test_a_diagnosis_without_a_price_is_a_business_error(shop: Session) -> None:
    repair(shop)

    with pytest.raises(errors.BusinessError) as refused:
        run(
            shop,
            "repair_orders.record_diagnosis",
            fault_code="E24",
            cause="x",
            parts=[{"part": "T-UNPRICED", "quantity": 1}],
        )

    assert (refused.value.code, refused.value.variables) == (
        "PRICE_MISSING",
        {"missing_prices": ["T-UNPRICED"]},
    )
    assert orders.get(shop, "R-0001").fault_code is None


def test_urgency_is_switched_waived_and_switched_off(shop: Session) -> None:
    repair(shop)
    run(shop, "repair_orders.record_diagnosis", fault_code="1", cause="x", works=[{"work": "T-CLEAN"}])

    on = run(shop, "repair_orders.set_urgent", effect="a", urgent=True, reason="The hotel is full")
    waived = run(shop, "repair_orders.waive_surcharge", reason="Our delay")
    off = run(shop, "repair_orders.set_urgent", effect="b", urgent=False)

    assert (on["urgent"], on["client_total"], on["target_term"]) == (True, Decimal("375.00"), "PT24H")
    assert waived == {"client_total": Decimal("250.00")}
    assert (off["urgent"], off["client_total"], off["target_term"]) == (False, Decimal("250.00"), "P30D")
    notes = comments.on(shop, instance(shop).key)
    assert [(note.author, note.text) for note in notes] == [("master", "The hotel is full")]


def test_another_kind_is_paid_by_others(shop: Session) -> None:
    repair(shop)
    run(shop, "repair_orders.record_diagnosis", fault_code="1", cause="x", works=[{"work": "T-CLEAN"}])

    answer = run(shop, "repair_orders.change_kind", repair_kind="warranty")

    assert answer == {"repair_kind": "warranty", "client_total": Decimal("0.00")}


def test_a_device_that_goes_back_unrepaired_costs_the_diagnosis(shop: Session) -> None:
    repair(shop)
    run(shop, "repair_orders.record_diagnosis", fault_code="1", cause="x", works=[{"work": "T-CLEAN"}])

    assert run(shop, "repair_orders.add_diagnosis_fee") == {"client_total": Decimal("150.00")}


def test_a_device_that_goes_back_unrepaired_costs_nothing_where_the_house_says_so(shop: Session) -> None:
    settings.put(shop, "diagnosis_fee", {"on": False})
    repair(shop)

    assert run(shop, "repair_orders.add_diagnosis_fee") == {"client_total": Decimal("0.00")}


def test_the_device_of_a_cancelled_order_is_given_back(shop: Session) -> None:
    taken_in(shop)
    orders.get(shop, "R-0001").cancel("Changed their mind", NOW)

    run(shop, "intake.give_back", recipient="А. К.")

    assert places.of(shop, device(shop).key) == "customer"


# --- intake ------------------------------------------------------------------------------------------------------------


def test_a_device_is_taken_in_with_a_receipt_of_the_same_number(shop: Session) -> None:
    repair(shop)

    answer = run(shop, "intake.accept", completeness="Complete", appearance="Scratched", accessories="Hose")

    assert answer == {"intake_no": "RC-2026-0001", "status": "accepted"}
    receipt = documents.latest(shop, "R-0001", "intake_receipt")
    assert receipt is not None
    assert receipt.number == "RC-2026-0001"


def test_the_marks_of_an_order_one_after_the_other(shop: Session) -> None:
    taken_in(shop)

    statuses = [
        run(shop, type, effect=str(number), **inputs)["status"]
        for number, (type, inputs) in enumerate(
            [
                ("intake.set_variant", {"repair_variant": "own"}),
                ("intake.mark_done", {"outcome": "repaired"}),
                ("intake.clear_last_mark", {"reason": "Not tested"}),
                (
                    "intake.set_variant",
                    {"repair_variant": "third_party", "partner": "Service one", "reason": "No tool"},
                ),
                ("intake.mark_accepted_back", {"outcome": "without_repair", "reason": "No part"}),
                (
                    "intake.hand_out",
                    {"recipient": "А. К.", "id_checked": True, "accessories_returned": False},
                ),
            ]
        )
    ]

    assert statuses == ["in_work", "ready", "in_work", "in_work", "ready", "issued"]


@pytest.mark.parametrize(
    "type, inputs",
    [
        ("intake.mark_done", {"outcome": "repaired"}),
        ("intake.mark_accepted_back", {"outcome": "repaired"}),
        ("intake.set_variant", {"repair_variant": "third_party"}),
        ("intake.clear_last_mark", {"reason": "x"}),
        ("intake.hand_out", {"recipient": "А. К.", "id_checked": True, "accessories_returned": True}),
        ("intake.give_back", {"recipient": "А. К."}),
    ],
)
def test_a_mark_that_may_not_be_made_is_a_business_error_and_changes_nothing(
    shop: Session, type: str, inputs: dict[str, Any]
) -> None:
    taken_in(shop)

    with pytest.raises(errors.BusinessError) as refused:
        run(shop, type, **inputs)

    assert refused.value.code == "MARK_NOT_ALLOWED"
    assert intake.get(shop, "R-0001").status == "accepted"


# --- all of them -------------------------------------------------------------------------------------------------------

_KEYS = {"customer_key": "1", "device_key": "1"}
_INPUTS: dict[str, dict[str, Any]] = {
    "customers.remember": {"customer_name": "Z. Z.", "customer_phone": "069 555 444"},
    "devices.remember": {"customer_key": "1", "item_type": "Drill", "model": "DF333", "serial_no": "1"},
    "devices.check_warranty": {"device_key": "1"},
    "repair_orders.open": {**_KEYS, "repair_kind": "paid", "complaint": "x"},
    "repair_orders.change_kind": {"repair_kind": "mixed"},
    "repair_orders.set_urgent": {"urgent": True, "reason": "Hurry"},
    "repair_orders.waive_surcharge": {"reason": "Our delay"},
    "repair_orders.record_diagnosis": {"fault_code": "1", "cause": "x", "works": [{"work": "T-CLEAN"}]},
    "repair_orders.add_diagnosis_fee": {},
    "intake.accept": {"completeness": "Complete"},
    "intake.set_variant": {"repair_variant": "own"},
    "intake.mark_done": {"outcome": "repaired"},
    "intake.clear_last_mark": {"reason": "x"},
    "intake.hand_out": {"recipient": "А. К.", "id_checked": True, "accessories_returned": True},
    "intake.give_back": {"recipient": "А. К."},
}


@pytest.mark.parametrize("type", sorted(_INPUTS))
def test_an_operation_that_is_repeated_gives_the_first_result_and_does_nothing(
    shop: Session, type: str
) -> None:
    keys = {"customer_key": str(customer(shop).key), "device_key": str(device(shop).key)}
    inputs = {name: keys.get(name, value) for name, value in _INPUTS[type].items()}
    if type in ("intake.mark_done", "intake.set_variant"):
        document = taken_in(shop)
        if type == "intake.mark_done":
            document.set_variant("own", posting(shop, "variant"), "choose_variant")
    elif type in ("intake.hand_out", "intake.clear_last_mark"):
        ready(shop)
    elif type == "intake.give_back":
        taken_in(shop)
        orders.get(shop, "R-0001").cancel("x", NOW)
    elif type == "repair_orders.open":
        instance(shop)
    else:
        repair(shop, urgent=type == "repair_orders.waive_surcharge")
    first = run(shop, type, **inputs)
    rows = _rows(shop)

    assert run(shop, type, **inputs) == first
    assert _rows(shop) == rows


def _rows(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}
