"""How processes hang together: starts, ends, boundaries, scopes, event-based gateways."""

from __future__ import annotations

from engine.dialect.model import Flow, Model, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case


def check(report: DialectReport, model: Model) -> None:
    """All rules on the structure of the processes of one file."""
    _check_executable(report, model)
    for process in model.checked:
        _check_process_start(report, process)
        for flow in process.flows:
            _check_flow_stays_inside(report, flow)
        for node in process.nodes:
            if node.supported and not node.is_inside_refused:
                for rule in _NODE_RULES:
                    rule(report, node)


def _check_executable(report: DialectReport, model: Model) -> None:
    if not model.processes:
        report.at(
            model.root,
            "no_process",
            "This file holds no process.",
            "Draw a process, with a start event, the steps and an end event.",
        )
    elif not any(process.executable for process in model.processes):
        report.at(
            model.processes[0].element,
            "no_executable_process",
            f"No process of this file is executable; the first is {called(model.processes[0])}.",
            'Set isExecutable="true" on the process that is to be run.',
        )


def _check_process_start(report: DialectReport, process: Process) -> None:
    starts = [node for node in process.scope(None) if node.type == "startEvent"]
    if not starts:
        report.at(
            process.element,
            "no_start_event",
            f"{sentence_case(called(process))} has no start event.",
            "Draw a start event before the first step.",
        )
    for extra in [start for start in starts if not start.definitions][1:]:
        report.at(
            extra.element,
            "several_none_starts",
            f"{sentence_case(called(extra))} is a second start event without trigger in {called(process)}.",
            "Leave one start event without trigger, and lead the others' flows to it or give them a message or timer.",
        )


def _check_flow_stays_inside(report: DialectReport, flow: Flow) -> None:
    if flow.source and flow.target and flow.source.parent is not flow.target.parent:
        report.at(
            flow.element,
            "flow_crosses_scope",
            f"{sentence_case(called(flow))} leads from {called(flow.source)} to {called(flow.target)} across the border "
            "of a sub-process.",
            "End the path inside of the sub-process, and let the flow leave the sub-process itself.",
        )


def _check_sub_process_start(report: DialectReport, node: Node) -> None:
    if node.type not in ("subProcess", "transaction") or node.is_event_sub_process:
        return
    starts = node.starts
    if len(starts) != 1:
        report.at(
            node.element,
            "sub_process_start",
            f"{sentence_case(called(node))} must have exactly one start event, but has {len(starts) or 'none'}.",
            "Draw one start event without trigger in it.",
        )
    for start in starts:
        if start.definitions:
            report.at(
                start.element,
                "sub_process_start",
                f"{sentence_case(called(start))} begins {called(node)}, where only a start event without trigger may "
                "stand.",
                "Take its trigger away, or wait for it at an intermediate event behind the start.",
            )


def _check_start_and_end(report: DialectReport, node: Node) -> None:
    if node.type in ("startEvent", "boundaryEvent") and node.incoming:
        rule = "start_with_incoming" if node.type == "startEvent" else "boundary_with_incoming"
        report.at(
            node.incoming[0].element,
            rule,
            f"{sentence_case(called(node.incoming[0]))} leads into {called(node)}, where no flow may lead.",
            "Lead it to the step that is to come next.",
        )
    if node.type == "endEvent" and node.outgoing:
        report.at(
            node.outgoing[0].element,
            "end_with_outgoing",
            f"{sentence_case(called(node.outgoing[0]))} leaves {called(node)}, but a path is over there.",
            "Use an intermediate event, or take the flow away.",
        )
    if node.type == "boundaryEvent" and not node.outgoing and node.trigger != "compensation":
        report.at(
            node.element,
            "boundary_without_flow",
            f"{sentence_case(called(node))} has no sequence flow that leaves it.",
            "Draw what is to be done when it fires, at least an end event.",
        )


def _check_boundary_scope(report: DialectReport, node: Node) -> None:
    if node.host is not None and node.host.parent is not node.parent:
        report.at(
            node.element,
            "flow_crosses_scope",
            f"{sentence_case(called(node))} is attached to {called(node.host)}, which lies in another scope.",
            "Attach it to an activity of its own process or sub-process.",
        )


def _check_event_gateway(report: DialectReport, node: Node) -> None:
    if node.type != "eventBasedGateway":
        return
    if len(node.outgoing) < 2:
        report.at(
            node.element,
            "event_gateway_target",
            f"{sentence_case(called(node))} must lead to at least two events, but has {len(node.outgoing) or 'no'} "
            f"outgoing flow{'s' if len(node.outgoing) != 1 else ''}.",
            "Draw a flow to each event that may come first, or take the gateway away.",
        )
    for flow in node.outgoing:
        target = flow.target
        if target is None:
            continue
        if not _may_follow_event_gateway(target):
            report.at(
                target.element,
                "event_gateway_target",
                f"{sentence_case(called(node))} leads to {called(target)}, but may only lead to timer, message, signal or "
                "conditional catch events, and to receive tasks without boundary events.",
                "Put an intermediate catch event between them.",
            )
        elif len(target.incoming) > 1:
            report.at(
                target.element,
                "event_gateway_target",
                f"{sentence_case(called(target))} stands behind {called(node)} and has another incoming flow.",
                "Give the other path a catch event of its own.",
            )


def _may_follow_event_gateway(target: Node) -> bool:
    if target.type == "receiveTask":
        loops = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
        return not target.boundaries and all(target.part(loop) is None for loop in loops)
    waits = ("timer", "message", "signal", "conditional", "multiple")
    return target.type == "intermediateCatchEvent" and target.trigger in waits


_NODE_RULES = (
    _check_sub_process_start,
    _check_start_and_end,
    _check_boundary_scope,
    _check_event_gateway,
)
