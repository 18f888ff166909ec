"""What events need to run: timers that can be read, messages with name and key, errors with codes."""

from __future__ import annotations

from lxml import etree

from engine.dialect import expressions, values
from engine.dialect.model import Model, Node, Process, children, extension, local
from engine.dialect.report import DialectReport, called, sentence_case

_TIMER_PARTS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def check(report: DialectReport, model: Model) -> None:
    """All rules on timers, messages and errors of one file."""
    for process in model.checked:
        _check_start_messages(report, model, process)
        for node in process.nodes:
            if node.trigger == "timer" and node.supported:
                _check_timer(report, node)
            if awaits_message(node):
                _check_message(report, model, node)
            if node.trigger == "error" and node.supported:
                _check_error(report, model, node)
            _check_boundaries(report, model, node)


def awaits_message(node: Node) -> bool:
    """True for the events and tasks that wait for a message."""
    if node.type == "receiveTask":
        return True
    return (
        node.supported
        and node.trigger == "message"
        and node.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent")
    )


def message_of(model: Model, node: Node) -> etree._Element | None:
    """The message that an event or task refers to, where it exists."""
    holder = node.element if node.type == "receiveTask" else node.definitions[0]
    return model.definition(holder.get("messageRef"), "message")


def error_of(model: Model, node: Node) -> etree._Element | None:
    """The error that an error event refers to, where it exists; None on a boundary event catches all."""
    return model.definition(node.definitions[0].get("errorRef"), "error")


def _check_timer(report: DialectReport, node: Node) -> None:
    parts = [each for each in children(node.definitions[0]) if local(each) in _TIMER_PARTS]
    filled = [each for each in parts if (each.text or "").strip()]
    if len(filled) != 1 or len(parts) != 1:
        found = " and ".join(_TIMER_PARTS[local(each)] for each in parts) if len(parts) > 1 else "nothing"
        report.at(
            node.element,
            "timer_definition",
            f"{sentence_case(called(node))} must have exactly one of date, duration and cycle, but has {found}.",
            "Fill in one of them.",
        )
        return
    kind, text = _TIMER_PARTS[local(parts[0])], parts[0].text.strip()
    _check_timer_place(report, node, kind)
    what = f"the timer {kind}"
    if expressions.is_expression(text):
        expressions.compiles(report, parts[0], what, text)
    elif expressions.is_foreign(report, parts[0], what, text):
        return
    elif fault := values.timer_fault(kind, text):
        report.at(
            parts[0],
            "timer_refused",
            f"The timer {kind} of {called(node)} cannot be read. {fault}",
            "Correct it, or compute it with = and a FEEL expression.",
        )


def _check_timer_place(report: DialectReport, node: Node, kind: str) -> None:
    if node.type == "startEvent" and kind == "duration":
        fault, remedy = "a start event takes a date or a cycle", "Use a date, or a cycle such as R/P1D."
    elif node.type == "intermediateCatchEvent" and kind == "cycle":
        fault, remedy = "an intermediate event fires once", "Use a duration or a date."
    elif node.type == "boundaryEvent" and kind == "cycle" and node.is_interrupting:
        fault, remedy = (
            "an interrupting boundary event fires once",
            "Make it non-interrupting, or use a duration.",
        )
    else:
        return
    report.at(
        node.element, "timer_not_allowed", f"{sentence_case(called(node))} has a {kind}, but {fault}.", remedy
    )


def _check_message(report: DialectReport, model: Model, node: Node) -> None:
    holder = node.element if node.type == "receiveTask" else node.definitions[0]
    message = message_of(model, node)
    if message is None:
        if not holder.get("messageRef"):
            report.at(
                node.element,
                "message_missing",
                f"{sentence_case(called(node))} does not say which message it waits for.",
                "Choose a message in the modeler, with a name and a correlation key.",
            )
        return
    name = (message.get("name") or "").strip()
    if not name:
        report.at(
            message,
            "message_name_missing",
            f"The message that {called(node)} waits for has no name.",
            "Give the message the name under which it is published.",
        )
    elif node.type == "startEvent" and expressions.is_expression(name):
        report.at(
            message,
            "expression_not_allowed",
            f'The message "{name[:80]}" of {called(node)} has a computed name, but there is no instance yet to compute '
            "it.",
            "Give the message a plain name.",
        )
    else:
        expressions.check_value(report, message, "the name", name)
    if node.type != "startEvent":
        subscription = extension(message, "subscription")
        if subscription is None or not (subscription.get("correlationKey") or "").strip():
            report.at(
                message,
                "correlation_key_missing",
                f'The message "{name[:80]}" that {called(node)} waits for has no correlation key.',
                "Fill in the subscription correlation key, for instance =order_number.",
            )


def _check_error(report: DialectReport, model: Model, node: Node) -> None:
    error = error_of(model, node)
    if error is None:
        if node.type == "endEvent" and not node.definitions[0].get("errorRef"):
            report.at(
                node.element,
                "error_missing",
                f"{sentence_case(called(node))} does not say which error it throws.",
                "Choose an error with a code in the modeler.",
            )
    else:
        code = (error.get("errorCode") or "").strip()
        if not code:
            report.at(
                error,
                "error_code_missing",
                f"The error of {called(node)} has no code.",
                "Give the error the code by which it is thrown and caught.",
            )
        elif node.type == "boundaryEvent" and expressions.is_expression(code):
            report.at(
                error,
                "expression_not_allowed",
                f'The error code "{code[:80]}" that {called(node)} catches is computed, but must be plain text.',
                "Write the code itself.",
            )
        else:
            expressions.check_value(report, error, "the error code", code)
    if node.type == "boundaryEvent" and not node.is_interrupting:
        report.at(
            node.element,
            "error_not_interrupting",
            f"{sentence_case(called(node))} is drawn as non-interrupting, but an error always ends its activity.",
            'Make it interrupting (cancelActivity="true").',
        )


def _check_boundaries(report: DialectReport, model: Model, node: Node) -> None:
    codes: dict[str | None, Node] = {}
    messages: dict[str, Node] = {}
    if node.type == "receiveTask" and (own := message_of(model, node)) is not None and own.get("name"):
        messages[own.get("name")] = node
    for boundary in node.boundaries:
        if not boundary.supported:
            continue
        if boundary.trigger == "error":
            error = error_of(model, boundary)
            if error is None and boundary.definitions[0].get("errorRef"):
                continue
            code = error.get("errorCode") if error is not None else None
            if code in codes:
                caught = f'the error "{code}"' if code else "all errors"
                report.at(
                    boundary.element,
                    "error_caught_twice",
                    f"{sentence_case(called(node))} catches {caught} twice: at {called(codes[code])} and at "
                    f"{called(boundary)}.",
                    "Leave one of the two.",
                )
            codes.setdefault(code, boundary)
        elif boundary.trigger == "message":
            _note_message(report, model, boundary, messages)


def _check_start_messages(report: DialectReport, model: Model, process: Process) -> None:
    messages: dict[str, Node] = {}
    for node in process.scope(None):
        if node.type == "startEvent" and node.trigger == "message":
            _note_message(report, model, node, messages)


def _note_message(report: DialectReport, model: Model, node: Node, messages: dict[str, Node]) -> None:
    message = message_of(model, node)
    name = message.get("name") if message is not None else None
    if not name:
        return
    if name in messages:
        report.at(
            node.element,
            "message_twice",
            f'{sentence_case(called(node))} waits for the message "{name[:80]}", for which {called(messages[name])} '
            "waits there already.",
            "Leave one of the two, or give one another message.",
        )
    messages.setdefault(name, node)
