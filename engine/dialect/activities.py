"""What activities need to run: the work of a task, the called process, readable mappings."""

from __future__ import annotations

from engine.dialect import expressions
from engine.dialect.model import ZEEBE, Model, Node
from engine.dialect.report import DialectReport, called, sentence_case

_HAND_NOTHING_UP = ("error", "terminate", "compensation", "cancel")


def check(report: DialectReport, model: Model) -> None:
    """All rules on tasks and call activities of one file."""
    for node in model.nodes():
        if node.supported:
            for rule in _RULES:
                rule(report, node)


def is_job(node: Node) -> bool:
    """True for what is work for an operation or an outside worker."""
    if node.type == "serviceTask":
        return True
    if node.type == "sendTask" or is_message_throw(node):
        return not throws_message(node)
    return (
        node.type in ("businessRuleTask", "scriptTask", "adHocSubProcess")
        and node.extension("taskDefinition") is not None
    )


def is_message_throw(node: Node) -> bool:
    """True for an intermediate throw event or end event with a message, and nothing else."""
    return node.type in ("intermediateThrowEvent", "endEvent") and node.trigger == "message"


def throws_message(node: Node) -> bool:
    """True for what publishes its message itself: it names one, and no work that would send it."""
    if node.extension("taskDefinition") is not None or not (
        node.type == "sendTask" or is_message_throw(node)
    ):
        return False
    holder = node.element if node.type == "sendTask" else node.definitions[0]
    return bool(holder.get("messageRef"))


def _check_job(report: DialectReport, node: Node) -> None:
    if is_job(node) and node.extension("taskDefinition") is None:
        report.at(
            node.element,
            "task_definition_missing",
            f"{sentence_case(called(node))} does not say what is to be done.",
            "Give it a zeebe:taskDefinition with the type of an operation or of an outside worker."
            + ("" if node.type == "serviceTask" else " Or choose the message that it publishes."),
        )


def _check_thrown_message(report: DialectReport, node: Node) -> None:
    if node.extension("taskDefinition") is not None:
        return
    thrown = [part for trigger, part in node.parts if trigger == "message"]
    if node.type == "sendTask" and node.element.get("messageRef"):
        thrown = [node.element]
    elif node.type not in ("intermediateThrowEvent", "endEvent"):
        return
    for holder in thrown:
        message = report.model.definition(holder.get("messageRef"), "message")
        if message is None:
            if not holder.get("messageRef") and not is_message_throw(node):  # else a finding of its own
                report.at(
                    node.element,
                    "message_missing",
                    f"{sentence_case(called(node))} does not say which message it throws.",
                    "Choose a message in the modeler, with a name.",
                )
        elif not (message.get("name") or "").strip():
            report.at(
                message,
                "message_name_missing",
                f"The message that {called(node)} throws has no name.",
                "Give the message the name under which it is published.",
            )
        else:
            expressions.check_value(report, message, "the name", message.get("name"))


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
    if len(named) > 1:  # none at all is a finding of the design rules
        report.at(
            form,
            "value_refused",
            f"{sentence_case(called(node))} must name its form in one of formId, formKey and externalReference, but "
            f"names it in {' and '.join(named)}.",
            "Choose one form.",
        )


def _check_mappings(report: DialectReport, node: Node) -> None:
    mapping = node.extension("ioMapping")
    if mapping is None:
        return
    inputs, outputs = mapping.find(f"{{{ZEEBE}}}input"), mapping.find(f"{{{ZEEBE}}}output")
    if (
        outputs is not None
        and node.trigger in _HAND_NOTHING_UP
        and node.type in ("endEvent", "intermediateThrowEvent")
    ):
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
    _check_thrown_message,
    _check_business_rule,
    _check_script,
    _check_call,
    _check_binding,
    _check_form,
    _check_mappings,
)
