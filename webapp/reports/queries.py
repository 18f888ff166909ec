"""What the pages of reports read besides the reports themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.tables import Person, ProcessDefinition, UserTask


def names(session: Session, logins: set[str]) -> dict[str, str]:
    """{login: name}."""
    rows = session.execute(select(Person.login, Person.name).where(Person.login.in_(sorted(logins))))
    return dict(rows.all())


def busiest(session: Session, since: datetime) -> str | None:
    """The process with the most steps done since then, or open."""
    counted = (
        select(UserTask.process_id)
        .where(or_(UserTask.state == "open", UserTask.closed_at >= since))
        .group_by(UserTask.process_id)
        .order_by(func.count().desc(), UserTask.process_id)
        .limit(1)
    )
    return session.scalar(counted)


def versions_of(session: Session, process_id: str) -> list[ProcessDefinition]:
    """All versions of a process, the newest first."""
    query = select(ProcessDefinition).where(ProcessDefinition.process_id == process_id)
    return list(session.scalars(query.order_by(ProcessDefinition.version.desc())))
