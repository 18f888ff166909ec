"""Completion of a work order (Заказ-наряд → Завершен): everything that follows from it is posted in one transaction (I29).

Revenue and receivable, the use of parts, the order's cost, wages, part warranties, the journal and the documents belong
together: this module posts them all, and takes them all back. Nothing here commits, so a failure leaves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import calendars, errors, settings
from engine.sentences import Label, Sentence, _l, in_language
from engine.tables import Person
from processes.records import (
    billing,
    customers,
    devices,
    documents,
    invoices,
    journal,
    languages,
    order_costs,
    orders,
    payment_requests,
    payments,
    quotes,
    readiness,
    receivables,
    reservations,
    stock,
    wage_schemes,
    wages,
    warranties,
    waybills,
    work_orders,
)
from processes.records.billing import Billed
from processes.records.ledger import Posting
from processes.records.wage_schemes import Earning, Work
from processes.records.work_orders import WorkOrder

NOT_READY = "NOT_READY_TO_COMPLETE"
#: The setting that says how long a customer has to pay (ISO 8601).
DUE_SETTING = "invoice_due"
DUE = "P7D"
_NOT_COMPLETED = _l(
    "The work order {number} is not completed ({state}). Only what is completed can be reversed."
)
#: {payer of a line: the account that bears what its parts cost}
_COST_ACCOUNTS = {
    "client": journal.COST_OF_REPAIRS,
    "warranty": journal.WARRANTY_COST,
    "company": journal.COST_OF_REPAIRS,
    "contract": journal.COST_OF_CONTRACTS,
}


@dataclass(frozen=True, slots=True)
class Completed:
    """What a completion came to. invoice_no: None when the client pays nothing."""

    work_order: WorkOrder
    invoice_no: str | None
    invoice_total_cents: int
    balance_cents: int


def complete(session: Session, posting: Posting, outcome: str) -> Completed:
    """Complete the work order of the order of `posting` and post everything that follows from it, once.

    outcome: repaired or without_repair. Completing again in the same effect posts nothing and gives the first result.
    Goods that are due by waybill are billed now; `deliver` takes them out of stock and books what they cost.
    Raises BusinessError NOT_READY_TO_COMPLETE with `reasons`, each a sentence that says what to do first.
    """
    order = orders.get(session, posting.order_no, hold=True)
    work_orders.open_for(session, posting)
    work_order = work_orders.get(session, posting.order_no)
    if work_order.completion_key == posting.effect_key:
        return _result(session, work_order)
    # Each document asks for them again: while somebody holds them, the session has them without a query.
    device = devices.of_order(session, order)
    _held = customers.get(session, order.customer_key), session.get(Person, posting.by)
    billed = billing.billed(orders.lines(session, posting.order_no))
    works = done_works(session, order, billed)
    day = orders.day(session, posting.at)
    earnings = wage_schemes.reckon(session, works, order.repair_kind, day, order.order_type)
    _refuse_unless_ready(session, posting, work_order, outcome, billed, earnings)

    work_order.complete(outcome, posting)
    session.flush()
    later = waybills.is_due(session, posting.order_no)
    lines = [] if later else _book_parts(session, posting, work_order)
    lines += _book_wages(session, posting, work_order, works, earnings)
    _charge(session, posting, order.customer_key, billed)
    parts = [each for each in billed if each.line.kind == "part"]
    came_on = orders.day(session, order.created_at)
    fitted = device and warranties.record(session, posting, device, work_order.version, parts, came_on)
    journal.post(session, posting, work_order.number, lines)
    payment_requests.close(session, posting, "invoiced")
    if not later:
        reservations.release_order(session, posting)
    papers = ["work_order", "completion_act", *(["repair_report"] if device else [])]
    for kind in [*papers, *(["warranty_card"] if fitted else [])]:
        documents.issue(session, kind, posting)
    return _result(session, work_order)


def deliver(session: Session, posting: Posting, recipient: str) -> waybills.Waybill:
    """Hand the goods over that the completion has billed: out of work to the customer, at their cost, with a waybill.

    Doing it again in one effect gives the first waybill. Raises Refused without a waybill that is due, BusinessError
    NOT_READY_TO_COMPLETE where what was issued is not what was billed.
    """
    orders.get(session, posting.order_no, hold=True)
    work_order = work_orders.get(session, posting.order_no)
    known = waybills.find(session, posting.order_no)
    if known is not None and known.effect_key == posting.effect_key:
        return known
    if work_order.state != "completed":
        raise errors.Refused(
            _l("Goods leave with a waybill after the act is posted, but the work order is still open.")
        )
    waybill = waybills.mark_posted(session, posting, recipient)
    journal.post(session, posting, waybill.number, _book_parts(session, posting, work_order))
    reservations.release_order(session, posting)
    documents.issue(session, "waybill", posting)
    return waybill


def reopen(session: Session, posting: Posting, reason: str) -> WorkOrder:
    """Take back what the completion posted and open the work order again, as its next version.

    Parts go back into work and what was paid waits as an advance. Raises Refused when it is not completed.
    """
    orders.get(session, posting.order_no, hold=True)
    work_order = work_orders.get(session, posting.order_no)
    if work_order.state != "completed":
        state = Label(work_orders.STATES[work_order.state])
        raise errors.Refused(Sentence(_NOT_COMPLETED, number=work_order.number, state=state))
    for invoice in invoices.of_order(session, posting.order_no):
        invoices.credit(session, posting, invoice.number, reason)
    stock.reverse_consumption(session, posting)
    # What a partner or anybody else booked before the completion stays: that money is spent.
    _take_back(session, posting, work_order.completion_key)
    waybill = waybills.find(session, posting.order_no)
    if waybill is not None and waybill.state == waybills.POSTED:
        order_costs.reverse_order(session, posting, waybill.effect_key)
        journal.reverse_document(session, posting, waybill.number, reason)
    waybills.withdraw(session, posting)
    journal.reverse_document(session, posting, work_order.number, reason)
    work_order.reopen()
    session.flush()
    return work_order


def reverse_order(session: Session, posting: Posting, reason: str | None) -> int:
    """Take back everything that the order of `posting` has booked; nothing of it stays reserved or offered (I30).

    Doing it again does nothing; an order that is no repair has nothing here. Returns the cents that were given back to the
    customer. Raises Refused when a till holds less than what it must give back.
    """
    if orders.find(session, posting.order_no) is None:
        return 0
    order = orders.get(session, posting.order_no, hold=True)
    quotes.withdraw(session, posting.order_no, reason)
    reservations.release_order(session, posting)
    stock.reverse_order(session, posting)
    _take_back(session, posting)
    given_back = payments.reverse_order(session, posting, reason)
    work_order = work_orders.find(session, posting.order_no)
    if work_order is not None:
        work_order.cancel()
    order.cancel(reason or "", posting.at)
    session.flush()
    return given_back


def done_works(session: Session, order: orders.CustomerOrder, billed: Sequence[Billed]) -> list[Work]:
    """The operations that somebody worked on, with hours, norm and what they come to by payer.

    Hours given to no operation of their own count for all works that nobody is named for.
    """
    hours: dict[str, dict[str, int]] = {}
    for row in work_orders.employees(session, order.order_no):
        hours.setdefault(row.operation, {})[row.login] = row.hours_milli
    works = []
    for operation, by_login in hours.items():
        lines = [
            each
            for each in billed
            if each.line.kind == "work"
            and (
                each.line.sku == operation
                or (operation == work_orders.WHOLE_ORDER and each.line.sku not in hours)
            )
        ]
        payers = {_usual_payer(order): 0} if not lines else {}
        for each in lines:
            payers[each.line.payer] = payers.get(each.line.payer, 0) + billing.list_cents(each)
        works.append(Work(operation, by_login, sum(each.line.norm_milli for each in lines), payers))
    return works


def _refuse_unless_ready(
    session: Session,
    posting: Posting,
    work_order: WorkOrder,
    outcome: str,
    billed: Sequence[Billed],
    earnings: Sequence[Earning],
) -> None:
    found = readiness.reasons(session, work_order, outcome, billed, earnings)
    if found:
        language = languages.of_person(session, posting.by)
        reasons = [in_language(each, language) for each in found]
        raise errors.BusinessError(NOT_READY, " ".join(reasons), {"reasons": reasons})


def _book_parts(session: Session, posting: Posting, work_order: WorkOrder) -> list[journal.Line]:
    """Use the parts up and book what they cost; returns the lines of the journal."""
    lines = []
    for line, _quantity_milli, cost_cents in stock.consume(session, posting):
        source = f"order_line:{line.key}:v{work_order.version}"
        order_costs.book(session, posting, "parts", source, {line.payer: cost_cents})
        lines.append(journal.Line(_COST_ACCOUNTS[line.payer], journal.WORK_IN_PROGRESS, cost_cents))
    return lines


def _book_wages(
    session: Session,
    posting: Posting,
    work_order: WorkOrder,
    works: Sequence[Work],
    earnings: Sequence[Earning],
) -> list[journal.Line]:
    """Book what the work has earned, and as cost of the order; returns the lines of the journal."""
    payers = {work.operation: work.payers_cents for work in works}
    lines = []
    for row in wages.accrue(session, posting, work_order.version, earnings):
        shares = billing.split(row.amount_cents, payers[row.operation])
        order_costs.book(session, posting, "labour", f"wage_accrual:{row.key}", shares)
        lines.append(journal.Line(journal.WAGE_COST, journal.WAGES_PAYABLE, row.amount_cents))
    return lines


def _charge(session: Session, posting: Posting, customer_key: int, billed: Sequence[Billed]) -> None:
    """Invoice the client's lines; without anything to pay there is no invoice."""
    lines = [
        invoices.Line(
            each.line.sku,
            each.line.description,
            each.line.kind,
            each.quantity_milli,
            each.line.unit,
            each.line.price_cents,
        )
        for each in billed
        if each.line.payer == "client" and each.amount_cents
    ]
    if not lines:
        return
    length = calendars.duration(settings.get(session, DUE_SETTING, DUE))
    due_at = length.after(posting.at, settings.calendar(session).time_zone)
    invoice = invoices.issue(session, posting, customer_key, lines, due_at)
    receivables.charge(session, posting, customer_key, invoice)
    documents.issue(session, "invoice", posting)


def _take_back(session: Session, posting: Posting, cost_of_effect: str | None = None) -> None:
    order_costs.reverse_order(session, posting, cost_of_effect)
    wages.reverse_order(session, posting)
    warranties.reverse_order(session, posting)


def _result(session: Session, work_order: WorkOrder) -> Completed:
    own = [
        each
        for each in invoices.of_order(session, work_order.order_no)
        if each.effect_key == work_order.completion_key
    ]
    return Completed(
        work_order,
        own[0].number if own else None,
        own[0].total_cents if own else 0,
        receivables.balance(session, work_order.order_no),
    )


def _usual_payer(order: orders.CustomerOrder) -> str:
    return {"warranty": "warranty", "at_own_cost": "company", "contract": "contract"}.get(
        order.repair_kind, "client"
    )
