"""What a customer pays for the work of a service centre: one line of the order, its charge with our margin."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.sentences import Sentence, _l, in_language
from processes.records import billing, customers, order_lines, orders, partner_jobs, suppliers

SKU = "PARTNER"
_DESCRIPTION = _l("Repair at a service centre: {work}")
_WHOLE = 1000


def plan(session: Session, order_no: str, charged_cents: int, work: str) -> int:
    """Let the order have one line for the work of its service centre, in the place of an earlier one; returns what the client pays.

    The margin counts for what the client pays only; for other payers the line costs nothing and says what it is worth.
    """
    order = orders.get(session, order_no, hold=True)
    job = partner_jobs.current(session, order_no)
    job.quoted_cents, job.quoted_work = charged_cents, work.strip()
    payer = partner_jobs.bearer(session, order_no)
    partner = suppliers.get(session, job.supplier_id)
    price_cents = partner.with_margin_cents(session, charged_cents) if payer == order_lines.CLIENT else 0
    drop(session, order_no)
    if charged_cents:
        language = customers.get(session, order.customer_key).language
        session.add(
            order_lines.OrderLine(
                order_no=order_no,
                kind=order_lines.THIRD_PARTY,
                sku=SKU,
                description=in_language(Sentence(_DESCRIPTION, work=work.strip()), language),
                quantity_milli=_WHOLE,
                unit="pc",
                price_cents=price_cents,
                list_price_cents=price_cents or charged_cents,
                norm_milli=0,
                payer=payer,
                used_milli=0,
                state="planned",
            )
        )
    session.flush()
    return billing.client_planned_cents(order_lines.planned(session, order_no))


def drop(session: Session, order_no: str) -> None:
    """Let the order have no line for a service centre."""
    for line in order_lines.planned(session, order_no):
        if line.kind == order_lines.THIRD_PARTY:
            line.state = "dropped"
    session.flush()
