"""Calls: what is called is deployed and can be called, and no process calls itself."""

from __future__ import annotations

from collections import deque

from engine.design_rules.company import Company, static
from engine.dialect.model import Model, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on call activities and called decisions."""
    for node in model.nodes():
        if node.type == "callActivity":
            _check_called_process(report, node, company)
        elif node.type == "businessRuleTask":
            _check_called_decision(report, node, company)
    for process in model.checked:
        _check_self_call(report, process, company)


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
            "Deploy that process together with this one, or correct the id.",
        )
    elif process is not None and not any(
        start.type == "startEvent" and not start.definitions for start in process.scope(None)
    ):
        report.at(
            node.element,
            "process_unknown",
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
            "Deploy that decision together with this process, or correct the id.",
        )


def _check_self_call(report: DialectReport, process: Process, company: Company) -> None:
    path = _way_back(process, company)
    if path is None:
        return
    first = path[0]
    names = [process.id or "", *(static(node, "calledElement", "processId") or "" for node in path)]
    report.at(
        first.element,
        "process_calls_itself",
        f"{sentence_case(called(process))} calls itself: {' → '.join(names)}.",
        "Draw the repetition as a loop or a multi-instance activity inside of one process.",
    )


def _way_back(process: Process, company: Company) -> list[Node] | None:
    """The shortest row of call activities that leads from the process to itself."""
    queue: deque[tuple[Process, list[Node]]] = deque([(process, [])])
    seen: set[Process] = set()
    while queue:
        current, path = queue.popleft()
        for node in current.nodes:
            process_id = static(node, "calledElement", "processId") if node.type == "callActivity" else None
            if process_id is None:
                continue
            if process_id == process.id:
                return [*path, node]
            target = company.process(process_id)
            if target is not None and target not in seen:
                seen.add(target)
                queue.append((target, [*path, node]))
    return None
