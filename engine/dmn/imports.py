"""Finds the models a model imports: among the files handed over, or inside the document when it was made self-contained.

A deployed decision must stay what it was when its imports are deployed anew, so it is stored with them: the imported
documents lie in the extension elements of the importing one, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from lxml import etree

from .. import xml
from .errors import DmnRefused
from .graph import Graph
from .linking import compile_graph
from .order import refuse_circles
from .reader import child, children, read

CONTAINED = "{urn:orderlane:dmn}imported"
_MAX_IMPORTS = 50


def among(resources: Mapping[str, bytes]) -> dict[str, bytes]:
    """The decision models among the files of a deployment, by namespace and by file name; others are passed over."""
    models: dict[str, bytes] = {}
    for file, data in resources.items():
        if file.lower().endswith((".dmn", ".xml")):
            try:
                namespace = read(data).get("namespace")
            except DmnRefused:
                continue
            models[PurePosixPath(file).name] = data
            if namespace:
                models.setdefault(namespace, data)
    return models


def self_contained(data: bytes, imports: Mapping[str, bytes]) -> bytes:
    """The document with all documents it imports inside; the same bytes when it imports none.

    Raises DmnRefused as load does.
    """
    root = read(data)
    needed: dict[str, bytes] = {}
    _collect(root, imports, needed)
    needed.pop(root.get("namespace") or "", None)
    if not needed:
        return data
    holder = child(root, "extensionElements")
    if holder is None:
        holder = etree.Element(etree.QName(etree.QName(root).namespace, "extensionElements"))
        root.insert(1 if child(root, "description") is not None else 0, holder)
    for document in needed.values():
        etree.SubElement(holder, CONTAINED).append(xml.parse(document))
    together = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    read(together)  # what is stored must be readable: together they may be larger than one document may be
    return together


def _collect(root: etree._Element, imports: Mapping[str, bytes], needed: dict[str, bytes]) -> None:
    for entry in children(root, "import"):
        data = _given(entry, imports)
        if data is None:
            continue
        imported = read(data)
        namespace = imported.get("namespace") or ""
        if namespace not in needed:
            needed[namespace] = data
            _refuse_too_many(len(needed), entry)
            _collect(imported, imports, needed)


def graph_of(data: bytes, imports: Mapping[str, bytes]) -> Graph:
    """The compiled graph of a document and of everything it imports; each imported document is read once."""
    return _Reading(imports).graph(read(data), [])


class _Reading:
    """One call of load: graphs by namespace, so that what two models import is one graph for both."""

    def __init__(self, imports: Mapping[str, bytes]) -> None:
        self.imports = dict(imports)
        self.graphs: dict[str, Graph] = {}

    def graph(self, definitions: etree._Element, above: list[str]) -> Graph:
        namespace = definitions.get("namespace") or ""
        if namespace in above:
            raise DmnRefused(
                f"Expected imports without circles, but '{namespace}' imports itself.", definitions.sourceline
            )
        if namespace in self.graphs and above:
            return self.graphs[namespace]
        _refuse_too_many(len(self.graphs) + len(above), definitions)
        self._take_contained(definitions)
        imported: dict[str, Graph] = {}
        for entry in children(definitions, "import"):
            data = _given(entry, self.imports)
            if data is not None:
                imported[entry.get("name") or ""] = self.graph(read(data), [*above, namespace])
            elif "DMN" in (entry.get("importType") or ""):
                message = f"Expected the imported model '{entry.get('namespace')}', but it was not given."
                raise DmnRefused(message, entry.sourceline)
        graph = Graph(definitions, imported)
        refuse_circles(graph)
        compile_graph(graph)
        self.graphs[namespace] = graph
        return graph

    def _take_contained(self, definitions: etree._Element) -> None:
        holder = child(definitions, "extensionElements")
        for contained in () if holder is None else holder.iterchildren(CONTAINED):
            for document in contained.iterchildren(etree.Element):
                self.imports.setdefault(document.get("namespace") or "", etree.tostring(document))


def _given(entry: etree._Element, imports: Mapping[str, bytes]) -> bytes | None:
    """The document that an <import> means: by its namespace, its place, or its name."""
    location = entry.get("locationURI") or ""
    keys = (entry.get("namespace"), location, PurePosixPath(location).name, entry.get("name"))
    return next((imports[key] for key in keys if key and key in imports), None)


def _refuse_too_many(count: int, at: etree._Element) -> None:
    if count > _MAX_IMPORTS:
        raise DmnRefused(
            f"Expected at most {_MAX_IMPORTS} imported models, but there are more.", at.sourceline
        )
