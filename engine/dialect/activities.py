"""What activities need to run: the work of a task, the called process, the list of a loop, readable mappings."""

from __future__ import annotations

from engine.dialect import expressions
from engine.dialect.model import ZEEBE, Model, Node, extension, local
from engine.dialect.report import DialectReport, called, sentence_case


def check(report: DialectReport, model: Model) -> None:
    """All rules on tasks, call activities and loops of one file."""
    for node in model.nodes():
        if node.supported:
            for rule in _RULES:
                rule(report, node)


def is_job(node: Node) -> bool:
    """True for what is work for an operation or an outside worker."""
    if node.type in ("serviceTask", "sendTask"):
        return True
    if node.type in ("intermediateThrowEvent", "endEvent"):
        return node.trigger == "message"
    return node.type in ("businessRuleTask", "scriptTask") and node.extension("taskDefinition") is not None


def _check_job(report: DialectReport, node: Node) -> None:
    if is_job(node) and node.extension("taskDefinition") is None:
        report.at(
            node.element,
            "task_definition_missing",
            f"{sentence_case(called(node))} does not say what is to be done.",
            "Give it a zeebe:taskDefinition with the type of an operation or of an outside worker.",
        )


def _check_business_rule(report: DialectReport, node: Node) -> None:
    if node.type != "businessRuleTask":
        return
    decision, job = node.extension("calledDecision"), node.extension("taskDefinition")
    if decision is None and job is None:
        report.at(
            node.element,
            "decision_missing",
            f"{sentence_case(called(node))} does not say which decision it asks.",
            "Give it a zeebe:calledDecision with decisionId and resultVariable.",
        )
    elif decision is not None and job is not None:
        _two_ways(report, node, "zeebe:calledDecision", "zeebe:taskDefinition")


def _check_script(report: DialectReport, node: Node) -> None:
    if node.type != "scriptTask":
        return
    script, job = node.extension("script"), node.extension("taskDefinition")
    if script is None and job is None:
        report.at(
            node.element,
            "script_missing",
            f"{sentence_case(called(node))} has no FEEL expression.",
            "Give it a zeebe:script with expression and resultVariable.",
        )
    elif script is not None and job is not None:
        _two_ways(report, node, "zeebe:script", "zeebe:taskDefinition")


def _two_ways(report: DialectReport, node: Node, one: str, other: str) -> None:
    report.at(
        node.element,
        "misplaced_extension",
        f"{sentence_case(called(node))} has {one} and {other}, but only one can count.",
        "Take one of the two away.",
    )


def _check_call(report: DialectReport, node: Node) -> None:
    if node.type == "callActivity" and node.extension("calledElement") is None:
        report.at(
            node.element,
            "called_process_missing",
            f"{sentence_case(called(node))} does not say which process it calls.",
            "Give it a zeebe:calledElement with processId.",
        )


def _check_binding(report: DialectReport, node: Node) -> None:
    for name in ("calledElement", "calledDecision", "formDefinition"):
        bound = node.extension(name)
        if bound is not None and bound.get("bindingType") == "versionTag" and not bound.get("versionTag"):
            report.at(
                bound,
                "attribute_missing",
                f"{sentence_case(called(node))} is bound to a version tag, but zeebe:{name} has no versionTag.",
                "Fill in versionTag, or choose the binding latest or deployment.",
            )


def _check_form(report: DialectReport, node: Node) -> None:
    form = node.extension("formDefinition")
    if form is None:
        return
    named = [name for name in ("formId", "formKey", "externalReference") if (form.get(name) or "").strip()]
    if len(named) != 1:
        report.at(
            form,
            "attribute_missing" if not named else "value_refused",
            f"{sentence_case(called(node))} must name its form in one of formId, formKey and externalReference, but "
            f"names it in {' and '.join(named) or 'none of them'}.",
            "Choose one form.",
        )


def _check_loop(report: DialectReport, node: Node) -> None:
    marker = node.part("multiInstanceLoopCharacteristics")
    if marker is None:
        return
    loop = extension(marker, "loopCharacteristics")
    if loop is None:
        report.at(
            marker,
            "loop_refused",
            f"{sentence_case(called(node))} runs once per item, but has no collection of items.",
            "Give it a zeebe:loopCharacteristics with inputCollection, for instance =order.items.",
        )
        return
    if bool(loop.get("outputCollection")) != bool(loop.get("outputElement")):
        there, missing = (
            ("outputCollection", "outputElement")
            if loop.get("outputCollection")
            else ("outputElement", "outputCollection")
        )
        report.at(
            loop,
            "loop_refused",
            f"{sentence_case(called(node))} has {there}, but no {missing}: nothing would be collected.",
            f"Fill in {missing}, or take {there} away.",
        )
    for condition in marker:
        if isinstance(condition.tag, str) and local(condition) == "completionCondition":
            expressions.check(report, condition, "the completion condition", condition.text or "")


def _check_mappings(report: DialectReport, node: Node) -> None:
    mapping = node.extension("ioMapping")
    if mapping is None:
        return
    inputs, outputs = mapping.find(f"{{{ZEEBE}}}input"), mapping.find(f"{{{ZEEBE}}}output")
    if outputs is not None and node.trigger in ("error", "terminate") and node.type == "endEvent":
        _misplaced_mapping(report, node, "output", "hands nothing up")
    if inputs is not None and node.type in (
        "startEvent",
        "receiveTask",
        "intermediateCatchEvent",
        "boundaryEvent",
    ):
        _misplaced_mapping(report, node, "input", "takes nothing in")


def _misplaced_mapping(report: DialectReport, node: Node, direction: str, why: str) -> None:
    report.at(
        node.extension("ioMapping"),
        "misplaced_extension",
        f"{sentence_case(called(node))} has a zeebe:{direction}, but {why}.",
        f"Take the {direction} mapping away.",
    )


_RULES = (
    _check_job,
    _check_business_rule,
    _check_script,
    _check_call,
    _check_binding,
    _check_form,
    _check_loop,
    _check_mappings,
)
