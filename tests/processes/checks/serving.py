"""A service order in the healthy shop, and how each promise of one is broken by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.tables import ProcessInstance
from processes.records import acts, completion, order_profits, payment_requests, payments, stock
from tests.processes.repaired import CLEAN, HOSE, PUMP, REPLACE, of


def build(session: Session, row: ProcessInstance) -> None:
    """Something is paid in advance, the act is signed, the goods leave with a waybill."""
    payment_requests.ask(session, of(row, "ask"), 30_00)
    payments.book(session, of(row, "prepaid"), 30_00, "cash")
    acts.confirm(session, of(row, "act"), [REPLACE, CLEAN], [])
    completion.complete(session, of(row, "completion"), "repaired")
    stock.issue(session, of(row, "issue"), {PUMP: 2000, HOSE: 1000}, "anna")
    completion.deliver(session, of(row, "waybill"), "I. P.")
    order_profits.snapshot(session, of(row, "profit"))


SERVICE = {
    "_asked_after_the_act": (["DELETE FROM payment_request WHERE reverses IS NOT NULL"], "R-"),
    "_undelivered": (
        [
            "UPDATE waybill SET state = 'due', number = NULL, effect_key = NULL, recipient = NULL, posted_at = NULL, posted_by = NULL",
            "UPDATE process_instance SET state = 'completed' WHERE key IN (SELECT process_instance_key FROM waybill)",
        ],
        "R-",
    ),
    "_profits": (
        ["UPDATE order_profit SET parts_cents = parts_cents + 1, profit_cents = profit_cents - 1"],
        "R-",
    ),
}
