"""The stage of this company's stories: its people and records, what a story may find in them and change in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import scenarios
from engine.tables import Person, ProcessInstance
from processes import catalogue, demo
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


def stage() -> scenarios.Stage:
    """A stage with the demo company on it, all packages deployed, nothing running."""
    finders = (cost_centre_entries, equipment_entries, comments_on)
    changes = (close_cost_centre, write_off_equipment, person_leaves)
    return scenarios.Stage(
        prepare=_prepare,
        finders={finder.__name__: finder for finder in finders},
        changes={change.__name__: change for change in changes},
    )


def report(names: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Play the stories of these packages (of all, without names): one entry a process, with coverage."""
    return scenarios.report(catalogue.find(names), stage())


def _prepare(session: Session, now: datetime) -> None:
    demo.company(session)
    catalogue.deploy_all(session, now=now)
