"""Tables of what runs now. State is `ProcessInstance.tokens`; the other rows of the present are derived from it in the same step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.columns import Base, Key, Word, key_column


class ProcessInstance(Base):
    """One order on its way. `version` grows with each step; a step that read an older one is refused.

    state: active, completed, terminated. `correlation_key`: of the message that started it. `silent_since`: it is active and waits for nothing known (the promise is broken).
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_definition", "process_definition_key", "state"),
        Index("ix_process_instance_state", "state", "started_at"),
        Index("ix_process_instance_starter", "started_by", "started_at"),
        # One active instance a process and key of the message that starts it, whoever publishes at the same moment.
        Index(
            "ix_process_instance_correlation",
            "process_id",
            "correlation_key",
            unique=True,
            sqlite_where=text("state = 'active' AND correlation_key IS NOT NULL"),
            postgresql_where=text("state = 'active' AND correlation_key IS NOT NULL"),
        ),
        # The round that looks at all open instances in turn walks along this one: it holds no history.
        Index(
            "ix_process_instance_open",
            "key",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )
    key: Key = key_column()
    process_definition_key: Mapped[int] = mapped_column(ForeignKey("process_definition.key"))
    process_id: Mapped[str]
    business_key: Mapped[str] = mapped_column(index=True)
    correlation_key: Mapped[str | None]
    subject: Mapped[str | None]
    state: Mapped[str] = mapped_column(Word)
    version: Mapped[int] = mapped_column(Integer)
    tokens: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None] = mapped_column(index=True)

    # An UPDATE that finds another version than the one read changes nothing and fails.
    __mapper_args__ = {"version_id_col": version}


class OpenFlowNode(Base):
    """A flow node where a token is now; the row goes when the token goes."""

    __tablename__ = "open_flow_node"
    __table_args__ = (
        Index("ix_open_flow_node_definition", "process_definition_key", "element_id"),
        Index(
            "ix_open_flow_node_choice",
            "entered_at",
            sqlite_where=text("element_type = 'adHocSubProcess'"),
            postgresql_where=text("element_type = 'adHocSubProcess'"),
        ),
    )
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), primary_key=True)
    token_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    element_id: Mapped[str]
    element_type: Mapped[str]
    process_definition_key: Mapped[int]
    entered_at: Mapped[datetime]


