"""What stories see of a repair order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from engine import settings
from processes.stories import repair as stories
from tests.processes.company import NOW
from tests.processes.repair_shop import device, open_shop, ready, repair, run


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def test_the_way_of_an_order_is_seen(shop: Session) -> None:
    ready(shop)
    run(shop, "repair_orders.record_diagnosis", fault_code="1", cause="x", works=[{"work": "T-CLEAN"}])
    run(shop, "intake.clear_last_mark", reason="Not tested")

    history = stories.status_history(shop, "R-0001")
    assert [row["status"] for row in history] == ["accepted", "in_work", "ready", "in_work"]
    assert history[-1] == {
        "status": "in_work",
        "was": "ready",
        "cause": "intake.clear_last_mark",
        "by": "master",
        "reason": "Not tested",
    }
    assert stories.intake(shop, "R-0001")["status"] == "in_work"
    assert stories.device_place(shop, "R-0001") == "workshop"
    assert stories.device_places(shop, "R-0001") == ["reception", "workshop", "reception", "workshop"]
    assert stories.order(shop, "R-0001")["device_name"] == "Bosch SMS 45"
    assert stories.order_lines(shop, "R-0001") == [
        {
            "kind": "work",
            "sku": "T-CLEAN",
            "quantity": Decimal(1),
            "price": Decimal("250.00"),
            "list_price": Decimal("250.00"),
            "payer": "client",
            "used": Decimal(0),
        }
    ]
    assert stories.repair_orders(shop, "R-0001") == ["R-0001"]
    assert [row["action"] for row in stories.audit_of(shop, "R-0001")] == ["created", "changed"]


def test_what_is_not_there_yet_is_null(shop: Session) -> None:
    assert stories.order(shop, "R-0001") is None
    assert stories.intake(shop, "R-0001") is None
    assert stories.status_history(shop, "R-0001") == []


def test_a_story_may_find_a_sale_and_choose_a_setting(shop: Session) -> None:
    repair(shop)

    stories.device_was_sold(shop, NOW, "FD-9401", "S-2026-0999", "2027-12-31")
    stories.choose(shop, NOW, "diagnosis_fee", {"on": False})

    assert device(shop).sale_document == "S-2026-0999"
    assert settings.get(shop, "diagnosis_fee") == {"on": False}
