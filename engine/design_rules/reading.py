"""What people read: names of steps and questions, ids in reports; and gateways that may find no way on."""

from __future__ import annotations

import re

from engine.design_rules.company import Company
from engine.dialect import expressions, flows
from engine.dialect.model import Model, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case

_GENERATED = re.compile(
    r"(?:[A-Za-z]+_)?(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z]{7}|sid-.*|_?[0-9A-Fa-f]{6,}.*|_.*|[A-Za-z]*[_-]?\d+",
)
_COMPARISON = re.compile(r"([^<>=!]+)(<=|>=|!=|=|<|>)([^<>=!]+)")
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on names, ids and complete choices."""
    for node in model.nodes():
        _check_name(report, node)
        if node.type in flows.CHOOSING and len(node.outgoing) > 1:
            _check_choice(report, node)
    for process in model.checked:
        _check_ids(report, process)


def _check_name(report: DialectReport, node: Node) -> None:
    if (node.name or "").strip():
        return
    if node.type == "userTask" or (node.type in flows.CHOOSING and len(node.outgoing) > 1):
        kind = "step" if node.type == "userTask" else "question"
        report.at(
            node.element,
            "name_missing",
            f"{sentence_case(called(node))} has no name.",
            f"Name the {kind} as a person would say it.",
        )


def _check_ids(report: DialectReport, process: Process) -> None:
    generated = [node for node in process.nodes if node.id and _GENERATED.fullmatch(node.id)]
    if not generated:
        return
    first, others = generated[0], len(generated) - 1
    so_have = "so has 1 other" if others == 1 else f"so have {others} others"
    report.at(
        first.element,
        "id_not_a_word",
        f'{sentence_case(called(first))} has the id "{first.id[:80]}", which tells people nothing'
        + (f"; {so_have} in {called(process)}." if others else "."),
        "Give them ids of words, for instance inspect_device.",
    )


def _check_choice(report: DialectReport, node: Node) -> None:
    if flows.default_of(node) is not None or any(flow.condition is None for flow in node.outgoing):
        return
    conditions = [flows.condition_text(flow) or "" for flow in node.outgoing]
    if not all(expressions.is_expression(condition) for condition in conditions):
        return  # a finding of its own
    if len(conditions) == 2 and are_complementary(*conditions):
        return
    report.at(
        node.element,
        "gateway_incomplete",
        f"{sentence_case(called(node))} has no default flow: when no condition is true, it becomes an incident.",
        "Make one of its flows the default.",
    )


def are_complementary(one: str, other: str) -> bool:
    """True when two conditions visibly leave nothing out: x and not(x), a = b and a != b, a < b and a >= b."""
    one, other = _plain(one), _plain(other)
    for first, second in ((one, other), (other, one)):
        if second in (f"not({first})", f"{first}=false", f"{first}!=true") or (
            first.endswith("=true") and second == first.removesuffix("=true") + "=false"
        ):
            return True
    left, right = _COMPARISON.fullmatch(one), _COMPARISON.fullmatch(other)
    return (
        left is not None
        and right is not None
        and (left[1], left[3]) == (right[1], right[3])
        and _OPPOSITE[left[2]] == right[2]
    )


def _plain(condition: str) -> str:
    return re.sub(r"\s+", "", condition).removeprefix("=")
