"""What the pages of checks and evaluations read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine.tables import Person, ProcessDefinition
from processes.records import process_changes
from processes.records.process_changes import ProcessChange
from processes.records.system_checks import CheckFinding, SystemCheck


@dataclass(frozen=True, slots=True)
class Checked:
    """A check with how much it found and how much of that is not verified yet."""

    check: SystemCheck
    found: int
    open: int


def recent_checks(session: Session, limit: int = 20) -> list[Checked]:
    """The checks that were opened last. 1 query."""
    counted = (
        select(
            CheckFinding.check_key,
            func.count().label("found"),
            func.count().filter(CheckFinding.verified_at.is_(None)).label("open"),
        )
        .group_by(CheckFinding.check_key)
        .subquery()
    )
    rows = session.execute(
        select(SystemCheck, counted.c.found, counted.c.open)
        .outerjoin(counted, counted.c.check_key == SystemCheck.key)
        .order_by(SystemCheck.opened_at.desc(), SystemCheck.key.desc())
        .limit(limit)
    )
    return [Checked(check, found or 0, open_ or 0) for check, found, open_ in rows]


def recent_changes(session: Session, limit: int = 20) -> list[ProcessChange]:
    """The changes of processes that were proposed last."""
    return list(session.scalars(select(ProcessChange).order_by(ProcessChange.key.desc()).limit(limit)))


def people(session: Session) -> list[Person]:
    """Everybody active, by name."""
    return list(session.scalars(select(Person).where(Person.active).order_by(Person.name)))


def change(session: Session, order_no: str) -> ProcessChange:
    """The change of an evaluation with its draft. Raises NotFound."""
    row = process_changes.of_order(session, order_no)
    session.refresh(row, ["draft"])
    return row


def in_force(session: Session, process_id: str, version: int) -> ProcessDefinition | None:
    """One version of a process with its diagram."""
    return session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.process_id == process_id, ProcessDefinition.version == version)
        .options(undefer(ProcessDefinition.xml))
    )
