"""Reads the decision requirements graph of one document: who needs whom, under which name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from ..feel.types import Type
from .elements import Decision, Element, InputData, Knowledge, Requirement, Service
from .errors import DmnRefused, ModelProblem
from .item_types import ItemTypes
from .reader import child, children, name_of, type_ref

_KINDS: dict[str, type[Element]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": Knowledge,
    "decisionService": Service,
}


class Graph:
    """The elements of one document by id, linked to each other and to those of imported graphs."""

    def __init__(self, definitions: etree._Element, imported: Mapping[str, Graph]) -> None:
        self.namespace = definitions.get("namespace") or ""
        self.imported = dict(imported)
        self.problems: list[ModelProblem] = []
        self.properties: set[str] = set()  # every name that may stand behind a dot; see linking.py
        self.types = ItemTypes(definitions, self._imported_types())
        self.elements: dict[str, Element] = {}
        for xml in children(definitions, *_KINDS):
            self._add(xml)
        for element in self.elements.values():
            self._link(element)
        self.problems += self.types.problems

    def of_kind(self, kind: type[Element]) -> Iterator[Element]:
        return (element for element in self.elements.values() if isinstance(element, kind))

    def _imported_types(self) -> dict[str, Type]:
        return {
            f"{prefix}.{name}" if prefix else name: kind
            for prefix, graph in self.imported.items()
            for name, kind in graph.types.own.items()
        }

    def _add(self, xml: etree._Element) -> None:
        kind = _KINDS[etree.QName(xml).localname]
        name = name_of(xml)
        identity = xml.get("id") or name
        if not name:
            raise DmnRefused(
                f"Expected a name on the <{etree.QName(xml).localname}> '{identity}'.", xml.sourceline
            )
        if identity in self.elements:
            raise DmnRefused(f"Expected every id once, but '{identity}' is used twice.", xml.sourceline)
        element = kind(identity, name, xml.sourceline, xml, namespace=self.namespace)
        variable = child(xml, "variable")
        element.type = self.types.referred(type_ref(variable), xml)
        self.elements[identity] = element

    def _link(self, element: Element) -> None:
        if isinstance(element, (Decision, Knowledge)):
            for tag in ("informationRequirement", "knowledgeRequirement"):
                for requirement in children(element.xml, tag):
                    for target in children(
                        requirement, "requiredInput", "requiredDecision", "requiredKnowledge"
                    ):
                        element.requirements += self._find(element, target)
        elif isinstance(element, Service):
            outputs = [self._find(element, target) for target in children(element.xml, "outputDecision")]
            element.outputs = [found.target for one in outputs for found in one]
            for target in children(element.xml, "inputDecision"):
                element.input_decisions += self._find(element, target)
            for target in children(element.xml, "inputData"):
                element.input_data += self._find(element, target)

    def _find(self, element: Element, target: etree._Element) -> list[Requirement]:
        href = (target.get("href") or "").strip()
        namespace, _, identity = href.rpartition("#")
        if namespace in ("", self.namespace) and identity in self.elements:
            found = self.elements[identity]
            return [Requirement(found.name, found)]
        for prefix, graph in self.imported.items():
            if graph.namespace == namespace and identity in graph.elements:
                found = graph.elements[identity]
                return [Requirement(found.name, found, prefix or None)]
        message = f"Expected the required element '{href}' in this model or its imports, but there is none."
        self.problems.append(ModelProblem(element.name, target.sourceline, message))
        return []
