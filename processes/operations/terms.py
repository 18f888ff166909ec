"""The operation that tells a process the terms of the house."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import terms as house_terms


@operation("settings.terms")
def terms(session: Session, step: Step) -> dict[str, Any]:
    """Read the terms of the house: reminders, expiry of a quote, storage notice, dunning, survey.

    Result: terms (context of durations by name, such as terms.quote_expiry = "P14D").
    """
    return {"terms": house_terms.of(session)}
