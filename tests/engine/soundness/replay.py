"""Plays a counter-example in the engine: every task, event and choice of the path, in its order."""

from __future__ import annotations

from collections import Counter, defaultdict, deque

from engine import spiff
from engine.dialect.model import Model, Node
from engine.findings import Finding
from tests.engine.spiff.play import Play

DEADLOCK, DOUBLED, NO_END = "deadlock", "lack_of_synchronisation", "end_unreachable"
CHOOSING = ("exclusiveGateway", "inclusiveGateway")


def chosen(flow_id: str) -> str:
    """The variable that decides for a flow."""
    return f"c_{flow_id}"


class Replay:
    """The engine at the end of a path. taken: how often each flow was taken; opens: what is open after each verb."""

    def __init__(self, document: bytes, model: Model, path: tuple[str, ...], *others: bytes):
        self.nodes = {node.id: node for process in model.processes for node in process.nodes if node.id}
        self.choices = self._choices(path)
        self.before: dict[str, tuple[str, ...]] = {}
        self.taken: Counter[str] = Counter()
        self.played = Play(document, *others, **self._next_choices(), key="k", items=[1])
        self.opens: list[list[str]] = []
        start = self.nodes[path[0]]
        self.played.start(start.id if start.trigger != "none" else None)
        self._note()
        for at, element_id in enumerate(path):
            if element_id in self.nodes and at + 1 < len(path) and path[at + 1] not in self.nodes:
                self._play(self.nodes[element_id])

    def _choices(self, path: tuple[str, ...]) -> dict[str, deque[tuple[str, ...]]]:
        """{gateway: the flows it chose, one entry for each time}."""
        found: dict[str, deque[tuple[str, ...]]] = defaultdict(deque)
        for at, element_id in enumerate(path):
            node = self.nodes.get(element_id)
            if node is not None and node.type in CHOOSING and len(node.outgoing) > 1:
                flows = []
                for following in path[at + 1 :]:
                    if following in self.nodes:
                        break
                    flows.append(following)
                found[element_id].append(tuple(flows))
        return found

    def _next_choices(self) -> dict[str, int]:
        """What each gateway is to choose next; after the path as the last time, or its first flow."""
        found = {}
        for node in self.nodes.values():
            if node.type in CHOOSING:
                queue = self.choices.get(node.id)
                flows = queue[0] if queue else self.before.get(node.id) or (node.outgoing[0].id,)
                found |= {chosen(flow.id): int(flow.id in flows) for flow in node.outgoing}
        return found

    def _play(self, node: Node) -> None:
        played = self.played
        if node.type in ("userTask", "serviceTask"):
            at = 0
            played.complete(node.id, at, **self._next_choices())
        elif (
            node.type in ("intermediateCatchEvent", "receiveTask", "boundaryEvent")
            and node.id in played.waits
        ):
            played.write(**self._next_choices())
            played.send(node.id)
        elif node.type == "boundaryEvent" and node.trigger == "error":
            played.write(**self._next_choices())
            played.fail(node.host.id, "E")
        else:
            return
        self._note()

    def _note(self) -> None:
        for fact in self.played.facts:
            if isinstance(fact, spiff.FlowTaken):
                self.taken[fact.flow_id] += 1
            elif isinstance(fact, spiff.Left) and self.choices.get(fact.element_id):
                self.before[fact.element_id] = self.choices[fact.element_id].popleft()
        self.opens.append(self.played.open)


def replay_of(finding: Finding, document: bytes, model: Model, *others: bytes) -> Replay:
    """Play the path in the engine; the fault must really be there at its end."""
    replay = Replay(document, model, finding.path, *others)
    played = replay.played
    if finding.rule == DEADLOCK:
        assert finding.element_id + "+" in played.open
        assert all(each.endswith("+") for each in played.open), played.open
        assert played.waits == []
    elif finding.rule == DOUBLED:
        twice = [f for f in replay.nodes[finding.element_id].outgoing if finding.path.count(f.id) > 1]
        assert any(
            replay.taken[flow.id] >= finding.path.count(flow.id)
            and (flow.target.type != "userTask" or played.open.count(flow.target.id) > 1)
            for flow in twice
        ), (finding.path, played.open)
    else:
        assert replay.opens[-1] in replay.opens[:-1], "it is where it was before"
    return replay
