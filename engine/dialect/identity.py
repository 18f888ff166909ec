"""Ids and references: every id names one thing, every reference leads to a thing of the right kind."""

from __future__ import annotations

import re

from lxml import etree

from engine.dialect import table
from engine.dialect.model import Flow, Model, Node, Process, children, is_bpmn, local, text_of_reference
from engine.dialect.report import DialectReport, called, sentence_case, word

_NCNAME = re.compile(r"[^\W\d][\w.\-]*")
_LONGEST_ID = 255


def check(report: DialectReport, model: Model) -> None:
    """All rules on ids and references of one file."""
    _check_missing_ids(report, model)
    _check_ids(report, model)
    for process in model.checked:
        for flow in process.flows:
            _check_flow(report, model, flow)
        for node in process.nodes:
            _check_node(report, model, node)
        _check_lanes(report, model, process)
    _check_collaboration(report, model)


def _check_missing_ids(report: DialectReport, model: Model) -> None:
    checked = model.checked
    for process in model.processes:
        parts = [*process.nodes, *process.flows] if process in checked else []  # others are only drawn
        for element in [process.element, *(part.element for part in parts)]:
            if not (element.get("id") or "").strip():
                report.at(
                    element,
                    "id_missing",
                    f"{sentence_case(called(element))} has no id.",
                    'Give it an id that is a word, for instance id="check_device".',
                )


def _check_ids(report: DialectReport, model: Model) -> None:
    first: dict[str, etree._Element] = {}
    for element in model.root.iter(etree.Element):
        identity = element.get("id")
        if not identity or not is_bpmn(element):
            continue
        if not _NCNAME.fullmatch(identity) or len(identity) > _LONGEST_ID:
            report.at(
                element,
                "id_invalid",
                f'{sentence_case(called(element))} has the id "{identity[:80]}", which is no XML name.',
                f"Begin with a letter or _; then letters, digits, _ - and . only; at most {_LONGEST_ID} signs.",
            )
        if identity in first:
            report.at(
                element,
                "duplicate_id",
                f'{sentence_case(called(element))} has the id "{identity}", which the {word(first[identity])} '
                f"on line {first[identity].sourceline} has already.",
                "Give one of the two another id, and change the references to it.",
            )
        first.setdefault(identity, element)


def _check_flow(report: DialectReport, model: Model, flow: Flow) -> None:
    for attribute, end in (("sourceRef", flow.source), ("targetRef", flow.target)):
        if end is None:
            _dangling(
                report,
                model,
                flow.element,
                attribute,
                flow.element.get(attribute),
                "a flow node of its process",
            )


_REFERENCES_OF_EVENTS = (
    ("messageRef", "message"),
    ("errorRef", "error"),
    ("signalRef", "signal"),
    ("escalationRef", "escalation"),
)


def _check_node(report: DialectReport, model: Model, node: Node) -> None:
    for part in children(node.element):
        if local(part) in ("incoming", "outgoing"):
            _require(report, model, part, local(part), part.text, "sequenceFlow")
    default = node.element.get("default")
    if default is not None:
        _require(report, model, node.element, "default", default, "sequenceFlow")
    if node.type == "boundaryEvent" and not (
        node.host and table.ELEMENTS[node.host.type].kind == table.ACTIVITY
    ):
        reference = node.element.get("attachedToRef")
        _dangling(report, model, node.element, "attachedToRef", reference, "an activity of its process")
    if node.type in ("receiveTask", "sendTask") and node.element.get("messageRef"):
        _require(report, model, node.element, "messageRef", node.element.get("messageRef"), "message")
    for definition in node.definitions:
        for attribute, kind in _REFERENCES_OF_EVENTS:
            if definition.get(attribute):
                _require(report, model, definition, attribute, definition.get(attribute), kind)


def _check_lanes(report: DialectReport, model: Model, process: Process) -> None:
    ids = {node.id for node in process.nodes}
    seen: dict[str, etree._Element] = {}
    for lane in process.lanes:
        for reference in lane.node_refs:
            name = text_of_reference(reference.text)
            if name not in ids:
                _dangling(
                    report, model, reference, "flowNodeRef", reference.text, "a flow node of its process"
                )
            elif name in seen and seen[name] not in list(lane.element.iterancestors()):
                report.at(
                    reference,
                    "two_lanes",
                    f"{sentence_case(called(model.by_id[name]))} lies in {called(seen[name])} and in "
                    f"{called(lane.element)}.",
                    "Take it out of one of the two lanes.",
                )
            seen[name] = lane.element


def _check_collaboration(report: DialectReport, model: Model) -> None:
    for collaboration in children(model.root):
        if local(collaboration) != "collaboration":
            continue
        for part in children(collaboration):
            if local(part) == "participant" and part.get("processRef"):
                _require(report, model, part, "processRef", part.get("processRef"), "process")
            elif local(part) == "messageFlow":
                for attribute in ("sourceRef", "targetRef"):
                    if text_of_reference(part.get(attribute)) not in model.by_id:
                        what = "a pool, an activity or an event"
                        _dangling(report, model, part, attribute, part.get(attribute), what)


def _require(
    report: DialectReport,
    model: Model,
    element: etree._Element,
    attribute: str,
    reference: str | None,
    kind: str,
) -> None:
    if model.definition(reference, kind) is None:
        _dangling(report, model, element, attribute, reference, _a(word_of(kind)))


def word_of(kind: str) -> str:
    """The word for the kind of thing that a reference leads to."""
    meaning = table.ELEMENTS.get(kind)
    return meaning.word if meaning else kind


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _dangling(
    report: DialectReport,
    model: Model,
    element: etree._Element,
    attribute: str,
    reference: str | None,
    expected: str,
) -> None:
    name = text_of_reference(reference)
    found = model.by_id.get(name)
    if not name:
        fault = "is empty"
    elif found is None:
        fault = f'is "{name[:80]}", and nothing in this file has that id'
    else:
        fault = f'is "{name[:80]}", which is the {word(found)} on line {found.sourceline}'
    owner = element if local(element) not in ("incoming", "outgoing", "flowNodeRef") else element.getparent()
    if local(owner) in table.TRIGGER_OF_DEFINITION:
        owner = owner.getparent()
    report.at(
        element,
        "dangling_reference",
        f"The {attribute} of {called(owner)} must name {expected}, but {fault}.",
        "Draw the connection again in the modeler, or correct the id.",
    )
