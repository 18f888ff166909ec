"""Service tasks and their kin: the operation exists, gets its inputs, and its errors find a catcher."""

from __future__ import annotations

import difflib

from engine.design_rules.company import Company, static
from engine.dialect import activities, events
from engine.dialect.model import ZEEBE, Model, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case
from engine.operations import Operation


def check(report: DialectReport, model: Model, company: Company) -> None:
    """All rules on operations and errors."""
    for node in model.nodes():
        if node.supported and activities.is_job(node):
            _check_operation(report, node, company)
        if node.supported and node.trigger == "error":
            if node.type == "endEvent":
                _check_thrown(report, node, company)
            elif node.type == "boundaryEvent" and node.host is not None:
                _check_caught(report, node, company)


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
        if not is_caught(node, code, company):
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
    code = _code_at(node)
    if code and not code.startswith("=") and not is_caught(node, code, company):
        report.at(
            node.element,
            "error_uncaught",
            f'{sentence_case(called(node))} throws the error "{code}", and nothing catches it.',
            "Attach an error boundary event with this code to a sub-process around it or to the call activity that calls "
            "this process; without one it becomes an incident.",
        )


def _check_caught(report: DialectReport, node: Node, company: Company) -> None:
    code = _code_at(node)
    if code is None and node.definitions[0].get("errorRef"):
        return  # a dangling reference or a missing code is a finding of its own
    thrown = _thrown_in(node.host, company, set())
    if thrown is None or (code in thrown if code else thrown):
        return
    caught, thing = (f'the error "{code}"', "it") if code else ("all errors", "one")
    report.at(
        node.element,
        "error_never_thrown",
        f"{sentence_case(called(node))} catches {caught}, but nothing in {called(node.host)} throws {thing}.",
        "Correct the code, or take the boundary event away.",
    )


def is_caught(node: Node, code: str, company: Company) -> bool:
    """True when an error thrown at the node meets a boundary event here, around, or at every known caller."""
    return _is_caught(node, code, company, set())


def _is_caught(node: Node, code: str, company: Company, seen: set[Process]) -> bool:
    current: Node | None = node
    while current is not None:
        if _catches(current, code):
            return True
        current = current.parent
    if node.process in seen:
        return True  # a circle of calls is a finding of its own
    seen = seen | {node.process}
    callers = [
        caller
        for process in company.processes.values()
        for caller in process.nodes
        if node.process.id and static(caller, "calledElement", "processId") == node.process.id
    ]
    return bool(callers) and all(_is_caught(caller, code, company, seen) for caller in callers)


def _catches(node: Node, code: str) -> bool:
    for boundary in node.boundaries:
        if boundary.supported and boundary.trigger == "error":
            caught = _code_at(boundary)
            if caught is None or caught == code:
                return True
    return False


def _code_at(node: Node) -> str | None:
    """The code of an error event; None where it catches all."""
    error = events.error_of(node.process.model, node)
    return error.get("errorCode") if error is not None else None


def _thrown_in(node: Node, company: Company, seen: set[Process]) -> set[str] | None:
    """The error codes that may come out of a node; None when nobody can know."""
    if node.type == "callActivity":
        called_process = company.process(static(node, "calledElement", "processId"))
        if called_process is None:
            return None
        if called_process in seen:
            return set()
        return _thrown_by(called_process.nodes, company, seen | {called_process})
    if activities.is_job(node):
        operation = company.operation(node)
        return None if operation is None else set(operation.errors)
    if node.type == "subProcess":
        return _thrown_by(node.children, company, seen)
    if node.type == "endEvent" and node.trigger == "error":
        code = _code_at(node)
        return None if code is None or code.startswith("=") else {code}
    return set()


def _thrown_by(nodes: list[Node], company: Company, seen: set[Process]) -> set[str] | None:
    thrown: set[str] = set()
    for node in nodes:
        codes = _thrown_in(node, company, seen)
        if codes is None:
            return None
        thrown |= codes
    return thrown
