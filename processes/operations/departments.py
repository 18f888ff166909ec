"""Operations on departments."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import departments


@operation("departments.people")
def people(session: Session, step: Step, department: str) -> dict[str, Any]:
    """Find the active people of a department, as options for a form.

    Result: department_people (list of value and label).
    """
    found = departments.people(session, department)
    return {"department_people": [{"value": each.login, "label": each.name} for each in found]}
