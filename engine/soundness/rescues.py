"""What ends a scope that would go on for ever by itself: an event on it or around it, a handler, an end of everything."""

from __future__ import annotations

from dataclasses import replace

from engine.dialect.model import Node, Process
from engine.soundness import throws
from engine.soundness.faults import NO_END, Looked


def without_rescued(process: Process, looked: Looked) -> Looked:
    """The same without rounds that are left from outside, for instance by the time on the sub-process: they are drawn so."""
    if not any(fault.kind == NO_END for fault in looked.faults) or not _is_left(process, looked.parent):
        return looked
    return replace(looked, faults=tuple(fault for fault in looked.faults if fault.kind != NO_END))


def _is_left(process: Process, scope: Node | None) -> bool:
    inside: Node | None = None
    while True:
        if any(_ends_scope(handler) for handler in process.handlers.get(scope, ()) if handler is not inside):
            return True
        if inside is not None and any(
            throws.scope_end(node) for node in process.scope(scope) if node.type == "endEvent"
        ):
            return True
        if scope is None:
            return False
        if any(throws.interrupts(event) and throws.may_happen(event) for event in scope.boundaries):
            return True
        inside, scope = scope, scope.parent


def _ends_scope(handler: Node) -> bool:
    """Whether an event sub-process interrupts, or throws what leaves the scope."""
    starts = [node for node in handler.starts if throws.may_happen(node)]
    if any(throws.interrupts(node) and node.trigger != "compensation" for node in starts):
        return True
    return bool(starts) and any(
        isinstance(throws.scope_end(node), throws.Exit) for node in throws.inside_of(handler)
    )
