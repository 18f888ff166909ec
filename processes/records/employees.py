"""What the company knows of its people beside their account: their position, and since when they work here (E3)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from processes.records import audit


class Employee(audit.Audited, Base):
    """One person of the house. position: what wage schemes and lists call their post, such as "senior master"."""

    __tablename__ = "employee"
    __table_args__ = (CheckConstraint("position IS NULL OR length(position) > 0", name="position"),)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    position: Mapped[str | None]
    employed_on: Mapped[date | None]

    def years(self, on: date) -> int:
        """How many whole years they have worked here on a day; 0 when nobody wrote down since when."""
        since = self.employed_on
        if since is None or on < since:
            return 0
        return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def put(session: Session, login: str, position: str | None, employed_on: date | None) -> Employee:
    """Write down what is known of a person, in place of what was."""
    row = session.get(Employee, login) or Employee(login=login)
    row.position, row.employed_on = (position or "").strip() or None, employed_on
    session.add(row)
    session.flush()
    return row


def find(session: Session, login: str) -> Employee:
    """What is known of a person; an empty card when nothing is."""
    return session.get(Employee, login) or Employee(login=login, position=None, employed_on=None)
