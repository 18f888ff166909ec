"""What stands on a diagram: how much is open, late and stopped at each flow node, or where one order is and has been."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import versions
from engine.tables import History, Incident, OpenFlowNode, ProcessDefinition, ProcessInstance, UserTask

#: A node with work due within the last fifth of its term or later; see heat in parts/diagrams.html.
CALM, LATE = 1, 3
_SCOPES = {"process", "subProcess"}


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node: its name and lane, and what is open there."""

    id: str
    name: str
    lane: str | None
    type: str
    open: int = 0
    late: int = 0
    incidents: int = 0

    @property
    def heat(self) -> int | None:
        if not self.open:
            return None
        return LATE if self.late or self.incidents else CALM

    def as_mark(self) -> dict[str, object]:
        """For the diagram on the page."""
        return {
            "id": self.id,
            "open": self.open,
            "late": self.late,
            "incidents": self.incidents,
            "heat": self.heat,
        }


@dataclass(frozen=True, slots=True)
class Track:
    """Where one order has been and is: ids for the diagram, and the open nodes for the list."""

    taken: list[str]
    current: dict[str, str]
    here: list[tuple[str, str | None, datetime]]


def of_definition(session: Session, definition: ProcessDefinition) -> list[Node]:
    """Every named or busy flow node of a version, in the order of the diagram file. 3 queries."""
    now_open = _count(
        session,
        select(OpenFlowNode.element_id, func.count())
        .where(
            OpenFlowNode.process_definition_key == definition.key, OpenFlowNode.element_type.not_in(_SCOPES)
        )
        .group_by(OpenFlowNode.element_id),
    )
    stopped = _count(
        session,
        select(Incident.element_id, func.count())
        .join(ProcessInstance, ProcessInstance.key == Incident.process_instance_key)
        .where(ProcessInstance.process_definition_key == definition.key, Incident.resolved_at.is_(None))
        .group_by(Incident.element_id),
    )
    elements = versions.process(session, definition.key).elements.values()
    return [
        Node(
            each.element_id,
            each.name or each.element_id.replace("_", " "),
            each.lane,
            each.type,
            now_open[each.element_id],
            0,
            stopped[each.element_id],
        )
        for each in elements
        if (each.name and each.type not in _SCOPES) or now_open[each.element_id]
    ]


def with_late(
    session: Session, definition: ProcessDefinition, nodes: list[Node], now: datetime
) -> list[Node]:
    """The same nodes with the number of late user tasks. 1 query."""
    late = _count(
        session,
        select(UserTask.element_id, func.count())
        .where(
            UserTask.state == "open",
            UserTask.due_at <= now,
            UserTask.process_definition_key == definition.key,
        )
        .group_by(UserTask.element_id),
    )
    return [
        Node(each.id, each.name, each.lane, each.type, each.open, late[each.id], each.incidents)
        for each in nodes
    ]


def at_node(
    session: Session, definition_key: int, element_id: str, limit: int = 100
) -> list[tuple[ProcessInstance, datetime]]:
    """Orders with a token at a flow node, the longest wait first."""
    rows = session.execute(
        select(ProcessInstance, OpenFlowNode.entered_at)
        .join(OpenFlowNode, OpenFlowNode.process_instance_key == ProcessInstance.key)
        .where(OpenFlowNode.process_definition_key == definition_key, OpenFlowNode.element_id == element_id)
        .order_by(OpenFlowNode.entered_at)
        .limit(limit)
    )
    return [(row, entered_at) for row, entered_at in rows]


def of_order(session: Session, order: ProcessInstance, now: datetime) -> Track:
    """The path of one order on the diagram of its version. 4 queries."""
    passed = session.execute(
        select(History.element_id, History.flows)
        .where(History.process_instance_key == order.key, History.kind.in_(("left", "passed")))
        .order_by(History.key.desc())
        .limit(1000)
    )
    taken: set[str] = set()
    for element_id, flows in passed:
        taken.add(element_id)
        taken.update((flows or "").split())
    elements = versions.process(session, order.process_definition_key).elements
    stopped = set(
        session.scalars(
            select(Incident.element_id).where(
                Incident.process_instance_key == order.key, Incident.resolved_at.is_(None)
            )
        )
    )
    late = set(
        session.scalars(
            select(UserTask.element_id).where(
                UserTask.process_instance_key == order.key, UserTask.state == "open", UserTask.due_at <= now
            )
        )
    )
    open_nodes = session.scalars(
        select(OpenFlowNode)
        .where(OpenFlowNode.process_instance_key == order.key, OpenFlowNode.element_type.not_in(_SCOPES))
        .order_by(OpenFlowNode.entered_at)
    ).all()
    current = {
        each.element_id: _state(each, stopped, late) for each in open_nodes if each.element_id in elements
    }
    here = []
    for each in open_nodes:
        element = elements.get(each.element_id)
        name = (element.name if element else None) or each.element_id.replace("_", " ")
        here.append((name, element.lane if element else None, each.entered_at))
    return Track(sorted(each for each in taken if each), current, here)


def _state(node: OpenFlowNode, stopped: set[str], late: set[str]) -> str:
    if node.element_id in stopped:
        return "failed"
    if node.element_id in late:
        return "late"
    return "open" if node.element_type == "userTask" else "waiting"


def _count(session: Session, query: object) -> Counter[str]:
    return Counter(dict(session.execute(query).all()))
