"""Extension elements: zeebe's are checked against the table, those of other engines refused, those of vendors named."""

from __future__ import annotations

from lxml import etree

from engine.dialect import extensions, values
from engine.dialect.model import BPMN, ZEEBE, Model, local, namespace
from engine.dialect.report import DialectReport, called, owner_of, sentence_case

# Engines whose extensions hold expressions, code or behaviour: running the rest without them would change the meaning.
FOREIGN_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://www.camunda.com/fox": "Camunda 7",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://activiti.org/bpmn": "Activiti",
    "http://activiti.com/modeler": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://flowable.org/design": "Flowable",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
    "http://www.jboss.org/drools": "jBPM",
    "http://www.tibco.com/bpmn": "TIBCO",
    "http://processmaker.com/BPMN/2.0/Schema.xsd": "ProcessMaker",
}
# Of those, what only tells its engine how to store or list things.
_HARMLESS = frozenset(
    "asyncBefore asyncAfter exclusive historyTimeToLive jobPriority isStartableInTasklist versionTag diagramRelationId "
    "modelerTemplate modelerTemplateVersion modelerTemplateIcon".split()
)
# Namespaces of the drawing and of the modelers: nothing is told about them.
_SILENT = (
    "http://www.omg.org/spec/",
    "http://www.w3.org/",
    "http://bpmn.io/schema/",
    "http://camunda.org/schema/modeler/",
)


def check(report: DialectReport, model: Model) -> None:
    """All rules on extension elements and attributes of one file."""
    checked = {process.element for process in model.checked}
    foreign: dict[str, list[etree._Element]] = {}
    for top in model.root.iterchildren(etree.Element):
        if namespace(top) == BPMN and local(top) == "process" and top not in checked:
            continue
        for element in top.iter(etree.Element):
            uri = namespace(element)
            if uri != BPMN:
                _check_namespace(report, element, uri, local(element), foreign)
            for attribute in element.attrib:
                if not attribute.startswith("{"):
                    continue
                uri, _, name = attribute[1:].rpartition("}")
                if uri == ZEEBE:
                    _check_attribute_on_bpmn(report, element, name)
                else:
                    _check_namespace(report, element, uri, name, foreign, attribute=True)
    for uri, elements in foreign.items():
        whose = f'of "{uri[:120]}"' if uri else "without a namespace"
        report.at(
            elements[0],
            "foreign_extension",
            f"Extensions {whose} stand in {len(elements)} place{'s' if len(elements) > 1 else ''}; they are kept "
            "and mean nothing here.",
            "Nothing needs to be done, unless they carry rules that this process needs.",
        )


def _check_namespace(
    report: DialectReport,
    element: etree._Element,
    uri: str,
    name: str,
    foreign: dict[str, list[etree._Element]],
    *,
    attribute: bool = False,
) -> None:
    if uri == BPMN or uri.startswith(_SILENT):
        return
    if uri == ZEEBE:
        _check_extension(report, element)
    elif uri in FOREIGN_ENGINES and name not in _HARMLESS:
        holder = element.getparent() if not attribute else element
        if attribute or namespace(holder) == BPMN:  # the outermost element says it; its children add nothing
            _refuse_engine(report, element, FOREIGN_ENGINES[uri], name, attribute)
    else:
        foreign.setdefault(uri, []).append(element)


def _refuse_engine(
    report: DialectReport, element: etree._Element, engine: str, name: str, attribute: bool
) -> None:
    what = "attribute" if attribute else "element"
    report.at(
        element,
        "foreign_engine",
        f"{_owner(element)} has the {what} {name[:80]} of {engine}, which is not executed here.",
        "Say the same with zeebe: extensions and FEEL, or take it away.",
    )


def _check_attribute_on_bpmn(report: DialectReport, element: etree._Element, name: str) -> None:
    if namespace(element) == BPMN and name in extensions.ATTRIBUTES_ON_BPMN:
        return
    report.at(
        element,
        "unknown_attribute",
        f"{_owner(element)} has the attribute zeebe:{name[:80]}, which this version does not know.",
        "Correct its name, or take it away.",
    )


def _check_extension(report: DialectReport, element: etree._Element) -> None:
    name = local(element)
    known = extensions.EXTENSIONS.get(name)
    if known is None or not known.executed:
        if namespace(element.getparent()) != ZEEBE or known is None:
            report.at(
                element,
                "unsupported_extension",
                f"{_owner(element)} has zeebe:{name[:80]}, which is not executed by this version.",
                known.text
                if known
                else "Take it away, or say the same with the extensions that the dialect lists.",
            )
        return
    if _check_place(report, element, known):
        _check_values(report, element, known)


def _check_place(report: DialectReport, element: etree._Element, known: extensions.Extension) -> bool:
    """True when the element that holds this extension reads it."""
    holder = element.getparent()
    if namespace(holder) == BPMN and local(holder) == "extensionElements":
        holder = holder.getparent()
    refused = extensions.REFUSED_PLACES.get((local(element), local(holder))) if holder is not None else None
    if refused is not None:
        report.at(
            element,
            "unsupported_extension",
            f"{_owner(element)} has zeebe:{local(element)}, which is not executed there by this version.",
            refused,
        )
        return False
    if known.hosts and (holder is None or local(holder) not in known.hosts):
        report.at(
            element,
            "misplaced_extension",
            f"{_owner(element)} has zeebe:{local(element)}, which nothing reads there.",
            f"It belongs on: {', '.join(sorted(known.hosts))}.",
        )
        return False
    if not known.repeats and next(element.itersiblings(element.tag, preceding=True), None) is not None:
        report.at(
            element,
            "misplaced_extension",
            f"{_owner(element)} has zeebe:{local(element)} twice, but only one can count.",
            "Take one of the two away.",
        )
    return True


def _check_values(report: DialectReport, element: etree._Element, known: extensions.Extension) -> None:
    name = local(element)
    for attribute, meaning in known.attributes.items():
        text = element.get(attribute)
        if meaning.required and not (text or "").strip():
            report.at(
                element,
                "attribute_missing",
                f"{_owner(element)} has zeebe:{name} without {attribute}.",
                f"Fill in {attribute}.",
            )
        elif text is not None and text.strip():
            values.check(report, element, attribute, meaning.kind, text)
    for attribute in element.attrib:
        if remedy := extensions.REFUSED_ATTRIBUTES.get((name, attribute)):
            report.at(
                element,
                "unsupported_extension",
                f"{_owner(element)} has zeebe:{name} with {attribute}, which is not executed by this version.",
                remedy,
            )
        elif not attribute.startswith("{") and attribute not in known.attributes:
            report.at(
                element,
                "unknown_attribute",
                f"{_owner(element)} has zeebe:{name} with the attribute {attribute[:80]}, which this version does not "
                "know.",
                f"Known are: {', '.join(sorted(known.attributes)) or 'none'}.",
            )


def _owner(element: etree._Element) -> str:
    owner = owner_of(element)
    return sentence_case(called(owner if owner is not None else element))
