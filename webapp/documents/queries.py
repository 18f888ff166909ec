"""Reads for documents."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.tables import ProcessInstance


def by_number(session: Session, order_no: str) -> ProcessInstance | None:
    """The order of that number, typed or scanned; the newest where a number was used twice."""
    query = select(ProcessInstance).where(ProcessInstance.business_key == order_no.strip().upper())
    return session.scalar(query.order_by(ProcessInstance.key.desc()).limit(1))