class UserTask(Base):
    """Work for a person. state: open, completed, terminated. `version` grows with each change a person can see."""

    __tablename__ = "user_task"
    __table_args__ = (
        UniqueConstraint("process_instance_key", "token_id"),
        Index(
            "ix_user_task_assignee",
            "assignee",
            desc("urgent"),
            "due_at",
            "key",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_user_task_open",
            "due_at",
            "key",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    key: Key = key_column()
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    process_definition_key: Mapped[int]
    process_id: Mapped[str]
    token_id: Mapped[int] = mapped_column(Integer)
    element_id: Mapped[str]
    name: Mapped[str]
    lane: Mapped[str | None]
    state: Mapped[str] = mapped_column(Word)
    version: Mapped[int] = mapped_column(Integer)
    assignee: Mapped[str | None]
    priority: Mapped[int] = mapped_column(Integer)
    urgent: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    escalation_level: Mapped[int] = mapped_column(Integer)
    form: Mapped[dict[str, Any] | None]
    properties: Mapped[dict[str, Any]]


class UserTaskCandidate(Base):
    """Who may take an open user task: a role (`kind` role) or a person. Gone when the user task is closed.

    Repeats `urgent`, `due_at` and whether it is `free` (nobody has taken it), so that the inbox of a role is one walk
    along one index and never looks at what colleagues have taken.
    """

    __tablename__ = "user_task_candidate"
    __table_args__ = (
        Index(
            "ix_user_task_candidate_inbox", "kind", "name", "free", desc("urgent"), "due_at", "user_task_key"
        ),
    )
    user_task_key: Mapped[int] = mapped_column(ForeignKey("user_task.key"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    free: Mapped[bool] = mapped_column(Boolean)
    urgent: Mapped[bool] = mapped_column(Boolean)
    due_at: Mapped[datetime | None]


class Draft(Base):
    """What a person has typed into the form of an open user task and not yet submitted."""

    __tablename__ = "draft"
    user_task_key: Mapped[int] = mapped_column(ForeignKey("user_task.key"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    submission: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class Job(Base):
    """Something due, for a worker. Claimed under a lease with a fencing token; done only by the holder of the newest one.

    kind: timer, operation, worker, escalation, mail, start_timer, publication, signal (to one instance), signal_start, message
    (to be published), message_meeting (a buffered message is to be looked at again). state: ready, running, failed (an incident waits), done.
    `retries` counts down; `attempts` counts claims, so that a job that kills its worker comes to an end too.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("process_instance_key", "token_id", "name", "occurrence"),
        Index(
            "ix_job_due",
            "due_at",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index(
            "ix_job_lease",
            "lease_until",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )
    key: Key = key_column()
    kind: Mapped[str]
    name: Mapped[str]
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"))
    token_id: Mapped[int | None] = mapped_column(Integer)
    element_id: Mapped[str | None]
    occurrence: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(Word, default="ready")
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    retries: Mapped[int] = mapped_column(Integer, default=3)
    # Of several jobs of one type an outside worker gets the highest first.
    priority: Mapped[int] = mapped_column(Integer, default=0)
    detail: Mapped[dict[str, Any] | None]
    problem: Mapped[str | None]


class Subscription:
    """A wait of a token for something that may come. Written by the step that opened or closed it."""

    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), primary_key=True)
    token_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]


class MessageSubscription(Subscription, Base):
    """A token that waits for a message.

    plain_key: the correlation key as `keys.plain` reads it, so that a message with nearly this key is found.
    """

    __tablename__ = "message_subscription"
    __table_args__ = (
        Index("ix_message_subscription_name", "message_name", "correlation_key"),
        Index("ix_message_subscription_plain", "message_name", "plain_key"),
    )
    process_id: Mapped[str]
    message_name: Mapped[str]
    correlation_key: Mapped[str]
    plain_key: Mapped[str] = mapped_column(default="", server_default="")


class EventSubscription(Subscription, Base):
    """A token that waits for a signal, or until a condition is true.

    kind: signal, condition. name: of the signal; the text of the condition.
    """

    __tablename__ = "event_subscription"
    __table_args__ = (Index("ix_event_subscription_name", "kind", "name"),)
    kind: Mapped[str]
    name: Mapped[str]


class Message(Base):
    """A published message that may still meet a subscription, until it expires."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("name", "correlation_key", "message_id"),
        Index("ix_message_expiry", "expires_at"),
        Index("ix_message_age", "published_at"),
    )
    key: Key = key_column()
    name: Mapped[str]
    correlation_key: Mapped[str]
    plain_key: Mapped[str] = mapped_column(default="", server_default="")
    message_id: Mapped[str | None]
    variables: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class MessageReceipt(Base):
    """A buffered message has met this process once already; a process takes each message at most once."""

    __tablename__ = "message_receipt"
    message_key: Mapped[int] = mapped_column(ForeignKey("message.key", ondelete="CASCADE"), primary_key=True)
    process_id: Mapped[str] = mapped_column(primary_key=True)


class MissedMessage(Base):
    """A message that met nobody in its time. Kept for some days, so that a wrong key can be seen beside the one waited for."""

    __tablename__ = "missed_message"
    __table_args__ = (
        Index("ix_missed_message_name", "name", "published_at"),
        Index("ix_missed_message_key", "correlation_key"),
        Index("ix_missed_message_age", "published_at"),
    )
    key: Key = key_column()
    name: Mapped[str]
    correlation_key: Mapped[str]
    plain_key: Mapped[str]
    published_at: Mapped[datetime]


class Incident(Base):
    """A token that cannot go on until a person has cured the cause."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_open", "resolved_at", "raised_at"),
        Index("ix_incident_token", "process_instance_key", "token_id"),
    )
    key: Key = key_column()
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    token_id: Mapped[int] = mapped_column(Integer)
    element_id: Mapped[str]
    kind: Mapped[str]
    sentence: Mapped[str]
    job_key: Mapped[int | None]
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
