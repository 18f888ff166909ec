"""Random graphs of gateways and user tasks without any structure, and a simulation of what BPMN 2.0.2 makes of them.

A marking counts the tokens on each sequence flow. User tasks take one token and hold it; gateways move tokens at once.
Parallel: one of each incoming flow (13.4.1). Inclusive (13.4.3): at least one filled incoming flow, and no token
elsewhere that can reach an empty one without passing the gateway, unless it can reach a filled one in the same manner.
Inclusive joins are asked only when nothing else can move.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from tests.engine.spiff import diagrams as draw

MOST_MOVES = 300


class Undecided(Exception):
    """This graph is left out: it loops without a wait, or two inclusive joins are ready at once."""


class Graph:
    """nodes: {id: kind}; flows: [(source, target)], the order is that of the file."""

    def __init__(self, random: Random):
        size = random.randint(4, 9)
        self.nodes = {
            f"n{i}": random.choice(["user", "user", "user", "xor", "and", "or"]) for i in range(size)
        }
        ids = list(self.nodes)
        self.flows: list[tuple[str, str]] = []
        for node in ids:
            ways = 1 if self.nodes[node] == "user" else random.randint(1, 3)
            targets = random.sample([*ids, "end"], ways)
            self.flows += [(node, target) for target in targets]
        self.flows.insert(0, ("start", ids[0]))
        self.conditions = {
            number: f"c{number}"
            for number, (source, _) in enumerate(self.flows)
            if self.nodes.get(source) in ("xor", "or") and len(self.leaving(source)) > 1
        }

    def leaving(self, node: str) -> list[int]:
        return [number for number, (source, _) in enumerate(self.flows) if source == node]

    def entering(self, node: str) -> list[int]:
        return [number for number, (_, target) in enumerate(self.flows) if target == node]

    def drawn(self) -> bytes:
        kinds = {"user": draw.user, "xor": draw.xor, "and": draw.both, "or": draw.some}
        nodes = [draw.start(), draw.end(), *(kinds[kind](node) for node, kind in self.nodes.items())]
        lines = []
        for number, (source, target) in enumerate(self.flows):
            condition = ""
            if number in self.conditions:
                is_default = number == self.leaving(source)[-1]
                condition = " [default]" if is_default else f" [={self.conditions[number]} = 1]"
            lines.append(f"{source} -> {target}{condition}")
        return draw.diagram(*nodes, flows="\n".join(lines))


class Marking:
    """Where the tokens are: on flows, and held by user tasks."""

    def __init__(self, graph: Graph, choices: dict[str, int]):
        self.graph, self.choices = graph, choices
        self.tokens: Counter[int] = Counter({0: 1})
        self.held: Counter[str] = Counter()
        self.reach = {
            f: self._reaching(f)
            for node, kind in graph.nodes.items()
            if kind == "or"
            for f in graph.entering(node)
        }
        self.settle()

    def complete(self, node: str) -> None:
        self.held[node] -= 1
        self._put(node)
        self.settle()

    def open(self) -> list[str]:
        return sorted(node for node, n in self.held.items() for _ in range(n))

    def joins(self) -> set[str]:
        """Gateways at which tokens wait."""
        return {self.graph.flows[flow][1] for flow, n in self.tokens.items() if n}

    def settle(self) -> None:
        """Move until only user tasks and joins are left."""
        for _ in range(MOST_MOVES):
            if not self._move_one() and not self._open_inclusive():
                return
        raise Undecided("a loop without a wait")

    def _move_one(self) -> bool:
        for flow, n in list(self.tokens.items()):
            node = self.graph.flows[flow][1]
            entering = self.graph.entering(node)
            kind = self.graph.nodes.get(node, "end")
            if not n or (kind == "or" and len(entering) > 1):
                continue
            if kind == "and" and not all(self.tokens[f] for f in entering):
                continue
            for taken in entering if kind == "and" else [flow]:
                self.tokens[taken] -= 1
            if kind == "user":
                self.held[node] += 1
            elif kind != "end":
                self._put(node)
            return True
        return False

    def _put(self, node: str) -> None:
        leaving = self.graph.leaving(node)
        kind = self.graph.nodes[node]
        if kind in ("xor", "or") and len(leaving) > 1:
            true = [f for f in leaving[:-1] if self.choices[self.graph.conditions[f]] == 1]
            leaving = (true[:1] if kind == "xor" else true) or leaving[-1:]
        self.tokens.update(leaving)

    def _open_inclusive(self) -> bool:
        ready = [node for node, kind in self.graph.nodes.items() if kind == "or" and self._may_open(node)]
        if len(ready) > 1:
            raise Undecided("two inclusive joins are ready at once")
        for node in ready:
            for flow in self.graph.entering(node):
                self.tokens[flow] -= bool(self.tokens[flow])
            self._put(node)
        return bool(ready)

    def _may_open(self, node: str) -> bool:
        entering = self.graph.entering(node)
        filled = {f for f in entering if self.tokens[f]}
        if len(entering) < 2 or not filled:
            return False
        places = [self.graph.flows[f][1] for f, n in self.tokens.items() if n and f not in entering]
        places += [held for held, n in self.held.items() if n]
        for place in places:
            reached = {f for f in entering if place in self.reach[f]}
            if reached and not reached & filled:
                return False
        return True

    def _reaching(self, flow: int) -> set[str]:
        """The nodes from which a token can come to the flow without passing the gateway it leads to."""
        gateway = self.graph.flows[flow][1]
        found, fresh = set(), {self.graph.flows[flow][0]}
        while fresh - {gateway}:
            node = (fresh - {gateway}).pop()
            fresh.discard(node)
            found.add(node)
            fresh |= {self.graph.flows[f][0] for f in self.graph.entering(node)} - found
        return found
