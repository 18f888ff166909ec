"""Operations on intake: the marks one after the other; what may not be is a business error."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import documents, intake
from tests.processes.repair_shop import (
    open_shop,
    repair,
    run,
    taken_in,
)


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


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
