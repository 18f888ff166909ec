"""Paths through a process: every node can be reached, every path ends, every loop waits somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from engine.design_rules.company import Company, static
from engine.dialect import activities
from engine.dialect.model import Model, Node, Process
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
    # What the dialect refuses may begin in ways of its own (link, compensation, event sub-process).
    todo = [node for node in scope if node.type == "startEvent" or not node.supported]
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
            )


def _check_dead_end(report: DialectReport, node: Node) -> None:
    may_stop = ("endEvent", "boundaryEvent", "eventBasedGateway")  # the last two have findings of their own
    if not node.outgoing and node.type not in may_stop and node.supported:
        report.at(
            node.element,
            "dead_end",
            f"{sentence_case(called(node))} has no outgoing flow: the path just stops there.",
            "Lead it to the next step or to an end event.",
        )


def _check_loops(report: DialectReport, scope: list[Node], company: Company) -> None:
    automatic = {node for node in scope if not waits(node, company, frozenset())}
    for loop in _loops(scope, automatic):
        names = [called(node) for node in loop]
        shown = ", ".join(names[:_LONGEST_LIST]) + (", …" if len(names) > _LONGEST_LIST else "")
        report.at(
            loop[0].element,
            "loop_without_wait",
            f"The loop through {shown} waits for nobody and nothing: it runs within one step.",
            "Put a user task, a timer or a message on its way, or a multi-instance activity in its place.",
        )


def waits(node: Node, company: Company, seen: frozenset[Process]) -> bool:
    """True when a token stops at this node, or may stop inside of it."""
    if node.type in ("userTask", "receiveTask", "eventBasedGateway"):
        return True
    if node.type in ("intermediateCatchEvent", "boundaryEvent"):
        return node.trigger in ("timer", "message")
    if activities.is_job(node):
        return company.operation(node) is None
    if node.type == "subProcess":
        return any(waits(child, company, seen) for child in node.children)
    if node.type == "callActivity":
        process = company.process(static(node, "calledElement", "processId"))
        if process is None:
            return True
        return process not in seen and any(waits(child, company, seen | {process}) for child in process.nodes)
    return False


def _followers(node: Node) -> Iterator[Node]:
    for flow in node.outgoing:
        if flow.target is not None and flow.target.parent is node.parent:
            yield flow.target
    yield from node.boundaries


def _loops(scope: list[Node], within: set[Node]) -> list[list[Node]]:
    """The strongly connected parts that hold a loop, in the order of the file (Tarjan, without recursion)."""
    place = {node: at for at, node in enumerate(scope)}
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[list[Node]] = []
    for root in scope:
        if root not in within or root in number:
            continue
        work = [(root, _within(root, within))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, followers = work[-1]
            follower = next(followers, None)
            if follower is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    part = [stack.pop()]
                    while part[-1] is not node:
                        part.append(stack.pop())
                    on_stack.difference_update(part)
                    if len(part) > 1 or node in set(_followers(node)):
                        found.append(sorted(part, key=place.__getitem__))
            elif follower not in number:
                number[follower] = low[follower] = len(number)
                stack.append(follower)
                on_stack.add(follower)
                work.append((follower, _within(follower, within)))
            elif follower in on_stack:
                low[node] = min(low[node], number[follower])
    return sorted(found, key=lambda part: place[part[0]])


def _within(node: Node, within: set[Node]) -> Iterator[Node]:
    return iter([follower for follower in _followers(node) if follower in within])
