"""Random small graphs of tasks and gateways, and a search of all their markings without any reduction.

Written apart from the checker: a marking is a set of flow numbers; a task hands its token on, gateways as BPMN 2.0.2 says.
A token that has come to an end stays on its flow until a split in a loop before that end begins a new round.
"""

from __future__ import annotations

import itertools
from random import Random

from tests.engine.spiff import diagrams as draw

MOST_MARKINGS = 4_000
KINDS = {"task": draw.user, "xor": draw.xor, "and": draw.both, "or": draw.some, "end": draw.end}


class TooLarge(Exception):
    """More markings than this oracle looks at."""


class Graph:
    """nodes: {id: kind}; flows: [(source, target)]."""

    def __init__(self, random: Random):
        ids = [f"n{number}" for number in range(random.randint(3, 8))]
        self.nodes = {node: random.choice(["task", "task", "xor", "and", "or", "xor"]) for node in ids}
        ends = [f"e{number}" for number in range(random.randint(1, 2))]
        self.flows = [("start", ids[0])]
        for at, node in enumerate(ids):
            ways = 1 if self.nodes[node] == "task" else random.choice([1, 1, 2, 2, 3])
            # Mostly onwards, so that not every graph is a knot.
            near = ids[at + 1 : at + 4] + ends
            targets = near if random.random() < 0.8 else [*ids, *ends]
            self.flows += [(node, target) for target in random.sample(targets, min(ways, len(targets)))]
        self.nodes |= dict.fromkeys(ends, "end")
        self.entering: dict[str, list[int]] = {node: [] for node in self.nodes}
        self.leaving: dict[str, list[int]] = {node: [] for node in self.nodes}
        for number, (source, target) in enumerate(self.flows):
            self.entering[target].append(number)
            if source != "start":
                self.leaving[source].append(number)

    def drawn(self) -> bytes:
        nodes = [draw.start(), *(KINDS[kind](node) for node, kind in self.nodes.items())]
        lines = []
        for number, (source, target) in enumerate(self.flows):
            several = sum(each == source for each, _ in self.flows) > 1
            chooses = self.nodes.get(source) in ("xor", "or") and several
            lines.append(f"{source} -> {target}" + (f" [=c{number} = 1]" if chooses else ""))
        return draw.diagram(*nodes, flows="\n".join(lines))

    def behind(self, flows: set[int]) -> set[int]:
        """All flows that can be come to from these, the nodes taken one by one."""
        found, todo = set(flows), list(flows)
        while todo:
            for flow in self.leaving[self.flows[todo.pop()][1]]:
                if flow not in found:
                    found.add(flow)
                    todo.append(flow)
        return found


class Verdict:
    """What a search of all markings says. dead: only when no flow is doubled, because else not everything is seen."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.sinks = {f for f, (_, target) in enumerate(graph.flows) if graph.nodes.get(target) == "end"}
        self.doubled = False
        self.visited = {"start"}
        self.followers: dict[frozenset[int], set[frozenset[int]]] = {}
        todo = [frozenset({0})]
        self._meet(0)
        while todo:
            marking = todo.pop()
            if marking in self.followers:
                continue
            if len(self.followers) > MOST_MARKINGS:
                raise TooLarge
            self.followers[marking] = self._next(marking)
            todo += self.followers[marking]
        stuck = {m for m, after in self.followers.items() if not after and not m <= self.sinks}
        self.deadlock = bool(stuck - self.cut) if self.doubled else bool(stuck)
        can_end = {m for m in self.followers if m <= self.sinks}
        good = self._back(can_end | stuck | self.cut)
        self.endless = any(marking not in good for marking in self.followers)
        self.followers.clear()  # verdicts are kept, the way to them is not

    cut: frozenset = frozenset()

    def _meet(self, flow: int) -> None:
        target = self.graph.flows[flow][1]
        if self.graph.nodes[target] == "end":
            self.visited.add(target)

    def _next(self, marking: frozenset[int]) -> set[frozenset[int]]:
        found: set[frozenset[int]] = set()
        hurry = False
        for node, kind in self.graph.nodes.items():
            entering = self.graph.entering[node]
            if kind == "end" or (kind == "or" and len(entering) > 1):
                continue
            present = [flow for flow in entering if flow in marking]
            if kind == "and" and len(entering) > 1:
                taken = [set(entering)] if len(present) == len(entering) else []
            else:
                taken = [{flow} for flow in present]
            hurry |= bool(taken) and kind != "task"
            for flows in taken:
                found |= self._fired(marking, node, flows)
        if not hurry:
            for node, kind in self.graph.nodes.items():
                if kind == "or" and len(self.graph.entering[node]) > 1 and self._opens(marking, node):
                    found |= self._fired(marking, node, set(self.graph.entering[node]) & marking)
        return found

    def _fired(self, marking: frozenset[int], node: str, taken: set[int]) -> set[frozenset[int]]:
        self.visited.add(node)
        found = set()
        for chosen in self._choices(node):
            left = marking - taken
            if len(chosen) > 1:
                behind = self.graph.behind(chosen)
                if behind & set(self.graph.entering[node]):
                    left -= behind & self.sinks
            if left & chosen:
                self.doubled = True
                self.cut |= {marking}
                continue
            for flow in chosen:
                self._meet(flow)
            found.add(frozenset(left | chosen))
        return found

    def _choices(self, node: str) -> list[set[int]]:
        leaving = self.graph.leaving[node]
        if self.graph.nodes[node] == "xor":
            return [{flow} for flow in leaving]
        if self.graph.nodes[node] == "or":
            sizes = range(1, len(leaving) + 1)
            return [set(each) for size in sizes for each in itertools.combinations(leaving, size)]
        return [set(leaving)]

    def _opens(self, marking: frozenset[int], node: str) -> bool:
        entering = set(self.graph.entering[node])
        filled = entering & marking
        if not filled:
            return False
        for flow in marking - entering:
            reached = self._reached(flow, node)
            if reached and not reached & filled:
                return False
        return True

    def _reached(self, flow: int, gateway: str) -> set[int]:
        """The incoming flows of the gateway that a token on the flow can come to without passing the gateway."""
        seen, todo = {flow}, [flow]
        while todo:
            target = self.graph.flows[todo.pop()][1]
            if target != gateway:
                fresh = set(self.graph.leaving[target]) - seen
                seen |= fresh
                todo += fresh
        return seen & set(self.graph.entering[gateway])

    def _back(self, good: set[frozenset[int]]) -> set[frozenset[int]]:
        good = set(good)
        while fresh := {m for m, after in self.followers.items() if m not in good and after & good}:
            good |= fresh
        return good
