"""Tables of people, their roles, and what this installation has chosen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, PlainJson


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


class Setting(Base):
    """A value that this installation has chosen (calendar, time zone, company name)."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(PlainJson, nullable=True)
