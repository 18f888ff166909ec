"""What throws and who catches it, as far as the drawing says: errors, escalations, cancel, terminate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.dialect import activities, undoing
from engine.dialect.model import Node, Process, text_of_reference
from engine.dialect.report import DialectReport, called, sentence_case

_REFERENCE = {"error": ("errorRef", "errorCode"), "escalation": ("escalationRef", "escalationCode")}
TERMINATE = "terminate"


class Exit(NamedTuple):
    """What leaves a scope as an exception. catcher: the event that catches it further out; None: nobody we know."""

    kind: str
    catcher: Node | None


def check(report: DialectReport, process: Process) -> None:
    """Errors that nothing can catch: not in the process, and no process can call it, since no start event is for that."""
    if process.can_be_called:
        return
    for node in process.nodes:
        if node.type == "endEvent" and "error" in node.triggers:
            code = code_of(node, "error")
            if code is not None and not is_computed(code) and catcher_of(node, "error") is None:
                report.at(
                    node.element,
                    "throw_uncaught",
                    f'{sentence_case(called(node))} throws the error "{code[:80]}", which nothing catches, and no other process '
                    "can call this one to catch it.",
                    "Attach an error boundary event to a sub-process around it, or end here with another kind of end event.",
                    report.way_to(node),
                )


def is_compensation_handler(node: Node) -> bool:
    """True for an activity that only compensation runs; no sequence flow leads to it."""
    return undoing.is_handler(node)


def code_of(event: Node, trigger: str) -> str | None:
    """The code of the error or escalation that an event throws or catches; None where it names none (it catches all)."""
    reference, attribute = _REFERENCE[trigger]
    definition = event.definitions[event.triggers.index(trigger)]
    named = definition.get(reference)
    target = event.process.model.by_id.get(text_of_reference(named)) if named else None
    return (target.get(attribute) or "").strip() or None if target is not None else None


def scope_end(node: Node) -> Exit | str | None:
    """How a token at this event ends all of its scope: TERMINATE or an exception; None: it does not."""
    is_end = node.type == "endEvent"
    if is_end and "terminate" in node.triggers:
        return TERMINATE
    if is_end and "cancel" in node.triggers:
        return Exit("cancel", _cancel_catcher(node))
    if is_end and "error" in node.triggers:
        return Exit("error", catcher_of(node, "error"))
    if _throws_escalation(node):
        catcher = catcher_of(node, "escalation")
        if catcher is not None and interrupts(catcher):
            return Exit("escalation", catcher)
    return None


def catcher_of(thrower: Node, trigger: str) -> Node | None:
    """The event of this process that catches what an error or escalation event throws; None: nobody, or not known.

    Level by level upwards: the event sub-processes of a scope and the boundary events of its activity are one level,
    the exact code goes before the catch-all, on a tie the event sub-process. What is thrown inside an event sub-process
    is not caught by it or by one beside it.
    """
    code = code_of(thrower, trigger)
    if is_computed(code):
        return None
    inside, scope = thrower, thrower.parent
    while True:
        catchers = _catchers(thrower.process, scope, trigger, not inside.is_event_sub_process)
        found = catchers.get(code) or catchers.get(None)
        if found is not None:
            return found
        if scope is None:
            return None
        inside, scope = scope, scope.parent


def may_fire(event: Node) -> bool:
    """False for a boundary event that nothing inside its activity can trigger, as far as that is certain."""
    host = event.host
    if host is None or event.trigger not in ("escalation", "cancel"):
        return True
    if event.trigger == "cancel":
        return any(_cancel_catcher(node) is event for node in inside_of(host) if "cancel" in node.triggers)
    if host.type == "callActivity" or not host.children:
        return True
    return not {None, event}.isdisjoint(_caught(host.process, host, "escalation"))


def may_happen(event: Node) -> bool:
    """False for an event that only something inside could trigger, where nothing does: of an activity or of a scope."""
    if not event.triggers or set(event.triggers) - {"error", "escalation", "cancel"}:
        return True
    if event.type == "boundaryEvent":
        if event.host is None or not event.host.children or "cancel" in event.triggers:
            return may_fire(event)
        inside: Node | None = event.host
    else:
        inside = event.parent.parent if event.parent is not None else None
    return any(not {None, event}.isdisjoint(_caught(event.process, inside, each)) for each in event.triggers)


def is_computed(code: str | None) -> bool:
    """True for a code that only a running instance knows."""
    return (code or "").startswith("=")


def inside_of(scope: Node) -> Iterator[Node]:
    """All nodes inside a sub-process, at any depth."""
    todo = list(scope.children)
    while todo:
        node = todo.pop()
        yield node
        todo.extend(node.children)


def interrupts(catcher: Node) -> bool:
    """Whether a boundary event, or the start event of an event sub-process, ends what it is attached to."""
    return catcher.is_interrupting or "error" in catcher.triggers


def _caught(process: Process, scope: Node | None, trigger: str) -> frozenset[Node | None]:
    """The events that catch the errors or escalations thrown inside of a scope; with None where any event may."""
    key = (scope, trigger)
    if key not in process.caught:
        found: set[Node | None] = set()
        for node in process.nodes if scope is None else inside_of(scope):
            if node.type == "callActivity" or (trigger == "error" and activities.is_job(node)):
                found.add(None)  # nobody knows what comes out of it
            elif node.type in ("endEvent", "intermediateThrowEvent") and trigger in node.triggers:
                catcher = catcher_of(node, trigger)
                if catcher is not None or is_computed(code_of(node, trigger)):
                    found.add(catcher)
        process.caught[key] = frozenset(found)
    return process.caught[key]


def _throws_escalation(node: Node) -> bool:
    return node.type in ("endEvent", "intermediateThrowEvent") and "escalation" in node.triggers


def _cancel_catcher(end: Node) -> Node | None:
    """The cancel boundary event of the transaction around a cancel end event."""
    scope = end.parent
    while scope is not None and scope.type != "transaction":
        scope = scope.parent
    return next(_boundary_catchers(scope, "cancel"), None)


def _boundary_catchers(host: Node | None, trigger: str) -> Iterator[Node]:
    if host is not None:
        yield from (event for event in host.boundaries if trigger in event.triggers)


def _catchers(
    process: Process, scope: Node | None, trigger: str, with_starts: bool
) -> dict[str | None, Node]:
    """{code: the event of this level that catches it}; None: all others."""
    key = (scope, trigger, with_starts)
    if key not in process.catchers:
        found: dict[str | None, Node] = {}
        for catcher in (
            *(_starts(process, scope, trigger) if with_starts else ()),
            *_boundary_catchers(scope, trigger),
        ):
            found.setdefault(code_of(catcher, trigger), catcher)
        process.catchers[key] = found
    return process.catchers[key]


def _starts(process: Process, scope: Node | None, trigger: str) -> Iterator[Node]:
    for handler in process.handlers.get(scope, ()):
        yield from (node for node in handler.starts if trigger in node.triggers)
