"""What undoes what: compensation events, their handlers and the activities they name; transactions and their cancel events."""

from __future__ import annotations

from lxml import etree

from engine.dialect import table
from engine.dialect.model import BPMN, Model, Node, Process, text_of_reference
from engine.dialect.report import DialectReport, called, sentence_case

_LEAVE_ONE = "Leave one of the two."


def check(report: DialectReport, model: Model) -> None:
    """All rules on compensation and cancellation of one file."""
    for process in model.checked:
        handlers = _handlers_by_event(process)
        claimed = {handler for found in handlers.values() for handler in found}
        for node in process.nodes:
            if not node.supported or node.is_inside_refused:
                continue
            if is_handler(node):
                _check_handler(report, node, node in claimed)
            if node.trigger == "compensation" and not _throws(node):
                _check_compensation(report, node, handlers)
            elif _throws(node) and "compensation" in node.triggers:
                _check_targets(report, node)
            if node.trigger == "cancel" or (_throws(node) and "cancel" in node.triggers):
                _check_cancel(report, node)
            _check_once(report, node)


def is_handler(node: Node) -> bool:
    """True for an activity that undoes another one."""
    is_marked = node.element.get("isForCompensation", "false") in ("true", "1")
    return is_marked and table.ELEMENTS[node.type].kind == table.ACTIVITY


def is_undoable(node: Node) -> bool:
    """True for an activity that has a handler, or that has something inside that can be undone."""
    if any(boundary.trigger == "compensation" for boundary in node.boundaries):
        return True
    inside = list(node.children)
    while inside:
        each = inside.pop()
        if any(boundary.trigger == "compensation" for boundary in each.boundaries) or (
            each.type == "startEvent" and each.trigger == "compensation"
        ):
            return True
        inside.extend(each.children)
    return False


def _handlers_by_event(process: Process) -> dict[Node, list[Node]]:
    """{compensation boundary event: the handlers that its associations lead to}."""
    by_id = {node.id: node for node in process.nodes if node.id}
    found: dict[Node, list[Node]] = {
        node: [] for node in process.nodes if node.type == "boundaryEvent" and node.trigger == "compensation"
    }
    for association in process.element.iter(f"{{{BPMN}}}association"):
        ends = [by_id.get(text_of_reference(association.get(end))) for end in ("sourceRef", "targetRef")]
        for event, handler in (ends, ends[::-1]):
            if event in found and handler is not None and is_handler(handler):
                found[event].append(handler)
    return found


# -- compensation -------------------------------------------------------------------------------------------------------


def _check_handler(report: DialectReport, node: Node, is_claimed: bool) -> None:
    if not is_claimed:
        report.at(
            node.element,
            "compensation_handler",
            f"{sentence_case(called(node))} is marked for compensation, but no compensation boundary event leads to it.",
            "Draw an association from the compensation boundary event of the step that it undoes, or take the mark away.",
        )
    for flow in [*node.incoming, *node.outgoing]:
        report.at(
            flow.element,
            "compensation_handler",
            f"{sentence_case(called(flow))} leads into or out of {called(node)}, which undoes another step and has no place "
            "in the flow.",
            "Take the flow away; put several steps into a sub-process marked for compensation.",
        )
    for boundary in node.boundaries:
        report.at(
            boundary.element,
            "compensation_handler",
            f"{sentence_case(called(boundary))} is attached to {called(node)}, which undoes another step and can have no "
            "boundary events.",
            "Put the step into a sub-process marked for compensation, and attach the event inside.",
        )


def _check_compensation(report: DialectReport, node: Node, handlers: dict[Node, list[Node]]) -> None:
    if node.type == "boundaryEvent":
        _check_association(report, node, handlers)
    elif node.type == "startEvent":
        _check_start(report, node)


def _check_association(report: DialectReport, node: Node, handlers: dict[Node, list[Node]]) -> None:
    found = handlers[node]
    if len(found) != 1 or found[0].parent is not node.parent:
        there = f"{called(found[0])} in another scope" if len(found) == 1 else str(len(found) or "none")
        report.at(
            node.element,
            "compensation_handler",
            f"{sentence_case(called(node))} must have an association with one activity of its scope that is marked for "
            f"compensation, but has {there}.",
            'Draw the step that undoes the work beside it (isForCompensation="true"), and an association to it.',
        )
    elif any(found[0] in others for event, others in handlers.items() if event is not node):
        report.at(
            node.element,
            "compensation_handler",
            f"{sentence_case(called(found[0]))} undoes {called(node.host or node)} and another step too.",
            "Give each step a handler of its own; call activities may share a process.",
        )
    for flow in node.outgoing:
        report.at(
            flow.element,
            "compensation_handler",
            f"{sentence_case(called(flow))} leaves {called(node)}, but what undoes a step is no part of the flow.",
            "Draw an association instead of the sequence flow.",
        )


