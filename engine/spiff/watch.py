"""Conditional events: asked when they open, and again whenever a variable that their condition names is written.

Rules (Camunda 8, conditional events): LEVEL, not edge: a non-interrupting event fires again at each such write while the
condition is true, at most once per verb; null is not true. A write counts where the token sees it: in its own scope or one
around it, not covered by a nearer one. All are asked when nothing else can move, outer scopes first, so what an activity
writes while it completes does not reach its own boundary events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff import scopes
from engine.spiff.failures import Failure
from engine.spiff.token import STARTED, Token
from engine.spiff.waits import CONDITION, ConditionTrigger

if TYPE_CHECKING:
    from engine.spiff.elements.intermediate_catch_event import Catching
    from engine.spiff.elements.triggered import Handler
    from engine.spiff.tree import Tree

Place = tuple[int, str]
"""(token id, key of the wait)"""


class Watch:
    """What the conditional events of one instance need to know during one step."""

    def __init__(self) -> None:
        self.tokens: dict[int, Token] = {}  # those that own the wait of a conditional event
        self._opened: set[Place] = set()
        self._written: dict[Place, set[str]] = {}  # (scope, variable name) -> create, update
        self._fired: set[Place] = set()

    def open(self, token: Token, key: str) -> None:
        """A conditional event opened, or is to be asked again whatever was written."""
        self.tokens[token.id] = token
        self._opened.add((token.id, key))

    def ask_again(self, token: Token) -> None:
        """Asking failed and is to be tried once more."""
        for key, wait in (token.waits or {}).items():
            if wait.kind == CONDITION:
                self.open(token, key)

    def note(self, scope: Token, values: dict[str, Any]) -> None:
        """These variables of this scope are about to be written."""
        before = scope.variables or {}
        for name in values:
            self._written.setdefault((scope.id, name), set()).add("update" if name in before else "create")

    def begin(self) -> None:
        """A new verb: every event may fire once."""
        self._fired.clear()

    def settle(self, tree: Tree) -> bool:
        """Ask what there is reason to ask and fire what is true; False when nothing fired."""
        if not self._opened and not self._written:
            return False
        opened, self._opened = self._opened, set()
        written, self._written = self._written, {}
        has_fired = False
        for token in self._in_order(tree):
            for key in list(token.waits or ()):
                if self._may_fire(tree, token, key) and self._is_due(token, key, opened, written):
                    self._fired.add((token.id, key))
                    event_of(token, key).fire(token, key, {})
                    has_fired = True
        return has_fired

    def _in_order(self, tree: Tree) -> list[Token]:
        for token_id in [each for each in self.tokens if each not in tree.tasks]:
            del self.tokens[token_id]
        return sorted(self.tokens.values(), key=lambda token: (_depth(token), token.id))

    def _may_fire(self, tree: Tree, token: Token, key: str) -> bool:
        wait = (token.waits or {}).get(key)
        return (
            token.id in tree.tasks
            and wait is not None
            and wait.kind == CONDITION
            and not wait.happened
            and not token.leaving
            and (token.id, key) not in self._fired
        )

    def _is_due(self, token: Token, key: str, opened: set[Place], written: dict[Place, set[str]]) -> bool:
        trigger: ConditionTrigger = event_of(token, key).trigger_at(key)
        if (token.id, key) not in opened and not _is_asked(trigger, token, written):
            return False
        try:
            return trigger.holds(token)
        except Failure as failure:
            if token._state == STARTED:
                token.workflow.mark(token, failure.kind, failure.sentence, "ask")
            return False


def watch_of(tree: Tree) -> Watch:
    """The watch of an instance, which has one from its first conditional event on."""
    if tree.watch is None:
        tree.watch = Watch()
    return tree.watch


def event_of(token: Token, key: str) -> Catching | Handler:
    """The event behind a wait of a token."""
    return token.task_spec.process.task_specs[key.partition("#")[0]]


def _is_asked(trigger: ConditionTrigger, token: Token, written: dict[Place, set[str]]) -> bool:
    for name in trigger.asked_by:
        scope = scopes.holder_seen(token, name)
        events = None if scope is None else written.get((scope.id, name))
        if events and (not trigger.variable_events or events & trigger.variable_events):
            return True
    return False


def _depth(token: Token) -> int:
    depth = 0
    while token._parent is not None:
        token = token._parent
        depth += 1
    return depth
