"""The operation that asks a customer for money before the work begins."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import settings
from engine.operations import Step, operation
from processes.records import audit, billing, money, order_lines
from processes.records import payment_requests as records
from processes.records.ledger import Posting


@operation("prepayments.ask")
def ask(session: Session, step: Step, percent: Decimal | None = None) -> dict[str, Any]:
    """Ask for a share of what the customer will pay, in advance, with a paper; of nothing, nothing is asked for.

    percent: of the client's planned lines; without one the setting prepayment_percent says how much. Payments become an advance
    that the next invoice settles.

    Result: request_no (null when nothing is asked for), requested_amount.
    """
    audit.acting(session, step.actor, step.now)
    share = (
        Decimal(settings.get(session, records.PERCENT_SETTING, records.PERCENT))
        if percent is None
        else percent
    )
    total = billing.client_planned_cents(order_lines.planned(session, step.business_key))
    cents = int((total * Decimal(share) / 100).quantize(Decimal(1), ROUND_HALF_UP))
    if cents <= 0:
        return {"request_no": None, "requested_amount": money.units(0)}
    request = records.ask(session, Posting.of_step(step), cents)
    return {"request_no": request.number, "requested_amount": money.units(request.amount_cents)}
