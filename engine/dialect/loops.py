"""Loops of activities: a multi-instance activity has a list or a number, a standard loop says when it ends."""

from __future__ import annotations

from lxml import etree

from engine.dialect import expressions, gathering
from engine.dialect.model import Model, Node, children, extension, local
from engine.dialect.report import DialectReport, called, sentence_case

_ACTIVITIES = ("task", "Task", "callActivity", "subProcess", "SubProcess", "transaction")
_MOST_DIGITS = 18


def check(report: DialectReport, model: Model) -> None:
    """All rules on the loop marks of one file."""
    for node in model.nodes():
        if node.supported and not node.is_event_sub_process:
            _check_loop(report, node)


def _check_loop(report: DialectReport, node: Node) -> None:
    marker, again = node.part("multiInstanceLoopCharacteristics"), node.part("standardLoopCharacteristics")
    if (marker is not None or again is not None) and not node.type.endswith(_ACTIVITIES):
        report.at(
            marker if marker is not None else again,
            "loop_refused",
            f"{sentence_case(called(node))} has a loop mark, but only an activity is repeated.",
            "Take the mark away.",
        )
        return
    if again is not None:
        _check_standard_loop(report, node, again, marker is not None)
    if marker is None:
        return
    loop, cardinality = extension(marker, "loopCharacteristics"), _cardinality(marker)
    if cardinality is not None:
        _check_cardinality(report, node, cardinality, loop)
    elif loop is None:
        report.at(
            marker,
            "loop_refused",
            f"{sentence_case(called(node))} runs once per item, but has no collection of items.",
            "Give it a zeebe:loopCharacteristics with inputCollection, for instance =order.items.",
        )
    gathering.check_output(report, node, loop, "loop_refused")
    gathering.check_completion(report, marker)


def _check_standard_loop(
    report: DialectReport, node: Node, marker: etree._Element, has_other_mark: bool
) -> None:
    if has_other_mark:
        report.at(
            marker,
            "loop_refused",
            f"{sentence_case(called(node))} has a standard loop mark and a multi-instance mark, but only one can count.",
            "Take one of the two away.",
        )
    maximum = marker.get("loopMaximum")
    if maximum is not None and not _is_number_from_one_on(maximum.strip()):
        report.at(
            marker,
            "loop_refused",
            f'The loopMaximum of {called(node)} must be a whole number from 1 on, but is "{maximum[:80]}".',
            "Correct it, or leave it out.",
        )
    condition = next((each for each in children(marker) if local(each) == "loopCondition"), None)
    text = "" if condition is None else (condition.text or "").strip()
    if text:
        expressions.check(report, condition, "the loop condition", text)
    elif maximum is None:
        report.at(
            marker,
            "loop_refused",
            f"{sentence_case(called(node))} is repeated, but nothing says how long.",
            "Give it a loopCondition, for instance =not(is_ok), or a loopMaximum.",
        )


def _is_number_from_one_on(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_DIGITS and int(text) > 0


def _cardinality(marker: etree._Element) -> etree._Element | None:
    found = next((each for each in children(marker) if local(each) == "loopCardinality"), None)
    return found if found is not None and (found.text or "").strip() else None


def _check_cardinality(
    report: DialectReport, node: Node, cardinality: etree._Element, loop: etree._Element | None
) -> None:
    text = cardinality.text.strip()
    if loop is not None:
        report.at(
            cardinality,
            "loop_refused",
            f"{sentence_case(called(node))} has a loopCardinality and a zeebe:loopCharacteristics, but only one can say how "
            "many instances there are.",
            "Take the loopCardinality away; a number of times is =for i in 1..n return i as inputCollection.",
        )
    elif not text.isdecimal():
        expressions.check(report, cardinality, "the loop cardinality", text)
