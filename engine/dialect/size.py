"""The size of what is looked at: files come from strangers, and every check must end soon."""

from __future__ import annotations

from lxml import etree

from engine.dialect.model import Model, local
from engine.dialect.report import DialectReport, called, sentence_case

MOST_ELEMENTS = 100_000
MOST_NODES = 20_000  # flow nodes and sequence flows together
MOST_PARTS = 200  # of one flow node that is no scope


def check(report: DialectReport, model: Model) -> bool:
    """True for a model that is small enough to be looked at; else there is a finding, and nothing else is asked."""
    nodes = sum(len(process.nodes) + len(process.flows) for process in model.processes)
    elements = sum(1 for _ in model.root.iter(etree.Element)) if nodes <= MOST_NODES else 0
    if nodes > MOST_NODES:
        _refuse(report, model.root, f"{nodes} flow nodes and sequence flows", MOST_NODES)
    elif elements > MOST_ELEMENTS:
        _refuse(report, model.root, f"{elements} elements", MOST_ELEMENTS)
    else:
        for process in model.processes:
            for node in process.nodes:
                if not node.children and len(node.element) > MOST_PARTS:
                    _refuse(report, node.element, f"{len(node.element)} parts", MOST_PARTS)
                    return False
        return True
    return False


def _refuse(report: DialectReport, element: etree._Element, found: str, most: int) -> None:
    subject = "this file" if local(element) == "definitions" else called(element)
    report.at(
        element,
        "too_large",
        f"{sentence_case(subject)} has {found}, but at most {most} are looked at.",
        "Divide it into several processes that call each other.",
    )
