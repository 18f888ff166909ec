"""What a process can do with money: the operations, and the payment that wakes a waiting order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

import processes.operations  # noqa: F401  (registers what is tested)
from engine import definitions, errors, instances, operations, roles
from engine.tables import Effect
from processes.records import payments
from processes.stories import money as stories
from tests.engine import diagrams as d
from tests.processes import charged
from tests.processes.company import NOW, step

_WAITS = d.process(
    d.start(),
    d.flow("begin", "wait"),
    d.catch_message("wait", "paid"),
    d.flow("wait", "wait_again"),
    d.catch_message("wait_again", "paid"),
    d.flow("wait_again", "done"),
    d.end(),
    extra=d.message("paid", payments.POSTED),
    properties={"number_series": "R"},
)


def _run(session: Session, type: str, given: operations.Step, **inputs: Any) -> dict[str, Any]:
    answer = operations.attempt(session, operations.find(type), given, inputs)
    assert not isinstance(answer, operations.Failed), answer.sentence
    return answer


def test_the_balance_tells_the_invoice_and_until_when(company: Session) -> None:
    row = charged.repair(company)
    before = _run(company, "payments.balance", step(row, "look 1"))
    charged.invoice(company, row)

    after = _run(company, "payments.balance", step(row, "look 2"))

    assert before == {"balance": 0, "invoice_no": None, "invoice_total": 0, "due_at": None}
    assert after == {
        "balance": Decimal("211.00"),
        "invoice_no": "INV-2026-0001",
        "invoice_total": Decimal("211.00"),
        "due_at": "2026-12-07T08:00:00+00:00",
    }


def test_a_payment_is_recorded_once_even_when_the_effect_was_forgotten(company: Session) -> None:
    row = charged.charged(company)
    inputs = {"amount": Decimal("11.00"), "method": "cash"}
    first = _run(company, "payments.record", step(row), **inputs)
    company.delete(company.get_one(Effect, "effect 1"))
    company.flush()

    again = _run(company, "payments.record", step(row), **inputs)

    assert first == again == {"balance": Decimal("200.00"), "change": Decimal("0.00")}
    assert len(payments.entries(company, "R-0001")) == 1


@pytest.mark.parametrize(
    ("type", "inputs", "code"),
    [
        ("payments.record", {"amount": Decimal(1), "method": "cash"}, "NOTHING_DUE"),
        ("payments.write_off", {"reason": "Gone"}, "NOTHING_DUE"),
        ("payments.allow_credit", {"reason": "Regular"}, "NOTHING_DUE"),
    ],
)
def test_where_nothing_is_owed_the_process_gets_an_error(
    company: Session, type: str, inputs: dict[str, Any], code: str
) -> None:
    row = charged.repair(company)

    with pytest.raises(errors.BusinessError, match="Nothing is owed for order R-0001") as refused:
        _run(company, type, step(row), **inputs)

    assert refused.value.code == code
    assert code in operations.find(type).errors


def test_too_much_and_a_known_payment_are_errors_of_the_process(company: Session) -> None:
    row = charged.charged(company)
    _run(company, "payments.record", step(row, "1"), amount=Decimal(1), method="bank", payment_id="T-1")

    codes = []
    for amount, payment_id in ((Decimal(999), None), (Decimal(2), "T-1")):
        method = "bank" if payment_id else "cash"
        with pytest.raises(errors.BusinessError) as refused:
            _run(
                company,
                "payments.record",
                step(row, "2"),
                amount=amount,
                method=method,
                payment_id=payment_id,
            )
        codes.append(refused.value.code)

    assert codes == ["AMOUNT_ABOVE_BALANCE", "PAYMENT_KNOWN"]
    assert set(codes) < operations.find("payments.record").errors.keys()


def test_credit_and_write_off_say_how_much(company: Session) -> None:
    row = charged.charged(company)

    credit = _run(company, "payments.allow_credit", step(row, "1"), reason="Regular customer")
    given_up = _run(company, "payments.write_off", step(row, "2"), reason="Moved away")

    assert credit == {"credit_allowed": True, "credit_amount": Decimal("211.00")}
    assert given_up == {"written_off": Decimal("211.00"), "balance": Decimal("0.00")}


def test_a_payment_that_arrives_wakes_the_order_that_waits_for_it_once(company: Session) -> None:
    definitions.deploy(company, {"flow.bpmn": _WAITS}, actor=roles.SYSTEM, now=NOW)
    row = charged.opened(company, instances.start(company, "flow", actor=roles.SYSTEM, now=NOW))
    charged.invoice(company, row)

    for _twice in range(2):
        stories.payment_arrives(company, NOW, "R-0001", Decimal("11.00"), "T-1")

    # It waits for another payment, and the first one that comes again is none.
    assert row.state == "active"
    assert stories.payments(company, "R-0001") == [
        {
            "method": "bank",
            "amount": Decimal("11.00"),
            "payment_id": "T-1",
            "invoice_no": "INV-2026-0001",
            "reverses": False,
        }
    ]
    stories.payment_arrives(company, NOW, "R-0001", Decimal("12.00"), "T-2")
    assert row.state == "completed"


def test_what_stories_find_is_what_the_records_hold(company: Session) -> None:
    row = charged.charged(company)
    _run(company, "payments.allow_credit", step(row, "1"), reason="Regular customer")
    _run(company, "payments.record", step(row, "2"), amount=Decimal(11), method="cash")

    assert stories.invoice(company, "R-0001") == [
        {
            "number": "INV-2026-0001",
            "status": "part_paid",
            "total": Decimal("211.00"),
            "tax": Decimal("35.17"),
            "open": Decimal("200.00"),
            "lines": [
                {"sku": "W-PUMP", "amount": Decimal("120.00")},
                {"sku": "P-PUMP", "amount": Decimal("91.00")},
            ],
        }
    ]
    assert [(row["kind"], row["amount"]) for row in stories.receivables(company, "R-0001")] == [
        ("invoiced", Decimal("211.00")),
        ("paid", Decimal("-11.00")),
    ]
    assert stories.credit_permissions(company, "R-0001") == [
        {"by": "sales", "amount": Decimal("211.00"), "reason": "Regular customer"}
    ]
    assert [(row["debit"], row["credit"], row["amount"]) for row in stories.journal(company, "R-0001")] == [
        ("receivables", "revenue", Decimal("175.83")),
        ("receivables", "vat", Decimal("35.17")),
        ("cash", "receivables", Decimal("11.00")),
    ]
    assert stories.cash_balance(company, "R-0001") == [
        {"account": "BANK", "kind": "bank", "balance": Decimal(0), "of_order": Decimal(0)},
        {"account": "TILL", "kind": "cash", "balance": Decimal(11), "of_order": Decimal(11)},
    ]
