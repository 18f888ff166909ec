"""Every element and attribute in the BPMN namespace is executed, only drawn, or refused by name."""

from __future__ import annotations

from lxml import etree

from engine.dialect import attributes, table
from engine.dialect.model import BPMN, Model, Node, extension, is_bpmn, local
from engine.dialect.report import DialectReport, called, owner_of, sentence_case

_EXTENSION_ELEMENTS = f"{{{BPMN}}}extensionElements"


def check(report: DialectReport, model: Model) -> None:
    """All rules on the BPMN elements of one file; processes that are not deployed are only drawn."""
    for process in model.root.iter(f"{{{BPMN}}}process"):
        if process.getparent() is not model.root:
            _misplaced(report, process, "Draw it beside the other processes, directly in the definitions.")
    checked = {process.element for process in model.checked}
    nodes = {node.element: node for node in model.nodes()}
    for top in model.root.iterchildren(etree.Element):
        if is_bpmn(top) and (local(top) != "process" or top in checked):
            for element in top.iter(f"{{{BPMN}}}*"):
                _check_element(report, element, nodes.get(element))


def _check_element(report: DialectReport, element: etree._Element, node: Node | None) -> None:
    name = local(element)
    meaning = table.ELEMENTS.get(name)
    if meaning is None and name not in table.DRAWN:
        if next(element.iterancestors(_EXTENSION_ELEMENTS), None) is not None:
            return  # a part of a vendor's extension, written without a prefix of its own
        report.at(
            element,
            "unknown_element",
            f"<{name[:80]}> is no element of BPMN 2.0.",
            "Correct its name, or take it away.",
        )
    elif name == "script":
        _refuse_script(report, element)
    elif meaning is not None and not meaning.executed:
        _refuse(report, element, sentence_case(_subject(element)), meaning.text)
    elif node is not None and meaning is not None and meaning.kind == table.EVENT:
        _check_event(report, node)
    if name == "sequenceFlow" or table.is_flow_node(name):
        _check_place(report, element)
    _check_attributes(report, element)


def _check_place(report: DialectReport, element: etree._Element) -> None:
    holder = element.getparent()
    if is_bpmn(holder) and local(holder) in table.SCOPES:
        return
    _misplaced(report, element, "Draw it directly into the process or into a sub-process.")


def _misplaced(report: DialectReport, element: etree._Element, remedy: str) -> None:
    report.at(
        element,
        "misplaced_element",
        f"{sentence_case(called(element))} stands inside of {called(element.getparent())}, where nothing would run it.",
        remedy,
    )


def _subject(element: etree._Element) -> str:
    if table.is_flow_node(local(element)) or element.get("name"):
        return called(element)
    owner = owner_of(element)
    mine = table.ELEMENTS[local(element)].word
    return f"the {mine} of {called(owner)}" if owner is not None and owner is not element else called(element)


def _refuse(report: DialectReport, element: etree._Element, subject: str, remedy: str) -> None:
    report.at(element, "unsupported_element", f"{subject} is not executed by this version.", remedy)


def _check_event(report: DialectReport, node: Node) -> None:
    trigger = node.trigger
    meaning = table.EVENTS.get((node.type, trigger))
    if meaning is None:
        place = table.ELEMENTS[node.type].word
        report.at(
            node.element,
            "unsupported_element",
            f"{sentence_case(called(node))} has {_trigger_words(trigger)}, which BPMN 2.0 does not know for "
            f"{'an' if place[0] in 'aeiou' else 'a'} {place}.",
            "Choose another event, or give it a trigger that fits its place.",
        )


def _trigger_words(trigger: str) -> str:
    return "no trigger" if trigger == "none" else f"the trigger {trigger}"


def _refuse_script(report: DialectReport, element: etree._Element) -> None:
    owner = owner_of(element)
    language = (owner.get("scriptFormat") if owner is not None else None) or "an unnamed language"
    report.at(
        element,
        "script_refused",
        f"{sentence_case(called(owner if owner is not None else element))} has a script body in {language[:80]}; "
        "a model cannot run code.",
        "Write it as FEEL into zeebe:script (expression, resultVariable), or make it a service task with an operation.",
    )


def _check_attributes(report: DialectReport, element: etree._Element) -> None:
    name = local(element)
    known = attributes.KNOWN.get(name)
    restricted = attributes.RESTRICTED.get(name, {})
    for attribute, value in element.attrib.items():
        if attribute.startswith("{"):
            continue  # attributes with a namespace are the extensions' matter
        allowed = restricted.get(attribute)
        if allowed is not None and value.strip() not in allowed.values:
            report.at(
                element,
                "script_refused" if attribute == "scriptFormat" else "unsupported_attribute",
                f'{sentence_case(called(element))} has {attribute}="{value[:80]}", which is not executed by this '
                "version.",
                allowed.remedy,
            )
        elif known is not None and attribute not in known:
            report.at(
                element,
                "unknown_attribute",
                f"{sentence_case(called(element))} has the attribute {attribute[:80]}, which BPMN 2.0 does not know "
                "there.",
                "Correct its name, or take it away.",
            )
    # Without zeebe:calledElement the missing process is the finding.
    if (
        name == "callActivity"
        and element.get("calledElement")
        and extension(element, "calledElement") is not None
    ):
        report.at(
            element,
            "unsupported_attribute",
            f'{sentence_case(called(element))} has calledElement="{element.get("calledElement")[:80]}", which is not '
            "executed by this version.",
            "Name the process in zeebe:calledElement processId.",
        )
