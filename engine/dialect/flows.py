"""Conditions and default flows: where a gateway chooses, and only there."""

from __future__ import annotations

from engine.dialect import expressions
from engine.dialect.model import Flow, Model, Node, text_of_reference
from engine.dialect.report import DialectReport, called, sentence_case

CHOOSING = ("exclusiveGateway", "inclusiveGateway")


def check(report: DialectReport, model: Model) -> None:
    """All rules on conditions and default flows of one file."""
    for process in model.checked:
        for flow in process.flows:
            _check_condition(report, flow)
        for node in process.nodes:
            _check_default(report, node)
            if node.type in CHOOSING and len(node.outgoing) > 1:
                _check_complete(report, node)


def default_of(node: Node) -> Flow | None:
    """The default flow of a node, if its `default` names a flow that leaves it."""
    reference = text_of_reference(node.element.get("default"))
    return next((flow for flow in node.outgoing if flow.id and flow.id == reference), None)


def condition_text(flow: Flow) -> str | None:
    """The condition as written, or None where there is none."""
    condition = flow.condition
    return None if condition is None else (condition.text or "").strip()


def _check_condition(report: DialectReport, flow: Flow) -> None:
    condition = flow.condition
    if condition is None:
        return
    text = condition_text(flow) or ""
    language = condition.get("language", "")
    if flow.source is not None and flow.source.type not in CHOOSING:
        report.at(
            flow.element,
            "condition_not_allowed",
            f"{sentence_case(called(flow))} has a condition, but leaves {called(flow.source)}, which does not choose.",
            "Put an exclusive or inclusive gateway before it, or take the condition away.",
        )
    elif language and "feel" not in language.lower():
        report.at(
            condition,
            "script_refused",
            f'The condition of {called(flow)} is written in "{language[:80]}".',
            "Write it in FEEL: = and then the expression, and take the language attribute away.",
        )
    elif not text:
        report.at(
            condition,
            "condition_missing",
            f"The condition of {called(flow)} is empty.",
            "Write = and then the FEEL expression, or make this flow the default.",
        )
    else:
        expressions.check(report, condition, "the condition", text)


def _check_default(report: DialectReport, node: Node) -> None:
    reference = node.element.get("default")
    if reference is None:
        return
    default = default_of(node)
    if default is None:
        if node.process.model.definition(reference, "sequenceFlow") is not None:
            report.at(
                node.element,
                "default_wrong",
                f'The default flow "{reference}" of {called(node)} does not leave it.',
                "Choose one of its own outgoing flows as the default.",
            )
    elif default.condition is not None:
        report.at(
            default.element,
            "default_with_condition",
            f"{sentence_case(called(default))} is the default of {called(node)}, so its condition is never asked.",
            "Take the condition away, or choose another default.",
        )
    elif node.type not in CHOOSING and len(node.outgoing) > 1:
        report.at(
            node.element,
            "default_wrong",
            f"{sentence_case(called(node))} has the default {called(default)}, but takes all of its flows: it does not choose.",
            "Put an exclusive or inclusive gateway behind it, or take the default away.",
        )


def _check_complete(report: DialectReport, node: Node) -> None:
    default = default_of(node)
    for flow in node.outgoing:
        if flow.condition is None and flow is not default:
            report.at(
                flow.element,
                "condition_missing",
                f"{sentence_case(called(flow))} leaves {called(node)} without a condition and is not its default.",
                "Give it a condition, or make it the default flow of the gateway.",
            )
