"""A process as it was read from its diagram: elements, sequence flows, start events. Nothing of a run is kept here.

One Process serves all its instances in all threads, so after reading nothing in it changes (`key` is set once by whoever
keeps the process, before its first use). It is one flat WorkflowSpec: elements of sub-processes lie beside all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

if TYPE_CHECKING:
    from engine.spiff.elements.element import Element
    from engine.spiff.elements.process import ProcessBody
    from engine.spiff.elements.start_event import StartEvent
    from engine.spiff.formulas import Formula, Value


class Flow:
    """A sequence flow. source, target: element ids. condition: the text as drawn, or None."""

    __slots__ = (
        "condition",
        "enters",
        "flow_id",
        "formula",
        "is_default",
        "line",
        "name",
        "source",
        "target",
    )

    def __init__(
        self, flow_id: str, name: str, source: str, target: str, condition: str | None, line: int | None
    ):
        self.flow_id = flow_id
        self.name = name
        self.source = source
        self.target = target
        self.condition = condition
        self.line = line
        self.is_default = False
        self.formula: Formula | None = None
        #: The element a token enters by this flow: the target, or the body around it if it is multi-instance.
        self.enters: Element

    def __repr__(self) -> str:
        return f"Flow({self.flow_id}: {self.source} -> {self.target})"


class Process(WorkflowSpec):
    """The executable form of one bpmn:process."""

    def __init__(self, process_id: str, name: str):
        super().__init__(name=process_id)
        self.process_id = process_id
        self.name = name
        #: What tells this version from all others; the keeper of processes sets it (see CalledReference.key).
        self.key: int | str | None = None
        self.version_tag: str | None = None
        #: The priority of its jobs that have none of their own.
        self.job_priority: Value | None = None
        self.documentation: str | None = None
        self.properties: dict[str, str] = {}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.body: ProcessBody

    @property
    def start_events(self) -> list[StartEvent]:
        """The start events of the process itself, in the order of the diagram file."""
        return [e for e in self.elements.values() if e.type == "startEvent" and e.parent is None]

    def __repr__(self) -> str:
        return f"Process({self.process_id})"
