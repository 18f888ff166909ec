"""Every operation of a repair is safe to run twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from processes.records import orders
from tests.processes.company import NOW, counts
from tests.processes.repair_shop import (
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
    rows = counts(shop)

    assert run(shop, type, **inputs) == first
    assert counts(shop) == rows
