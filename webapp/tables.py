"""The tables of the web: signing in, and answers that may be asked for again.

Secrets are stored only as hashes: a stolen copy of the database opens no door.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Key, key_column


class Credential(Base):
    """The password of a person, as argon2id hash."""

    __tablename__ = "credential"
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class LoginSession(Base):
    """A browser in which somebody is signed in. The cookie holds the opaque id, the row its SHA-256."""

    __tablename__ = "login_session"
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class LoginLink(Base):
    """A link that signs a person in once (`purpose` login), or lets the first administrator in (`purpose` set_up)."""

    __tablename__ = "login_link"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str]
    login: Mapped[str | None] = mapped_column(ForeignKey("person.login"), index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A refused attempt to sign in: what was typed as login, and from where."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_login", "login", "at"), Index("ix_login_attempt_at", "at"))
    key: Key = key_column()
    login: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class KeptAnswer(Base):
    """The answer to a request that named an Idempotency-Key (`webapp.repeated`): kept for 72 hours, for whoever asks again.

    place: digest of person, method, path and key. said: digest of what was sent. status: 0 while it is being answered.
    """

    __tablename__ = "kept_answer"
    place: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    said: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(index=True)
