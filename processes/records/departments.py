"""Departments: who serves whom, which role its people have, what an hour of theirs costs inside the company."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, roles
from engine.columns import Base
from engine.tables import Person
from processes.records import money


class Department(Base):
    """A department; `role_id` is the candidate role of its people."""

    __tablename__ = "department"
    __table_args__ = (CheckConstraint("hourly_rate_cents >= 0", name="hourly_rate"),)
    department_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role_id: Mapped[str] = mapped_column(ForeignKey("role.role_id"))
    hourly_rate_cents: Mapped[int]

    def labour_cents(self, hours: Decimal | int | None) -> int:
        """What so many hours of this department cost, in cents."""
        if hours is not None and hours < 0:
            raise errors.Refused("Hours worked are zero or more. Give the whole number worked so far.")
        return money.cents(Decimal(hours or 0) * self.hourly_rate_cents / 100)


def get(session: Session, department_id: str) -> Department:
    """The department of that id. Raises NotFound."""
    found = session.get(Department, department_id)
    if found is None:
        raise errors.NotFound(f'There is no department "{department_id}".')
    return found


def all_departments(session: Session) -> list[Department]:
    """Every department, by name."""
    return list(session.scalars(select(Department).order_by(Department.name)))


def people(session: Session, department_id: str) -> list[Person]:
    """The active people of a department, by name."""
    return roles.members(session, get(session, department_id).role_id)
