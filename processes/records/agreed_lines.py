"""Back to what the customer has agreed to: what was planned beyond the quote in force is no part of the order any more."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.records import billing, order_lines, order_plan, orders, quotes


def restore(session: Session, order_no: str) -> int:
    """Drop the lines of an order that the quote in force does not have, and bring the others back to its quantities.

    Works and parts that the client does not pay for stay. Returns what the client pays then, in cents. Raises Refused where
    nothing is agreed.
    """
    order = orders.get(session, order_no, hold=True)
    quote = quotes.in_force(session, order_no)
    if quote is None:
        raise errors.Refused(
            Sentence(_l("Nothing is agreed for order {order} yet. Send a quote first."), order=order_no)
        )
    agreed = {(line["kind"], line["sku"], line["payer"]): line["quantity_milli"] for line in quote.lines}
    for line in order_lines.planned(session, order_no):
        milli = agreed.get((line.kind, line.sku, line.payer))
        if milli is None and line.payer == order_lines.CLIENT:
            line.state = "dropped"
        elif milli is not None and milli != line.quantity_milli:
            line.norm_milli = line.norm_milli * milli // line.quantity_milli
            line.quantity_milli = milli
            line.used_milli = min(line.used_milli, milli)
    session.flush()
    order_plan.follow_urgency(session, order)
    return billing.client_planned_cents(order_lines.planned(session, order_no))
