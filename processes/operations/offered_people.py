"""The operation that offers the people of a role as options for a form."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import roles
from engine.operations import Step, operation


@operation("offered_people.of_role")
def of_role(session: Session, step: Step, role: str | None = None) -> dict[str, Any]:
    """Offer the active people of a role by name: of the one that is given, else of the one in the header "role".

    Result: offered_people (list of value and label).
    """
    found = roles.members(session, role or step.headers.get("role", ""))
    return {"offered_people": [{"value": each.login, "label": each.name} for each in found]}
