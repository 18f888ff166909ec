"""What stands on a diagram: how much is open, late and stopped at each flow node, or where one order is and has been."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, and_, column, func, select, values
from sqlalchemy.orm import Session

from engine import versions
from engine.tables import History, Incident, OpenFlowNode, ProcessDefinition, ProcessInstance, UserTask

COUNTED_TO = 999
#: Orders listed below the map.
DOCKED = 50
CALM, LATE = 1, 3
_SCOPES = {
    "process", "subProcess", "eventSubProcess", "transaction", "adHocSubProcessInnerInstance", "compensationScope",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node: its name and lane, and what is open there; exact up to 999, 1000 means more."""

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


def of_definition(session: Session, definition: ProcessDefinition, now: datetime) -> list[Node]:
    """Every flow node of a version, in the order of the diagram file. 1 query.

    Late and stopped are counted among the first thousand orders at a node.
    """
    elements = [
        each
        for each in versions.process(session, definition.key).elements.values()
        if each.type not in _SCOPES
    ]
    found = _counts(session, definition.key, [each.element_id for each in elements], now)
    return [
        Node(
            each.element_id,
            each.name or each.element_id.replace("_", " "),
            each.lane,
            each.type,
            *found[each.element_id],
        )
        for each in elements
    ]


def _counts(
    session: Session, definition_key: int, element_ids: Collection[str], now: datetime
) -> dict[str, tuple[int, int, int]]:
    """{element id: (open, late, stopped)}: one walk along the index for each flow node, no longer than a thousand rows."""
    node = values(column("id", String), name="node").data([(each,) for each in element_ids]).cte("node")

    def at_node(*columns: object) -> Select:
        here = and_(
            OpenFlowNode.process_definition_key == definition_key, OpenFlowNode.element_id == node.c.id
        )
        return select(*columns).where(here).limit(COUNTED_TO + 1).correlate(node)

    opened = at_node(OpenFlowNode.token_id).subquery()
    tokens = at_node(OpenFlowNode.process_instance_key, OpenFlowNode.token_id)
    of_late, of_stopped = tokens.subquery(), tokens.subquery()
    late = (
        select(func.count())
        .select_from(of_late)
        .join(
            UserTask,
            and_(
                UserTask.process_instance_key == of_late.c.process_instance_key,
                UserTask.token_id == of_late.c.token_id,
                UserTask.state == "open",
                UserTask.due_at <= now,
            ),
        )
    )
    stopped = (
        select(func.count())
        .select_from(of_stopped)
        .join(
            Incident,
            and_(
                Incident.process_instance_key == of_stopped.c.process_instance_key,
                Incident.token_id == of_stopped.c.token_id,
                Incident.resolved_at.is_(None),
            ),
        )
    )
    rows = session.execute(
        select(
            node.c.id,
            select(func.count()).select_from(opened).scalar_subquery(),
            late.scalar_subquery(),
            stopped.scalar_subquery(),
        )
    )
    return {element_id: (is_open, is_late, is_stopped) for element_id, is_open, is_late, is_stopped in rows}


def at_node(
    session: Session, definition_key: int, element_id: str, limit: int = DOCKED
) -> list[tuple[ProcessInstance, datetime]]:
    """Orders with a token at a flow node; of the first thousand those that wait longest. 1 query."""
    here = (
        select(OpenFlowNode.process_instance_key, OpenFlowNode.entered_at)
        .where(OpenFlowNode.process_definition_key == definition_key, OpenFlowNode.element_id == element_id)
        .limit(COUNTED_TO + 1)
        .subquery()
    )
    rows = session.execute(
        select(ProcessInstance, here.c.entered_at)
        .join(here, here.c.process_instance_key == ProcessInstance.key)
        .order_by(here.c.entered_at, ProcessInstance.key)
        .limit(limit)
    )
    return [(row, entered_at) for row, entered_at in rows]


def of_order(session: Session, order: ProcessInstance, now: datetime) -> Track:
    """The path of one order on the diagram of its version, and where it is, inside called processes too. 4 queries."""
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
        element = versions.process(session, each.process_definition_key).elements.get(each.element_id)
        name = (element.name if element else None) or each.element_id.replace("_", " ")
        here.append((name, element.lane if element else None, each.entered_at))
    return Track(sorted(each for each in taken if each), current, here)


def _state(node: OpenFlowNode, stopped: set[str], late: set[str]) -> str:
    if node.element_id in stopped:
        return "failed"
    if node.element_id in late:
        return "late"
    return "open" if node.element_type == "userTask" else "waiting"
