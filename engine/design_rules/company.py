"""What the design rules may know besides the models: the company's operations, roles, forms, decisions, processes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.dialect import expressions
from engine.dialect.model import Node, Process
from engine.operations import Operation


@dataclass(frozen=True, slots=True)
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

    def operation(self, node: Node) -> Operation | None:
        """The registered operation that a job runs; None for outside workers and computed types."""
        job_type = static(node, "taskDefinition", "type")
        return self.operations.get(job_type) if job_type else None


def static(node: Node, extension: str, attribute: str) -> str | None:
    """An attribute of a zeebe extension as plain text; None where it is missing or computed."""
    element = node.extension(extension)
    text = (element.get(attribute) or "").strip() if element is not None else ""
    return None if not text or expressions.is_expression(text) else text


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
