"""Quotes and work orders as a service task asks for them: plain values in, plain values out, once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

import processes.operations  # noqa: F401  (registers what is tested)
from engine import errors, operations, roles, settings
from engine.tables import ProcessInstance
from processes.records import documents, orders, quotes, stock
from processes.stories import work as stories
from tests.processes import repaired
from tests.processes.company import counts, step
from tests.processes.repaired import CLEAN, HOSE, PUMP, REPLACE

_REPORT = {
    "hours": [{"employee": "anna", "hours": Decimal(2)}],
    "parts_used": [{"part": PUMP, "quantity": Decimal(2)}, {"part": HOSE, "quantity": Decimal(1)}],
    "operations_done": [REPLACE, CLEAN],
}


@pytest.fixture
def shop(session: Session) -> Session:
    repaired.shop(session)
    return session


def _run(session: Session, row: ProcessInstance, type: str, **inputs: Any) -> dict[str, Any]:
    """Run an operation twice in one effect, as a step that is repeated does; the second time nothing happens."""
    found, given = operations.find(type), step(row, f"{row.business_key}:{type}")
    answer = operations.attempt(session, found, given, inputs)
    assert not isinstance(answer, operations.Failed), answer.sentence
    before = counts(session)
    assert operations.attempt(session, found, given, inputs) == answer
    found.run(session, given, **inputs)
    assert counts(session) == before
    return answer


def _failed(session: Session, row: ProcessInstance, type: str, **inputs: Any) -> errors.BusinessError:
    with pytest.raises(errors.BusinessError) as refused:
        operations.attempt(session, operations.find(type), step(row, f"failed {type}"), inputs)
    assert refused.value.code in operations.find(type).errors
    return refused.value


def test_a_quote_goes_out_with_its_document(shop: Session) -> None:
    row = repaired.diagnosed(shop)

    answer = _run(shop, row, "quotes.freeze")

    assert answer == {
        "quote_version": 1,
        "quote_total": Decimal("281.00"),
        "quote_expires_at": "2026-12-07T08:00:00+00:00",
        "quote_is_zero": False,
    }
    assert [each.kind for each in documents.of(shop, "R-0001")] == ["quote"]


def test_a_quote_is_open_as_long_as_the_terms_of_the_house_say(shop: Session) -> None:
    settings.put(shop, "terms", {"quote_expiry": "P2D"})

    answer = _run(shop, repaired.diagnosed(shop), "quotes.freeze")

    assert answer["quote_expires_at"] == "2026-11-25T08:00:00+00:00"


def test_a_quote_of_nothing_says_so(shop: Session) -> None:
    answer = _run(shop, repaired.diagnosed(shop, kind="warranty"), "quotes.freeze")

    assert (answer["quote_is_zero"], answer["quote_total"]) == (True, Decimal("0.00"))


def test_an_answer_by_telephone_is_written_down_with_its_evidence(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    given = step(row, "answer")
    inputs = {
        "quote_version": Decimal(1),
        "decision": "declined",
        "reason": "Too dear",
        "answered_through": "phone",
        "evidence": "Called at 9:12",
    }

    for _time in range(2):
        assert operations.attempt(shop, operations.find("quotes.decide"), given, inputs) == {
            "decision": "declined"
        }

    assert stories.quotes(shop, "R-0001") == [
        {
            "version": 1,
            "state": "declined",
            "total": Decimal("281.00"),
            "answered_through": "phone",
            "decided_by": "sales",
            "reason": "Too dear",
            "evidence": "Called at 9:12",
        }
    ]


def test_an_old_or_answered_quote_is_a_bpmn_error(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    repaired.quoted(shop, row, "quote 2")

    old = _failed(shop, row, "quotes.decide", quote_version=1, decision="approved")
    repaired.agreed(shop, row)
    answered = _failed(shop, row, "quotes.decide", quote_version=2, decision="approved")

    assert (old.code, old.variables) == ("QUOTE_SUPERSEDED", {"newest_version": 2})
    assert (answered.code, answered.variables) == ("QUOTE_CLOSED", {"quote_state": "approved"})


def test_a_work_order_goes_from_open_to_completed(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    repaired.agreed(shop, row)
    opened = _run(shop, row, "work_orders.open")
    repaired.issued(shop, row)
    reported = _run(shop, row, "work_orders.report", **_REPORT)
    completed = _run(shop, row, "work_orders.complete", outcome="repaired")

    assert opened == {"work_order_no": "WO-2026-0001"}
    assert reported == {
        "unused_parts": False,
        "unused": [],
        "approved_total": Decimal("281.00"),
        "planned_total": Decimal("281.00"),
        "exceeds_approval": False,
    }
    assert completed == {
        "invoice_no": "INV-2026-0001",
        "invoice_total": Decimal("281.00"),
        "balance": Decimal("281.00"),
    }
    assert stories.work_order(shop, "R-0001") == {
        "number": "WO-2026-0001",
        "state": "completed",
        "version": 1,
        "outcome": "repaired",
        "completed_by": "sales",
        "hours": [{"employee": "anna", "work": "order", "hours": Decimal(2)}],
    }
    assert stories.order_costs(shop, "R-0001") == [
        {"kind": "parts", "payer": "client", "amount": Decimal("40.00"), "reverses": False},
        {"kind": "parts", "payer": "client", "amount": Decimal("3.00"), "reverses": False},
        {"kind": "labour", "payer": "client", "amount": Decimal("200.00"), "reverses": False},
    ]
    assert stories.wages(shop, "R-0001") == [
        {
            "employee": "anna",
            "work": "order",
            "amount": Decimal("200.00"),
            "period": "2026-11",
            "reverses": False,
        }
    ]
    assert stories.part_warranties(shop, "R-0001") == [
        {
            "part": PUMP,
            "quantity": Decimal(2),
            "months": 12,
            "starts_on": None,
            "ends_on": None,
            "claims": False,
            "reverses": False,
        }
    ]


def test_unused_parts_are_named_for_the_storekeeper(shop: Session) -> None:
    roles.add_person(shop, "ion", "Ion", ["Storekeeper"], language="ro")
    stock.products.get(shop, PUMP).rename({"en": "Pump", "ro": "Pompă"})
    row = repaired.diagnosed(shop)
    repaired.issued(shop, row)

    answer = _run(shop, row, "work_orders.report", hours=[], parts_used=[{"part": HOSE, "quantity": 1}])

    assert answer["unused_parts"]
    assert answer["unused"] == [{"part": PUMP, "name": "Pompă", "quantity": Decimal(2)}]


def test_extra_work_says_that_it_exceeds_the_approval(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    repaired.agreed(shop, row)
    given = step(row, "report")
    inputs = {"hours": [], "parts_used": [], "extra_work": [{"part": HOSE, "quantity": 1, "payer": "client"}]}

    answer = operations.attempt(shop, operations.find("work_orders.report"), given, inputs)

    assert (answer["exceeds_approval"], answer["planned_total"]) == (True, Decimal("291.00"))


def test_what_is_used_too_much_or_not_ready_is_a_bpmn_error(shop: Session) -> None:
    row = repaired.diagnosed(shop)

    too_much = _failed(shop, row, "work_orders.report", **_REPORT)
    too_early = _failed(shop, row, "work_orders.complete", outcome="repaired")

    assert too_much.code == "USED_MORE_THAN_ISSUED"
    assert [each["part"] for each in too_much.variables["parts_over"]] == [HOSE, PUMP]
    assert too_early.code == "NOT_READY_TO_COMPLETE"
    assert len(too_early.variables["reasons"]) == 1
    assert stories.work_order(shop, "R-0001") is None


def test_a_completion_can_be_reversed(shop: Session) -> None:
    row = repaired.ready(shop)
    _run(shop, row, "work_orders.complete", outcome="repaired")
    given = step(row, "reverse")

    for _time in range(2):
        answer = operations.attempt(
            shop, operations.find("work_orders.reverse"), given, {"reason": "Wrong pump"}
        )
        assert answer == {
            "work_order_no": "WO-2026-0001",
            "work_order_version": 2,
            "balance": Decimal("0.00"),
        }

    assert [row["reverses"] for row in stories.wages(shop, "R-0001")] == [False, True]
    assert sum(row["amount"] for row in stories.order_costs(shop, "R-0001")) == 0


def test_a_cancelled_repair_gives_everything_back(shop: Session) -> None:
    row = repaired.ready(shop)
    _run(shop, row, "work_orders.complete", outcome="repaired")

    answer = _run(shop, row, "orders.reverse_effects", reason="Withdrawn")

    assert answer == {"reversed_cost": Decimal("0.00"), "refunded": Decimal("0.00")}
    assert sum(each["amount"] for each in stories.order_costs(shop, "R-0001")) == 0
    assert stories.work_order(shop, "R-0001")["state"] == "cancelled"
    assert quotes.in_force(shop, "R-0001").state == "approved"
    assert orders.get(shop, "R-0001").cancelled_reason == "Withdrawn"
