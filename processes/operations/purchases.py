"""Operations on purchases, from what orders lack to the supplier's invoice. The order is the purchase order of the instance.

`purchases.request` and `purchases.wait` are the other side: an order of a customer that lacks parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import messages, roles
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from engine.tables import UserTask
from processes.records import (
    audit,
    documents,
    languages,
    money,
    orders,
    parts_requests,
    products,
    purchase_letters,
    purchase_orders,
    purchase_plan,
    quantities,
    receipts,
    reversing,
    supplier_returns,
    suppliers,
)
from processes.records.ledger import Posting

#: The message that starts a purchase, and the one that lets an order that waits for parts look again.
PARTS_ARE_SHORT, PARTS_NEWS = "parts_are_short", "parts_news"
PURCHASE_IS_PLANNED = "purchase_is_planned"
_PLAN_OF = _l("Store, plan of {day}")
_REFUSED = {purchase_orders.REFUSED: "The purchase does not fit; the sentence says why."}
_BUYER, _STOREKEEPER = "Buyer", "Storekeeper"


@operation("purchases.request")
def request(
    session: Session,
    step: Step,
    shortages: list[dict[str, Any]],
    expected_on: str | None = None,
    supplier: str | None = None,
    urgent: bool = False,
) -> dict[str, Any]:
    """Let the order wait for parts that it lacks, and start a purchase of them.

    shortages: list of part, missing. supplier, expected_on: what the buyer thinks of. Result: none.
    """
    _wait(session, step, shortages)
    messages.publish(
        session,
        PARTS_ARE_SHORT,
        "",
        {
            "for_order_no": step.business_key,
            "wanted_parts": [{"part": row["part"], "missing": row["missing"]} for row in shortages],
            "supplier": supplier,
            "expected_on": expected_on,
            "urgent": bool(urgent),
        },
        actor=_actor(session, step),
        now=step.now,
    )
    return {}


@operation("purchases.wait")
def wait(session: Session, step: Step, shortages: list[dict[str, Any]]) -> dict[str, Any]:
    """Let the order wait for parts that are on their way already: it is served when they come, by urgency, then age.

    shortages: list of part, missing. Result: none.
    """
    _wait(session, step, shortages)
    return {}


@operation("purchases.plan_the_day")
def plan_the_day(session: Session, step: Step) -> dict[str, Any]:
    """Compare the store with what it should hold and start a purchase of what falls short; none while one waits to be planned.

    The term daily_purchase_plan switches it off. Result: anything_to_buy.
    """
    short = purchase_plan.is_daily(session) and bool(purchase_plan.propose(session))
    if short and not _is_one_to_be_planned(session):
        day = orders.day(session, step.now).isoformat()
        purpose = in_language(Sentence(_PLAN_OF, day=day), languages.of_role(session, _BUYER))
        messages.publish(
            session, PURCHASE_IS_PLANNED, "", {"purpose": purpose}, actor=_actor(session, step), now=step.now
        )
    return {"anything_to_buy": short}


@operation("purchases.propose")
def propose(session: Session, step: Step, wanted_parts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Propose what to buy: what an order lacks (wanted_parts: part, missing), or else what the store falls short of.

    The plan of the store: reserved + least stock + waited for - on hand - on order.
    Result: proposed_lines (part, name, quantity, unit_cost, supplier, needs_inspection), proposed_supplier, anything_to_buy,
    offered_suppliers, offered_parts, shop_day.
    """
    wanted = None if wanted_parts is None else parts_requests.missing_of(wanted_parts)
    language = languages.of_role(session, _BUYER)
    lines = purchase_plan.propose(session, language, wanted)
    found = suppliers.offered(session, suppliers.SUPPLIER)
    known = [line["supplier"] for line in lines if line["supplier"]]
    return {
        "proposed_lines": lines,
        "proposed_supplier": known[0] if known else None,
        "anything_to_buy": bool(lines),
        "offered_suppliers": suppliers.choices(found),
        "offered_parts": products.choices(session, "part", language),
        "shop_day": orders.day(session, step.now).isoformat(),
    }


