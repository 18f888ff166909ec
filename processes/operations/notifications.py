"""Operations that tell the customer of an order something."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import customer_messages
from processes.records.ledger import Posting


@operation("customers.tell")
def tell(
    session: Session,
    step: Step,
    quote_version: int | None = None,
    reason: str | None = None,
    amount: Decimal | None = None,
    due: str | None = None,
) -> dict[str, Any]:
    """Write to the customer of the order, in their language; the header "about" says which of our messages it is.

    The header "link" (quote, status, invoice, survey, clarify) adds a link that works without an account. A customer
    without an e-mail address is not told: a comment on the order asks colleagues to call. A quote that takes no answer any
    more is not asked for.

    Result: told (false when somebody has to call, or nobody is asked any more), channel (email, phone or nobody).
    """
    facts = customer_messages.Facts(quote_version=quote_version, reason=reason, amount=amount, due=due)
    about, link = step.headers.get("about", ""), step.headers.get("link")
    channel = customer_messages.tell(session, Posting.of_step(step), about, link, facts)
    return {"told": channel == customer_messages.EMAIL, "channel": channel}
