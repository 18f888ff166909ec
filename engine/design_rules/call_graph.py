"""What follows from who calls whom: where a token may wait, which errors may come out, who catches them.

Computed once for a deployment and without recursion, so that neither long rows nor circles of calls can hang the gate.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from engine.design_rules import graph
from engine.dialect import activities, events, expressions
from engine.dialect.model import Node, Process
from engine.operations import Operation

Codes = frozenset[str]


class CallGraph:
    """The processes of a deployment and the calls between them."""

    def __init__(self, processes: Mapping[str, Process], operations: Mapping[str, Operation]):
        self._processes = processes
        self._operations = operations
        self._callers: dict[str, list[Node]] = {}
        self._calls: dict[Process, list[tuple[Node, Process]]] = {}
        for process in processes.values():
            calls = [(node, target) for node in process.nodes if (target := self.target(node)) is not None]
            self._calls[process] = calls
            for node, target in calls:
                self._callers.setdefault(target.id or "", []).append(node)
        self._caught: dict[object, set[str | None]] = {}  # by node, and by process and scope
        self._waiting: set[str] = set()
        self._thrown: dict[str, Codes | None] = dict.fromkeys(processes, Codes())
        self._settle(self._find_waiting)
        self._settle(self._find_thrown)
        self._escapes: dict[tuple[str, str], bool] = {}

    def target(self, node: Node) -> Process | None:
        """The process of this deployment that a call activity calls."""
        process_id = static(node, "calledElement", "processId") if node.type == "callActivity" else None
        return self._processes.get(process_id) if process_id else None

    def calls(self, process: Process) -> list[tuple[Node, Process]]:
        """The call activities of a process whose target is in this deployment."""
        return self._calls[process]

    @cached_property
    def circles(self) -> list[list[Process]]:
        """The groups of processes that call each other in a circle."""
        return graph.loops(list(self._calls), lambda process: [target for _, target in self._calls[process]])

    def waits(self, node: Node) -> bool:
        """True when a token stops at this node, or may stop inside of it."""
        return any(self._waits_itself(each) for each in _with_inner(node))

    def thrown(self, node: Node) -> Codes | None:
        """The error codes that may come out of a node; None when nobody can know."""
        return _union(self._thrown_itself(each) for each in _with_inner(node))

    def is_caught(self, node: Node, code: str) -> bool:
        """True when an error thrown at the node meets a boundary event here, around, or at every known caller."""
        if self._is_caught_inside(node, code):
            return True
        process_id = node.process.id or ""
        key = (process_id, code)
        if key not in self._escapes:
            self._escapes[key] = self._is_escaping(process_id, code)
        return not self._escapes[key]

    def _is_escaping(self, process_id: str, code: str) -> bool:
        """True when the error, once it leaves the process, reaches a process that nobody here calls."""
        todo, seen = [process_id], {process_id}
        while todo:
            callers = self._callers.get(todo.pop(), [])
            if not callers:
                return True
            for caller in callers:
                outer = caller.process.id or ""
                if outer not in seen and not self._is_caught_inside(caller, code):
                    seen.add(outer)
                    todo.append(outer)
        return False

    def _settle(self, changes: Callable[[Process], bool]) -> None:
        """Ask each process, and those that call it again whenever its answer changed, until nothing changes."""
        queue = deque(self._processes.values())
        queued = set(queue)
        while queue:
            process = queue.popleft()
            queued.discard(process)
            if changes(process):
                for caller in self._callers.get(process.id or "", []):
                    if caller.process not in queued:
                        queued.add(caller.process)
                        queue.append(caller.process)

    def _find_waiting(self, process: Process) -> bool:
        if process.id in self._waiting or not any(self._waits_itself(node) for node in process.nodes):
            return False
        self._waiting.add(process.id or "")
        return True

    def _find_thrown(self, process: Process) -> bool:
        before = self._thrown[process.id or ""]
        after = _union(self._thrown_itself(node) for node in process.nodes)
        self._thrown[process.id or ""] = after
        return before != after

    def _waits_itself(self, node: Node) -> bool:
        if node.type in ("userTask", "receiveTask", "eventBasedGateway"):
            return True
        if node.type in ("intermediateCatchEvent", "boundaryEvent"):
            return bool({"timer", "message", "signal", "conditional"} & set(node.triggers))
        if activities.is_job(node):
            return self._operation(node) is None
        if node.type == "callActivity":
            target = self.target(node)
            return target is None or target.id in self._waiting
        if node.type == "adHocSubProcess":
            extension = node.extension("adHoc")
            return extension is None or not extension.get("activeElementsCollection")  # a person begins
        return False

    def _thrown_itself(self, node: Node) -> Codes | None:
        if node.type == "callActivity":
            target = self.target(node)
            return self._thrown[target.id or ""] if target is not None else None
        if activities.is_job(node):
            operation = self._operation(node)
            return None if operation is None else Codes(operation.errors)
        if node.type == "endEvent" and node.supported and "error" in node.triggers:
            code = code_at(node)
            return None if code is None or expressions.is_expression(code) else Codes({code})
        return Codes()

    def _is_caught_inside(self, node: Node, code: str) -> bool:
        """True when the error meets a catcher on its way up, before it leaves the process.

        On each level these are the boundary events and the event sub-processes; those do not catch what comes out of one
        of them. What directs an ad-hoc sub-process throws at its own level: those inside catch it, too.
        """
        if not {None, code}.isdisjoint(self._codes_inside(node.process, node)):
            return True
        current: Node | None = node
        while current is not None:
            beside = set() if current.is_event_sub_process else self._codes_beside(current)
            if not {None, code}.isdisjoint(self._codes_at(current) | beside):
                return True
            current = current.parent
        return False

    def _codes_at(self, node: Node) -> set[str | None]:
        """What its boundary events catch."""
        if node not in self._caught:
            self._caught[node] = _codes(node.boundaries)
        return self._caught[node]

    def _codes_beside(self, node: Node) -> set[str | None]:
        """What the event sub-processes beside a node catch."""
        return self._codes_inside(node.process, node.parent)

    def _codes_inside(self, process: Process, parent: Node | None) -> set[str | None]:
        """What the event sub-processes of a scope catch."""
        scope = process, parent
        if scope not in self._caught:
            handlers = process.handlers.get(parent, [])
            starts = [start for each in handlers for start in each.children if start.starts_event_sub_process]
            self._caught[scope] = _codes(starts)
        return self._caught[scope]

    def _operation(self, node: Node) -> Operation | None:
        return self._operations.get(static(node, "taskDefinition", "type") or "")


def static(node: Node, extension: str, attribute: str) -> str | None:
    """An attribute of a zeebe extension as plain text; None where it is missing or computed."""
    element = node.extension(extension)
    text = (element.get(attribute) or "").strip() if element is not None else ""
    return None if not text or expressions.is_expression(text) else text


def code_at(node: Node) -> str | None:
    """The code of an error event; None where it catches all."""
    error = events.error_of(node.process.model, node)
    return error.get("errorCode") if error is not None else None


def _codes(catchers: list[Node]) -> set[str | None]:
    return {code for event in catchers for code in events.caught_codes(event.process.model, event, "error")}


def _with_inner(node: Node) -> Iterator[Node]:
    todo = [node]
    while todo:
        current = todo.pop()
        yield current
        todo.extend(current.children)


def _union(parts: Iterable[Codes | None]) -> Codes | None:
    union: set[str] = set()
    for part in parts:
        if part is None:
            return None
        union |= part
    return Codes(union)