@operation("purchases.plan", errors=_REFUSED)
def plan(
    session: Session, step: Step, supplier: str, expected_on: str, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """Plan the purchase order. lines: list of part, quantity, unit_cost, and where wanted tolerance (percent), needs_inspection.

    Above the term purchase_limit a second person approves it. Result: po_total, needs_approval, supplier_name, po_lines.
    """
    audit.acting(session, step.actor, step.now)
    wanted = [
        purchase_orders.Ordered(
            row["part"],
            quantities.milli(row.get("quantity")),
            money.cents(row.get("unit_cost")),
            int(row.get("tolerance") or 0),
            bool(row.get("needs_inspection")),
        )
        for row in lines
    ]
    day = date.fromisoformat(expected_on)
    order = purchase_orders.plan(session, Posting.of_step(step), supplier, day, wanted)
    total = purchase_orders.total_cents(purchase_orders.lines(session, order.number))
    limit = purchase_plan.limit_cents(session)
    return {
        "po_total": money.units(total),
        "needs_approval": total > limit,
        "supplier_name": suppliers.get(session, supplier).name,
        "po_lines": _lines(session, order.number, _BUYER),
    }


@operation("purchases.approve")
def approve(session: Session, step: Step) -> dict[str, Any]:
    """Note that whoever completed the step agrees to the purchase order; whoever planned it may not.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    purchase_orders.get(session, step.business_key, hold=True).approve(step.actor)
    return {}


@operation("purchases.issue")
def issue(session: Session, step: Step) -> dict[str, Any]:
    """Order it from the supplier: the document, a mail to them, and who waits for its goods knows that they come.

    Result: supplier_told (false when somebody has to call).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    order = purchase_orders.get(session, step.business_key, hold=True)
    order.issue(step.now)
    session.flush()
    lines = purchase_orders.lines(session, order.number)
    parts_requests.bring(session, order.number, {line.sku: line.quantity_milli for line in lines})
    documents.issue(session, "purchase_order", posting)
    return {"supplier_told": purchase_letters.send(session, posting, order)}


@operation("purchases.confirm")
def confirm(session: Session, step: Step, expected_on: str | None = None) -> dict[str, Any]:
    """Note that the supplier has confirmed, and the day on which the goods come.

    Result: expected_on.
    """
    audit.acting(session, step.actor, step.now)
    order = purchase_orders.get(session, step.business_key, hold=True)
    order.confirm(step.now, date.fromisoformat(expected_on) if expected_on else None)
    return {"expected_on": order.expected_on.isoformat()}


@operation("purchases.expect")
def expect(session: Session, step: Step, expected_on: str) -> dict[str, Any]:
    """Note another day on which the goods, or the rest of them, come.

    Result: expected_on.
    """
    audit.acting(session, step.actor, step.now)
    purchase_orders.get(session, step.business_key, hold=True).expect(date.fromisoformat(expected_on))
    return {"expected_on": expected_on}


@operation("receipts.post", errors={receipts.REFUSED: "What was entered for the goods does not add up."})
def receive(
    session: Session, step: Step, delivery_note: str, arrived: list[dict[str, Any]]
) -> dict[str, Any]:
    """Take a delivery against its note: what is accepted goes into the store, what is refused goes back.

    arrived: list of part, delivered, accepted, rejected, and where known reason, replaced (comes again), lot, serials. At most what
    was ordered with its tolerance is accepted (I5). Result: receipt_no (null when all was refused), refused_lines, received_skus.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    rows = [_arrived(row) for row in arrived]
    receipt = receipts.post(session, posting, delivery_note, rows)
    documents.issue(session, "goods_receipt", posting)
    return {
        "receipt_no": receipt.number,
        "refused_lines": [
            {
                "part": line.sku,
                "quantity": quantities.plain(line.rejected_milli),
                "reason": line.reason,
            }
            for line in supplier_returns.refused(session, receipt.key)
        ],
    }


@operation("purchases.send_back")
def send_back(session: Session, step: Step, handed_to: str) -> dict[str, Any]:
    """Send what the last delivery brought and was refused back to the supplier, with a return note.

    Result: return_no.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    row = supplier_returns.book(session, posting, handed_to)
    documents.issue(session, "return_note", posting)
    return {"return_no": row.number}


@operation("purchases.serve")
def serve(session: Session, step: Step) -> dict[str, Any]:
    """Reserve what has come for the orders that wait for it, urgent ones first, then the older; those that have all go on.

    Result: served (numbers of orders), is_complete (whether nothing is still to come), open_lines, po_lines.
    """
    audit.acting(session, step.actor, step.now)
    lines = purchase_orders.lines(session, step.business_key)
    served = parts_requests.serve(session, Posting.of_step(step), {line.sku for line in lines})
    _tell(session, step, served)
    shown = _lines(session, step.business_key, _STOREKEEPER)
    open_lines = [row for row in shown if row["open"] > 0]
    return {"served": served, "is_complete": not open_lines, "open_lines": open_lines, "po_lines": shown}


@operation("purchases.close")
def close(session: Session, step: Step) -> dict[str, Any]:
    """Close the purchase order: everything has come. Who still waits for it is told to look again.

    Result: po_state, anything_accepted.
    """
    audit.acting(session, step.actor, step.now)
    order = purchase_orders.close(session, Posting.of_step(step))
    return _ended(session, step, order)


@operation("purchases.give_up")
def give_up(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Await the rest no more: closed short, or cancelled where nothing has come. Who waits for it is told to look again.

    Result: po_state, anything_accepted.
    """
    audit.acting(session, step.actor, step.now)
    if purchase_orders.find(session, step.business_key) is None:
        return {"po_state": None, "anything_accepted": False}
    order = purchase_orders.give_up(session, Posting.of_step(step), reason)
    return _ended(session, step, order)


def _wait(session: Session, step: Step, shortages: Iterable[Mapping[str, Any]]) -> None:
    audit.acting(session, step.actor, step.now)
    parts_requests.ask(session, Posting.of_step(step), parts_requests.missing_of(shortages))


def _ended(session: Session, step: Step, order: purchase_orders.PurchaseOrder) -> dict[str, Any]:
    _tell(session, step, parts_requests.leave(session, order.number))
    lines = purchase_orders.lines(session, order.number)
    return {"po_state": order.state, "anything_accepted": any(line.accepted_milli for line in lines)}


def _tell(session: Session, step: Step, order_numbers: Iterable[str]) -> None:
    """Let orders that wait for parts look again, in this order; one that waits no more hears nothing."""
    for order_no in order_numbers:
        messages.publish(session, PARTS_NEWS, order_no, {}, actor=_actor(session, step), now=step.now)


def _lines(session: Session, po_no: str, reader: str) -> list[dict[str, Any]]:
    """The lines of a purchase order as the rows of a form."""
    language = languages.of_role(session, reader)
    return [
        {
            "part": line.sku,
            "name": products.get(session, line.sku).name_in(language),
            "ordered": quantities.plain(line.quantity_milli),
            "open": quantities.plain(line.open_milli),
            "accepted": quantities.plain(line.accepted_milli),
            "to_invoice": quantities.plain(line.accepted_milli - line.invoiced_milli),
            "unit_cost": money.units(line.unit_cost_cents),
            "needs_inspection": line.needs_inspection,
        }
        for line in purchase_orders.lines(session, po_no, anew=True)
    ]


def _arrived(row: Mapping[str, Any]) -> receipts.Arrived:
    delivered, accepted = quantities.milli(row.get("delivered")), quantities.milli(row.get("accepted"))
    return receipts.Arrived(
        row["part"],
        delivered,
        accepted,
        quantities.milli(row.get("rejected")),
        row.get("reason"),
        bool(row.get("replaced")),
        row.get("lot"),
        tuple(row.get("serials") or ()),
    )


def _is_one_to_be_planned(session: Session) -> bool:
    query = select(UserTask.key).where(UserTask.state == "open", UserTask.element_id == "plan_the_purchase")
    return session.scalar(query.limit(1)) is not None


@reversing.on_cancel
def _cancelled(session: Session, posting: Posting, reason: str | None) -> int:
    """A cancelled purchase brings nothing more; who waits for it is told to look for another way."""
    if purchase_orders.find(session, posting.order_no) is None:
        return 0
    order = purchase_orders.give_up(session, posting, reason or "-")
    for order_no in parts_requests.leave(session, order.number):
        messages.publish(session, PARTS_NEWS, order_no, {}, actor=roles.SYSTEM, now=posting.at)
    return 1


def _actor(session: Session, step: Step) -> roles.Actor:
    return roles.SYSTEM if step.actor == roles.SYSTEM.login else roles.actor(session, step.actor)
