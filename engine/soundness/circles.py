"""Pools that wait for each other: each waits for a message that another sends only after one that it waits for itself.

Only what the drawing says for certain is found: message flows name the senders, and a node counts as reached when any path
leads there. So whatever is never reached here is reached in no run, as long as only those send who are drawn as senders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.dialect import event_places, undoing
from engine.dialect.model import Model, Node
from engine.dialect.report import DialectReport, called, sentence_case

MOST_LOOKED_AT = 30  # of those that wait in vain
Senders = Mapping[Node, list[Node]]
"""{what waits for nothing but a message: who is drawn as sending it}."""


def check(report: DialectReport, model: Model, senders: Senders) -> None:
    """All findings on waiting in a circle; one for each circle."""
    if not senders:
        return
    free = _reached(model, {})
    stuck = _reached(model, senders)
    waiting = [node for node in senders if node in stuck.come_to and node not in stuck.passed][
        :MOST_LOOKED_AT
    ]
    told: set[Node] = set()
    for node in waiting:
        circle = _circle(node, waiting, senders, free, stuck)
        if circle and told.isdisjoint(circle):
            told.update(circle)
            _say(report, circle)


def _say(report: DialectReport, circle: list[Node]) -> None:
    first, *others = circle
    behind = ", then ".join(called(node) for node in others)
    report.at(
        first.element,
        "messages_in_a_circle",
        f"{sentence_case(called(first))} waits for a message that is sent only after {behind}, which "
        f"wait{'s' if len(others) == 1 else ''} in turn for what is sent only after {called(first)}: nobody begins.",
        "Let one of the pools send its message before it waits.",
        report.way_to(first),
    )


class _Reached:
    """Nodes that a token may come to, and those that it may leave again."""

    def __init__(self) -> None:
        self.come_to: set[Node] = set()
        self.passed: set[Node] = set()


def _circle(node: Node, waiting: list[Node], senders: Senders, free: _Reached, stuck: _Reached) -> list[Node]:
    """From what waits to what its sender waits for, and on, until it comes round; [] where a sender is missing anyhow."""
    row: list[Node] = []
    while node not in row:
        row.append(node)
        late = [each for each in senders[node] if each in free.come_to and each not in stuck.come_to]
        before = [each for sender in late for each in waiting if each is not node and _leads_to(each, sender)]
        if not before:
            return []
        node = before[0]
    return row[row.index(node) :]


def _leads_to(first: Node, goal: Node) -> bool:
    """Whether a path leads from one node to another of the same process, into sub-processes and out of them too."""
    if first.process is not goal.process:
        return False
    seen = {first}
    todo = [first]
    while todo:
        node = todo.pop()
        out = [] if node.outgoing or node.parent is None else [node.parent]
        for each in (*_behind(node), *_first(node.children), *node.boundaries, *out):
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return goal in seen


def _reached(model: Model, senders: Senders) -> _Reached:
    """What can be reached where each of these waits until one of its senders can be."""
    found = _Reached()
    waiters: dict[Node, list[Node]] = {}
    for waiter, drawn in senders.items():
        for sender in drawn:
            waiters.setdefault(sender, []).append(waiter)
    todo: list[Node] = []

    def come_to(nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node not in found.come_to:
                found.come_to.add(node)
                todo.append(node)

    def passes(node: Node) -> None:
        if node in found.come_to and node not in found.passed and _may_pass(node, found, senders):
            found.passed.add(node)
            come_to(_behind(node))
            if not node.outgoing and node.parent is not None:
                passes(node.parent)

    for process in model.processes:
        come_to(_first(process.top))
    while todo:
        node = todo.pop()
        come_to(_first(node.children))
        come_to(node.boundaries)
        passes(node)
        for waiter in waiters.get(node, ()):
            passes(waiter)
    return found


def _may_pass(node: Node, found: _Reached, senders: Senders) -> bool:
    if node in senders:
        return any(sender in found.come_to for sender in senders[node])
    ends = [each for each in node.children if not each.outgoing and each.type != "boundaryEvent"]
    is_plain = node.type in ("subProcess", "transaction") and not node.is_event_sub_process
    repeated = (node.part("multiInstanceLoopCharacteristics"), node.part("standardLoopCharacteristics"))
    if not is_plain or not ends or any(part is not None for part in repeated):
        return True
    return any(each in found.passed for each in ends)


def _first(nodes: list[Node]) -> Iterator[Node]:
    """Where a token may begin in a scope."""
    for node in nodes:
        is_led_to = node.type == "boundaryEvent" or (
            node.type == "intermediateCatchEvent" and node.trigger == "link"
        )
        if not is_led_to and (not node.incoming or undoing.is_handler(node)):
            yield node


def _behind(node: Node) -> Iterator[Node]:
    yield from (flow.target for flow in node.outgoing if flow.target is not None)
    yield from event_places.link_catches(node)
