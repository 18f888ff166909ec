"""What is thrown, and what completed work is undone by it: compensation in reverse order, cancelled transactions.

Rules: BPMN 2.0.2, 10.5.5 and 13.5.5. One handler after the other, the newest first; the throw waits for all. A completed
sub-process is undone inside a copy of what it was, with its variables of then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.engine.spiff.oracles.elements.blocks import Trigger
from tests.engine.spiff.oracles.elements.catching import Catching
from tests.engine.spiff.oracles.elements.plan import Node
from tests.engine.spiff.oracles.elements.spots import Spot

UNDO = Trigger("compensation")


@dataclass(eq=False)
class Closed:
    """A scope that was completed: its variables, and what was completed inside."""

    node: Node
    local: dict[str, Any]
    records: list[Node | Closed]
    is_body: bool


class Compensation(Catching):
    """Throwing events and the records of what can be undone."""

    def throws(self, spot: Spot) -> None:
        """All that the event throws, in the order drawn; it is left when nobody took it away meanwhile."""
        spot.stage = "waiting"
        self._throw_rest(spot)

    def _throw_rest(self, spot: Spot) -> None:
        for trigger in spot.node.triggers[spot.thrown_so_far :]:
            spot.thrown_so_far += 1
            match trigger.kind:
                case "error":
                    given = {"errorCode": trigger.text, "errorMessage": None}
                    if not self.throw(spot, "error", trigger.text, spot.local | given):
                        spot.stage = "incident"
                    return
                case "escalation":
                    given = {"escalationCode": trigger.text} | spot.local
                    if not self.throw(spot, "escalation", trigger.text, given):
                        self.thrown.append(("uncaught", spot.node.id, trigger.text))
                case "signal":
                    given = dict(spot.local)
                    self.thrown.append(("signal", spot.node.id, trigger.text, given))
                    self.broadcast(trigger.text, given)
                case "message":
                    given = dict(spot.local) if spot.node.inputs else spot.sees()
                    self.thrown.append(("message", spot.node.id, trigger.text, str(spot.get("key")), given))
                case "compensation":
                    spot.put_away = spot.local
                    spot.undoing = self._taken(spot, trigger.text)
                    self.undo_next(spot)
                    return
                case "cancel":
                    self._cancel(spot)
                    return
            if not spot.is_open:
                return
        self.leave(spot)

    # -- records ----------------------------------------------------------------------------------------------------

    def note(self, spot: Spot) -> None:
        """A completed activity leaves to its scope what can undo it: its handler, or what was completed inside."""
        around = spot.around
        if around is None or spot.is_process or around.undoing is not None or spot.is_restored:
            return
        if not spot.is_inner and spot.node.undo is not None:
            around.records.append(spot.node)
        elif spot.records or (not spot.is_body and _own_handler(spot.node) is not None):
            around.records.append(Closed(spot.node, dict(spot.local), spot.records, spot.is_body))

    @staticmethod
    def _taken(spot: Spot, activity: str) -> list[Any]:
        """What a throw event undoes; it is not recorded any more. What it mapped for itself no handler sees."""
        scope = spot.around
        while scope.node.kind == "handler" and not scope.is_restored:
            scope = scope.around
        spot.local = {}
        taken = [one for one in scope.records if activity in ("", _node_of(one).id)]
        scope.records = [one for one in scope.records if one not in taken]
        return taken

    def undo_next(self, spot: Spot) -> None:
        """Undo the newest of what is left; after the last one the throw event, or the restored scope, is left."""
        if spot.undoing:
            newest = spot.undoing.pop()
            if isinstance(newest, Node):
                self.begin(newest.undo, spot)
            else:
                restored = self.begin(newest.node, spot, newest.local, inner=not newest.is_body)
                restored.is_restored, restored.records = True, list(newest.records)
        elif spot.cancels:
            self._cancelled(spot)
        elif spot.put_away is not None:
            spot.local, spot.put_away, spot.undoing = spot.put_away, None, None
            self._throw_rest(spot)
        else:
            self.leave(spot)

    def restore(self, spot: Spot) -> None:
        """A completed scope is open again: its compensation event sub-process undoes it, else what was inside it."""
        spot.stage = "waiting"
        spot.undoing = []
        handler = None if spot.is_body else _own_handler(spot.node)
        if handler is not None:
            self.begin(handler, spot)
        else:
            spot.undoing, spot.records = spot.records, []
            self.undo_next(spot)

    # -- transactions -----------------------------------------------------------------------------------------------

    def _cancel(self, spot: Spot) -> None:
        """Nothing else goes on in the transaction, in none of its instances, or begins; what was completed is undone."""
        transaction = spot.around
        transaction.waits = {k: wait for k, wait in transaction.waits.items() if wait.node.kind != "handler"}
        owner = transaction.around if transaction.is_inner else transaction
        for one in [*transaction.inside, *(owner.inside if transaction.is_inner else ())]:
            if one not in (spot, transaction):
                self.cut(one)
        transaction.rooms.clear()
        records = transaction.records
        if owner is not transaction:
            records, owner.records = owner.records + records, []
        transaction.records = []
        spot.cancels, spot.undoing = True, records
        self.undo_next(spot)

    def _cancelled(self, spot: Spot) -> None:
        transaction = spot.around
        owner = transaction.around if transaction.is_inner else transaction
        guard = next(guard for guard in owner.node.guards if guard.triggers[0].kind == "cancel")
        self._guard(guard, owner, {})


def _own_handler(node: Node) -> Node | None:
    handlers = [] if node.inside is None else node.inside.handlers
    return next((handler for handler in handlers if UNDO in handler.triggers), None)


def _node_of(record: Any) -> Node:
    return record if isinstance(record, Node) else record.node
