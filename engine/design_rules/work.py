"""Service tasks and their kin: the operation exists, gets its inputs, and its errors find a catcher."""

from __future__ import annotations

import difflib

from lxml import etree

from engine.design_rules.call_graph import code_at, static
from engine.design_rules.company import Company
from engine.dialect import activities, expressions
from engine.dialect.model import BPMN, ZEEBE, Model, Node
from engine.dialect.report import DialectReport, called, sentence_case
from engine.operations import Operation


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on operations and errors."""
    for process in model.checked:
        _check_listeners(report, process.element, company)
    for node in model.nodes():
        if node.supported and activities.is_job(node):
            _check_operation(report, node, company)
        _check_listeners(report, node.element, company)
        if node.supported and "error" in node.triggers:
            if node.type == "endEvent":
                _check_thrown(report, node, company)
            elif node.trigger == "error" and node.type == "boundaryEvent" and node.host is not None:
                _check_caught(report, node, company)


def _check_listeners(report: DialectReport, element: etree._Element, company: Company) -> None:
    """A listener whose type no operation has holds its element up until an outside worker has answered."""
    path = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}"
    for holder, name in (("executionListeners", "executionListener"), ("taskListeners", "taskListener")):
        for listener in element.iterfind(f"{path}{holder}/{{{ZEEBE}}}{name}"):
            job_type = (listener.get("type") or "").strip()
            if job_type and not expressions.is_expression(job_type) and job_type not in company.operations:
                report.at(
                    listener,
                    "outside_worker",
                    f'{sentence_case(called(element))} has a listener of the type "{job_type[:80]}", which no operation '
                    "here has: it waits for an outside worker.",
                    "Start a worker for this type, or choose an operation.",
                )


def _check_operation(report: DialectReport, node: Node, company: Company) -> None:
    job_type = static(node, "taskDefinition", "type")
    if job_type is None:
        return
    operation = company.operations.get(job_type)
    if operation is None:
        _say_unknown(report, node, job_type, company)
        return
    _check_inputs(report, node, operation)
    for code, meaning in operation.errors.items():
        if not company.calls.is_caught(node, code):
            report.at(
                node.element,
                "error_uncaught",
                f'{sentence_case(called(node))} may throw the error "{code}" ({meaning.rstrip(".")}), and nothing '
                "catches it.",
                "Attach an error boundary event with this code to it or to a sub-process around it; without one it "
                "becomes an incident.",
            )


def _say_unknown(report: DialectReport, node: Node, job_type: str, company: Company) -> None:
    family = job_type.partition(".")[0]
    if "." in job_type and any(known.startswith(f"{family}.") for known in company.operations):
        near = difflib.get_close_matches(job_type, company.operations, 1)
        report.at(
            node.element,
            "operation_unknown",
            f'{sentence_case(called(node))} runs the operation "{job_type[:80]}", but the family "{family}" has none of '
            "that name.",
            f'Did you mean "{near[0]}"?' if near else "Choose one of the family's operations.",
        )
    else:
        report.at(
            node.element,
            "outside_worker",
            f'{sentence_case(called(node))} has the type "{job_type[:80]}", which no operation here has: it waits for an '
            "outside worker.",
            "Start a worker for this type, or choose an operation.",
        )


def _check_inputs(report: DialectReport, node: Node, operation: Operation) -> None:
    mapping = node.extension("ioMapping")
    inputs = [] if mapping is None else mapping.findall(f"{{{ZEEBE}}}input")
    mapped = {(each.get("target") or "").partition(".")[0]: each for each in inputs}
    for name, wanted in operation.inputs.items():
        if wanted.required and name not in mapped:
            report.at(
                node.element,
                "input_missing",
                f'{sentence_case(called(node))} does not map the input "{name}", which the operation '
                f'"{operation.type}" needs.',
                f'Add a zeebe:input with the target "{name}".',
            )
    for name, each in mapped.items():
        if name and name not in operation.inputs:
            report.at(
                each,
                "input_unknown",
                f'{sentence_case(called(node))} maps the input "{name[:80]}", which the operation "{operation.type}" '
                "does not take.",
                f"It takes: {', '.join(operation.inputs) or 'nothing'}.",
            )


def _check_thrown(report: DialectReport, node: Node, company: Company) -> None:
    if not node.process.can_be_called:
        return  # no caller can help: soundness says it (throw_uncaught)
    code = code_at(node)
    if code and not code.startswith("=") and not company.calls.is_caught(node, code):
        report.at(
            node.element,
            "error_uncaught",
            f'{sentence_case(called(node))} throws the error "{code}", and nothing catches it.',
            "Attach an error boundary event with this code to a sub-process around it or to the call activity that calls "
            "this process; without one it becomes an incident.",
            report.way_to(node),
        )


def _check_caught(report: DialectReport, node: Node, company: Company) -> None:
    code = code_at(node)
    if code is None and node.definitions[0].get("errorRef"):
        return  # a dangling reference or a missing code is a finding of its own
    thrown = company.calls.thrown(node.host)
    if thrown is None or (code in thrown if code else thrown):
        return
    caught, thing = (f'the error "{code}"', "it") if code else ("all errors", "one")
    report.at(
        node.element,
        "error_never_thrown",
        f"{sentence_case(called(node))} catches {caught}, but nothing in {called(node.host)} throws {thing}.",
        "Correct the code, or take the boundary event away.",
    )
