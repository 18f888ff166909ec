"""Tables of people, their roles, and what this installation has chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Key, PlainJson, key_column


class Person(Base):
    """Somebody who may act. `login` names them everywhere (assignee, actor of a history row)."""

    __tablename__ = "person"
    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Role(Base):
    """A candidate role: the lane of that name, in every process."""

    __tablename__ = "role"
    role_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Membership(Base):
    """Who has which role. `is_lead`: told first when a user task of the role is late."""

    __tablename__ = "membership"
    role_id: Mapped[str] = mapped_column(ForeignKey("role.role_id"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True, index=True)
    is_lead: Mapped[bool] = mapped_column(Boolean, default=False)


class Deputy(Base):
    """Somebody stands in for somebody else from a moment to another, in one process or in all (process_id is None).

    ended_at: since when it no longer counts, although its time was not over.
    """

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("absent_login <> login", name="another_person"),
        CheckConstraint("ends_at > starts_at", name="term"),
        Index("ix_deputy_login", "login", "ends_at"),
        Index("ix_deputy_absent", "absent_login", "ends_at"),
    )
    key: Key = key_column()
    absent_login: Mapped[str] = mapped_column(ForeignKey("person.login"))
    login: Mapped[str] = mapped_column(ForeignKey("person.login"))
    process_id: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]


class Setting(Base):
    """A value that this installation has chosen (calendar, time zone, company name)."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(PlainJson, nullable=True)
