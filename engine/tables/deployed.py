"""Tables of what is deployed: kept version by version, as it was published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Key, key_column


class Deployment(Base):
    """Files published together; what refers to "deployment" binds inside it."""

    __tablename__ = "deployment"
    key: Key = key_column()
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class ProcessDefinition(Base):
    """One version of one process; its diagram is kept as it was deployed, for ever.

    state: published (the highest published version is in force: new orders start on it), waiting (published, but it begins at
    `effective_from`), withdrawn (rolled back: its orders go on, new ones start on an earlier version). `effective_from` is
    empty for a version that was in force as soon as it was deployed.
    """

    __tablename__ = "process_definition"
    __table_args__ = (
        UniqueConstraint("process_id", "version"),
        CheckConstraint("state IN ('published', 'waiting', 'withdrawn')", name="state"),
        CheckConstraint("state <> 'waiting' OR effective_from IS NOT NULL", name="effective_from"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
    )
    key: Key = key_column()
    process_id: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    version_tag: Mapped[str | None]
    name: Mapped[str]
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), index=True)
    resource_name: Mapped[str]
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str]
    state: Mapped[str] = mapped_column(default="published", server_default="published")
    effective_from: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]


class FormDefinition(Base):
    """One version of one form (form-js JSON)."""

    __tablename__ = "form_definition"
    __table_args__ = (UniqueConstraint("form_id", "version"),)
    key: Key = key_column()
    form_id: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    version_tag: Mapped[str | None]
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), index=True)
    body: Mapped[str]
    digest: Mapped[str]


class DecisionDefinition(Base):
    """One version of one decision; `xml` is the whole DMN file it stands in."""

    __tablename__ = "decision_definition"
    __table_args__ = (UniqueConstraint("decision_id", "version"),)
    key: Key = key_column()
    decision_id: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    version_tag: Mapped[str | None]
    name: Mapped[str]
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), index=True)
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str]


class StartSubscription(Base):
    """A message, signal, conditional or timer start event of the version of a process that is in force; replaced when another one comes into force."""

    __tablename__ = "start_subscription"
    key: Key = key_column()
    process_definition_key: Mapped[int] = mapped_column(ForeignKey("process_definition.key"))
    process_id: Mapped[str] = mapped_column(index=True)
    element_id: Mapped[str]
    kind: Mapped[str]
    message_name: Mapped[str | None] = mapped_column(index=True)
    signal_name: Mapped[str | None] = mapped_column(index=True)
