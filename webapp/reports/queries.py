"""What the pages of reports read besides the reports themselves."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.tables import Person, ProcessDefinition


def names(session: Session, logins: set[str]) -> dict[str, str]:
    """{login: name}."""
    rows = session.execute(select(Person.login, Person.name).where(Person.login.in_(sorted(logins))))
    return dict(rows.all())


def versions_of(session: Session, process_id: str) -> list[ProcessDefinition]:
    """All versions of a process, the newest first."""
    query = select(ProcessDefinition).where(ProcessDefinition.process_id == process_id)
    return list(session.scalars(query.order_by(ProcessDefinition.version.desc())))
