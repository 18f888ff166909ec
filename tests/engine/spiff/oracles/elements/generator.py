"""Makes up random processes: any block anywhere BPMN 2.0.2 allows it, from a seed."""

from __future__ import annotations

from random import Random

from tests.engine.spiff.oracles.elements.blocks import (
    CHOICES,
    DATA,
    ERRORS,
    ESCALATIONS,
    LEVELS,
    SIGNALS,
    Again,
    Block,
    Event,
    Times,
    Trigger,
)
from tests.engine.spiff.oracles.elements.weights import FOCI

UNDO = Trigger("compensation")


def made(seed: int) -> Block:
    """The random process of this seed."""
    return Generator(seed, depth=2 + seed // 4 % 2).process()


class Generator:
    """One process from one seed."""

    def __init__(self, seed: int, depth: int = 3):
        self.random = Random(seed)
        self.weights = FOCI[seed % len(FOCI)]
        self.depth = depth
        self.count = 0

    def process(self) -> Block:
        body = self.seq(self.depth, {"ends"})
        body.handlers = self.handlers(self.depth)
        self.choose_activities(body)
        return body

    def choose_activities(self, scope: Block, around: list[str] | None = None) -> None:
        """Some compensation events undo one activity only: of their scope, or (around) of that of an event sub-process."""
        here, inner = _of_one_scope(scope)
        ids = [block.id for block in here if block.undo is not None] if around is None else around
        for block in here:
            if block.triggers == [UNDO] and ids and self._chance(0.4):
                block.triggers = [Trigger("compensation", self.random.choice(ids))]
        for event in scope.handlers:
            self.choose_activities(event.path, ids)
        for one in inner:
            self.choose_activities(one)

    # -- small decisions --------------------------------------------------------------------------------------------

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _chance(self, probability: float | str) -> bool:
        """A number, or the name of one of the weights."""
        if isinstance(probability, str):
            probability = self.weights.chances[probability]
        return self.random.random() < probability

    def _weighted(self, table: dict[str, int]) -> str:
        return self.random.choices(list(table), list(table.values()))[0]

    def _minutes(self) -> str:
        self.count += 1
        return f"PT{60 + self.count}M"

    def trigger(self, kind: str) -> Trigger:
        """What is caught (or thrown) by an event of this kind."""
        match kind:
            case "timer":
                return Trigger("timer", self._minutes())
            case "date":
                return Trigger("date", f"2026-03-02T{self.random.randint(10, 18)}:{self.count % 60:02}:00Z")
            case "cycle":
                repeats = self.random.choice(["R", "R1", "R2", "R3"])
                return Trigger("cycle", f"{repeats}/{self._minutes()}")
            case "message":
                return Trigger("message", self._id("msg"))
            case "signal":
                return Trigger("signal", self.random.choice(SIGNALS))
            case "condition":
                variable = self.random.choice([*LEVELS, *DATA[:1]])
                return Trigger("condition", f"={variable} {self.random.choice(['=', '>'])} 1")
            case "error":
                return Trigger("error", self.random.choice(ERRORS))
            case "escalation":
                return Trigger("escalation", self.random.choice(ESCALATIONS))
        return Trigger(kind)

    def formula(self) -> str:
        name = self.random.choice([*DATA, *LEVELS])
        return self.random.choice([f"={name}", f"={name} + 1", f"={self.random.randint(0, 9)}", "=o.a", "=o"])

    def mappings(self, probability: float | str) -> list[tuple[str, str]]:
        if not self._chance(probability):
            return []
        targets = self.random.sample([*DATA, *LEVELS[:1], "o.a", "o.b"], self.random.randint(1, 2))
        return [(target, self.formula()) for target in targets]

    # -- blocks -----------------------------------------------------------------------------------------------------

    def seq(self, depth: int, may: set[str], wait_first: bool = False) -> Block:
        """may: what is possible here: ends (without a way out), cancel (a transaction is around)."""
        parts = [self.user()] if wait_first else []
        for _ in range(self.random.randint(1, 3 if depth == self.depth else 2)):
            parts.append(self.block(depth - 1, may))
        if self._chance("undo all"):
            parts.append(Block("throw", self._id("throw"), triggers=[UNDO]))
        if "ends" in may and self._chance("end"):
            parts.append(self.end(may))
        return Block("seq", self._id("s"), parts)

    def user(self) -> Block:
        return Block("user", self._id("t"))

    def end(self, may: set[str]) -> Block:
        block = Block("end", self._id("end"))
        kinds = [
            "none",
            "terminate",
            "error",
            "error",
            *self._throwable(),
            *(["cancel"] * 4 if "cancel" in may else []),
        ]
        kind = self.random.choice(kinds)
        if kind == "terminate":
            block.terminate = True
        elif kind != "none":
            block.triggers = [self.trigger(kind)]
            if kind == "cancel" and self._chance("multiple"):
                block.triggers.insert(0, self.trigger(self._weighted(self.weights.throws)))
        return block

    def _throwable(self) -> list[str]:
        return [kind for kind, weight in self.weights.throws.items() if weight]

    def block(self, depth: int, may: set[str]) -> Block:
        kind = self._weighted(self.weights.blocks)
        if depth <= 0 and kind in (
            "xor",
            "and",
            "or",
            "again",
            "events",
            "sub",
            "call",
            "transaction",
            "adhoc",
        ):
            kind = "user"
        inner_may = may - {"cancel"}
        match kind:
            case "xor" | "and" | "or":
                return self.split(kind, depth, may)
            case "again":
                return Block(
                    kind,
                    self._id("l"),
                    [self.seq(depth, inner_may - {"ends"}, wait_first=True)],
                    choice=self.random.choice(CHOICES),
                )
            case "events":
                return self.events(depth, inner_may)
            case "link":
                return Block(kind, self._id("link"))
            case "mark":
                return Block(kind, self._id("mark"), outputs=self.mappings(0.7))
            case "catch":
                block = Block(
                    kind,
                    self._id("c"),
                    triggers=self.several(self.weights.catches),
                    outputs=self.mappings(0.3),
                )
                block.all_of = len(block.triggers) > 1 and self._chance("all of")
                return block
            case "throw":
                return self.throw()
        return self.activity(kind, depth, may)

    def several(self, table: dict[str, int]) -> list[Trigger]:
        kinds = [self._weighted(table)]
        if self._chance("multiple"):
            kinds.append(self._weighted(table))
        found: list[Trigger] = []
        for trigger in map(self.trigger, kinds):
            if trigger not in found:
                found.append(trigger)
        return found

    def throw(self) -> Block:
        inputs = self.mappings(0.5)
        return Block("throw", self._id("throw"), triggers=self.several(self.weights.throws), inputs=inputs)

    def split(self, kind: str, depth: int, may: set[str]) -> Block:
        # Where an inclusive join waits for all that were chosen, none may end on its way.
        inner = may if kind != "or" else may - {"ends"}
        parts = [self.seq(depth, inner, wait_first=kind != "xor") for _ in range(self.random.randint(2, 3))]
        if kind == "xor" and "ends" in may and self._chance(0.4):
            parts[0] = self.end(may)
        block = Block(kind, self._id(kind), parts, choice=self.random.choice(CHOICES))
        block.all_of = kind != "and" and self._chance("no default")
        return block

    def events(self, depth: int, may: set[str]) -> Block:
        block = Block("events", self._id("g"))
        for _ in range(self.random.randint(2, 3)):
            event = Event(
                self._id("e"),
                [self.trigger(self._weighted(self.weights.catches))],
                True,
                self.seq(depth - 1, may),
            )
            event.outputs = self.mappings(0.2)
            block.guards.append(event)
        return block

    # -- activities -------------------------------------------------------------------------------------------------

    def activity(self, kind: str, depth: int, may: set[str]) -> Block:
        block = Block(
            kind, self._id(kind), inputs=self.mappings("mappings"), outputs=self.mappings("mappings")
        )
        match kind:
            case "script":
                block.choice, block.source = self.random.choice([*DATA, *LEVELS]), self.formula()
            case "receive":
                block.triggers = [self.trigger("message")]
            case "sub" | "transaction":
                self.fill(block, depth, {"ends"} | ({"cancel"} if kind == "transaction" else set()))
            case "call":
                self.fill(block, depth, {"ends"})
                # A called process without its caller's variables could not decide at its gateways.
                block.all_in, block.all_out = True, self._chance(0.6)
            case "adhoc":
                self.fill_adhoc(block, depth)
        self.adorn(block, depth, may)
        return block

    def fill(self, block: Block, depth: int, may: set[str]) -> None:
        block.parts = [self.seq(depth, may)]
        if "cancel" in may and block.parts[0].parts[-1].kind != "end" and self._chance("cancel"):
            block.parts[0].parts.append(Block("end", self._id("end"), triggers=[Trigger("cancel")]))
        block.parts[0].handlers = self.handlers(depth)
        if depth > 0 and block.kind != "call" and self._chance("undoing handler"):
            block.parts[0].handlers.append(Event(self._id("b"), [UNDO], True, self.seq(depth - 2, {"ends"})))

    def fill_adhoc(self, block: Block, depth: int) -> None:
        block.parts = [self.seq(depth - 1, set(), wait_first=True) for _ in range(self.random.randint(1, 3))]
        numbers = range(len(block.parts))
        block.active = sorted(self.random.sample(numbers, self.random.randint(0, len(block.parts))))
        block.output = self.random.choice(["", *DATA])
        block.until = self.random.choice(["", *CHOICES, *([1, 2] if block.output else [])])
        block.cancel_rest = self._chance(0.6)
        block.directed = self._chance("directed")
        block.handlers = self.handlers(depth)

    def adorn(self, block: Block, depth: int, may: set[str]) -> None:
        """Marks and boundary events, as far as the kind allows them."""
        is_scope = block.kind in ("sub", "transaction", "call", "adhoc")
        if block.kind != "script" and self._chance("loop"):
            block.loop = self.loop()
        if self._chance("listeners"):
            block.listeners = self.random.choice([["start"], ["end"], ["start", "start", "end"]])
        if block.kind != "script":
            block.guards = self.guards(block, depth, may, is_scope)
        if self._chance("undo") and depth >= 0:
            kind = self.random.choice(["user", "user", "script", "sub"])
            block.undo = Block(kind, f"{block.id}_undo")
            if kind == "script":
                block.undo.choice, block.undo.source = self.random.choice(DATA), self.formula()
            if kind == "sub":
                self.fill(block.undo, 0, set())

    def loop(self) -> Times | Again:
        if self._chance("standard loop"):
            most = self.random.choice([None, 1, 2, 3])
            return Again(self.random.choice(CHOICES), self._chance(0.4), most)
        count = self.random.randint(0, 3)
        enough = self.random.randint(1, count) if count and self._chance(0.4) else None
        output = self.random.choice([None, "x", "loopCounter", "item"])
        return Times(count, self._chance(0.5), enough, output)

    def guards(self, block: Block, depth: int, may: set[str], is_scope: bool) -> list[Event]:
        found: list[Event] = []
        for _ in range(self.random.choice([0, 0, 1, 1, 2]) if depth >= 0 else 0):
            event = self.event(depth, is_scope or block.kind == "job", is_scope, may - {"cancel"})
            if not _clashes(event, found):
                found.append(event)
        if block.kind == "transaction":
            found.append(
                Event(self._id("b"), [Trigger("cancel")], True, self.seq(depth - 2, may - {"cancel"}))
            )
        return found

    def event(self, depth: int, may_err: bool, may_escalate: bool, may: set[str]) -> Event:
        """A boundary event or event sub-process start, with its path."""
        table = dict(self.weights.guards)
        if not may_err:
            table["error"] = 0
        if not may_escalate:
            table["escalation"] = 0
        kind = self._weighted(table)
        interrupting = kind == "error" or (kind != "cycle" and self._chance(0.5))
        triggers = [self.trigger(kind)]
        if kind in ("error", "escalation"):
            if self._chance(0.3):
                triggers = [Trigger(kind)]
        elif self._chance("multiple"):
            more = self.trigger(self._weighted(self.weights.catches))
            if more not in triggers:
                triggers.append(more)
        # What runs beside others is drawn straight into the scope: its copies overlap, and share its joins.
        event = Event(
            self._id("b"), triggers, interrupting, self.seq(depth - 2, may if interrupting else set())
        )
        event.merges = not interrupting and self._chance("merges")
        event.outputs = self.mappings(0.2)
        if kind in ("error", "escalation") and self._chance(0.3):
            event.outputs = [(self.random.choice(DATA), f"={kind}Code")]
        event.all_of = len(triggers) > 1 and kind != "cycle" and self._chance("all of")
        return event

    def handlers(self, depth: int) -> list[Event]:
        """Event sub-processes of one scope, several of one kind among them."""
        found: list[Event] = []
        while depth > 0 and len(found) < 3 and self._chance("handlers"):
            event = self.event(depth, may_err=True, may_escalate=True, may={"ends"})
            if not _clashes(event, found):
                found.append(event)
        return found


def _clashes(event: Event, others: list[Event]) -> bool:
    """Two events of one activity for the same error, escalation or signal: refused at the gate."""
    taken = {trigger for other in others for trigger in other.triggers if trigger.kind not in ("condition",)}
    return any(trigger in taken for trigger in event.triggers)


def _of_one_scope(scope: Block) -> tuple[list[Block], list[Block]]:
    """The blocks that lie directly in a scope, and the scopes inside it."""
    here: list[Block] = []
    inner: list[Block] = []
    fresh = list(scope.parts)
    while fresh:
        block = fresh.pop()
        here.append(block)
        fresh += [event.path for event in block.guards]
        if block.kind in ("sub", "transaction", "call"):
            inner += block.parts
        elif block.kind == "adhoc":
            inner.append(block)
        else:
            fresh += block.parts
        if block.undo is not None and block.undo.kind == "sub":
            inner += block.undo.parts
    return here, inner
