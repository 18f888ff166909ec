"""Random sound block-structured processes, and mistakes made in them on purpose.

A drawing is a list of nodes and of flows, so that a mistake is a small change of it: another kind of gateway, a flow that
leads elsewhere. `plain` drawings are of user tasks and gateways only, so that a mistake can be played in the engine;
the others hold every kind of element.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.engine.soundness.replay import chosen
from tests.engine.spiff import diagrams as draw

GATEWAYS = {"xor": draw.xor, "and": draw.both, "or": draw.some}


@dataclass
class Block:
    """A block of a drawing that mistakes are made in: its gateways and the flows out of the split."""

    kind: str
    split: str
    join: str


@dataclass
class Drawing:
    """nodes: {id: kind of gateway, or the drawn node}; flows: [source, target]."""

    random: Random
    plain: bool = False
    prefix: str = ""
    nodes: dict[str, object] = field(default_factory=dict)
    flows: list[list[str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    beside: list[draw.Node] = field(default_factory=list)
    number: int = 0

    def named(self, word: str) -> str:
        self.number += 1
        return f"{self.prefix}{word}_{self.number}"

    def add(self, word: str, node: object) -> str:
        """A gateway by its kind, or anything that is made from its id."""
        node_id = self.named(word)
        self.nodes[node_id] = node if isinstance(node, str) else node(node_id)
        return node_id

    def flow(self, source: str, target: str) -> None:
        self.flows.append([source, target])

    def spelled(self) -> tuple[list[draw.Node], str]:
        """The nodes, and the flows as text; where a gateway chooses, each flow has a variable of its own."""
        nodes = [
            GATEWAYS[node](node_id) if isinstance(node, str) else node for node_id, node in self.nodes.items()
        ]
        lines = []
        leaving = Counter(source for source, _ in self.flows)
        for source, target in self.flows:
            chooses = self.nodes.get(source) in ("xor", "or") and leaving[source] > 1
            condition = f" [={chosen(f'{source}_to_{target}')} = 1]" if chooses else ""
            lines.append(f"{source} -> {target}{condition}")
        return nodes + self.beside, "\n".join(lines)

    def document(self) -> bytes:
        nodes, flows = self.spelled()
        return draw.diagram(*nodes, flows=flows, more=MORE)

    # -- blocks -----------------------------------------------------------------------------------------------------

    def sequence(self, depth: int, is_alone: bool) -> tuple[str, str]:
        """A few blocks in a row. is_alone: no other path of the scope is under way meanwhile."""
        entry, last = self.block(depth, is_alone)
        for _ in range(self.random.choice([0, 1, 1, 2])):
            first, exit_ = self.block(depth, is_alone)
            self.flow(last, first)
            last = exit_
        return entry, last

    def block(self, depth: int, is_alone: bool) -> tuple[str, str]:
        kinds = ["task"] * 2
        if depth:
            kinds += ["xor", "and", "or", "loop"] * 2
        if not self.plain:
            kinds += ["step"] * 3 + ["boundary", "reminder", "events", "leave"]
            if depth:
                kinds += ["sub"] * 3
        return getattr(self, f"draw_{self.random.choice(kinds)}")(depth - 1, is_alone)

    def draw_task(self, depth: int, is_alone: bool) -> tuple[str, str]:
        task = self.add("task", draw.user)
        return task, task

    def draw_step(self, depth: int, is_alone: bool) -> tuple[str, str]:
        """One step of any other kind; a pair of link events is one, too."""
        make = self.random.choice(STEPS)
        if make is None:
            name = self.named("link")
            throw = self.add("thrown", lambda i: draw.throw(i, inner=draw.link(name)))
            catch = self.add("caught", lambda i: draw.catch(i, draw.link(name)))
            return throw, catch
        step = self.add("step", make)
        return step, step

    def _split(self, kind: str, depth: int, is_alone: bool) -> tuple[str, str]:
        split, join = self.add(f"{kind}_split", kind), self.add(f"{kind}_join", kind)
        for _ in range(self.random.choice([2, 2, 3])):
            entry, exit_ = self.sequence(depth, is_alone)
            self.flow(split, entry)
            self.flow(exit_, join)
        self.blocks.append(Block(kind, split, join))
        return split, join

    def draw_xor(self, depth: int, is_alone: bool) -> tuple[str, str]:
        return self._split("xor", depth, is_alone)

    def draw_and(self, depth: int, is_alone: bool) -> tuple[str, str]:
        return self._split("and", depth, False)

    def draw_or(self, depth: int, is_alone: bool) -> tuple[str, str]:
        return self._split("or", depth, False)

    def draw_loop(self, depth: int, is_alone: bool) -> tuple[str, str]:
        entry, question = self.add("again", "xor"), self.add("question", "xor")
        first, last = self.sequence(depth, is_alone)
        self.flow(entry, first)
        self.flow(last, question)
        back = self.add("rework", draw.user)
        self.flow(question, back)
        self.flow(back, entry)
        on = self.add("go_on", draw.user)
        self.flow(question, on)
        self.blocks.append(Block("loop", question, on))
        return entry, on

    def draw_boundary(self, depth: int, is_alone: bool) -> tuple[str, str]:
        """An interrupting event whose path comes back."""
        task, join = self.add("host", draw.user), self.add("back", "xor")
        event = self.add("event", lambda i: draw.boundary(i, task, self.random.choice(INTERRUPTING)))
        entry, exit_ = self.sequence(max(depth, 0), is_alone)
        self.flow(task, join)
        self.flow(event, entry)
        self.flow(exit_, join)
        return task, join

    def draw_reminder(self, depth: int, is_alone: bool) -> tuple[str, str]:
        """A non-interrupting event whose path ends."""
        task = self.add("host", draw.user)
        event = self.add("event", lambda i: draw.boundary(i, task, self.random.choice(REMINDING), False))
        entry, exit_ = self.sequence(max(depth, 0), False)
        self.flow(event, entry)
        self.flow(exit_, self.add("reminded", draw.end))
        return task, task

    def draw_events(self, depth: int, is_alone: bool) -> tuple[str, str]:
        gateway, join = self.add("first_of", draw.first), self.add("happened", "xor")
        for trigger in self.random.sample(CAUGHT, 2):
            event = self.add("event", lambda i, trigger=trigger: draw.catch(i, trigger))
            self.flow(gateway, event)
            self.flow(event, join)
        return gateway, join

    def draw_leave(self, depth: int, is_alone: bool) -> tuple[str, str]:
        """A choice that may end here; with other paths under way only by a terminate end."""
        question, on = self.add("enough", "xor"), self.add("go_on", draw.user)
        self.flow(question, on)
        self.flow(question, self.add("over", draw.end if is_alone else draw.terminate_end))
        return question, on

    def draw_sub(self, depth: int, is_alone: bool) -> tuple[str, str]:
        sub_id = self.named("sub")
        inner = Drawing(self.random, self.plain, f"{sub_id}_")
        kind = self.random.choice(["sub", "sub", "each", "transaction", "ad_hoc", "error", "handled"])
        if kind == "ad_hoc":
            for _ in range(2):
                inner.sequence(depth, True)
            nodes, flows = inner.spelled()
            self.nodes[sub_id] = draw.ad_hoc(sub_id, *nodes, flows=flows)
            return sub_id, sub_id
        inner.fill(depth)
        join = sub_id
        if kind in ("error", "transaction"):
            question = inner.add("fails", "xor")
            ends = [flow for flow in inner.flows if flow[1] == f"{sub_id}_end"]
            ends[0][1] = question
            inner.flow(question, f"{sub_id}_end")
            thrown = draw.cancel_end if kind == "transaction" else lambda i: draw.error_end(i, "E")
            inner.flow(question, inner.add("failed", thrown))
            caught = draw.on_cancel() if kind == "transaction" else draw.on_error("E")
            join = self.add("back", "xor")
            event = self.add("event", lambda i: draw.boundary(i, sub_id, caught))
            self.flow(sub_id, join)
            self.flow(event, join)
        elif kind == "handled":
            self._handle_events(inner, sub_id)
        nodes, flows = inner.spelled()
        make = draw.transaction if kind == "transaction" else draw.sub
        marker = draw.each("=items") if kind == "each" else ""
        self.nodes[sub_id] = make(sub_id, *nodes, flows=flows, inner=marker)
        return sub_id, join

    def _handle_events(self, inner: Drawing, sub_id: str) -> None:
        """Event sub-processes of both kinds inside."""
        for interrupting in (True, False):
            own = Drawing(self.random, self.plain, f"{sub_id}_{'stop' if interrupting else 'also'}_")
            first, last = own.sequence(0, True)
            nodes, flows = own.spelled()
            begins, ends = f"{own.prefix}begin", f"{own.prefix}end"
            inner.beside.append(
                draw.event_sub(
                    f"{own.prefix}handler",
                    draw.starts(begins, self.random.choice(REMINDING), interrupting),
                    *nodes,
                    draw.end(ends),
                    flows=f"{flows}\n{begins} -> {first}\n{last} -> {ends}",
                )
            )

    def fill(self, depth: int) -> Drawing:
        """A whole scope from start to end."""
        start, end = f"{self.prefix}start", f"{self.prefix}end"
        self.nodes[start], self.nodes[end] = draw.start(start), draw.end(end)
        first, last = self.sequence(depth, True)
        self.flow(start, first)
        self.flow(last, end)
        return self


CAUGHT = [draw.timer("duration", "PT1H"), draw.on_message("M"), draw.on_signal("S"), draw.when("=x > 1")]
REMINDING = [*CAUGHT, draw.on_escalation("X")][:4]
INTERRUPTING = [*CAUGHT, draw.on_error("E"), draw.on_error()]
STEPS = [
    None,
    lambda i: draw.catch(i, draw.timer("duration", "PT1H")),
    lambda i: draw.catch(i, draw.on_signal("S")),
    lambda i: draw.catch(i, draw.when("=x > 1")),
    lambda i: draw.receive(i, "M"),
    lambda i: draw.service(i, "work"),
    lambda i: draw.service(i, "send", tag="sendTask"),
    lambda i: draw.script(i, "=1"),
    lambda i: draw.rule(i, "decide"),
    lambda i: draw.Node("manualTask", i),
    lambda i: draw.call(i, "other"),
    lambda i: draw.user(i, inner=draw.each("=items")),
    lambda i: draw.user(i, inner=draw.again("=x < 1")),
    lambda i: draw.throw(i),
    lambda i: draw.throw(i, inner=draw.on_signal("S")),
    lambda i: draw.throw(i, inner=draw.on_escalation("X")),
    lambda i: draw.throw(i, inner=draw.compensate()),
]
MORE = (
    draw.message("M")
    + draw.signal("S")
    + draw.escalation("X")
    + draw.error("E")
    + '<message id="N" name="N"/>'
)


def sound(seed: int, plain: bool = False, depth: int = 3) -> Drawing:
    """A random sound process."""
    return Drawing(Random(seed), plain).fill(depth)
