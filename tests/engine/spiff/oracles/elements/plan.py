"""Blocks laid out as a graph: nodes and sequence flows in nested scopes. Both the drawing and the oracle read this."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from tests.engine.spiff.oracles.elements.blocks import Again, Block, Event, Times, Trigger

ACTIVITIES = ("user", "job", "script", "receive", "sub", "transaction", "call", "adhoc")


@dataclass(eq=False)
class Flow:
    """A sequence flow. test: (variable, value) or None."""

    source: Node
    target: Node
    test: tuple[str, int] | None = None
    default: bool = False


@dataclass(eq=False)
class Node:
    """A flow node. kind: as of blocks, or start, end, xor, and, or, events, boundary, handler (event sub-process)."""

    id: str
    kind: str
    block: Block | None = None
    triggers: list[Trigger] = field(default_factory=list)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    loop: Times | Again | None = None
    listeners: list[str] = field(default_factory=list)
    into: list[Flow] = field(default_factory=list)
    out: list[Flow] = field(default_factory=list)
    guards: list[Node] = field(default_factory=list)
    inside: Inside | None = None
    interrupting: bool = True
    all_of: bool = False
    host: Node | None = None
    undo: Node | None = None
    link: Node | None = None
    terminate: bool = False
    path: Node | None = None  # of an ad-hoc sub-process: the scope of each thing that is started in it


@dataclass(eq=False)
class Inside:
    """What lies in one scope."""

    start: Node | None = None
    nodes: list[Node] = field(default_factory=list)
    handlers: list[Node] = field(default_factory=list)


class Plan:
    """A process laid out, and the processes that it calls by id."""

    def __init__(self, block: Block):
        self.called: dict[str, Node] = {}
        self.process = self._process("p", block)

    def _process(self, process_id: str, block: Block) -> Node:
        node = Node(process_id, "process")
        node.inside = self._inside(process_id, block)
        return node

    def _inside(self, scope_id: str, block: Block, start: Node | None = None) -> Inside:
        inside = Inside(start or Node(f"{scope_id}_start", "start"))
        inside.nodes.append(inside.start)
        first, last = self._lay(block, inside)
        join(inside.start, first)
        if last is not None:
            end = Node(f"{scope_id}_end", "end")
            inside.nodes.append(end)
            join(last, end)
        self._handlers(block, inside)
        return inside

    def _handlers(self, block: Block, inside: Inside) -> None:
        for event in block.handlers:
            start = Node(f"{event.id}_start", "start", triggers=event.triggers, outputs=event.outputs)
            start.all_of, start.interrupting = event.all_of, event.interrupting
            node = Node(event.id, "handler", triggers=event.triggers, interrupting=event.interrupting)
            node.all_of = event.all_of
            node.inside = self._inside(event.id, event.path, start)
            inside.handlers.append(node)

    def _lay(self, block: Block, inside: Inside) -> tuple[Node, Node | None]:
        """Add the block to the scope; its first and last node (None: no way out)."""
        match block.kind:
            case "seq":
                ends = [self._lay(part, inside) for part in block.parts]
                for (_, last), (first, _) in itertools.pairwise(ends):
                    join(last, first)
                return ends[0][0], ends[-1][1]
            case "xor" | "and" | "or":
                return self._split(block, inside)
            case "again":
                return self._again(block, inside)
            case "events":
                return self._events(block, inside)
            case "link":
                return self._link(block, inside)
        node = self._node(block, inside)
        if block.kind == "end":
            return node, None
        return node, self._guarded(node, block.guards, inside)

    def _node(self, block: Block, inside: Inside) -> Node:
        node = Node(block.id, block.kind, block, block.triggers, block.inputs, block.outputs)
        node.loop, node.listeners, node.all_of = block.loop, block.listeners, block.all_of
        node.terminate = block.terminate
        inside.nodes.append(node)
        if block.kind in ("sub", "transaction"):
            node.inside = self._inside(block.id, block.parts[0])
        elif block.kind == "call":
            self.called[f"{block.id}_process"] = self._process(f"{block.id}_process", block.parts[0])
        elif block.kind == "adhoc":
            node.inside = Inside()
            for part in block.parts:
                self._lay(part, node.inside)
            self._handlers(block, node.inside)
            node.path = Node(node.id, "path")
        if block.undo is not None:
            node.undo = self._node(block.undo, inside)
        return node

    def _guarded(self, node: Node, guards: list[Event], inside: Inside) -> Node:
        if not guards:
            return node
        out = Node(f"{node.id}_out", "xor")
        inside.nodes.append(out)
        join(node, out)
        for event in guards:
            guard = Node(event.id, "boundary", triggers=event.triggers, outputs=event.outputs)
            guard.interrupting, guard.all_of, guard.host = event.interrupting, event.all_of, node
            inside.nodes.append(guard)
            node.guards.append(guard)
            first, last = self._lay(event.path, inside)
            join(guard, first)
            if last is not None and (event.interrupting or event.merges):
                join(last, out)
        return out

    def _split(self, block: Block, inside: Inside) -> tuple[Node, Node]:
        split, meet = Node(f"{block.id}_split", block.kind), Node(f"{block.id}_join", block.kind)
        inside.nodes += [split, meet]
        for number, branch in enumerate(block.parts):
            first, last = self._lay(branch, inside)
            flow = join(split, first)
            if block.kind != "and":
                flow.default = number == len(block.parts) - 1 and not block.all_of
                # An exclusive choice is one variable; of an inclusive one every branch has its own.
                variable = block.choice if block.kind == "xor" else f"c{number + 1}"
                flow.test = None if flow.default else (variable, number if block.kind == "xor" else 1)
            if last is not None:
                join(last, meet)
        return split, meet

    def _again(self, block: Block, inside: Inside) -> tuple[Node, Node]:
        again, decide = Node(f"{block.id}_again", "xor"), Node(f"{block.id}_decide", "xor")
        out = Node(f"{block.id}_out", "mark")
        inside.nodes += [again, decide, out]
        first, last = self._lay(block.parts[0], inside)
        join(again, first)
        join(last, decide)
        join(decide, out).default = True
        join(decide, again).test = (block.choice, 1)
        return again, out

    def _events(self, block: Block, inside: Inside) -> tuple[Node, Node]:
        gateway, out = Node(block.id, "events"), Node(f"{block.id}_out", "xor")
        inside.nodes += [gateway, out]
        for event in block.guards:
            kind = "receive" if event.all_of else "catch"
            catch = Node(event.id, kind, triggers=event.triggers, outputs=event.outputs)
            inside.nodes.append(catch)
            first, last = self._lay(event.path, inside)
            join(gateway, catch)
            join(catch, first)
            if last is not None:
                join(last, out)
        return gateway, out

    def _link(self, block: Block, inside: Inside) -> tuple[Node, Node]:
        throw, catch = Node(f"{block.id}_throw", "link"), Node(f"{block.id}_catch", "link")
        throw.link = catch
        inside.nodes += [throw, catch]
        return throw, catch


def startable(adhoc: Node) -> list[Node]:
    """What can be started in an ad-hoc sub-process: inner nodes that nothing leads to."""
    is_later = {"boundary", "link"}
    return [
        one
        for one in adhoc.inside.nodes
        if not one.into and not (one.kind in is_later and one.link is None) and not one.id.endswith("_undo")
    ]


def join(source: Node, target: Node) -> Flow:
    """Draw a sequence flow."""
    flow = Flow(source, target)
    source.out.append(flow)
    target.into.append(flow)
    return flow
