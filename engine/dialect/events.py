"""What the triggers and results of events say: timers that can be read, messages with name and key, errors with codes."""

from __future__ import annotations

from lxml import etree

from engine.dialect import expressions, values
from engine.dialect.model import Model, Node, children, extension, local
from engine.dialect.report import DialectReport, called, sentence_case

_TIMER_PARTS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def check(report: DialectReport, model: Model) -> None:
    """All rules on what the triggers and results of events say."""
    for node in model.nodes():
        if node.type == "receiveTask":
            _check_message(report, model, node, node.element)
        for trigger, definition in node.parts:
            if trigger == "message" and not is_caught(node):
                continue  # what is thrown is the matter of activities.py
            if trigger in _PARTS:
                _PARTS[trigger](report, model, node, definition)


def is_caught(node: Node) -> bool:
    """True for the events that wait, false for those that throw."""
    return node.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent")


def error_of(model: Model, node: Node, definition: etree._Element | None = None) -> etree._Element | None:
    """The error that an error event refers to, where it exists; None where it catches all."""
    definition = _definition(node, "error") if definition is None else definition
    return model.definition(definition.get("errorRef"), "error")


def caught_codes(model: Model, node: Node, trigger: str) -> set[str | None]:
    """The codes of the errors or escalations that an event catches; None is all of them."""
    reference, code = f"{trigger}Ref", f"{trigger}Code"
    codes: set[str | None] = set()
    for each, definition in node.parts:
        if each == trigger:
            found = model.definition(definition.get(reference), trigger)
            codes.add((found.get(code) or None) if found is not None else None)
    return codes


def _definition(node: Node, trigger: str) -> etree._Element:
    return node.definitions[node.triggers.index(trigger)]


def _check_timer(report: DialectReport, model: Model, node: Node, definition: etree._Element) -> None:
    parts = [each for each in children(definition) if local(each) in _TIMER_PARTS]
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
    if node.type == "startEvent" and kind == "duration" and not node.starts_event_sub_process:
        fault, remedy = "a start event takes a date or a cycle", "Use a date, or a cycle such as R/P1D."
    elif node.type == "intermediateCatchEvent" and kind == "cycle":
        fault, remedy = "an intermediate event fires once", "Use a duration or a date."
    elif (
        (node.type == "boundaryEvent" or node.starts_event_sub_process)
        and kind == "cycle"
        and node.is_interrupting
    ):
        what = "boundary event" if node.type == "boundaryEvent" else "event sub-process"
        fault, remedy = f"an interrupting {what} fires once", "Make it non-interrupting, or use a duration."
    else:
        return
    report.at(
        node.element, "timer_not_allowed", f"{sentence_case(called(node))} has a {kind}, but {fault}.", remedy
    )


def _check_message(report: DialectReport, model: Model, node: Node, holder: etree._Element) -> None:
    message = _referred(report, model, node, holder, "message", "waits for")
    if message is None:
        return
    starts_a_process = node.type == "startEvent" and not node.starts_event_sub_process
    name = _check_name(report, node, message, "message", "waits for", plain=starts_a_process)
    if not starts_a_process:
        subscription = extension(message, "subscription")
        if subscription is None or not (subscription.get("correlationKey") or "").strip():
            report.at(
                message,
                "correlation_key_missing",
                f'The message "{name[:80]}" that {called(node)} waits for has no correlation key.',
                "Fill in the subscription correlation key, for instance =order_number.",
            )


def _check_signal(report: DialectReport, model: Model, node: Node, definition: etree._Element) -> None:
    verb = "waits for" if is_caught(node) else "throws"
    signal = _referred(report, model, node, definition, "signal", verb)
    if signal is not None:
        plain = node.type == "startEvent" and not node.starts_event_sub_process
        _check_name(report, node, signal, "signal", verb, plain=plain)


