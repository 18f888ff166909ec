"""Ad-hoc sub-processes: people choose which of their steps is begun next, in any order and as often as they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import errors, execution, history, spiff, versions
from engine.roles import SYSTEM, Actor
from engine.sentences import Label, Sentence, _l
from engine.tables import OpenFlowNode, ProcessInstance


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be begun. type: the BPMN element (userTask, serviceTask ...)."""

    element_id: str
    name: str
    type: str
    documentation: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An open ad-hoc sub-process of an instance and what can be begun in it; role: its lane, None for everybody of the house."""

    token_id: int
    element_id: str
    name: str
    role: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """An order in which nothing goes on until somebody chooses, since when, and between what."""

    order: ProcessInstance
    since: datetime
    choice: Choice


def undecided(session: Session, actor: Actor, limit: int = 100) -> list[Undecided]:
    """The orders that wait for this actor, or for somebody of their roles, to choose what is done next; the oldest first.

    limit: how many open ad-hoc sub-processes of these roles are looked at. Two queries, however many there are.
    """
    opened = session.execute(
        select(OpenFlowNode, ProcessInstance.process_id)
        .join(ProcessInstance, ProcessInstance.key == OpenFlowNode.process_instance_key)
        .where(OpenFlowNode.element_type == "adHocSubProcess", ProcessInstance.state == "active")
        .order_by(OpenFlowNode.entered_at, OpenFlowNode.process_instance_key, OpenFlowNode.token_id)
    )
    # The inbox of everybody asks this whenever something happens: only states that matter to the actor are read.
    theirs = (node for node, process_id in opened if _has_role(_role_of(session, node), actor, process_id))
    nodes = list(islice(theirs, limit))
    orders = _orders(session, {node.process_instance_key for node in nodes})
    choices = {key: _undecided_in(session, order) for key, order in orders.items()}
    return [
        Undecided(orders[key], node.entered_at, choices[key][node.token_id])
        for node in nodes
        if node.token_id in choices.get(key := node.process_instance_key, {})
    ]


def startable(session: Session, process_instance_key: int) -> list[Choice]:
    """What somebody can begin in this instance now, outer sub-processes first. [] when it has ended. Raises NotFound."""
    row = session.get(ProcessInstance, process_instance_key)
    if row is not None and row.state != "active":
        return []
    return [_choice(open_one) for open_one in execution.look(session, process_instance_key).startable()]


def may_choose(choice: Choice, actor: Actor, process_id: str | None = None) -> bool:
    """Whether the actor, or somebody for whom they stand in, has the role of this ad-hoc sub-process.

    process_id: that of the order, for deputies who stand in for one process only.
    """
    return _has_role(choice.role, actor, process_id)


def activate(
    session: Session,
    process_instance_key: int,
    token_id: int,
    element_ids: Sequence[str],
    variables: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> ProcessInstance:
    """Begin these steps of an open ad-hoc sub-process, each with the variables as its own.

    token_id: as `startable` tells it. Raises NotFound, Conflict (it is not open any more), NotACandidate, Refused (a step that
    cannot be begun there, none, or one twice).
    """
    row = execution.lock(session, process_instance_key)

    def begin(instance: spiff.Instance) -> None:
        choice = next((_choice(one) for one in instance.startable() if one.token_id == token_id), None)
        if choice is not None and not may_choose(choice, actor, row.process_id):
            raise errors.NotACandidate(
                Sentence(_l('"{step}" belongs to another role.'), step=Label(choice.name))
            )
        instance.activate(token_id, list(element_ids), dict(variables or {}))
        history.write(
            session,
            row.key,
            "activated",
            actor=actor.login,
            now=now,
            token_id=token_id,
            element_id=choice.element_id,
            element_type="adHocSubProcess",
            detail={"elements": list(element_ids)},
        )

    return execution.advance_locked(session, row, begin, actor=actor, now=now)


def _orders(session: Session, keys: set[int]) -> dict[int, ProcessInstance]:
    """These instances with their states, by key."""
    if not keys:
        return {}
    rows = session.scalars(
        select(ProcessInstance).where(ProcessInstance.key.in_(keys)).options(undefer(ProcessInstance.tokens))
    )
    return {row.key: row for row in rows}


def _undecided_in(session: Session, order: ProcessInstance) -> dict[int, Choice]:
    """{token: choice} of the ad-hoc sub-processes of an instance in which nothing goes on."""
    instance = execution.look_at(session, order)
    waiting = {each.token_id for each in spiff.standing(instance) if each.needs == "choice"}
    return {each.token_id: _choice(each) for each in instance.startable() if each.token_id in waiting}


def _role_of(session: Session, node: OpenFlowNode) -> str | None:
    return versions.process(session, node.process_definition_key).elements[node.element_id].lane


def _has_role(role: str | None, actor: Actor, process_id: str | None) -> bool:
    if actor == SYSTEM:
        return True
    if role is None:
        return not actor.is_outside
    return role in actor.roles or any(
        role in each.roles for each in actor.stands_for if each.process_id in (None, process_id)
    )


def _choice(open_one: spiff.Startable) -> Choice:
    return Choice(
        open_one.token_id,
        open_one.element_id,
        open_one.name or open_one.element_id.replace("_", " "),
        open_one.lane,
        tuple(
            Step(
                each.element_id, each.name or each.element_id.replace("_", " "), each.type, each.documentation
            )
            for each in open_one.elements
        ),
    )
