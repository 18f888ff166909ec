"""Random block-structured processes: the blocks, how they are made up, and how they are drawn as BPMN."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from random import Random

from tests.engine.spiff import diagrams as draw

ERROR_CODES = ("e1", "e2")


@dataclass(eq=False)
class Block:
    """A piece of a process with one way in and at most one way out."""

    id: str


@dataclass(eq=False)
class Guard:
    """A boundary event and what follows it. kind: message, timer, cycle or error."""

    id: str
    kind: str
    interrupting: bool
    handler: Block
    code: str | None = None


@dataclass(eq=False)
class Task(Block):
    """Something that waits. form: user, job, send, throw (all completed), receive, message, timer (all fired)."""

    guards: list[Guard] = field(default_factory=list)
    form: str = "user"

    @property
    def is_fired(self) -> bool:
        return self.form in ("receive", "message", "timer")


@dataclass(eq=False)
class Attempt(Block):
    """A user task, then an operation that throws `code` when its choice says so."""

    code: str = "e1"
    guards: list[Guard] = field(default_factory=list)


@dataclass(eq=False)
class Seq(Block):
    parts: list[Block] = field(default_factory=list)


@dataclass(eq=False)
class Split(Block):
    """kind: xor, and, or."""

    kind: str = "xor"
    branches: list[Block] = field(default_factory=list)


@dataclass(eq=False)
class Loop(Block):
    body: Block | None = None


@dataclass(eq=False)
class Scope(Block):
    """A sub-process, or a call activity if `called`."""

    body: Block | None = None
    called: bool = False
    guards: list[Guard] = field(default_factory=list)


@dataclass(eq=False)
class Many(Block):
    """Multi-instance. body None: a user task; enough: completed instances that end the rest."""

    times: int = 2
    sequential: bool = False
    enough: int | None = None
    body: Block | None = None
    guards: list[Guard] = field(default_factory=list)


@dataclass(eq=False)
class Events(Block):
    """An event-based gateway: {event id: what follows}."""

    options: dict[str, Block] = field(default_factory=dict)


@dataclass(eq=False)
class DeadEnd(Block):
    """A user task, then an error end (code) or a terminate end (None)."""

    code: str | None = None


class Generator:
    """Makes up one process from a seed."""

    def __init__(self, seed: int, depth: int = 4):
        self.random = Random(seed)
        self.depth = depth
        self.count = 0

    def process(self) -> Block:
        return self.seq(self.depth, dead_ends=True)

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def seq(self, depth: int, dead_ends: bool, wait_first: bool = False) -> Seq:
        parts: list[Block] = [Task(self._id("t"))] if wait_first else []
        for _ in range(self.random.randint(1, 2 if depth < self.depth else 3)):
            parts.append(self.block(depth - 1, dead_ends))
        return Seq(self._id("s"), parts)

    def task(self, depth: int, dead_ends: bool) -> Task:
        form = self.random.choice(["user", "user", "job", "send", "throw", "receive", "message", "timer"])
        may_have_guards = form not in ("throw", "message", "timer")
        guards = self.guards(depth, dead_ends, is_scope=False) if may_have_guards else []
        return Task(self._id("t"), guards, form)

    def attempt(self, depth: int, dead_ends: bool) -> Attempt:
        guards = [g for g in self.guards(depth, dead_ends, is_scope=True) if g.kind == "error"]
        return Attempt(self._id("a"), self.random.choice(ERROR_CODES), guards)

    def block(self, depth: int, dead_ends: bool) -> Block:
        if depth <= 0:
            return self.task(depth, dead_ends)
        kind = self.random.choice(
            [
                "task",
                "task",
                "attempt",
                "xor",
                "and",
                "or",
                "loop",
                "sub",
                "sub",
                "call",
                "many",
                "many",
                "events",
            ]
        )
        if kind == "task":
            return self.task(depth, dead_ends)
        if kind == "attempt":
            return self.attempt(depth, dead_ends)
        if kind in ("xor", "and", "or"):
            branches: list[Block] = [
                self.seq(depth, dead_ends and kind != "or") for _ in range(self.random.randint(2, 3))
            ]
            if kind == "xor" and dead_ends and self.random.random() < 0.5:
                branches[0] = DeadEnd(self._id("d"), self.random.choice([*ERROR_CODES, None]))
            return Split(self._id(kind), kind, branches)
        if kind == "loop":
            return Loop(self._id("l"), self.seq(depth, dead_ends, wait_first=True))
        if kind in ("sub", "call"):
            return Scope(
                self._id(kind),
                self.scope_body(depth),
                kind == "call",
                self.guards(depth, dead_ends, is_scope=True),
            )
        if kind == "many":
            times = self.random.randint(0, 3)
            enough = self.random.randint(1, times) if times and self.random.random() < 0.4 else None
            body = self.scope_body(depth) if self.random.random() < 0.6 else None
            return Many(
                self._id("m"),
                times,
                self.random.random() < 0.5,
                enough,
                body,
                self.guards(depth, dead_ends, is_scope=body is not None),
            )
        return Events(
            self._id("g"),
            {self._id("e"): self.seq(depth, dead_ends) for _ in range(self.random.randint(2, 3))},
        )

    def scope_body(self, depth: int) -> Block:
        body = self.seq(depth, dead_ends=True)
        if self.random.random() < 0.3:
            body.parts.append(DeadEnd(self._id("d"), self.random.choice([*ERROR_CODES, None])))
        return body

    def guards(self, depth: int, dead_ends: bool, is_scope: bool) -> list[Guard]:
        found: list[Guard] = []
        for _ in range(self.random.choice([0, 0, 1, 1, 2]) if depth >= 0 else 0):
            kind = self.random.choice(
                ["message", "timer", "cycle", "error"] if is_scope else ["message", "timer", "cycle"]
            )
            interrupting = kind == "error" or (kind != "cycle" and self.random.random() < 0.5)
            code = self.random.choice([*ERROR_CODES, None]) if kind == "error" else None
            if any(other.kind == "error" and other.code == code for other in found):
                continue
            # A handler beside running activities is a sub-process: its copies may overlap.
            handler = (
                self.seq(depth - 2, dead_ends)
                if interrupting
                else Scope(self._id("h"), self.seq(depth - 2, dead_ends=False), False, [])
            )
            found.append(Guard(self._id("b"), kind, interrupting, handler, code))
        return found


class Drawing:
    """A process drawn as BPMN, with the processes it calls and the variables its conditions read."""

    def __init__(self, block: Block):
        self.called: list[bytes] = []
        self.choices: list[str] = []
        self.document = self._process(block, "p")

    def _process(self, block: Block, process_id: str) -> bytes:
        nodes, flows = self._scope(block, f"{process_id}_start")
        more = draw.message("msg", "=key") + "".join(draw.error(code) for code in ERROR_CODES)
        return draw.diagram(*nodes, flows="\n".join(flows), id=process_id, more=more)

    def _scope(self, block: Block, start_id: str) -> tuple[list[draw.Node], list[str]]:
        nodes, flows = [draw.start(start_id)], []
        entry, way_out = self._draw(block, nodes, flows)
        flows.append(f"{start_id} -> {entry}")
        if way_out:
            nodes.append(draw.end(f"{start_id}_end"))
            flows.append(f"{way_out} -> {start_id}_end")
        return nodes, flows

    def _draw(self, block: Block, nodes: list, flows: list[str]) -> tuple[str, str | None]:
        """Add the block; returns the ids of its first and last node (None: no way out)."""
        match block:
            case Task():
                nodes.append(self._task(block))
                return block.id, self._guarded(block, nodes, flows)
            case Attempt():
                operation = f"{block.id}_operation"
                nodes += [
                    draw.user(block.id),
                    draw.service(operation, f"attempt {block.code} {self._choice(block.id)}"),
                ]
                flows.append(f"{block.id} -> {operation}")
                return block.id, self._guarded(block, nodes, flows, operation)
            case Seq():
                return self._seq(block, nodes, flows)
            case Split():
                return self._split(block, nodes, flows)
            case Loop():
                again, decide = f"{block.id}_again", f"{block.id}_decide"
                nodes += [draw.xor(again), draw.xor(decide), draw.Node("task", f"{block.id}_out")]
                first, last = self._draw(block.body, nodes, flows)
                flows += [
                    f"{again} -> {first}",
                    f"{last} -> {decide}",
                    f"{decide} -> {block.id}_out [default]",
                ]
                flows.append(f"{decide} -> {again} [={self._choice(block.id)} = 1]")
                return again, f"{block.id}_out"
            case Scope():
                if block.called:
                    self.called.append(self._process(block.body, f"{block.id}_process"))
                    nodes.append(draw.call(block.id, f"{block.id}_process"))
                else:
                    inner, inner_flows = self._scope(block.body, f"{block.id}_start")
                    nodes.append(draw.sub(block.id, *inner, flows="\n".join(inner_flows)))
                return block.id, self._guarded(block, nodes, flows)
            case Many():
                return self._many(block, nodes, flows)
            case Events():
                out = f"{block.id}_out"
                nodes += [draw.first(block.id), draw.xor(out)]
                for event, following in block.options.items():
                    nodes.append(draw.catch(event, draw.on_message("msg")))
                    first, last = self._draw(following, nodes, flows)
                    flows += [f"{block.id} -> {event} -> {first}", f"{last} -> {out}"]
                return block.id, out
            case DeadEnd():
                end_id = f"{block.id}_end"
                end = draw.error_end(end_id, block.code) if block.code else draw.terminate_end(end_id)
                nodes += [draw.user(block.id), end]
                flows.append(f"{block.id} -> {end_id}")
                return block.id, None
        raise TypeError(block)

    def _seq(self, block: Seq, nodes: list, flows: list[str]) -> tuple[str, str | None]:
        ends = [self._draw(part, nodes, flows) for part in block.parts]
        flows += [f"{last} -> {first}" for (_, last), (first, _) in itertools.pairwise(ends)]
        return ends[0][0], ends[-1][1]

    def _split(self, block: Split, nodes: list, flows: list[str]) -> tuple[str, str]:
        kind = {"xor": draw.xor, "and": draw.both, "or": draw.some}[block.kind]
        split, join = f"{block.id}_split", f"{block.id}_join"
        nodes += [kind(split), kind(join)]
        for number, branch in enumerate(block.branches):
            first, last = self._draw(branch, nodes, flows)
            condition = ""
            if block.kind != "and":
                is_last = number == len(block.branches) - 1
                if block.kind == "xor":
                    test = f"={self._choice(block.id)} = {number}"
                else:
                    test = f"={self._choice(f'{block.id}_{number}')} = 1"
                condition = " [default]" if is_last else f" [{test}]"
            flows.append(f"{split} -> {first}{condition}")
            if last:
                flows.append(f"{last} -> {join}")
        return split, join

    def _many(self, block: Many, nodes: list, flows: list[str]) -> tuple[str, str]:
        loop = draw.each(
            f"=for i in 1..{block.times} return i" if block.times else "=[]",
            output=f"out_{block.id}",
            output_element="=loopCounter",
            until=f"=numberOfCompletedInstances >= {block.enough}" if block.enough else None,
            sequential=block.sequential,
        )
        if block.body is None:
            nodes.append(draw.user(block.id, inner=loop))
        else:
            inner, inner_flows = self._scope(block.body, f"{block.id}_start")
            nodes.append(draw.sub(block.id, *inner, flows="\n".join(inner_flows), inner=loop))
        return block.id, self._guarded(block, nodes, flows)

    def _task(self, block: Task) -> draw.Node:
        match block.form:
            case "user":
                return draw.user(block.id)
            case "job" | "send":
                return draw.service(
                    block.id, "job", tag="sendTask" if block.form == "send" else "serviceTask"
                )
            case "throw":
                return draw.throw(block.id, '<zeebe:taskDefinition type="job"/>', draw.on_message("msg"))
            case "receive":
                return draw.receive(block.id, "msg")
            case "message":
                return draw.catch(block.id, draw.on_message("msg"))
        return draw.catch(block.id, draw.timer("duration", "PT2H"))

    def _guarded(
        self, block: Task | Attempt | Scope | Many, nodes: list, flows: list[str], host: str | None = None
    ) -> str:
        host = host or block.id
        if not block.guards:
            return host
        out = f"{block.id}_out"
        nodes.append(draw.xor(out))
        flows.append(f"{host} -> {out}")
        for guard in block.guards:
            event = {
                "message": draw.on_message("msg"),
                "timer": draw.timer("duration", "PT1H"),
                "cycle": draw.timer("cycle", "R2/PT1H"),
                "error": draw.on_error(guard.code),
            }[guard.kind]
            nodes.append(draw.boundary(guard.id, host, event, guard.interrupting))
            first, last = self._draw(guard.handler, nodes, flows)
            flows.append(f"{guard.id} -> {first}")
            if last and guard.interrupting:
                flows.append(f"{last} -> {out}")
        return out

    def _choice(self, block_id: str) -> str:
        name = f"v_{block_id}"
        self.choices.append(name)
        return name
