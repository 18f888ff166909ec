"""How the dialect speaks: it puts the place of an element into a finding and names elements as people call them."""

from __future__ import annotations

from lxml import etree

from engine import findings
from engine.dialect import table, ways
from engine.dialect.model import BPMN, DEFINITION_TAGS, Flow, Model, Node, Process, local, trigger_of

MOST_OF_ALL_WAYS = 100_000  # nodes and flows that are looked at for the ways in the findings of one report
_OWNERS = {
    "sequenceFlow",
    "process",
    "message",
    "error",
    "signal",
    "escalation",
    "participant",
    "lane",
    "collaboration",
}


class DialectReport(findings.Report):
    """A report whose findings are placed by an XML element; the owner with the id is looked up."""

    def __init__(self, file: str, model: Model):
        super().__init__(file)
        self.model = model
        self._left = MOST_OF_ALL_WAYS

    def way_to(self, node: Node) -> tuple[str, ...]:
        """The way on the drawing to a node; where thousands are asked for, only the first ones get more than the node."""
        if self._left <= 0:
            return (node.id,) if node.id else ()
        way, cost = ways.looked_for(node)
        self._left -= cost
        return way

    def at(
        self, element: etree._Element, rule: str, sentence: str, remedy: str, path: tuple[str, ...] = ()
    ) -> None:
        """Note a fault at an element, or at a part of one: the flow node, flow or definition around it is named."""
        owner = owner_of(element)
        self.add(
            rule,
            sentence,
            remedy,
            line=element.sourceline,
            element_id=owner.get("id") if owner is not None else None,
            element_name=owner.get("name") if owner is not None else None,
            path=path,
        )


def owner_of(element: etree._Element) -> etree._Element | None:
    """The nearest element around (or the element itself) that people know: flow node, flow, process, message ..."""
    current: etree._Element | None = element
    while current is not None:
        name = etree.QName(current)
        if name.namespace == BPMN and (name.localname in _OWNERS or table.is_flow_node(name.localname)):
            return current
        current = current.getparent()
    return element if element.get("id") else None


def word(element: etree._Element) -> str:
    """What people call this element: "timer boundary event", "user task", "message"."""
    name = local(element)
    if name == "subProcess" and element.get("triggeredByEvent") in ("true", "1"):
        return "event sub-process"
    meaning = table.ELEMENTS.get(name)
    if meaning is not None and meaning.kind == table.EVENT:
        triggers = tuple(
            table.TRIGGER_OF_DEFINITION[local(each)] for each in element.iterchildren(*DEFINITION_TAGS)
        )
        meaning = table.EVENTS.get((name, trigger_of(element, triggers)), meaning)
    return meaning.word if meaning else _spaced(name)


def called(thing: Node | Flow | Process | etree._Element) -> str:
    """The element with its word and its name: user task "Inspect the device"; without name its id, else its line."""
    element = thing if isinstance(thing, etree._Element) else thing.element
    label = (element.get("name") or "").strip() or element.get("id")
    if local(element) == "process":
        label = element.get("id") or label
    return (
        f'{word(element)} "{_short(label)}"'
        if label
        else f"{word(element)} without name on line {element.sourceline}"
    )


def sentence_case(text: str) -> str:
    """The text with its first letter as a capital, all others as they are."""
    return text[:1].upper() + text[1:]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "..."


def _spaced(name: str) -> str:
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name)
