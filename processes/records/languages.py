"""In which language something is said: that of a person, or the one that most of a role speak."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from engine import roles
from engine.tables import Person


def of_person(session: Session, login: str) -> str:
    """The language of somebody; English for who has no account (the customer, Orderlane itself)."""
    person = session.get(Person, login)
    return person.language if person else "en"


def of_role(session: Session, role_id: str) -> str:
    """The language that most members of a role speak; English without members."""
    spoken = Counter(each.language for each in roles.members(session, role_id))
    return min(spoken, key=lambda language: (-spoken[language], language), default="en")
