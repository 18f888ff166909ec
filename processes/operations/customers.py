"""Operations on customers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit
from processes.records import customers as cards


@operation(
    "customers.remember",
    errors={cards.INCOMPLETE: "A customer needs a name, and a telephone number or an e-mail address."},
)
def remember(
    session: Session,
    step: Step,
    customer_key: str | None = None,
    customer_name: str | None = None,
    customer_phone: str | None = None,
    customer_email: str | None = None,
    customer_language: str | None = None,
    customer_kind: str = "person",
) -> dict[str, Any]:
    """Find the customer of an order, or write a new one down. What was said of a known one is written onto the card.

    The same name with the same telephone or address is the same customer.
    Result: customer_key, customer_name, customer_language.
    """
    audit.acting(session, step.actor, step.now)
    said = {
        "name": customer_name,
        "phone": customer_phone,
        "email": customer_email,
        "language": customer_language,
    }
    if customer_key:
        customer = cards.get(session, int(customer_key))
    else:
        customer = cards.same(session, customer_name or "", customer_phone, customer_email)
    if customer is None:
        customer = cards.add(
            session,
            customer_name,
            phone=customer_phone,
            email=customer_email,
            kind=customer_kind or "person",
            language=customer_language or "en",
            now=step.now,
        )
    else:
        customer.change(**{name: value for name, value in said.items() if (value or "").strip()})
    return {
        "customer_key": str(customer.key),
        "customer_name": customer.name,
        "customer_language": customer.language,
    }
