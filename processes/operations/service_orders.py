"""Operations on a service order from its signature to its profit: agreed at the counter, hours, act, waybill."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import calendars, settings
from engine.operations import Step, operation
from processes.records import (
    acts,
    audit,
    completion,
    documents,
    money,
    order_lines,
    order_profits,
    quantities,
    quotes,
    work_orders,
)
from processes.records import terms as house_terms
from processes.records.ledger import Posting


@operation("quotes.sign_at_once")
def sign_at_once(session: Session, step: Step, signature: str) -> dict[str, Any]:
    """Freeze the lines and prices of the order as agreed: the customer stands before us and has signed for them.

    Where the client pays nothing nobody needs to agree.
    Result: quote_version, quote_total.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    open_for = calendars.duration(house_terms.of(session)["quote_expiry"])
    expires_at = open_for.after(step.now, settings.calendar(session).time_zone)
    version = quotes.freeze(session, posting, order_lines.planned(session, step.business_key), expires_at)
    documents.issue(session, "quote", posting)
    if version.state == "sent":
        quotes.decide(
            session, posting, version.version, "approved", answered_through="office", evidence=signature
        )
    return {"quote_version": version.version, "quote_total": money.units(version.total_cents)}


@operation("work_orders.note_hours")
def note_hours(session: Session, step: Step, hours: list[dict[str, Any]]) -> dict[str, Any]:
    """Write down who worked how long on the order, in all; what was said before is replaced.

    hours: rows of employee and hours. Result: none.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    work_orders.open_for(session, posting)
    by_login: dict[tuple[str, str], int] = {}
    for row in hours:
        who = (row["employee"], work_orders.WHOLE_ORDER)
        by_login[who] = by_login.get(who, 0) + quantities.milli(row.get("hours"))
    work_orders.report_hours(session, work_orders.get(session, step.business_key), by_login, step.now)
    return {}


@operation("acts.confirm")
def confirm_act(
    session: Session,
    step: Step,
    works_done: list[str] | None = None,
    goods: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write down what the customer signs for: the works that were done and the goods they take, line by line.

    goods: rows of part and quantity; what is not named stays as ordered, 0 drops it. Goods are then due by waybill: completing
    the work order bills them, `waybills.post` takes them out of stock.

    Result: goods_due (whether a waybill is to follow).
    """
    audit.acting(session, step.actor, step.now)
    return {"goods_due": acts.confirm(session, Posting.of_step(step), works_done or (), goods or ()) > 0}


@operation("waybills.post")
def post_waybill(session: Session, step: Step, recipient: str) -> dict[str, Any]:
    """Hand the goods of the order over that its act has billed: out of stock, at their cost, with a waybill.

    Result: waybill_no.
    """
    audit.acting(session, step.actor, step.now)
    return {"waybill_no": completion.deliver(session, Posting.of_step(step), recipient).number}


@operation("order_profits.snapshot")
def snapshot(session: Session, step: Step) -> dict[str, Any]:
    """Keep what the order has brought: revenue without tax less parts, labour and everything else it cost.

    Result: revenue, cost, profit.
    """
    row = order_profits.snapshot(session, Posting.of_step(step))
    return {
        "revenue": money.units(row.revenue_cents),
        "cost": money.units(row.revenue_cents - row.profit_cents),
        "profit": money.units(row.profit_cents),
    }
