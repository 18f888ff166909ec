"""One random process played by the engine and by the oracle side by side, compared after every verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.engine.spiff.oracles.elements.blocks import CHOICES, DATA, ERRORS, LEVELS, SIGNALS, Block
from tests.engine.spiff.oracles.elements.boards import Board, Memory
from tests.engine.spiff.oracles.elements.drawing import Drawing
from tests.engine.spiff.oracles.elements.machine import Machine
from tests.engine.spiff.oracles.elements.plan import Plan, startable
from tests.engine.spiff.oracles.elements.renewal import renew
from tests.engine.spiff.oracles.elements.spots import Spot
from tests.engine.spiff.play import NOON

STEPS = 30
MOST_OPEN = 40


class Different(AssertionError):
    """Engine and oracle do not stand at the same place."""


class Walk:
    """Engine (board) and oracle (machine) at the same step of the same process."""

    key: int | str = 1
    now = NOON

    def __init__(self, block: Block, seed: int):
        self.block, self.seed = block, seed
        self.random = Random(seed * 7919)
        self.plan = Plan(block)
        variables = {"key": self.key} | self.given(1.0)
        self.machine = Machine(self.plan, variables, self.now)
        self.board = self.begin(variables)

    def begin(self, variables: dict[str, Any]) -> Board:
        """Start the process at the engine's side."""
        return Memory(Drawing(self.plan), variables)

    def run(self, steps: int = STEPS) -> int:
        """To its end, or for so many steps; how many they were. Raises Different."""
        for step in range(steps):
            self.compare(step)
            spots = self.machine.all()
            if self.machine.is_finished or len(spots) > MOST_OPEN or not self.step(spots):
                return step
        return steps

    def run_and_move(self, after: int, steps: int = STEPS) -> int:
        """The same, but after some steps the instance is moved to another version."""
        done = self.run(after)
        if done < after or self.machine.is_finished:
            return done
        mapping = renew(self.plan, self.machine, self.random)
        self.machine.thrown.clear()
        self.machine.settle()
        self.board.move(Drawing(self.plan), mapping)
        return done + self.run(steps - after)

    def given(self, probability: float = 0.4) -> dict[str, Any]:
        """Variables of a result or message."""
        names = (*CHOICES, *LEVELS, *DATA)
        return {name: self.random.choice([0, 1, 2]) for name in names if self.random.random() < probability}

    def compare(self, step: int) -> None:
        engine, oracle = self.board.stands(), self.stands()
        for name, found in engine.items():
            if found != oracle[name]:
                raise Different(
                    f"seed {self.seed}, step {step}, {name}:\n  engine {found}\n  oracle {oracle[name]}"
                )

    def stands(self) -> dict[str, Any]:
        """Everything that the engine must show now."""
        machine = self.machine
        spots = machine.all()
        ends = [s for s in spots if not ((s.inside or s.rooms) and s.stage == "waiting")]
        return {
            "finished": machine.is_finished,
            "open": [s.label for s in ends],
            "joins": sorted(node.id for s in spots for node in s.rooms),
            "variables": [s.sees() for s in ends],
            "waits": sorted(
                (
                    key,
                    w.kind,
                    "" if w.kind == "timer" else w.text,
                    str(w.due),
                    str(w.key),
                    w.left is None or w.left > 1,
                )
                for s in spots
                for key, w in s.waits.items()
                if w.given is None
            ),
            "thrown": machine.thrown,
            "root": machine.root.local,
        }

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
            kind, stage = spot.node.kind, spot.stage
            is_work = stage == "waiting" and kind in ("user", "job") and not spot.is_body
            if stage in ("start", "end") or is_work:
                verbs += [lambda spot=spot: self._complete(spot)] * 2
            if is_work and kind == "job":
                verbs.append(lambda spot=spot: self._fail(spot))
            if self.machine.is_asked(spot):
                verbs += [lambda spot=spot: self._direct(spot)] * 3
                verbs.append(lambda spot=spot: self._fail(spot))
            if stage == "incident" and kind in ("job", "xor", "or", "adhoc"):
                verbs.append(lambda spot=spot: self._retry(spot))
            if kind == "adhoc" and self.machine.can_activate(spot):
                verbs.append(lambda spot=spot: self._activate(spot))
            for key, wait in spot.waits.items():
                if wait.given is None and wait.kind == "message":
                    verbs.append(lambda spot=spot, key=key: self._send(spot, key))
                elif wait.given is None and wait.kind == "timer":
                    verbs.append(lambda spot=spot, key=key: self._wait_for(spot, key))
        if any(wait.kind == "signal" for spot in spots for wait in spot.waits.values()):
            verbs.append(self._signal)
        if verbs:
            verbs.append(self._write)
        return verbs

    def token_of(self, spot: Spot) -> int:
        """The engine's token for a spot: the same one in order of all at this element."""
        layer = _layer(spot)
        mine = [one for one in self.machine.all() if one.node is spot.node and _layer(one) == layer]
        return self.board.tokens(spot.node.id, layer)[mine.index(spot)]

    def _complete(self, spot: Spot) -> None:
        token, given, is_work = self.token_of(spot), self.given(), spot.stage == "waiting"
        self.machine.complete(spot, given)
        if is_work:
            self.board.complete(token, given)
        else:
            self.board.answer(token, given)

    def _fail(self, spot: Spot) -> None:
        token, code, given = self.token_of(spot), self.random.choice(ERRORS), self.given()
        self.machine.fail(spot, code, given)
        self.board.fail(token, code, given)

    def _retry(self, spot: Spot) -> None:
        token = self.token_of(spot)
        self.machine.retry(spot)
        self.board.retry(token)

    def _activate(self, spot: Spot) -> None:
        token, node, given = self.token_of(spot), self.random.choice(startable(spot.node)), self.given()
        self.machine.activate(spot, node, given)
        self.board.activate(token, node.id, given)

    def _direct(self, spot: Spot) -> None:
        token, given = self.token_of(spot), self.given()
        inside = startable(spot.node)
        begun = [(self.random.choice(inside), self.given()) for _ in range(self.random.choice([0, 1, 1, 2]))]
        enough, cancel = not begun and self.random.random() < 0.6, self.random.random() < 0.3
        self.machine.direct(spot, begun, enough, cancel, given)
        self.board.direct(token, [(node.id, own) for node, own in begun], enough, cancel, given)

    def _send(self, spot: Spot, key: str) -> None:
        token, given = self.token_of(spot), self.given()
        self.machine.send(spot, key, given)
        self.board.fire(token, key, given)

    def _wait_for(self, spot: Spot, key: str) -> None:
        token = self.token_of(spot)
        self.machine.now = self.moment(spot.waits[key].due)
        self.board.move_to(self.machine.now)
        self.machine.send(spot, key, {})
        self.board.fire(token, key, {})

    def moment(self, due: datetime) -> datetime:
        """When a timer is looked at: never early, sometimes late, so that a cycle has missed firings."""
        return max(self.machine.now, due + timedelta(minutes=self.random.choice([0, 0, 0, 170])))

    def _signal(self) -> None:
        name, given = self.random.choice(SIGNALS), self.given()
        self.machine.signal(name, given)
        self.board.signal(name, given)

    def _write(self) -> None:
        given = self.given()
        self.machine.write(given)
        self.board.write(given)


def _layer(spot: Spot) -> str:
    return "restored" if spot.is_restored else "body" if spot.is_body else "inner"
