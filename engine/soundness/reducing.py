"""Makes a net smaller without changing the verdict, so that well-built parts cost nothing in the search.

Chains melt into one flow, choices whose branches come together into one way, parallel and inclusive blocks into one
flow. A block-structured process of any size shrinks to its start; what is left is the part that has to be searched.
Every rule keeps the routes (for the counter-example) and the nodes covered (for dead steps).
"""

from __future__ import annotations

from collections import defaultdict

from engine.soundness.net import ALL, ANY, SOME, Net, Step, Way, renewed

MOST_WORK = 200_000
"""After looking at so many steps the net stays as it is; the search then says whether it was small enough."""


def reduced(net: Net) -> Net:
    """A smaller net that is sound when this one is, with the same faults."""
    small = _Reduction(net.copy())
    work = 0
    while work < MOST_WORK and small.round():
        work += len(small.net.steps)
    return small.net


class _Reduction:
    def __init__(self, net: Net):
        self.net = net
        self.renewed: set[int] = set()
        self.producers: dict[int, list[Way]] = defaultdict(list)
        self.owners = {id(way): step for step in net.steps for way in step.ways}
        for way in net.ways():
            for flow in set(way.out):
                self.producers[flow].append(way)

    def round(self) -> bool:
        """Try every rule once; False when none applied."""
        changed = False
        self.renewed = renewed(self.net)
        kept = []
        for step in reversed(self.net.steps):  # from the ends on, so that chains grow where few ways lead
            changed |= self._forget_idle_ways(step)
            changed |= self._note_exits(step)
            changed |= self._melt_equal_ways(step)
            changed |= self._melt_ends(step)
            changed |= self._pair_inflows(step)
            changed |= self._close_inclusive_block(step)
            if self._melt_step(step):
                changed = True
            else:
                kept.append(step)
        self.net.steps = kept[::-1]
        return changed

    # -- rules ------------------------------------------------------------------------------------------------------

    def _melt_step(self, step: Step) -> bool:
        """A step that only hands every token on: its token comes out at once."""
        if step.needs != ANY or len(step.ways) != 1:
            return False
        way = step.ways[0]
        if way.keeps or way.ends or len(way.out) != 1 or way.out[0] in step.inflows:
            return False
        flow = way.out[0]
        if not self.net.optional.isdisjoint(step.inflows):
            return False
        if flow in self.net.sinks and not self._is_as_good_as_over(step, flow):
            return False
        if step.takes_time or any(inflow in self.net.slow for inflow in step.inflows):
            self.net.slow.add(flow)
        self.producers[flow].remove(way)
        for inflow in step.inflows:
            for producer in self.producers.pop(inflow, []):
                if flow not in producer.out:
                    self.producers[flow].append(producer)
                times = producer.out.count(inflow)
                rest = [each for each in producer.out if each != inflow]
                producer.out = tuple(sorted([*rest, *[flow] * times]))
                for _ in range(times):
                    producer.route = (producer.route, way.route)
                producer.covers = (producer.covers, way.covers)
                producer.waits |= way.waits
                producer.exits |= way.exits
        return True

    def _note_exits(self, step: Step) -> bool:
        """What may end the whole scope at a step is noted at its other ways; nobody else has to know."""
        ending = [way for way in step.ways if way.ends]
        others = [way for way in step.ways if not way.ends and not way.keeps]
        if not ending or not others:
            return self._melt_last(step) if ending and len(step.ways) == 1 else False
        for way in ending:
            others[0].exits |= {way.ends, *way.exits}
            others[0].covers = (others[0].covers, way.covers)
        step.ways = [way for way in step.ways if not way.ends]
        return True

    def _melt_last(self, step: Step) -> bool:
        """A choice that leads to nothing but the end of everything is that end."""
        (way,) = step.ways
        changed = False
        for inflow in step.inflows if step.needs == ANY else ():
            for producer in list(self.producers.get(inflow, ())):
                if producer.out == (inflow,) and not producer.keeps and producer not in self.net.starts:
                    self._drop(producer)
                    producer.out, producer.ends = (), way.ends
                    producer.route = (producer.route, way.route)
                    producer.covers = (producer.covers, way.covers)
                    producer.exits |= way.exits
                    changed = True
        return changed

    def _melt_equal_ways(self, step: Step) -> bool:
        """Ways to the same flows are one: the shortest stands for all; a way back to the step itself says nothing."""
        if len(step.ways) < 2:
            return False
        by_effect: dict[object, Way] = {}
        for way in step.ways:
            same = by_effect.setdefault((way.out, way.ends, way.keeps), way)
            if same is not way:
                same.covers = (same.covers, way.covers)
                same.waits &= way.waits
                same.aside &= way.aside
                same.exits |= way.exits
                self._drop(way)
        ways = list(by_effect.values())
        others = [way for way in ways if way.keeps or way.out != tuple(step.inflows)]
        if step.needs == ANY and any(not way.keeps for way in others) and len(others) < len(ways):
            for way in ways:
                if way not in others:
                    others[0].covers = (others[0].covers, way.covers)
                    others[0].exits |= way.exits
                    self._drop(way)
            ways = others
        changed = len(ways) < len(step.ways)
        step.ways = ways
        return changed

    def _melt_ends(self, step: Step) -> bool:
        """A choice between ends that nobody else leads to: which one it is matters to nobody."""
        if step.needs != ANY or len(step.ways) < 2 or len(step.inflows) > 1:
            return False
        own = {id(way) for way in step.ways}
        for way in step.ways:
            if way.keeps or way.ends or len(way.out) != 1 or way.out[0] not in self.net.sinks:
                return False
            if any(id(producer) not in own for producer in self.producers[way.out[0]]):
                return False
        first, *others = step.ways
        if any(way.out[0] in self.net.uncounted for way in others) != (first.out[0] in self.net.uncounted):
            return False
        for way in others:
            ended = [self.net.ends[flow].ways[0].covers for flow in way.out if flow in self.net.ends]
            first.covers = (first.covers, way.covers, tuple(ended))
            first.waits &= way.waits
            first.aside &= way.aside
            first.exits |= way.exits
            self._drop(way)
        step.ways = [first]
        return True

    def _pair_inflows(self, step: Step) -> bool:
        """Flows to a join that always get their tokens together count as one."""
        if step.needs == ANY:
            return False
        together: dict[object, int] = {}
        for flow in list(step.inflows):
            producers = self.producers.get(flow, [])
            if not producers or any(way.out.count(flow) > 1 for way in producers):
                continue
            first = together.setdefault(frozenset(map(id, producers)), flow)
            if first != flow:
                step.inflows.remove(flow)
                if flow in self.net.slow:
                    self.net.slow.add(first)
                for way in self.producers.pop(flow):
                    way.out = tuple(each for each in way.out if each != flow)
        if len(step.inflows) > 1:
            return False
        step.needs = ANY
        return True

    def _close_inclusive_block(self, step: Step) -> bool:
        """All that comes to this inclusive join was sent by one step: whoever can still come can come by every flow."""
        if step.needs != SOME:
            return False
        inflows = set(step.inflows)
        ways = {id(way): way for flow in inflows for way in self.producers.get(flow, [])}
        sender = next((each for each in self.net.steps if any(id(way) in ways for way in each.ways)), None)
        if sender is None or sender is step or sender.needs == SOME:
            return False
        if set(ways) - {id(way) for way in sender.ways} or any(way.keeps for way in ways.values()):
            return False
        if any(len(set(way.out)) < len(way.out) for way in ways.values()):
            return False
        entry = self.net.add_flow()
        for flow in inflows:
            if flow in self.net.slow:
                self.net.slow.add(entry)
            self.producers.pop(flow, None)
        for way in ways.values():
            way.out = tuple(sorted([*(flow for flow in way.out if flow not in inflows), entry]))
            self.producers[entry].append(way)
        step.inflows = [entry]
        step.needs = ANY
        return True

    def _forget_idle_ways(self, step: Step) -> bool:
        """A non-interrupting event whose path just ends changes nothing for anybody."""
        idle = [way for way in step.ways if way.keeps and not way.ends and self.net.sinks.issuperset(way.out)]
        stays = [way for way in step.ways if way not in idle]
        if not idle or not stays:
            return False
        for way in idle:
            ended = tuple(self.net.ends[flow].ways[0].covers for flow in way.out if flow in self.net.ends)
            stays[0].covers = (stays[0].covers, way.covers, ended)
            stays[0].exits |= way.exits
            self._drop(way)
        step.ways = stays
        return True

    def _is_as_good_as_over(self, step: Step, sink: int) -> bool:
        """Whether a second token would be seen before this step, too: tokens that have ended may not be seen any more."""
        if sink in self.renewed:
            return False
        return sink not in self.net.uncounted or self._has_one_sender(step)

    def _has_one_sender(self, step: Step) -> bool:
        """Whether all that comes to this step is one of the choices of one step, which itself is no merge."""
        ways = [way for inflow in step.inflows for way in self.producers.get(inflow, ())]
        if len(ways) > 1 and any(way.keeps for way in ways):
            return False
        if any(sum(way.out.count(each) for each in step.inflows) > 1 for way in ways):
            return False
        senders = {self.owners.get(id(way)) for way in ways}
        sender = senders.pop() if len(senders) == 1 else None
        return sender is not None and (sender.needs == ALL or len(sender.inflows) == 1)

    # -- helpers ----------------------------------------------------------------------------------------------------

    def _drop(self, way: Way) -> None:
        for flow in set(way.out):
            self.producers[flow] = [each for each in self.producers[flow] if each is not way]
