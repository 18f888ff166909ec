"""Billing of contracts: each period once, with one invoice and one completion act of the same lines (I19).

Where a posting was taken back, the period is billed anew under its next attempt; where its order is cancelled, it is waived.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import calendars, errors, settings
from engine.sentences import Sentence, _l
from processes.records import (
    completion,
    contract_bills,
    contract_periods,
    contracts,
    documents,
    invoices,
    ledger,
    orders,
    periods,
    receivables,
    reversing,
)
from processes.records.contract_bills import Bill
from processes.records.contract_periods import (
    BILLED,
    NOTHING,
    OPEN,
    WAIVED,
    ContractBilling,
    ContractPeriod,
)
from processes.records.contracts import Contract
from processes.records.ledger import Posting
from processes.records.periods import Period

_NOT_OPEN = _l("The period from {first} of contract {number} is billed already.")


def unbilled(session: Session, contract: Contract, today: date) -> list[Period]:
    """The periods of a contract that are to be billed by that day and whose billing has not begun, the oldest first."""
    if contract.activated_at is None:
        return []
    begun = set(
        session.scalars(
            select(ContractPeriod.number).where(ContractPeriod.contract_no == contract.contract_no)
        )
    )
    found = periods.due(
        contract.starts_on, contract.ends_on, contract.billing_day, contract.months, contract.timing, today
    )
    return [each for each in found if each.number not in begun]


def begin(session: Session, contract_no: str, number: int, today: date) -> ContractPeriod | None:
    """Take the billing of a period upon oneself; None when somebody has begun it, or it is not due on that day.

    The contract is held: of two that begin the same period the second finds it begun.
    """
    contract = contracts.get(session, contract_no, hold=True)
    found = next((each for each in unbilled(session, contract, today) if each.number == number), None)
    if found is None:
        return None
    row = ContractPeriod(
        contract_no=contract_no,
        first=found.first,
        last=found.last,
        number=number,
        previous_number=number - 1 if number > 1 else None,
        order_no=f"{contract_no}:{found.first.isoformat()}",
        attempt=1,
        state=OPEN,
    )
    session.add(row)
    session.flush()
    return row


def post(session: Session, posting: Posting) -> ContractBilling:
    """Post the invoice and the act of the period that the order of `posting` bills, with the same lines, linked, once.

    Posting again in the same effect, or a period that is billed, posts nothing and gives what is there. A period without a
    day that counts gets a row and no documents; one that comes to nothing gets an act and no invoice.
    """
    row = contract_periods.get(session, posting.order_no, hold=True)
    known = contract_periods.standing(session, row)
    if known is not None:
        return known
    if row.state != OPEN:
        raise errors.Refused(Sentence(_NOT_OPEN, first=row.first.isoformat(), number=row.contract_no))
    bill = contract_bills.reckon(session, row)
    invoice = _invoice(session, posting, bill) if bill.total_cents else None
    entry = ContractBilling(
        contract_no=row.contract_no,
        first=row.first,
        attempt=row.attempt,
        plan_id=bill.version.plan_id,
        plan_version=bill.version.version,
        days=bill.period.days,
        of_days=bill.period.of_days,
        deducted_days=bill.deducted_days,
        total_cents=bill.total_cents,
        invoice_no=invoice.number if invoice else None,
        act_no=None if bill.is_empty else documents.next_number(session, "contract_act", posting.at),
        **ledger.columns(posting),
    )
    session.add(entry)
    row.state = NOTHING if bill.is_empty else BILLED
    row.invoice_no, row.act_no = entry.invoice_no, entry.act_no
    session.flush()
    if not bill.is_empty:
        documents.issue(session, "contract_act", posting)
    return entry


def take_back(session: Session, posting: Posting, reason: str) -> None:
    """Take back what was posted for the period of an order, so that it can be posted anew; what was paid waits as an advance."""
    row = contract_periods.get(session, posting.order_no, hold=True)
    standing = contract_periods.standing(session, row)
    if standing is None:
        return
    if standing.invoice_no:
        invoices.credit(session, posting, standing.invoice_no, reason)
    _reverse(session, posting, standing)
    row.state, row.invoice_no, row.act_no = OPEN, None, None
    row.attempt += 1
    session.flush()


@reversing.on_cancel
def waive(session: Session, posting: Posting, reason: str | None) -> int:
    """Waive the period that a cancelled order was to bill; returns how many rows were taken back."""
    row = contract_periods.find(session, posting.order_no)
    if row is None or row.state == WAIVED:
        return 0
    standing = contract_periods.standing(session, row)
    if standing is not None:
        _reverse(session, posting, standing)
    row.state, row.waived_reason = WAIVED, (reason or "").strip() or "-"
    row.invoice_no = row.act_no = None
    session.flush()
    return int(standing is not None)


def _reverse(session: Session, posting: Posting, standing: ContractBilling) -> None:
    same = {
        name: getattr(standing, name)
        for name in ("contract_no", "first", "attempt", "plan_id", "plan_version", "days", "of_days")
    }
    session.add(
        ContractBilling(
            **same,
            deducted_days=standing.deducted_days,
            total_cents=-standing.total_cents,
            invoice_no=standing.invoice_no,
            act_no=standing.act_no,
            reverses=standing.key,
            **ledger.columns(posting),
        )
    )


def _invoice(session: Session, posting: Posting, bill: Bill) -> invoices.Invoice:
    order = orders.get(session, posting.order_no, hold=True)
    length = calendars.duration(settings.get(session, completion.DUE_SETTING, completion.DUE))
    due_at = length.after(posting.at, settings.calendar(session).time_zone)
    lines = [
        invoices.Line(each.sku, each.description, each.kind, each.quantity_milli, each.unit, each.price_cents)
        for each in bill.lines
    ]
    invoice = invoices.issue(session, posting, order.customer_key, lines, due_at)
    receivables.charge(session, posting, order.customer_key, invoice)
    documents.issue(session, "invoice", posting)
    return invoice
