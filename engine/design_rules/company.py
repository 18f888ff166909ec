"""What the design rules may know besides the models: the company's operations, roles, forms, decisions, processes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.design_rules.call_graph import CallGraph
from engine.dialect.model import Node, Process
from engine.operations import Operation


@dataclass(frozen=True)
class Company:
    """The surroundings of a deployment.

    roles: None when nobody knows them. forms, decisions, process_ids: what is deployed already and what comes with this
    deployment. processes: the ones of this deployment, by id.
    """

    operations: Mapping[str, Operation] = field(default_factory=dict)
    roles: Collection[str] | None = None
    forms: Collection[str] = ()
    decisions: Collection[str] = ()
    process_ids: Collection[str] = ()
    processes: Mapping[str, Process] = field(default_factory=dict)

    def process(self, process_id: str | None) -> Process | None:
        """The process of that id in this deployment."""
        return self.processes.get(process_id) if process_id else None

    @cached_property
    def calls(self) -> CallGraph:
        """Who calls whom in this deployment, and what follows from it."""
        return CallGraph(self.processes, self.operations)


def properties(node: Node) -> dict[str, str]:
    """The zeebe:properties of a node, {name: value}."""
    holder = node.extension("properties")
    if holder is None:
        return {}
    return {
        each.get("name", ""): (each.get("value") or "").strip()
        for each in holder
        if isinstance(each.tag, str)
    }
