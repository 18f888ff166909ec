"""Operations on the catalogue of internal services."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from engine.tables import Person
from processes.records import catalogue_items, cost_centres, equipment, money


@operation("catalogue_items.offer")
def offer(session: Session, step: Step, department: str) -> dict[str, Any]:
    """Offer what a department does, with the open cost centres and the equipment in use, as options for a form.

    Result: offered_items, open_cost_centres, offered_equipment (lists of value and label, names in the language of the
    person who acts).
    """
    language = _language(session, step)
    items = catalogue_items.offered(session, department)
    return {
        "offered_items": [{"value": item.item_id, "label": item.name_in(language)} for item in items],
        "open_cost_centres": cost_centres.choices(session),
        "offered_equipment": equipment.choices(session),
    }


@operation("catalogue_items.look_up")
def look_up(
    session: Session, step: Step, item: str, cost_centre: str, equipment: str | None = None
) -> dict[str, Any]:
    """Look up a chosen item: its name, its cost limit and whether it always needs approval.

    The name is in the language of the person who acts: the requester's.
    Result: item_name, item_needs_approval, cost_limit, cost_centre_name, equipment_name (null without equipment).
    """
    found = catalogue_items.get(session, item)
    return {
        "item_name": found.name_in(_language(session, step)),
        "item_needs_approval": found.needs_approval,
        "cost_limit": money.units(found.cost_limit_cents),
        "cost_centre_name": cost_centres.get(session, cost_centre).name,
        "equipment_name": _equipment_name(session, equipment),
    }


def _language(session: Session, step: Step) -> str:
    person = session.get(Person, step.actor)
    return person.language if person else "en"


def _equipment_name(session: Session, equipment_id: str | None) -> str | None:
    return equipment.get(session, equipment_id).name if equipment_id else None
