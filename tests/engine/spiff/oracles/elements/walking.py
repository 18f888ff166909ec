"""One random process played by the engine and by the oracle side by side, compared after every verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from engine import spiff
from engine.spiff.listeners import Answer
from tests.engine.spiff.oracles.elements.blocks import CHOICES, DATA, ERRORS, LEVELS, SIGNALS, Block
from tests.engine.spiff.oracles.elements.drawing import Drawing
from tests.engine.spiff.oracles.elements.machine import Machine
from tests.engine.spiff.oracles.elements.plan import Plan, startable
from tests.engine.spiff.oracles.elements.spots import Spot
from tests.engine.spiff.play import NOON, Play

STEPS = 30
MOST_OPEN = 40
#: Which of the tokens that one flow node may have at the same moment it is.
LAYERS = {
    "multiInstanceBody": "body",
    "standardLoopBody": "body",
    "compensationScope": "restored",
    "adHocSubProcessInnerInstance": "path",
}


class Different(AssertionError):
    """Engine and oracle do not stand at the same place."""


class Walk:
    """engine and oracle at the same step of the same process."""

    def __init__(self, block: Block, seed: int):
        self.block, self.seed = block, seed
        self.random = Random(seed * 7919)
        self.plan = Plan(block)
        variables = {"key": 1} | self.given(1.0)
        self.machine = Machine(self.plan, variables, NOON)
        drawing = Drawing(self.plan)
        self.played = Play(drawing.document, *drawing.called, **variables)
        self.played.start()

    def run(self) -> int:
        """To its end, or for some steps; how many they were. Raises Different."""
        for step in range(STEPS):
            self.compare(step)
            spots = self.machine.all()
            if self.machine.is_finished or len(spots) > MOST_OPEN or not self.step(spots):
                return step
        return STEPS

    def given(self, probability: float = 0.4) -> dict[str, Any]:
        """Variables of a result or message. Choices leave loops more often than they go round."""
        found: dict[str, Any] = {}
        for name in (*CHOICES, *LEVELS, *DATA):
            if self.random.random() < probability:
                found[name] = self.random.choice([0, 1, 2])
        return found

    # -- one verb on both sides -------------------------------------------------------------------------------------

    def step(self, spots: list[Spot]) -> bool:
        verbs = self._verbs(spots)
        if not verbs:
            return False
        self.machine.thrown.clear()
        self.random.choice(verbs)()
        return True

    def _verbs(self, spots: list[Spot]) -> list[Callable[[], None]]:
        verbs: list[Callable[[], None]] = []
        for spot in spots:
            is_work = spot.node.kind in ("user", "job") and not spot.is_body
            if spot.stage in ("start", "end") or (spot.stage == "waiting" and is_work):
                verbs += [lambda spot=spot: self._complete(spot)] * 2
            if spot.stage == "waiting" and is_work and spot.node.kind == "job":
                verbs.append(lambda spot=spot: self._fail(spot))
            if spot.stage == "incident" and spot.node.kind in ("job", "xor", "or"):
                verbs.append(lambda spot=spot: self._retry(spot))
            if spot.node.kind == "adhoc" and self.machine.can_activate(spot):
                verbs.append(lambda spot=spot: self._activate(spot))
            for key, wait in spot.waits.items():
                if wait.kind in ("timer", "message") and wait.given is None:
                    verbs.append(lambda spot=spot, key=key: self._send(spot, key))
        if any(wait.kind == "signal" for spot in spots for wait in spot.waits.values()):
            verbs.append(self._signal)
        if verbs:
            verbs.append(self._write)
        return verbs

    def token_of(self, spot: Spot) -> int:
        """The engine's token for a spot: the same one in order of all at this element."""
        mine = [one for one in self.machine.all() if one.node is spot.node and _layer(one) == _layer(spot)]
        theirs = [
            token
            for token in self.played.instance.tokens()
            if token.element_id == spot.node.id
            and token.state != "join"
            and LAYERS.get(token.type, "inner") == _layer(spot)
        ]
        return sorted(token.token_id for token in theirs)[mine.index(spot)]

    def _complete(self, spot: Spot) -> None:
        token, given = self.token_of(spot), self.given()
        if spot.stage == "waiting":
            self._both(lambda i: i.complete(token, given), lambda: self.machine.complete(spot, given))
        else:
            said = Answer(variables=given)
            self._both(lambda i: i.answer_listener(token, said), lambda: self.machine.complete(spot, given))

    def _fail(self, spot: Spot) -> None:
        token, code = self.token_of(spot), self.random.choice(ERRORS)
        self._both(lambda i: i.throw_error(token, code, None, {}), lambda: self.machine.fail(spot, code))

    def _retry(self, spot: Spot) -> None:
        token = self.token_of(spot)
        self._both(lambda i: i.retry(token), lambda: self.machine.retry(spot))

    def _activate(self, spot: Spot) -> None:
        token, node, given = self.token_of(spot), self.random.choice(startable(spot.node)), self.given()
        self._both(
            lambda i: i.activate(token, [node.id], given), lambda: self.machine.activate(spot, node, given)
        )

    def _send(self, spot: Spot, key: str) -> None:
        token, wait = self.token_of(spot), spot.waits[key]
        given = self.given() if wait.kind == "message" else {}
        if wait.due is not None:
            # Never early, sometimes late: then a cycle has missed firings.
            late = timedelta(minutes=self.random.choice([0, 0, 0, 170]))
            self.machine.now = self.played.house.now = max(self.machine.now, wait.due + late)
        waits = self.played.instance.waits()
        theirs = next((w.event_id for w in waits if w.token_id == token and _key(w.event_id) == key), key)
        self._both(lambda i: i.fire(token, theirs, given), lambda: self.machine.send(spot, key, given))

    def _signal(self) -> None:
        name, given = self.random.choice(SIGNALS), self.given()
        self._both(lambda i: i.signal(name, given), lambda: self.machine.signal(name, given))

    def _write(self) -> None:
        given = self.given()
        self._both(lambda i: i.set_variables(given), lambda: self.machine.write(given))

    def _both(self, verb: Callable[[spiff.Instance], Any], oracle: Callable[[], None]) -> None:
        oracle()
        verb(self.played.instance)
        self.played._reload()

    # -- what must be the same --------------------------------------------------------------------------------------

    def compare(self, step: int) -> None:
        engine, oracle = self.engine_stands(), self.oracle_stands()
        for name, expected in oracle.items():
            if engine[name] != expected:
                raise Different(
                    f"seed {self.seed}, step {step}, {name}:\n  engine {engine[name]}\n  oracle {expected}"
                )

    def engine_stands(self) -> dict[str, Any]:
        instance = self.played.instance
        tokens = sorted(instance.tokens(), key=lambda token: token.token_id)
        ends = [t for t in tokens if not (t.is_scope and t.state == "waiting")]
        marks = {"waiting": "", "join": "+", "incident": "!"}
        return {
            "finished": instance.is_finished,
            "open": [t.element_id + marks[t.state] for t in ends if t.state != "join"],
            "joins": sorted(t.element_id for t in ends if t.state == "join"),
            "variables": [instance.variables(t.token_id) for t in ends if t.state != "join"],
            "waits": sorted(
                (_key(w.event_id), w.kind, str(w.due_at), str(w.correlation_key), w.repeats)
                for w in instance.waits()
            ),
            "thrown": [told for fact in self.played.facts if (told := _told(fact)) is not None],
            "root": self.played.root,
        }

    def oracle_stands(self) -> dict[str, Any]:
        machine = self.machine
        spots = machine.all()
        ends = [s for s in spots if not ((s.inside or s.rooms) and s.stage == "waiting")]
        return {
            "finished": machine.is_finished,
            "open": [s.label for s in ends],
            "joins": sorted(node.id for s in spots for node in s.rooms),
            "variables": [s.sees() for s in ends],
            "waits": sorted(
                (key, w.kind, str(w.due), str(w.key), w.left is None or w.left > 1)
                for s in spots
                for key, w in s.waits.items()
                if w.given is None
            ),
            "thrown": machine.thrown,
            "root": machine.root.local,
        }


def _layer(spot: Spot) -> str:
    return "restored" if spot.is_restored else "body" if spot.is_body else "inner"


def _key(event_id: str) -> str:
    """One instance of a multi-instance activity waits under its own name, with brackets."""
    return event_id.replace("[]", "")


def _told(fact: Any) -> tuple[Any, ...] | None:
    match type(fact).__name__:
        case "SignalThrown":
            return ("signal", fact.element_id, fact.name, fact.variables)
        case "MessageThrown":
            return ("message", fact.element_id, fact.name, fact.correlation_key, fact.variables)
        case "EscalationUncaught":
            return ("uncaught", fact.element_id, fact.code)
    return None
