"""Variables live in scopes: every token may have its own, and sees those of the scopes around it.

Rules (Camunda 8, variables): a read takes the nearest scope upwards that has the name; a result is propagated from the
activity's own scope upwards to the first scope that has the name, else to the process. A called process sees nothing of
its caller. Values are never changed in place, so scopes may share them.

One addition: a result passes by the body of a multi-instance activity, whose only variable is the output list. Else an
activity inside that happens to produce the same name (as a nested one does) would destroy what was collected. And what a
path of an ad-hoc sub-process produces stays in that path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.spiff.facts import VariablesWritten
from engine.spiff.token import Token


def read(token: Token, names: Iterable[str]) -> dict[str, Any]:
    """The variables of these names that the token sees; a name nobody has is left out."""
    found = {}
    for name in names:
        scope: Token | None = token
        while scope is not None:
            local = scope.variables
            if local is not None and name in local:
                found[name] = local[name]
                break
            scope = around(scope)
    return found


def holder_seen(token: Token, name: str) -> Token | None:
    """The scope whose variable of this name the token sees."""
    scope: Token | None = token
    while scope is not None and (scope.variables is None or name not in scope.variables):
        scope = around(scope)
    return scope


def visible(token: Token) -> dict[str, Any]:
    """All variables that the token sees."""
    chain = []
    scope: Token | None = token
    while scope is not None:
        if scope.variables:
            chain.append(scope.variables)
        scope = around(scope)
    merged: dict[str, Any] = {}
    for local in reversed(chain):
        merged.update(local)
    return merged


def around(token: Token) -> Token | None:
    """The next scope upwards, None from the token of a process on."""
    return None if token.task_spec.is_process else token._parent


def assign(token: Token, values: dict[str, Any]) -> None:
    """Set variables of the token's own scope."""
    if not values:
        return
    watch = token.workflow.watch
    if watch is not None:
        watch.note(token, values)
    if token.variables is None:
        token.variables = dict(values)
    else:
        token.variables.update(values)
    token.workflow.facts.append(VariablesWritten(token.id, tuple(values)))


def propagate(token: Token, values: dict[str, Any]) -> None:
    """Hand a result upwards, starting at the token's own scope."""
    by_scope: dict[int, tuple[Token, dict[str, Any]]] = {}
    for name, value in values.items():
        scope = _holder(token, name)
        by_scope.setdefault(scope.id, (scope, {}))[1][name] = value
    for scope, part in by_scope.values():
        assign(scope, part)


def _holder(token: Token, name: str) -> Token:
    scope = token
    while not (scope.task_spec.is_process or scope.task_spec.keeps_results):
        if scope.variables is not None and name in scope.variables and scope.task_spec.takes_results:
            break
        scope = scope._parent
    return scope
