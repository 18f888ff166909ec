"""Calls: what is called is deployed and can be called, and no process calls itself."""

from __future__ import annotations

from collections import deque

from engine.design_rules.call_graph import static
from engine.design_rules.company import Company
from engine.dialect.model import Model, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case

_MOST_OF_A_CIRCLE = 5
_LONGEST_LIST = 8


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on call activities and called decisions."""
    for node in model.nodes():
        if node.type == "callActivity":
            _check_called_process(report, node, company)
        elif node.type == "businessRuleTask":
            _check_called_decision(report, node, company)
    _check_self_calls(report, model, company)


def _check_called_process(report: DialectReport, node: Node, company: Company) -> None:
    process_id = static(node, "calledElement", "processId")
    if process_id is None:
        return
    process = company.process(process_id)
    if process is None and process_id not in company.process_ids:
        report.at(
            node.element,
            "process_unknown",
            f'{sentence_case(called(node))} calls the process "{process_id[:80]}", which is not deployed.',
            "Deploy that process too, or correct the id; until then the call is an incident.",
        )
    elif process is not None and not process.can_be_called:
        report.at(
            node.element,
            "process_not_callable",
            f'{sentence_case(called(node))} calls the process "{process_id[:80]}", which has no start event without '
            "trigger.",
            "Give that process a start event without trigger: a call begins there.",
        )


def _check_called_decision(report: DialectReport, node: Node, company: Company) -> None:
    decision_id = static(node, "calledDecision", "decisionId")
    if decision_id is not None and decision_id not in company.decisions:
        report.at(
            node.element,
            "decision_unknown",
            f'{sentence_case(called(node))} asks the decision "{decision_id[:80]}", which is not deployed.',
            "Deploy that decision too, or correct the id; until then asking it is an incident.",
        )


def _check_self_calls(report: DialectReport, model: Model, company: Company) -> None:
    for circle in company.calls.circles:
        for process in circle[:_MOST_OF_A_CIRCLE]:
            if process.model is model:
                _say_self_call(report, process, circle, company)


def _say_self_call(report: DialectReport, process: Process, circle: list[Process], company: Company) -> None:
    path = _way_back(process, set(circle), company)
    names = [process.id or "", *(static(node, "calledElement", "processId") or "" for node in path)]
    if len(names) > _LONGEST_LIST:
        names[_LONGEST_LIST // 2 : -_LONGEST_LIST // 2] = ["…"]
    report.at(
        path[0].element,
        "process_calls_itself",
        f"{sentence_case(called(process))} calls itself: {' → '.join(names)}.",
        "Draw the repetition as a loop or a multi-instance activity inside of one process.",
    )


def _way_back(process: Process, circle: set[Process], company: Company) -> list[Node]:
    """The shortest row of call activities that leads from a process of a circle back to itself."""
    came: dict[Process, tuple[Process, Node]] = {}
    queue = deque([process])
    while process not in came:
        current = queue.popleft()
        for node, target in company.calls.calls(current):
            if target in circle and target not in came:
                came[target] = (current, node)
                queue.append(target)
    path: list[Node] = []
    current = process
    while current is not process or not path:
        current, node = came[current]
        path.append(node)
    return path[::-1]