def _referred(
    report: DialectReport, model: Model, node: Node, holder: etree._Element, kind: str, verb: str
) -> etree._Element | None:
    found = model.definition(holder.get(f"{kind}Ref"), kind)
    if found is None and not holder.get(f"{kind}Ref"):
        with_key = " and a correlation key" if kind == "message" else ""
        report.at(
            node.element,
            f"{kind}_missing",
            f"{sentence_case(called(node))} does not say which {kind} it {verb}.",
            f"Choose a {kind} in the modeler, with a name{with_key}.",
        )
    return found


def _check_name(
    report: DialectReport, node: Node, named: etree._Element, kind: str, verb: str, *, plain: bool
) -> str:
    name = (named.get("name") or "").strip()
    if not name:
        by = "published" if kind == "message" else "thrown"
        report.at(
            named,
            f"{kind}_name_missing",
            f"The {kind} that {called(node)} {verb} has no name.",
            f"Give the {kind} the name under which it is {by}.",
        )
    elif plain and expressions.is_expression(name):
        report.at(
            named,
            "expression_not_allowed",
            f'The {kind} "{name[:80]}" of {called(node)} has a computed name, but there is no instance yet to compute '
            "it.",
            f"Give the {kind} a plain name.",
        )
    else:
        expressions.check_value(report, named, "the name", name)
    return name


def _check_condition(report: DialectReport, model: Model, node: Node, definition: etree._Element) -> None:
    condition = next((each for each in children(definition) if local(each) == "condition"), None)
    text = "" if condition is None else (condition.text or "").strip()
    if not text:
        report.at(
            node.element,
            "attribute_missing",
            f"{sentence_case(called(node))} has no condition.",
            "Write = and then the FEEL expression that it waits for.",
        )
    else:
        expressions.check(report, condition, "the condition", text)
    filter = extension(definition, "conditionalFilter")
    given = "" if filter is None else filter.get("variableEvents") or ""
    unknown = [part.strip() for part in given.split(",") if part.strip() not in ("", "create", "update")]
    if unknown:
        report.at(
            filter,
            "value_refused",
            f'The variableEvents of {called(node)} may be create and update, but name "{unknown[0][:80]}".',
            "Write create, update or both with a comma between them; leave it out for both.",
        )


def _check_error(report: DialectReport, model: Model, node: Node, definition: etree._Element) -> None:
    _check_code(report, model, node, definition, "error")
    if is_caught(node) and not node.is_interrupting:
        around = "activity" if node.type == "boundaryEvent" else "scope"
        report.at(
            node.element,
            "error_not_interrupting",
            f"{sentence_case(called(node))} is drawn as non-interrupting, but an error always ends its {around}.",
            'Make it interrupting (cancelActivity="true").'
            if node.type == "boundaryEvent"
            else 'Make it interrupting (isInterrupting="true").',
        )


def _check_escalation(report: DialectReport, model: Model, node: Node, definition: etree._Element) -> None:
    _check_code(report, model, node, definition, "escalation")


def _check_code(
    report: DialectReport, model: Model, node: Node, definition: etree._Element, kind: str
) -> None:
    found = model.definition(definition.get(f"{kind}Ref"), kind)
    an = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    if found is None:
        if not is_caught(node) and not definition.get(f"{kind}Ref"):
            report.at(
                node.element,
                f"{kind}_missing",
                f"{sentence_case(called(node))} does not say which {kind} it throws.",
                f"Choose {an} with a code in the modeler.",
            )
        return
    code = (found.get(f"{kind}Code") or "").strip()
    if not code:
        report.at(
            found,
            f"{kind}_code_missing",
            f"The {kind} of {called(node)} has no code.",
            f"Give the {kind} the code by which it is thrown and caught.",
        )
    elif is_caught(node) and expressions.is_expression(code):
        report.at(
            found,
            "expression_not_allowed",
            f'The {kind} code "{code[:80]}" that {called(node)} catches is computed, but must be plain text.',
            "Write the code itself.",
        )
    else:
        expressions.check_value(report, found, f"the {kind} code", code)


_PARTS = {
    "timer": _check_timer,
    "message": _check_message,
    "signal": _check_signal,
    "conditional": _check_condition,
    "error": _check_error,
    "escalation": _check_escalation,
}
