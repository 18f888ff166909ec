"""Stories about people: who comes to have a role."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import roles
from engine.tables import Membership


def person_gets_role(session: Session, _now: datetime, login: str, role: str) -> None:
    """Somebody of the demo company has one role more, such as that of a lane which is new."""
    roles.actor(session, login)
    roles.ensure_role(session, role)
    session.flush()
    if session.get(Membership, (role, login)) is None:
        session.add(Membership(role_id=role, login=login))
        session.flush()


FINDERS = ()
CHANGES = (person_gets_role,)
