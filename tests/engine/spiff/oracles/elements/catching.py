"""Events: what is waited for, what happens when it comes, and who catches what is thrown.

Rules: BPMN 2.0.2, 10.5 and 13.5; levels of errors and escalations, levels instead of edges of conditions: Camunda 8.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from tests.engine.spiff.oracles.elements.blocks import Trigger
from tests.engine.spiff.oracles.elements.plan import Node
from tests.engine.spiff.oracles.elements.spots import Spot, Spots, Wait

#: These are never waited for by name: the thrower looks for them.
_CALLED = ("error", "escalation", "compensation", "cancel")


class Catching(Spots):
    """Waits and their catchers."""

    def __init__(self, now: datetime):
        super().__init__(now)
        self.to_ask: list[tuple[Spot, str]] = []
        self.asked: set[tuple[int, str]] = set()  # conditions that fired in this step

    # -- waits ------------------------------------------------------------------------------------------------------

    def open_event(self, owner: Spot, node: Node) -> None:
        name = node.inside.start.id if node.kind == "handler" else node.id
        for number, trigger in enumerate(node.triggers):
            if trigger.kind not in _CALLED:
                key = name if number == 0 else f"{name}#{number + 1}"
                owner.waits[key] = self._wait(owner, node, trigger)
                if trigger.kind == "condition":
                    self.to_ask.append((owner, key))

    def _wait(self, owner: Spot, node: Node, trigger: Trigger) -> Wait:
        wait = Wait(node, trigger.kind, trigger.text, opened=self.steps)
        match trigger.kind:
            case "timer":
                wait.due = self.now + _minutes(trigger.text)
            case "date":
                wait.due = datetime.fromisoformat(trigger.text)
            case "cycle":
                repeats, _, every = trigger.text.partition("/")
                wait.kind, wait.every = "timer", _minutes(every)
                wait.left = int(repeats[1:]) if repeats[1:] else None
                wait.due = self.now + wait.every
            case "message":
                wait.key, wait.left = str(owner.get("key")), None
            case _:
                wait.left = None
        if wait.kind == "date":
            wait.kind = "timer"
        return wait

    def _wait_again(self, owner: Spot, key: str) -> None:
        """An event that does not interrupt waits for its next time; of a cycle what was missed is skipped.

        If it needs all of its triggers it waits for all again, or for none if one of them cannot come again.
        """
        node = owner.waits[key].node
        mine = [k for k, wait in owner.waits.items() if wait.node is node] if node.all_of else [key]
        for each in mine:
            wait = owner.waits[each]
            wait.given = None
            wait.opened = self.steps
            if wait.left is not None:
                wait.left -= 1
            if wait.every is not None:
                while wait.due <= self.now:
                    wait.due += wait.every
        if any(owner.waits[each].left == 0 for each in mine):
            for each in mine:
                del owner.waits[each]

    # -- it has happened --------------------------------------------------------------------------------------------

    def happen(self, owner: Spot, key: str, given: dict[str, Any]) -> None:
        """The thing waited for under this key came."""
        node = owner.waits[key].node
        if node.all_of:
            owner.waits[key].given = given
            mine = [wait.given for wait in owner.waits.values() if wait.node is node]
            if None in mine:
                return
            given = {name: value for each in mine for name, value in each.items()}
        match node.kind:
            case "boundary":
                self._guard(node, owner, given, key)
            case "handler":
                self._handle(node, owner, given, key)
            case _ if owner.node.kind == "events":
                around = owner.around
                self.remove(owner)
                self.begin(node, around, given, happened=True)
            case _:
                for one in [k for k, wait in owner.waits.items() if wait.node is node]:
                    del owner.waits[one]
                self.take(owner, given)
                self.leave(owner)

    def _guard(
        self, node: Node, owner: Spot, given: dict[str, Any], key: str | None = None, local: bool = False
    ) -> None:
        around = owner.around
        if node.interrupting:
            self.cut(owner)
        elif key is not None:
            self._wait_again(owner, key)
        self.begin(node, around, given, happened=True).keeps = local

    def _handle(
        self, node: Node, scope: Spot, given: dict[str, Any], key: str | None = None, local: bool = False
    ) -> None:
        if node.interrupting:
            self.empty(scope)
            self.disarm(scope)
        elif key is not None:
            self._wait_again(scope, key)
        self.begin(node, scope, given).keeps = local

    @staticmethod
    def disarm(scope: Spot) -> None:
        """No event sub-process may begin in this scope any more."""
        scope.armed.clear()
        scope.waits = {key: wait for key, wait in scope.waits.items() if wait.node.kind != "handler"}

    # -- signals ----------------------------------------------------------------------------------------------------

    def broadcast(self, name: str, given: dict[str, Any]) -> None:
        """All that wait for it now, oldest owner first; what one of them ends does not get it any more."""
        present = [
            (spot, key)
            for spot in self.all()
            for key, wait in spot.waits.items()
            if wait.kind == "signal" and wait.text == name and wait.given is None
        ]
        for spot, key in present:
            if spot.is_open and key in spot.waits:
                self.happen(spot, key, dict(given))

    # -- errors and escalations -------------------------------------------------------------------------------------

    def throw(self, thrower: Spot, kind: str, code: str, given: dict[str, Any]) -> bool:
        """Upwards, level by level, to the nearest catcher; whether there is one."""
        level: Spot | None = thrower
        below: Spot | None = None
        while level is not None:
            catcher = self._catcher(level, below, kind, code)
            if catcher is not None:
                if catcher.kind == "handler":
                    self._handle(catcher, level, given, local=True)
                else:
                    self._guard(catcher, level, given, local=True)
                return True
            level, below = level.around, level
        return False

    @staticmethod
    def _catcher(level: Spot, below: Spot | None, kind: str, code: str) -> Node | None:
        """Of one level: exact code before catch-all, then event sub-process before boundary event."""
        nodes: list[Node] = []
        if below is None or below.node.kind != "handler":
            nodes += sorted(level.armed, key=lambda node: node.id)
        if not level.is_inner and not level.is_restored:
            nodes += level.node.guards
        for wanted in (code, ""):
            for node in nodes:
                if Trigger(kind, wanted) in node.triggers:
                    return node
        return None

    # -- conditions -------------------------------------------------------------------------------------------------

    def ask_conditions(self) -> bool:
        """Ask those that were opened, or that see what was written; one that is true fires, once in a verb."""
        written, self.written = self.written, []
        to_ask, self.to_ask = self.to_ask, []
        for owner in self.all():
            for key, wait in owner.waits.items():
                if wait.kind == "condition":
                    names = re.findall(r"\b[a-z]\w*", wait.text)
                    if any((owner.holder(name), name) in written for name in names):
                        to_ask.append((owner, key))
        has_fired = False
        for owner, key in sorted(dict.fromkeys(to_ask), key=lambda each: (each[0].depth, each[0].number)):
            if (
                owner.is_open
                and not owner.is_leaving
                and key in owner.waits
                and owner.waits[key].given is None
                and (owner.number, key) not in self.asked
                and is_true(owner.waits[key].text, owner)
            ):
                self.asked.add((owner.number, key))
                self.happen(owner, key, {})
                has_fired = True
        return has_fired


def is_true(condition: str, spot: Spot) -> bool:
    """`x = 1` or `x > 1`; with a missing or other value it is false or null, which is no trigger."""
    name, sign, number = condition.removeprefix("=").split()
    value = spot.get(name)
    if not isinstance(value, int):
        return False
    return value == int(number) if sign == "=" else value > int(number)


def _minutes(text: str) -> timedelta:
    """PT90M."""
    return timedelta(minutes=int(text[2:-1]))
