"""A small repair shop in which every promise is kept: orders that are paid, cancelled, under way, with all their ledgers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import definitions, instances, mail, roles
from engine.tables import ProcessInstance
from processes.records import (
    completion,
    documents,
    hand_out,
    intake,
    order_plan,
    orders,
    payments,
    reservations,
    stock,
    stock_documents,
    work_orders,
)
from processes.records.cash import CashAccount
from tests.engine import diagrams as d
from tests.processes import charged, repaired
from tests.processes.checks import contracted, purchasing, serving, visiting
from tests.processes.company import NOW
from tests.processes.repaired import CLEAN, HOSE, PUMP, REPLACE, of

#: Waits for a master, for a payment, and for a day.
_FLOW = d.process(
    d.start(),
    d.parallel("split"),
    d.flow("begin", "split"),
    d.user_task("work", role="Master"),
    d.flow("split", "work"),
    d.catch_message("paid", "payment"),
    d.flow("split", "paid"),
    d.catch_timer("later", "P30D"),
    d.flow("split", "later"),
    d.parallel("join"),
    d.flow("work", "join"),
    d.flow("paid", "join"),
    d.flow("later", "join"),
    d.end(),
    d.flow("join", "done"),
    extra=d.message("payment", "nobody_sends_it"),
    properties={"number_series": "R"},
)


def build(session: Session) -> None:
    """R-0001 is completed, part paid and handed out; R-0002 cancelled after its completion; R-0003 waits for its parts."""
    definitions.deploy(session, {"flow.bpmn": _FLOW, "answer.form": d.FORM}, actor=roles.SYSTEM, now=NOW)
    repaired.shop(session)
    session.add(CashAccount(account_id="BANK", kind="bank", name="Bank", currency="MDL"))
    session.flush()
    _handed_out(session, _order(session))
    _cancelled(session, _order(session))
    visiting.build(session, "anna")
    waiting = _order(session)
    reservations.reserve_order(session, of(waiting, "reserve"))
    serving.build(session, _order(session))
    purchasing.build(session, _order(session), _order(session))
    contracted.build(session)
    mail.write(
        session, to="customer@example.com", subject="Hello", body="", process_instance_key=None, now=NOW
    )


def _order(session: Session) -> ProcessInstance:
    row = charged.opened(session, instances.start(session, "flow", actor=roles.SYSTEM, now=NOW))
    order_no = row.business_key
    number = documents.next_number(session, "intake_receipt", NOW)
    document = intake.accept(session, of(row, "accept"), "take_in", number=number, completeness="Complete")
    documents.issue(session, "intake_receipt", of(row, "accept"))
    document.set_variant("own", of(row, "variant"), "choose_variant")
    order_plan.diagnose(
        session,
        orders.get(session, order_no),
        [{"work": REPLACE}, {"work": CLEAN}],
        [{"part": PUMP, "quantity": 2}, {"part": HOSE, "quantity": 1}],
        NOW.date(),
    )
    repaired.quoted(session, row)
    repaired.agreed(session, row)
    return row


def _completed(session: Session, row: ProcessInstance) -> None:
    work_orders.open_for(session, of(row, "open"))
    repaired.issued(session, row)
    repaired.reported(session, row, parts_used=[{"part": PUMP, "quantity": 1}, {"part": HOSE, "quantity": 1}])
    stock.return_unused(session, of(row, "return"), {PUMP: 1000})
    completion.complete(session, of(row, "completion"), "repaired")


def _handed_out(session: Session, row: ProcessInstance) -> None:
    _completed(session, row)
    payments.book(session, of(row, "advance"), 50_00, "bank", "T-1")
    completion.reopen(session, of(row, "reopened"), "A hose leaked")
    completion.complete(session, of(row, "completion 2"), "repaired")
    payments.book(session, of(row, "paid"), 20_00, "cash")
    document = intake.of(session, row.business_key)
    document.mark_repair_done("repaired", of(row, "done"), "mark_done")
    payments.allow_credit(session, of(row, "credit"), "A regular customer")
    hand_out.hand_out(
        session,
        of(row, "out", hours=24),
        "hand_out",
        recipient="I. P.",
        id_checked=True,
        accessories_returned=True,
    )


def _cancelled(session: Session, row: ProcessInstance) -> None:
    _completed(session, row)
    payments.book(session, of(row, "paid"), 90_00, "cash")
    completion.reverse_order(session, of(row, "undo"), "The customer changed his mind")
    stock.receive(
        session,
        stock_documents.without_order("late delivery", NOW, "storekeeper"),
        [stock.Delivered(HOSE, 1000, 4_00)],
    )
