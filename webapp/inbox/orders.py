"""Reads about orders: who may see one, my own requests with whom they wait, what stands beside a form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from engine import accountability, ad_hoc, errors
from engine.accountability import Reason
from engine.roles import Actor
from engine.tables import (
    MessageSubscription,
    OpenFlowNode,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)
from processes.records.orders import CustomerOrder

PAGE = 50
CANCEL = "cancel_order"


@dataclass(frozen=True, slots=True)
class Own:
    """A request of mine: the order, its process's name, its open user tasks and why it waits."""

    order: ProcessInstance
    process_name: str
    open_tasks: list[UserTask]
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of my requests, newest first; `next` is the key the following one begins behind."""

    rows: list[Own]
    next: int | None


def mine(session: Session, actor: Actor, *, now: datetime, before: int | None = None) -> OwnPage:
    """The orders that I have started, and nothing of others. A fixed number of queries."""
    query = (
        select(ProcessInstance, ProcessDefinition.name)
        .join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.process_definition_key)
        .where(ProcessInstance.started_by == actor.login)
        .order_by(ProcessInstance.started_at.desc(), ProcessInstance.key.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        last = select(ProcessInstance.started_at, ProcessInstance.key).where(ProcessInstance.key == before)
        query = query.where(tuple_(ProcessInstance.started_at, ProcessInstance.key) < last.scalar_subquery())
    found = session.execute(query).all()
    shown = found[:PAGE]
    keys = [order.key for order, _ in shown if order.state == "active"]
    reasons = accountability.why_all_wait(session, keys, now)
    tasks = open_tasks_of(session, keys)
    rows = [Own(order, name, tasks[order.key], reasons.get(order.key, [])) for order, name in shown]
    return OwnPage(rows, rows[-1].order.key if len(found) > PAGE else None)


def open_tasks_of(session: Session, keys: list[int]) -> dict[int, list[UserTask]]:
    """{order key: its open user tasks}, oldest first."""
    found: dict[int, list[UserTask]] = defaultdict(list)
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.process_instance_key.in_(keys), UserTask.state == "open")
        .order_by(UserTask.key)
    )
    for user_task in rows:
        found[user_task.process_instance_key].append(user_task)
    return found


def see(
    session: Session, order_key: int, actor: Actor, *, sees_all: bool = False, sees_repairs: bool = False
) -> ProcessInstance:
    """The order, if the actor may see it: they started it, have or may take a step of it, did one, or may choose
    its next one.

    sees_all, sees_repairs: what their roles open beside that.

    Raises NotFound, the same for an order that is not there and for one that is not theirs; only its fact `hidden`, which no
    reader sees, tells that it is there.
    """
    order = session.get(ProcessInstance, order_key)
    if order is None or not (
        sees_all
        or order.started_by == actor.login
        or (sees_repairs and _is_repair(session, order_key))
        or _takes_part(session, order_key, actor)
        or _may_choose(session, order, actor)
    ):
        raise errors.NotFound("There is no such order, or you may not see it.", hidden=order is not None)
    return order


def can_be_cancelled(session: Session, order: ProcessInstance) -> bool:
    """Whether the order listens for its cancellation now."""
    listens = exists().where(
        MessageSubscription.process_instance_key == order.key, MessageSubscription.message_name == CANCEL
    )
    return order.state == "active" and bool(session.scalar(select(listens)))


def next_for(session: Session, order_key: int, actor: Actor) -> UserTask | None:
    """The open user task of this order that the actor has, or may take, first what is already theirs."""
    candidate = _is_candidate(UserTask.key, actor)
    theirs = [
        and_(UserTask.assignee == each.login, *_in_process(each.process_id)) for each in actor.stands_for
    ]
    rows = session.scalars(
        select(UserTask)
        .where(
            UserTask.process_instance_key == order_key,
            UserTask.state == "open",
            or_(UserTask.assignee == actor.login, and_(UserTask.assignee.is_(None), candidate), *theirs),
        )
        .order_by(UserTask.key)
    ).all()
    return min(rows, key=lambda each: (each.assignee != actor.login, each.key), default=None)


def _is_repair(session: Session, order_key: int) -> bool:
    return bool(session.scalar(select(exists().where(CustomerOrder.process_instance_key == order_key))))


def _takes_part(session: Session, order_key: int, actor: Actor) -> bool:
    concerns = or_(
        UserTask.assignee == actor.login,
        UserTask.closed_by == actor.login,
        and_(UserTask.state == "open", _is_candidate(UserTask.key, actor)),
        *(
            and_(UserTask.assignee == each.login, UserTask.state == "open", *_in_process(each.process_id))
            for each in actor.stands_for
        ),
    )
    return bool(session.scalar(select(exists().where(UserTask.process_instance_key == order_key, concerns))))


def _may_choose(session: Session, order: ProcessInstance, actor: Actor) -> bool:
    offers = exists().where(
        OpenFlowNode.process_instance_key == order.key, OpenFlowNode.element_type == "adHocSubProcess"
    )
    if not session.scalar(select(offers)):
        return False
    choices = ad_hoc.startable(session, order.key)
    return any(ad_hoc.may_choose(each, actor, order.process_id) for each in choices)


def _is_candidate(user_task_key: Any, actor: Actor) -> Any:
    """Whether a user task is offered to the actor, or to somebody for whom they stand in."""
    offered = [_offered(actor.login, actor.offered_roles)]
    for each in actor.stands_for:
        offered.append(and_(_offered(each.login, each.roles), *_in_process(each.process_id)))
    return exists().where(UserTaskCandidate.user_task_key == user_task_key, or_(*offered))


def _offered(login: str, roles: Collection[str]) -> Any:
    return or_(
        and_(UserTaskCandidate.kind == "role", UserTaskCandidate.name.in_(sorted(roles))),
        and_(UserTaskCandidate.kind == "person", UserTaskCandidate.name == login),
    )


def _in_process(process_id: str | None) -> list[Any]:
    """Conditions that the step, or the order that it belongs to, follows that process; none for every process."""
    if process_id is None:
        return []
    of_order = select(ProcessInstance.process_id).where(ProcessInstance.key == UserTask.process_instance_key)
    return [
        or_(UserTask.process_id == process_id, of_order.correlate(UserTask).scalar_subquery() == process_id)
    ]
