"""Where a played process stands: open element instances in nested scopes, and the variables they see.

Written from Camunda 8's rules of variables and from BPMN 2.0.2 (10.3, 13); shares nothing with the engine.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.engine.spiff.oracles.elements.plan import Flow, Node


@dataclass
class Wait:
    """Something a spot waits for under a key.

    left: firings left, None is endless. given: it came, but others of a parallel multiple event are missing.
    opened: in which step it began to wait.
    """

    node: Node
    kind: str
    text: str = ""
    due: datetime | None = None
    key: str | None = None
    left: int | None = 1
    every: timedelta | None = None
    given: dict[str, Any] | None = None
    opened: int = 0


class Spot:
    """One open element instance. stage: ready, waiting, incident, start or end (a listener's job is open)."""

    def __init__(self, number: int, node: Node, around: Spot | None, local: dict[str, Any] | None):
        self.number, self.node, self.around = number, node, around
        self.local: dict[str, Any] = dict(local or {})
        self.stage = "ready"
        self.is_open = True
        self.has_happened = False
        self.keeps = False  # what an event brought stays local: only output mappings hand it on
        self.is_leaving = False
        self.is_body = False  # of a multi-instance or looping activity
        self.is_inner = False  # one instance of it
        self.index = 0
        self.begun = 0
        self.completed = 0
        self.goes_on = False  # another round of a loop comes
        self.inside: list[Spot] = []
        self.rooms: dict[Node, Counter[Flow]] = {}
        self.waits: dict[str, Wait] = {}
        self.armed: set[Node] = set()  # event sub-processes of this scope that may still begin
        self.records: list[
            Any
        ] = []  # what can be compensated: handlers, and lists of them of what was inside
        self.undoing: list[Any] | None = None  # what a throw event or restored scope has still to undo
        self.is_restored = False  # a completed scope that is undone now
        self.cancels = False
        self.is_over = False  # the completion condition of an ad-hoc sub-process was true
        self.asked = False  # the worker that directs an ad-hoc sub-process has still to answer
        self.thrown_so_far = 0  # results of a throwing event
        self.put_away: dict[str, Any] | None = (
            None  # its own variables while what was done is undone inside it
        )
        self.opening: Node | None = None  # what the path of an ad-hoc sub-process begins with
        self.listening = 0  # the listener whose job is open
        self.chosen: list[Flow] | None = None

    @property
    def label(self) -> str:
        return self.node.id + ("!" if self.stage == "incident" else "")

    @property
    def is_process(self) -> bool:
        return self.node.kind == "process"

    @property
    def depth(self) -> int:
        return 0 if self.around is None else self.around.depth + 1

    def chain(self) -> list[Spot]:
        """This spot and those whose variables it sees, nearest first."""
        found = [self]
        while not found[-1].is_process:
            found.append(found[-1].around)
        return found

    def get(self, name: str) -> Any:
        return next((spot.local[name] for spot in self.chain() if name in spot.local), None)

    def holder(self, name: str) -> Spot | None:
        """Whose variable of this name it sees."""
        return next((spot for spot in self.chain() if name in spot.local), None)

    def sees(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for spot in reversed(self.chain()):
            found |= spot.local
        return found

    def value(self, source: str, made: dict[str, Any] | None = None) -> Any:
        """The value of one of the few formulas that are made up: a number, `x`, `x + 1`, `[x, 1]`, `o.a`."""
        text = source.removeprefix("=")

        def read(name: str) -> Any:
            return made[name] if made and name in made else self.get(name)

        if text.isdigit():
            return int(text)
        if text.endswith(" + 1"):
            value = read(text[:-4])
            return value + 1 if isinstance(value, int) else None
        if text == "o.a":
            found = read("o")
            return found.get("a") if isinstance(found, dict) else None
        return read(text)


class Spots:
    """The tree of spots, the line of those that are to move, and what this step wrote and threw."""

    def __init__(self, now: datetime):
        self.now = now
        self.steps = 0
        self.numbers = count(1)
        self.line: deque[Spot] = deque()
        self.root: Spot | None = None
        self.written: list[tuple[Spot, str]] = []
        self.thrown: list[tuple[Any, ...]] = []

    def all(self) -> list[Spot]:
        """All open spots, oldest first."""
        found, fresh = [], [self.root] if self.root is not None and self.root.is_open else []
        while fresh:
            spot = fresh.pop()
            found.append(spot)
            fresh += spot.inside
        return sorted(found, key=lambda spot: spot.number)

    def begin(
        self,
        node: Node,
        around: Spot | None,
        local: dict[str, Any] | None = None,
        happened: bool = False,
        inner: bool = False,
    ) -> Spot:
        spot = Spot(next(self.numbers), node, around, local)
        spot.has_happened, spot.is_inner = happened, inner
        spot.is_body = node.loop is not None and not inner
        if around is None:
            self.root = spot
        else:
            around.inside.append(spot)
        self.line.append(spot)
        return spot

    def remove(self, spot: Spot) -> None:
        spot.is_open = False
        if spot.around is not None:
            spot.around.inside.remove(spot)

    def cut(self, spot: Spot) -> None:
        """End a spot and all inside it."""
        for one in list(spot.inside):
            self.cut(one)
        self.remove(spot)

    def empty(self, scope: Spot) -> None:
        """End everything inside a scope; who came to a join is forgotten."""
        for one in list(scope.inside):
            self.cut(one)
        scope.rooms.clear()

    # -- variables --------------------------------------------------------------------------------------------------

    def assign(self, spot: Spot, values: dict[str, Any]) -> None:
        for name, value in values.items():
            spot.local[name] = value
            self.written.append((spot, name))

    def hand_up(self, spot: Spot, values: dict[str, Any]) -> None:
        """A result goes to the first scope upwards that has the name, else to the process; past collecting bodies.

        Nothing goes further than the path of an ad-hoc sub-process.
        """
        for name, value in values.items():
            holder = spot
            while not (holder.is_process or holder.node.kind == "path"):
                if name in holder.local and not holder.is_body:
                    break
                holder = holder.around
            self.assign(holder, {name: value})

    def take(self, spot: Spot, values: dict[str, Any]) -> None:
        """What an element produced: kept for its output mappings, else handed up."""
        if spot.node.outputs:
            self.assign(spot, values)
        else:
            self.hand_up(spot, values)

    @staticmethod
    def mapped(spot: Spot, pairs: list[tuple[str, str]], beside: Spot | None) -> dict[str, Any]:
        """Mappings evaluated in order, each seeing those before. beside: the scope whose leaves `o.a` keeps."""
        made: dict[str, Any] = {}
        for target, source in pairs:
            value = spot.value(source, made)
            name, _, leaf = target.partition(".")
            if leaf:
                base = made[name] if name in made else (None if beside is None else beside.get(name))
                value = {**(base if isinstance(base, dict) else {}), leaf: value}
            made[name] = value
        return made
