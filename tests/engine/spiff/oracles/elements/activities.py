"""What activities and throwing events do: work that waits, instances and loops, calls, ad-hoc, what is thrown.

Rules: BPMN 2.0.2, 10.3 and 13.3; multi-instance, call activities, ad-hoc sub-processes and listeners: Camunda 8.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.engine.spiff.oracles.elements.blocks import Again, Times
from tests.engine.spiff.oracles.elements.compensation import Compensation
from tests.engine.spiff.oracles.elements.plan import Node, startable
from tests.engine.spiff.oracles.elements.spots import Spot


class Activities(Compensation):
    """How each kind of activity begins, goes on and ends."""

    def __init__(self, now: datetime, called: dict[str, Node]):
        super().__init__(now)
        self.called = called

    def work(self, spot: Spot) -> None:
        """Begin what the node is for."""
        node = spot.node
        match node.kind:
            case "user" | "job":
                spot.stage = "waiting"
            case "script":
                self.take(spot, {node.block.choice: spot.value(node.block.source)})
                self.leave(spot)
            case "receive" | "catch":
                self._catch(spot)
            case "throw":
                self.throws(spot)
            case "process" | "sub" | "transaction":
                spot.stage = "waiting"
                self.begin(node.inside.start, spot)
            case "handler":
                spot.stage = "waiting"
                given, spot.local = spot.local, {}
                self.begin(node.inside.start, spot, given).keeps = spot.keeps
            case "call":
                spot.stage = "waiting"
                given = spot.sees() if node.block.all_in else spot.local
                self.begin(self.called[f"{node.id}_process"], spot, given)
            case "adhoc":
                self._adhoc(spot)
            case "path":
                spot.stage = "waiting"
                self.begin(spot.opening, spot)
            case _:
                raise ValueError(node.kind)

    def _catch(self, spot: Spot) -> None:
        if spot.has_happened:
            given, spot.local = spot.local, {}
            self.take(spot, given)
            self.leave(spot)
        else:
            spot.stage = "waiting"
            self.open_event(spot, spot.node)

    # -- listeners --------------------------------------------------------------------------------------------------

    def listens(self, spot: Spot, when: str) -> bool:
        """Whether a listener of `when` (start, end) has its job open now."""
        mine = [each for each in spot.node.listeners if each == when]
        if spot.listening < len(mine):
            spot.stage = when
            return True
        spot.listening = 0
        return False

    # -- verbs ------------------------------------------------------------------------------------------------------

    def complete(self, spot: Spot, given: dict[str, Any]) -> None:
        """A person or worker is ready with it, or with the listener that is open there."""
        when = spot.stage
        if when == "waiting":
            self.take(spot, given)
            self.leave(spot)
        else:
            spot.listening += 1
            if when == "start":
                self.assign(spot, given)
            else:
                self.hand_up(spot if spot.is_inner else spot.around, given)
            if not self.listens(spot, when):
                if when == "start":
                    self.enter_armed(spot)
                else:
                    self.leave_heard(spot)
        self.settle()

    def send(self, spot: Spot, key: str, given: dict[str, Any]) -> None:
        """A timer is due or a message came."""
        self.happen(spot, key, given)
        self.settle()

    def signal(self, name: str, given: dict[str, Any]) -> None:
        self.broadcast(name, given)
        self.settle()

    def fail(self, spot: Spot, code: str, given: dict[str, Any]) -> None:
        """A worker reports a BPMN error."""
        if not self.throw(spot, "error", code, given | {"errorCode": code, "errorMessage": None}):
            spot.stage = "incident"
        self.settle()

    def retry(self, spot: Spot) -> None:
        """Work waits for its worker again; a gateway decides again."""
        if spot.node.kind in ("job", "adhoc"):
            spot.stage = "waiting"
        else:
            spot.stage = "ready"
            self.line.append(spot)
        self.settle()

    def write(self, given: dict[str, Any]) -> None:
        self.hand_up(self.root, given)
        self.settle()

    def activate(self, spot: Spot, node: Node, given: dict[str, Any]) -> None:
        """A person starts an inner activity of an ad-hoc sub-process."""
        self._begin_path(spot, node, given)
        self.settle()

    def direct(
        self,
        spot: Spot,
        begun: list[tuple[Node, dict[str, Any]]],
        enough: bool,
        cancel: bool,
        given: dict[str, Any],
    ) -> None:
        """The worker of an ad-hoc sub-process says what begins, or that it is enough; what runs may be cancelled by either."""
        spot.asked = False
        self.hand_up(spot, given)
        if cancel and (begun or enough):
            for one in list(spot.inside):
                self.cut(one)
        spot.is_over = enough
        for node, own in begun:
            self._begin_path(spot, node, own)
        if enough and not spot.inside:
            self.leave(spot)
        self.settle()

    # -- instances and loops ----------------------------------------------------------------------------------------

    def begin_loop(self, body: Spot) -> None:
        loop = body.node.loop
        body.stage = "waiting"
        if isinstance(loop, Again):
            if loop.before and body.get(loop.variable) != 1:
                self.leave(body)
            else:
                self._begin_one(body)
            return
        if loop.output:
            self.assign(body, {f"out_{body.node.id}": [None] * loop.count})
        if not loop.count:
            self.leave(body)
        for _ in range(min(loop.count, 1) if loop.sequential else loop.count):
            self._begin_one(body)

    def _begin_one(self, body: Spot) -> None:
        body.begun += 1
        local: dict[str, Any] = {"loopCounter": body.begun}
        if isinstance(body.node.loop, Times):
            local["item"] = body.begun * 10
            if body.node.loop.output:
                local.setdefault(body.node.loop.output, None)
        self.begin(body.node, body, local, inner=True).index = body.begun

    def collect(self, inner: Spot) -> None:
        """One instance is over: its output first, then the completion condition; or whether another round comes."""
        body, loop = inner.around, inner.node.loop
        body.completed += 1
        if isinstance(loop, Again):
            is_last = loop.most is not None and body.begun >= loop.most
            body.goes_on = not is_last and (body if loop.before else inner).get(loop.variable) == 1
        if isinstance(loop, Times) and loop.output:
            collected = list(body.local[f"out_{body.node.id}"])
            collected[inner.index - 1] = inner.get(loop.output)
            self.assign(body, {f"out_{body.node.id}": collected})
        if isinstance(loop, Times) and body.completed == loop.enough:
            body.begun = loop.count
            for other in [one for one in body.inside if one is not inner]:
                self.cut(other)

    def _body_left(self, body: Spot) -> None:
        loop = body.node.loop
        if body.goes_on or (isinstance(loop, Times) and loop.sequential and body.begun < loop.count):
            self._begin_one(body)
        elif not body.inside:
            self.leave(body)

    # -- a spot inside is over --------------------------------------------------------------------------------------

    def left(self, scope: Spot, spot: Spot) -> None:
        """What a scope does when one inside it is gone."""
        if scope.undoing is not None:
            self.undo_next(scope)
        elif scope.is_body:
            self._body_left(scope)
        elif scope.node.kind == "call":
            self._returned(scope, spot.local)
        elif scope.node.kind == "adhoc":
            self._path_left(scope, spot)
        elif self.is_empty(scope):
            self.leave(scope)

    def _returned(self, call: Spot, result: dict[str, Any]) -> None:
        if call.node.outputs or call.node.block.all_out:
            if not call.node.outputs:
                lists = {f"out_{spot.node.id}" for spot in call.chain() if spot.is_body}
                result = {name: value for name, value in result.items() if name not in lists}
            self.take(call, result)
        self.leave(call)

    # -- ad-hoc sub-processes ---------------------------------------------------------------------------------------

    def _adhoc(self, spot: Spot) -> None:
        spot.stage = "waiting"
        block = spot.node.block
        if block.output:
            self.assign(spot, {f"out_{spot.node.id}": []})
        spot.asked = block.directed
        for number in () if block.directed else block.active:
            self._begin_path(spot, startable(spot.node)[number], {})

    def _begin_path(self, spot: Spot, node: Node, given: dict[str, Any]) -> None:
        spot.begun += 1
        self.begin(spot.node.path, spot, given).opening = node

    @staticmethod
    def can_activate(spot: Spot) -> bool:
        """Whether more can be started in this ad-hoc sub-process."""
        is_there = spot.stage == "waiting" and not (spot.is_body or spot.is_restored or spot.is_leaving)
        return is_there and not spot.is_over and not any(map(_interrupts, spot.inside))

    @staticmethod
    def is_asked(spot: Spot) -> bool:
        """Whether the worker of an ad-hoc sub-process has a job now."""
        is_there = spot.asked and spot.stage == "waiting" and not (spot.is_body or spot.is_restored)
        return is_there and not spot.is_leaving and not any(map(_interrupts, spot.inside))

    def path_over(self, path: Spot) -> None:
        """One path of an ad-hoc sub-process is over: its output first, then the completion condition."""
        adhoc, block = path.around, path.around.node.block
        if block.output:
            name = f"out_{adhoc.node.id}"
            self.assign(adhoc, {name: [*adhoc.local[name], path.get(block.output)]})
        if block.directed:
            return
        if block.until and not adhoc.is_over:
            if isinstance(block.until, int):
                adhoc.is_over = len(adhoc.local[f"out_{adhoc.node.id}"]) >= block.until
            else:
                adhoc.is_over = adhoc.get(block.until) == 1
        if adhoc.is_over and block.cancel_rest:
            for other in [one for one in adhoc.inside if one is not path]:
                self.cut(other)

    def _path_left(self, adhoc: Spot, spot: Spot) -> None:
        if adhoc.node.block.directed and not adhoc.is_over and not _interrupts(spot):
            adhoc.asked = True  # anew: an older question is void, its incident too
            adhoc.stage = "waiting"
        elif not adhoc.inside:
            has_done_all = not adhoc.node.block.until and not adhoc.node.block.directed and adhoc.begun > 0
            if adhoc.is_over or has_done_all or _interrupts(spot):
                self.leave(adhoc)


def _interrupts(spot: Spot) -> bool:
    return spot.node.kind == "handler" and spot.node.interrupting
