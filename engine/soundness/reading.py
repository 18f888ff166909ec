"""From the nodes of one scope (a process or sub-process) to its net.

A sub-process is one step here: it is looked at on its own, and only how it can end matters outside. So are call
activities, multi-instance activities and loops. What a scope holds that is not executed as BPMN says leaves it unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from engine.dialect import flows as conditions
from engine.dialect import table
from engine.dialect.model import Flow, Node, Process, children, local
from engine.soundness import throws
from engine.soundness.net import ALL, ANY, SOME, Net, Reach, Step, Way

MOST_BRANCHES = 8
"""Up to so many flows of an inclusive split every combination is tried; of more, each alone, each pair and all."""
MOST_PAIRED = 40
"""Of more than so many each alone, each with the next, and all."""

NORMAL = "normal"
_UNREADABLE = frozenset(
    {
        "complexGateway",
        "implicitThrowEvent",
        "event",
        "choreographyTask",
        "subChoreography",
        "callChoreography",
    }
)

Outcomes = Mapping[Node, frozenset[Any]]
"""{sub-process: how it can end}: NORMAL, and the `throws.Exit`s that leave it."""


def read(
    process: Process, parent: Node | None, outcomes: Outcomes, waits: Callable[[Node], bool]
) -> Net | None:
    """The net of a scope; None when it is broken or holds what cannot be read (other findings say so)."""
    return _Reader(process, parent, outcomes, waits).read()


def may_be_skipped(scope: Node) -> bool:
    """Whether a sub-process may be over before it has begun: there may be no item, or the condition is asked before."""
    if scope.part("multiInstanceLoopCharacteristics") is not None:
        return True
    loop = scope.part("standardLoopCharacteristics")
    return loop is not None and loop.get("testBefore") in ("true", "1")


class _Reader:
    def __init__(
        self, process: Process, parent: Node | None, outcomes: Outcomes, waits: Callable[[Node], bool]
    ):
        self.net = Net()
        self.process, self.parent, self.outcomes, self.waits = process, parent, outcomes, waits
        self.nodes = [node for node in process.scope(parent) if not node.is_event_sub_process]
        self.numbers: dict[Flow, int] = {}
        self.links: dict[str, int] = {}
        self.begun: dict[Node, int] = {}

    def read(self) -> Net | None:
        if not self._is_readable():
            return None
        for node in self.nodes:
            for flow in node.outgoing:
                self.numbers[flow] = self.net.add_flow(flow.id)
            if node.type == "intermediateCatchEvent" and node.trigger == "link":
                self.links.setdefault(_link_name(node), self.net.add_flow())
        self._read_starts()
        for node in self.nodes:
            if node.type == "boundaryEvent" or throws.is_compensation_handler(node):
                continue
            if node.type == "startEvent":
                continue
            self._read_step(node)
        self._know_sinks()
        return self.net

    def _is_readable(self) -> bool:
        for node in self.nodes:
            if node.id is None or node.type in _UNREADABLE:
                return False
            if node.type == "boundaryEvent" and (node.host is None or node.host.parent is not self.parent):
                return False
            if any(event.parent is not self.parent for event in node.boundaries):
                return False
            if node.boundaries and table.ELEMENTS[node.type].kind != table.ACTIVITY:
                return False
            for flow in (*node.outgoing, *node.incoming):
                ends = (flow.source, flow.target)
                if flow.id is None or any(end is None or end.parent is not self.parent for end in ends):
                    return False
                if any(end.is_event_sub_process for end in ends):
                    return False
            if node.incoming and node.type in ("startEvent", "boundaryEvent"):
                return False
            if node.outgoing and node.type == "endEvent":
                return False
        return True

    def _know_sinks(self) -> None:
        net, reach = self.net, Reach(self.net)
        begun = [flow for step in net.steps for way in step.ways if way.keeps for flow in way.out]
        main = Reach(net, without_kept=True).onwards(flow for way in net.starts for flow in way.out)
        net.uncounted = net.sinks & reach.onwards(begun) & main
        for step in net.steps:
            if all(way.ends for way in step.ways):
                net.last.update(step.inflows)

    # -- where it begins --------------------------------------------------------------------------------------------

    def _read_starts(self) -> None:
        if self.parent is not None and self.parent.type == "adHocSubProcess":
            self._read_ad_hoc()
            return
        for node in self.nodes:
            if node.type == "startEvent":
                for out, drawn in self._chosen(node):
                    self.net.starts.append(Way(out, (node.id, *drawn), (node,)))
            elif not node.incoming and _is_instantiating(node):
                self.net.starts.append(Way((self._begin(node),), (), ()))
        if not self.net.starts:
            first = [node for node in self.nodes if self._may_begin(node)]
            if first:
                self.net.starts.append(Way(tuple(self._begin(node) for node in first), (), ()))

    def _read_ad_hoc(self) -> None:
        first = [node for node in self.nodes if self._may_begin(node)]
        self.net.starts.append(Way(tuple(self._begin(node) for node in first), (), ()))
        self.net.optional.update(self.begun.values())
        self.net.may_stop = self.parent.extension("taskDefinition") is not None or any(
            local(part) == "completionCondition" for part in children(self.parent.element)
        )

    def _begin(self, node: Node) -> int:
        return self.begun.setdefault(node, self.net.add_flow())

    def _may_begin(self, node: Node) -> bool:
        if (
            node.incoming
            or node.type in ("boundaryEvent", "startEvent")
            or throws.is_compensation_handler(node)
        ):
            return False
        return not (node.type == "intermediateCatchEvent" and node.trigger == "link")

    # -- steps ------------------------------------------------------------------------------------------------------

    def _read_step(self, node: Node) -> None:
        inflows = [self.numbers[flow] for flow in node.incoming]
        if node in self.begun:
            inflows.append(self.begun[node])
        if node.type == "intermediateCatchEvent" and node.trigger == "link":
            inflows.append(self.links[_link_name(node)])
        if not inflows:
            return
        needs = ANY
        if len(inflows) > 1:
            needs = {"parallelGateway": ALL, "inclusiveGateway": SOME}.get(node.type, ANY)
        takes_time = table.ELEMENTS[node.type].kind == table.ACTIVITY or self.waits(node)
        if needs == ANY and not (node.outgoing or node.type == "intermediateThrowEvent"):
            for inflow in inflows:  # each flow into an end is an end of its own: two tokens may end there
                self._add_step(node, needs, [inflow], takes_time)
        else:
            self._add_step(node, needs, inflows, takes_time)

    def _add_step(self, node: Node, needs: str, inflows: list[int], takes_time: bool) -> None:
        ways = list(self._ways(node))
        step = Step(node, needs, inflows, ways, takes_time, _is_partial(node))
        if needs == ANY and len(ways) == 1 and not ways[0].out and not ways[0].ends:
            self.net.sinks.add(inflows[0])
            self.net.ends[inflows[0]] = step
            return
        for way in ways:
            if not way.out and not way.ends:
                end = self.net.add_flow()
                self.net.sinks.add(end)
                way.out = (end,)
        self.net.steps.append(step)

    def _ways(self, node: Node) -> Iterator[Way]:
        waits = self.waits(node)
        ending = throws.scope_end(node)
        if ending is not None:
            yield Way((), (node.id,), (node,), ends=ending)
            return
        if node.type == "intermediateThrowEvent" and node.trigger == "link":
            catch = self.links.get(_link_name(node))
            yield Way(() if catch is None else (catch,), (node.id,), (node,))
            return
        outcomes = self.outcomes.get(node, frozenset({NORMAL}))
        if NORMAL in outcomes:
            for out, drawn in self._chosen(node):
                yield Way(out, (node.id, *drawn), (node,), waits=waits)
        for leaving in outcomes - {NORMAL}:
            if leaving.catcher is None or leaving.catcher.host is not node:
                yield Way((), (node.id,), (node,), ends=leaving)
        for event in node.boundaries:
            yield from self._boundary_ways(node, event)

    def _boundary_ways(self, node: Node, event: Node) -> Iterator[Way]:
        if event.trigger == "compensation":
            return
        if not throws.may_fire(event):
            self.net.never.append(event)
            return
        keeps = not event.is_interrupting and not {"error", "cancel"} & set(event.triggers)
        for out, drawn in self._chosen(event):
            yield Way(out, (event.id, *drawn), (node, event), keeps=keeps, waits=True, aside=True)

    # -- choices ----------------------------------------------------------------------------------------------------

    def _chosen(self, node: Node) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
        """The sets of outgoing flows that may be taken together: their numbers, and their ids."""
        for chosen in _choices(node):
            yield tuple(sorted(self.numbers[flow] for flow in chosen)), tuple(flow.id for flow in chosen)


def _choices(node: Node) -> Iterator[tuple[Flow, ...]]:
    outgoing = tuple(node.outgoing)
    is_parallel_start = node.element.get("eventGatewayType") == "Parallel"
    if node.type == "exclusiveGateway" or (node.type == "eventBasedGateway" and not is_parallel_start):
        yield from ((flow,) for flow in outgoing)
        if not outgoing:
            yield ()
        return
    chooses = node.type == "inclusiveGateway" and len(outgoing) > 1
    default = conditions.default_of(node)
    conditional = [
        flow
        for flow in outgoing
        if flow is not default
        and (chooses or (flow.condition is not None and node.type != "parallelGateway"))
    ]
    if not conditional:
        yield outgoing
        return
    always = tuple(flow for flow in outgoing if flow is not default and flow not in conditional)
    for chosen in _combinations(conditional):
        yield always + chosen
    if default is not None or always:
        yield always + ((default,) if default is not None else ())


def _combinations(flows: list[Flow]) -> Iterator[tuple[Flow, ...]]:
    if len(flows) > MOST_PAIRED:
        yield from ((flow,) for flow in flows)
        yield from pairwise(flows)
        yield tuple(flows)
        return
    sizes = range(1, len(flows) + 1) if len(flows) <= MOST_BRANCHES else (1, 2, len(flows))
    for size in sizes:
        yield from combinations(flows, size)


def _is_partial(node: Node) -> bool:
    return node.type == "inclusiveGateway" and len(node.outgoing) > MOST_BRANCHES + 1


def _is_instantiating(node: Node) -> bool:
    return node.element.get("instantiate") in ("true", "1")


def _link_name(node: Node) -> str:
    return (node.definitions[0].get("name") or node.name or "").strip()
