"""Messages inside a collaboration: whoever waits for one is sent it by somebody.

Messages may always come from outside, so a missing sender is a fault only where the drawing speaks of senders: a message
flow leads to the catching element from elements that send something else; or every pool is drawn with its process, some
message flows are drawn, and yet nothing in the file sends the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.dialect.model import Model, Node, children, local, text_of_reference
from engine.dialect.report import DialectReport, called, sentence_case
from engine.soundness.scopes import MOST_SEARCHED_WAYS
from engine.soundness.sentences import in_words

_CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
_THROWING = ("intermediateThrowEvent", "endEvent")
_REMEDY = (
    "Let a throw event, end event or send task of another pool send a message of this name, or draw the message flow from "
    "the pool of a partner outside."
)


@dataclass(slots=True)
class _Collaboration:
    """Pools and message flows. sources: {id that a message flow leads to: ids that it comes from}."""

    pools: set[str] = field(default_factory=set)
    has_partner_outside: bool = False
    sources: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """Whether all partners are drawn with their processes, and also who sends what to whom."""
        return len(self.pools) > 1 and not self.has_partner_outside and bool(self.sources)


def check(
    report: DialectReport,
    model: Model,
    may_happen: Callable[[Node], bool],
    path_to: Callable[[Node], tuple[str, ...]],
) -> None:
    """All findings on messages that nobody sends. may_happen: False for nodes that no token ever comes to."""
    collaboration = _read(model)
    if not collaboration.sources:
        return
    nodes = {node.id: node for process in model.processes for node in process.nodes if node.id}
    pool_of = {
        text_of_reference(part.get("processRef")): part.get("id") for part in _parts(model, "participant")
    }
    senders = [node for node in nodes.values() if may_happen(node)]
    searched_until = len(report.findings) + MOST_SEARCHED_WAYS
    for node in model.nodes():
        pool = pool_of.get(node.process.id or "")
        for name in awaited(node):
            sources = [
                source
                for target in (node.id, pool)
                for source in (collaboration.sources.get(target, []) if target else [])
            ]
            if sources:
                drawn = [nodes.get(source) for source in sources]
                is_sent = any(source is None or _sends(source, name) for source in drawn)
                told = ", ".join(called(source) for source in drawn if source is not None)
                what = f"the message flow comes from {told}, which does not send it"
            else:
                others = [each for each in senders if each.process is not node.process and _is_sender(each)]
                is_sent = not collaboration.is_closed or any(_sends(each, name) for each in others)
                what = "no pool of this file sends it"
            if not is_sent:
                path = path_to(node) if len(report.findings) < searched_until else report.way_to(node)
                report.at(
                    node.element,
                    "message_never_sent",
                    f'{sentence_case(called(node))} waits for the message "{name[:80]}", but {what}. '
                    f"The path: {in_words(path, nodes)}.",
                    _REMEDY,
                    path,
                )


def drawn_senders(model: Model) -> dict[Node, list[Node]]:
    """{what waits for one message and nothing else: the elements of this file that are drawn as sending it, and do}.

    Left out is what may be sent by a partner outside, or where the drawing does not say who sends.
    """
    sources = _read(model).sources
    nodes = {node.id: node for process in model.processes for node in process.nodes if node.id}
    found: dict[Node, list[Node]] = {}
    for target, drawn in sources.items():
        node = nodes.get(target)
        if node is None or not (node.type == "receiveTask" or node.triggers == ("message",)):
            continue
        senders = [nodes.get(source) for source in drawn]
        names = list(awaited(node))
        if len(names) == 1 and all(sender is not None for sender in senders):
            found[node] = [sender for sender in senders if sender is not None and _sends(sender, names[0])]
    return {node: senders for node, senders in found.items() if senders}


def awaited(node: Node) -> Iterator[str]:
    """The fixed names of the messages that an event or task waits for."""
    if node.type == "receiveTask":
        yield from _fixed(_name(node, node.element))
    elif node.type in _CATCHING:
        for definition in _message_definitions(node):
            yield from _fixed(_name(node, definition))


def _sends(node: Node, name: str) -> bool:
    """Whether the node may send the message; work of a worker may send anything."""
    if node.type == "sendTask" or node.type in _THROWING:
        holders = [node.element] if node.type == "sendTask" else _message_definitions(node)
        names = [_name(node, holder) for holder in holders]
        return any(each is None or each.startswith("=") or each == name for each in names)
    return node.type not in _CATCHING


def _is_sender(node: Node) -> bool:
    return node.type == "sendTask" or (node.type in _THROWING and bool(_message_definitions(node)))


def _message_definitions(node: Node) -> list[etree._Element]:
    return [each for each in node.definitions if local(each) == "messageEventDefinition"]


def _name(node: Node, holder: etree._Element) -> str | None:
    message = node.process.model.definition(holder.get("messageRef"), "message")
    return None if message is None else (message.get("name") or "").strip() or None


def _fixed(name: str | None) -> Iterator[str]:
    if name is not None and not name.startswith("="):
        yield name


def _read(model: Model) -> _Collaboration:
    found = _Collaboration()
    drawn = {process.id for process in model.processes if process.nodes}
    for part in _parts(model, "participant"):
        if text_of_reference(part.get("processRef")) in drawn:
            found.pools.add(part.get("id") or "")
        else:
            found.has_partner_outside = True
    for part in _parts(model, "messageFlow"):
        source, target = (text_of_reference(part.get(name)) for name in ("sourceRef", "targetRef"))
        found.sources.setdefault(target, []).append(source)
    return found


def _parts(model: Model, name: str) -> Iterator[etree._Element]:
    for collaboration in children(model.root):
        if local(collaboration) == "collaboration":
            yield from (part for part in children(collaboration) if local(part) == name)
