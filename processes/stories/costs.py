"""What stories find and change in cost centres, equipment histories, comments and people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.tables import Person, ProcessInstance
from processes.records import comments, cost_centres, equipment, money


def cost_centre_entries(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What an order has booked: cost_centre, kind, amount, reverses (true for a reversing row)."""
    return [
        {
            "cost_centre": row.cost_centre_id,
            "kind": row.kind,
            "amount": money.units(row.amount_cents),
            "reverses": row.reverses is not None,
        }
        for row in cost_centres.entries(session, order_no)
    ]


def equipment_entries(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What an order has written into equipment histories: equipment, fault, work, cost, reverses."""
    return [
        {
            "equipment": row.equipment_id,
            "fault": row.fault,
            "work": row.work,
            "cost": money.units(row.cost_cents),
            "reverses": row.reverses is not None,
        }
        for row in equipment.entries(session, order_no)
    ]


def comments_on(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The comments on an order: author, text."""
    keys = select(ProcessInstance.key).where(ProcessInstance.business_key == order_no)
    return [
        {"author": row.author, "text": row.text}
        for key in session.scalars(keys).all()
        for row in comments.on(session, key)
    ]


def close_cost_centre(session: Session, _now: datetime, cost_centre: str) -> None:
    """The accountant closes a cost centre."""
    cost_centres.get(session, cost_centre).close()


def write_off_equipment(session: Session, now: datetime, equipment_id: str) -> None:
    """A machine is taken out of use."""
    equipment.get(session, equipment_id).write_off(now)


def person_leaves(session: Session, _now: datetime, login: str) -> None:
    """Somebody leaves the company."""
    session.get_one(Person, login).active = False


FINDERS = (cost_centre_entries, equipment_entries, comments_on)
CHANGES = (close_cost_centre, write_off_equipment, person_leaves)
