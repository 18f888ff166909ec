"""The operation that writes on an order that is open already."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import comments, orders


@operation("open_orders.note")
def note(session: Session, step: Step, order_no: str, text: str) -> dict[str, Any]:
    """Write a comment on another repair order, named by its number.

    Result: none.
    """
    order = orders.get(session, order_no)
    comments.add(session, order.process_instance_key, text, author=step.actor, now=step.now)
    return {}
