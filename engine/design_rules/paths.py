"""Paths through a process: every node can be reached, every path ends, every loop waits somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from engine.design_rules import graph
from engine.design_rules.company import Company
from engine.dialect import event_places, undoing
from engine.dialect.model import Model, Node
from engine.dialect.report import DialectReport, called, sentence_case

_LONGEST_LIST = 6


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on paths."""
    for process in model.checked:
        for parent in [None, *(node for node in process.nodes if node.children and node.supported)]:
            scope = process.scope(parent)
            if parent is None or not parent.is_inside_refused:
                _check_reachable(report, scope)
                _check_loops(report, scope, company)
                for node in scope:
                    _check_dead_end(report, node)


def _check_reachable(report: DialectReport, scope: list[Node]) -> None:
    if not any(node.type == "startEvent" for node in scope):
        return  # a finding of its own
    todo = [node for node in scope if _begins_by_itself(node)]
    reached = set(todo)
    while todo:
        for follower in _followers(todo.pop()):
            if follower not in reached:
                reached.add(follower)
                todo.append(follower)
    for node in scope:
        if node not in reached and node.host not in reached:
            report.at(
                node.element,
                "unreachable",
                f"{sentence_case(called(node))} can never be reached from a start event.",
                "Draw a sequence flow to it, or take it away.",
                report.way_to(node),
            )


def _begins_by_itself(node: Node) -> bool:
    # What the dialect refuses may begin in ways of its own.
    is_start = node.type == "startEvent" or node.is_event_sub_process
    return is_start or undoing.is_handler(node) or not node.supported


def _check_dead_end(report: DialectReport, node: Node) -> None:
    may_stop = ("endEvent", "boundaryEvent", "eventBasedGateway")  # the last two have findings of their own
    is_alone = node.is_event_sub_process or undoing.is_handler(node)
    is_in_ad_hoc = node.parent is not None and node.parent.type == "adHocSubProcess"
    goes_on = bool(node.outgoing or is_alone or is_in_ad_hoc or node.trigger == "link")
    if not goes_on and node.type not in may_stop and node.supported:
        report.at(
            node.element,
            "dead_end",
            f"{sentence_case(called(node))} has no outgoing flow: the path just stops there.",
            "Lead it to the next step or to an end event.",
            report.way_to(node),
        )


def _check_loops(report: DialectReport, scope: list[Node], company: Company) -> None:
    automatic = [node for node in scope if not company.calls.waits(node)]
    for loop in graph.loops(automatic, _followers):
        names = [called(node) for node in loop]
        shown = ", ".join(names[:_LONGEST_LIST]) + (", …" if len(names) > _LONGEST_LIST else "")
        report.at(
            loop[0].element,
            "loop_without_wait",
            f"The loop through {shown} waits for nobody and nothing: it runs within one step.",
            "Put a user task, a timer or a message on its way, or a multi-instance activity in its place.",
            tuple(node.id for node in loop if node.id),
        )


def _followers(node: Node) -> Iterator[Node]:
    for flow in node.outgoing:
        if flow.target is not None and flow.target.parent is node.parent:
            yield flow.target
    yield from node.boundaries
    yield from event_places.link_catches(node)
