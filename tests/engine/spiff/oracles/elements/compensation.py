"""What is thrown, and what completed work is undone by it: compensation in reverse order, cancelled transactions.

Rules: BPMN 2.0.2, 10.5.5 and 13.5.5 (one handler after the other, backwards; the throw waits for all).
"""

from __future__ import annotations

from typing import Any

from tests.engine.spiff.oracles.elements.catching import Catching
from tests.engine.spiff.oracles.elements.plan import Node
from tests.engine.spiff.oracles.elements.spots import Spot


class Compensation(Catching):
    """Throwing events and the records of what can be undone."""

    def throws(self, spot: Spot) -> None:
        """All that the event throws, in the order drawn; it is left when nobody took it away meanwhile."""
        spot.stage = "waiting"
        for trigger in spot.node.triggers:
            match trigger.kind:
                case "error":
                    given = {"errorCode": trigger.text, "errorMessage": None}
                    if not self.throw(spot, "error", trigger.text, spot.local | given):
                        spot.stage = "incident"
                    return
                case "escalation":
                    if not self.throw(spot, "escalation", trigger.text, dict(spot.local)):
                        self.thrown.append(("uncaught", spot.node.id, trigger.text))
                case "signal":
                    given = dict(spot.local)
                    self.thrown.append(("signal", spot.node.id, trigger.text, given))
                    self.broadcast(trigger.text, given)
                case "message":
                    given = dict(spot.local) if spot.node.inputs else spot.sees()
                    self.thrown.append(("message", spot.node.id, trigger.text, str(spot.get("key")), given))
                case "compensation":
                    spot.undoing = self._taken(spot, trigger.text)
                case "cancel":
                    self._cancel(spot)
                    return
            if not spot.is_open:
                return
        self.undo_next(spot)

    # -- records ----------------------------------------------------------------------------------------------------

    def note(self, spot: Spot) -> None:
        """A completed activity leaves what can undo it to its scope: its handler, or what was inside it."""
        if spot.around is None or spot.is_process:
            return
        if not spot.is_inner and spot.node.undo is not None:
            spot.around.records.append(spot.node.undo)
        elif spot.records:
            spot.around.records.append(spot.records)

    @staticmethod
    def _taken(spot: Spot, activity: str) -> list[Node]:
        """The handlers that a throw event runs, in their order; they are not recorded any more."""
        scope = spot.around
        while scope.node.kind == "handler":
            scope = scope.around
        if not activity:
            records, scope.records = scope.records, []
            return _backwards(records)
        mine = [one for one in scope.records if isinstance(one, Node) and one.id == f"{activity}_undo"]
        scope.records = [one for one in scope.records if one not in mine]
        return mine

    def undo_next(self, throw: Spot) -> None:
        """The next handler beside the throw event; after the last one it is left."""
        if throw.undoing:
            self.begin(throw.undoing.pop(0), throw.around).undoes = throw
        elif throw.cancels:
            self._cancelled(throw)
        else:
            self.leave(throw)

    # -- transactions -----------------------------------------------------------------------------------------------

    def _cancel(self, spot: Spot) -> None:
        transaction = spot.around
        for other in [one for one in transaction.inside if one is not spot]:
            self.cut(other)
        transaction.rooms.clear()
        spot.cancels = True
        spot.undoing = self._taken(spot, "")
        self.undo_next(spot)

    def _cancelled(self, spot: Spot) -> None:
        transaction = spot.around
        owner = transaction.around if transaction.is_inner else transaction
        for guard in owner.node.guards:
            if guard.triggers[0].kind == "cancel":
                self._guard(guard, owner, {})
                return
        raise ValueError(f"{owner.node.id} has no cancel boundary event.")


def _backwards(records: list[Any]) -> list[Node]:
    found: list[Node] = []
    for one in reversed(records):
        found += [one] if isinstance(one, Node) else _backwards(one)
    return found