def _check_start(report: DialectReport, node: Node) -> None:
    scope = node.parent
    if scope is None:
        return  # that nothing of this kind starts a process is a finding of its own
    if not node.starts_event_sub_process or scope.parent is None or scope.parent.is_event_sub_process:
        report.at(
            node.element,
            "compensation_start",
            f"{sentence_case(called(node))} begins when the sub-process around it is undone, but there is none around "
            f"{called(scope)}.",
            "Put it into an event sub-process inside of the sub-process that it undoes.",
        )


def _throws(node: Node) -> bool:
    return node.type in ("intermediateThrowEvent", "endEvent")


def _check_targets(report: DialectReport, node: Node) -> None:
    for trigger, definition in node.parts:
        if trigger == "compensation":
            _check_target(report, node, definition)


def _check_target(report: DialectReport, node: Node, definition: etree._Element) -> None:
    reference = definition.get("activityRef")
    if reference is None:
        return
    name = text_of_reference(reference)
    scope = node.parent
    while scope is not None and scope.is_event_sub_process:
        scope = scope.parent
    found = next((each for each in node.process.nodes if each.id and each.id == name), None)
    if found is None:
        fault = f'"{name[:80]}", and no activity of the process has that id'
    elif found.parent is not scope:
        fault = f"{called(found)}, which lies in another scope"
    elif table.ELEMENTS[found.type].kind != table.ACTIVITY or not is_undoable(found):
        fault = f"{called(found)}, which has no compensation boundary event"
    else:
        return
    report.at(
        node.element,
        "compensation_target",
        f"The activityRef of {called(node)} must name an activity of its scope that can be undone, but it is {fault}.",
        "Choose a completed step of the same scope, give it a compensation boundary event, or leave activityRef empty to "
        "undo all of them.",
    )


# -- transactions -------------------------------------------------------------------------------------------------------


def _check_cancel(report: DialectReport, node: Node) -> None:
    if node.type == "boundaryEvent":
        if node.host is not None and node.host.type != "transaction":
            report.at(
                node.element,
                "cancel_refused",
                f"{sentence_case(called(node))} is attached to {called(node.host)}, but only a transaction can be cancelled.",
                "Make it a transaction, or catch an error instead.",
            )
        if not node.is_interrupting:
            report.at(
                node.element,
                "cancel_refused",
                f"{sentence_case(called(node))} is drawn as non-interrupting, but a cancelled transaction always ends.",
                'Make it interrupting (cancelActivity="true").',
            )
        return
    transaction = node.parent
    if transaction is None or transaction.type != "transaction":
        report.at(
            node.element,
            "cancel_refused",
            f"{sentence_case(called(node))} must lie directly in a transaction, which it cancels, but lies in "
            f"{called(transaction if transaction is not None else node.process)}.",
            "Move it into the transaction, or throw an error instead.",
        )
    elif not any(boundary.trigger == "cancel" for boundary in transaction.boundaries):
        report.at(
            node.element,
            "cancel_refused",
            f"{sentence_case(called(node))} cancels {called(transaction)}, but no cancel boundary event says what comes "
            "then.",
            "Attach a cancel boundary event to the transaction and draw what is to be done.",
        )


def _check_once(report: DialectReport, node: Node) -> None:
    """An activity is undone by one handler and cancelled by one event."""
    for trigger in ("compensation", "cancel"):
        events = [boundary for boundary in node.boundaries if boundary.trigger == trigger]
        for extra in events[1:]:
            report.at(
                extra.element,
                "compensation_handler" if trigger == "compensation" else "cancel_refused",
                f"{sentence_case(called(node))} has a second {trigger} boundary event: {called(events[0])} is the first.",
                _LEAVE_ONE,
            )
    starts: list[etree._Element] = [
        start.element
        for each in node.children
        if each.is_event_sub_process
        for start in each.starts
        if start.trigger == "compensation"
    ]
    for extra_start in starts[1:]:
        report.at(
            extra_start,
            "compensation_start",
            f"{sentence_case(called(extra_start))} begins a second event sub-process that undoes {called(node)}.",
            _LEAVE_ONE,
        )
