"""What loops and ad-hoc sub-processes share: what is gathered of each run, and the condition that ends them early."""

from __future__ import annotations

from lxml import etree

from engine.dialect import expressions
from engine.dialect.model import Node, children, local
from engine.dialect.report import DialectReport, called, sentence_case


def check_output(report: DialectReport, node: Node, extension: etree._Element | None, rule: str) -> None:
    """A list to gather in and what goes into it stand together; extension: what has both, None where there is none."""
    if extension is None:
        return
    there, missing = "outputCollection", "outputElement"
    if not extension.get(there):
        there, missing = missing, there
    if extension.get(there) and not extension.get(missing):
        report.at(
            extension,
            rule,
            f"{sentence_case(called(node))} has {there}, but no {missing}: nothing would be collected.",
            f"Fill in {missing}, or take {there} away.",
        )


def check_completion(report: DialectReport, holder: etree._Element) -> None:
    """The condition is FEEL."""
    for part in children(holder):
        if local(part) == "completionCondition":
            expressions.check(report, part, "the completion condition", part.text or "")
