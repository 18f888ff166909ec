"""Operations on repair orders: plain values in, plain values out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import errors, settings
from processes.records import comments, orders, places
from tests.processes.company import NOW
from tests.processes.repair_shop import (
    device,
    instance,
    open_shop,
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


def test_a_vehicle_comes_with_what_it_has_run(shop: Session) -> None:
    instance(shop)

    _open(shop, mileage=Decimal(120500))

    assert orders.get(shop, "R-0001").mileage_km == 120_500
