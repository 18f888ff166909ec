"""Tables of what was: history and effects are append-only, numbers and mails are never taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Key, key_column


class History(Base):
    """Append-only: what happened to a process instance, in order of `key`. What the cockpit and process mining read.

    kind: started, entered, left, passed (entered and left in one step), terminated, completed, claimed, released, assigned, activated (steps of an ad-hoc sub-process),
    escalated, incident_raised, incident_resolved, message, message_thrown, signal, signal_thrown, escalation_uncaught, variables,
    cancelled, commented, ended.
    `flows`: the sequence flows taken when leaving, as ids with spaces between.
    """

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_instance", "process_instance_key", "key"),)
    key: Key = key_column()
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    at: Mapped[datetime]
    kind: Mapped[str]
    token_id: Mapped[int | None] = mapped_column(Integer)
    element_id: Mapped[str | None]
    element_type: Mapped[str | None]
    actor: Mapped[str]
    flows: Mapped[str | None]
    detail: Mapped[dict[str, Any] | None]


class Effect(Base):
    """An effect on our own records happened, once: a repeated key does nothing and gives the first result (L16, I25)."""

    __tablename__ = "effect"
    effect_key: Mapped[str] = mapped_column(primary_key=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    at: Mapped[datetime]
    result: Mapped[dict[str, Any]]


class Series(Base):
    """The last number given in a series of documents or orders; numbers have no gap (I31)."""

    __tablename__ = "series"
    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Mail(Base):
    """A mail that was written in a step and leaves after it. Kept, so that it can be shown. state: waiting, sent, failed, kept.

    secrets: what stands in the places of the body ({"link": address} for "{link}") until the mail is sent; empty from then on.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_instance", "process_instance_key"),
        Index("ix_mail_written", "written_at"),
    )
    key: Key = key_column()
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"))
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    secrets: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]
