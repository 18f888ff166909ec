"""Operations that bill contracts: find what is unbilled, begin a period, reckon it, post it, take it back."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import instances, roles
from engine.operations import Step, operation
from engine.sentences import in_language
from processes.records import (
    audit,
    contract_bills,
    contract_offers,
    contract_periods,
    contracts,
    customers,
    languages,
    money,
    orders,
)
from processes.records import contract_billing as records
from processes.records.ledger import Posting

#: Who reads why a bill is to be looked at.
_READER = "Accountant"


@operation("contract_billing.find_unbilled")
def find_unbilled(session: Session, step: Step) -> dict[str, Any]:
    """Find the periods of all contracts that are to be billed by today and whose billing has not begun, however long ago.

    Result: unbilled (list of contract_no, number, first, last), unbilled_count.
    """
    today = orders.day(session, step.now)
    found = [
        {
            "contract_no": contract.contract_no,
            "number": period.number,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        }
        for contract in contracts.concluded(session)
        for period in records.unbilled(session, contract, today)
    ]
    return {"unbilled": found, "unbilled_count": len(found)}


@operation("contract_billing.begin")
def begin(session: Session, step: Step, contract_no: str, number: int) -> dict[str, Any]:
    """Begin the billing of a period: an order of its own, with the number "contract:first day". A period is begun once.

    Result: billing_order_no (null when somebody has begun it already).
    """
    audit.acting(session, step.actor, step.now)
    row = records.begin(session, contract_no, int(number), orders.day(session, step.now))
    if row is None:
        return {"billing_order_no": None}
    customer = customers.get(session, contracts.get(session, contract_no).customer_key)
    instances.start(
        session,
        "contract_billing",
        variables={
            "contract_no": contract_no,
            "period_number": row.number,
            "period_first": row.first.isoformat(),
            "period_last": row.last.isoformat(),
            "customer_name": customer.name,
            "subject": f"{customer.name}: {row.first.isoformat()} – {row.last.isoformat()}",
        },
        business_key=row.order_no,
        actor=roles.SYSTEM,
        now=step.now,
    )
    return {"billing_order_no": row.order_no}


@operation("contract_billing.reckon")
def reckon(session: Session, step: Step) -> dict[str, Any]:
    """Open the order of a period and reckon what it comes to, by the plan version of its first day.

    Result: bill_is_empty (no day of it counts), bill_total, deducted_days, bill_lines (list of text, quantity, amount).
    """
    audit.acting(session, step.actor, step.now)
    row = contract_periods.get(session, step.business_key)
    contract = contracts.get(session, row.contract_no)
    contract_offers.open_billing_order(session, Posting.of_step(step), step.process_id, contract, row)
    bill = contract_bills.reckon(session, row)
    return {
        "bill_is_empty": bill.is_empty,
        "bill_total": money.units(bill.total_cents),
        "deducted_days": bill.deducted_days,
        "bill_lines": [
            {"text": each.description, "amount": money.units(each.total_cents)} for each in bill.lines
        ],
    }


@operation("contract_billing.post")
def post(session: Session, step: Step) -> dict[str, Any]:
    """Post the invoice and the completion act of the period, with the same lines, once; nothing for an empty period.

    Result: invoice_no, act_no (null where there is none), invoice_total, bill_review (whether somebody should look at it before
    it is sent), bill_review_reason.
    """
    audit.acting(session, step.actor, step.now)
    row = contract_periods.get(session, step.business_key, hold=True)
    review = contract_bills.reckon(session, row).review
    entry = records.post(session, Posting.of_step(step))
    reason = in_language(review, languages.of_role(session, _READER)) if review else None
    return {
        "invoice_no": entry.invoice_no,
        "act_no": entry.act_no,
        "invoice_total": money.units(entry.total_cents),
        "bill_review": review is not None,
        "bill_review_reason": reason,
    }


@operation("contract_billing.take_back")
def take_back(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Take the invoice and the act of the period back, with a reason, so that it can be reckoned anew.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    records.take_back(session, Posting.of_step(step), reason)
    return {}


@operation("contract_billing.waive")
def waive(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Waive the period, with a reason: its invoice and act are taken back, and it is not billed any more.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    records.take_back(session, posting, reason)
    records.waive(session, posting, reason)
    return {}
