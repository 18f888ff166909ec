"""The rows that should move an order (user tasks, jobs, subscriptions, incidents, marks on the map), read with one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from engine.tables import EventSubscription, Incident, Job, MessageSubscription, OpenFlowNode, UserTask

#: What is known of a job; a row of another table leaves open what it has not.
_COLUMNS = (
    Job.key,
    Job.process_instance_key,
    Job.token_id,
    Job.element_id,
    Job.kind,
    Job.name,
    Job.occurrence,
    Job.state,
    Job.due_at,
    Job.lease_until,
    Job.detail,
    Job.problem,
)


@dataclass(slots=True)
class Rows:
    """The rows of the present of one instance, by token; the name and the correlation key of a message as a pair."""

    nodes: dict[int, str] = field(default_factory=dict)
    user_tasks: dict[int, str] = field(default_factory=dict)
    jobs: list[Any] = field(default_factory=list)
    messages: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    events: dict[tuple[int, str], Any] = field(default_factory=dict)
    incidents: set[int] = field(default_factory=set)


def of(session: Session, keys: Collection[int]) -> dict[int, Rows]:
    """The rows of these instances; one question, however many there are."""
    message, event = MessageSubscription, EventSubscription
    parts = (
        _part(Job, keys),
        _part(OpenFlowNode, keys),
        _part(UserTask, keys).where(UserTask.state == "open"),
        _part(
            message,
            keys,
            element_id=message.event_id,
            name=message.message_name,
            problem=message.correlation_key,
        ),
        _part(event, keys, element_id=event.event_id, kind=event.kind, name=event.name),
        _part(Incident, keys).where(Incident.resolved_at.is_(None)),
    )
    found: dict[int, Rows] = defaultdict(Rows)
    for row in session.execute(union_all(*parts)):
        here, token_id = found[row.process_instance_key], row.token_id
        if row.source == Job.__tablename__:
            here.jobs.append(row)
        elif row.source == OpenFlowNode.__tablename__:
            here.nodes[token_id] = row.element_id
        elif row.source == UserTask.__tablename__:
            here.user_tasks[token_id] = row.element_id
        elif row.source == message.__tablename__:
            here.messages[token_id, row.element_id] = (row.name, row.problem)
        elif row.source == event.__tablename__:
            here.events[token_id, row.element_id] = row
        else:
            here.incidents.add(token_id)
    return found


def _part(table: Any, keys: Collection[int], **columns: ColumnElement[Any]) -> Select[Any]:
    """The rows of one table as rows of the whole; columns: where they come from if it is not where and which step."""
    if table is Job:
        columns = {each.key: each for each in _COLUMNS}
    else:
        columns = {"element_id": getattr(table, "element_id", null()), **columns}
        columns |= {"process_instance_key": table.process_instance_key, "token_id": table.token_id}
    # PostgreSQL wants to know the type even of what is not there.
    filled = [columns.get(each.key, cast(null(), each.type)).label(each.key) for each in _COLUMNS]
    return select(literal(table.__tablename__).label("source"), *filled).where(
        table.process_instance_key.in_(keys)
    )
