"""The smallest diagrams, written as text: elements as functions, so that a test shows only what it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="defs" targetNamespace="http://orderlane">'
)

FORM = json.dumps(
    {
        "type": "default",
        "id": "answer",
        "schemaVersion": 19,
        "components": [
            {"id": "F1", "type": "textfield", "key": "answer", "label": "Answer"},
            {"id": "F2", "type": "number", "key": "amount", "label": "Amount"},
        ],
    }
).encode()


def process(
    *elements: str, process_id: str = "flow", extra: str = "", properties: Mapping[str, str] | None = None
) -> bytes:
    """A document with one process; `extra` stands beside it (messages, errors)."""
    inner = "".join(elements)
    drawn = _extensions(_properties(properties)) if properties else ""
    return (
        f'{HEAD}{extra}<bpmn:process id="{process_id}" name="{process_id}" isExecutable="true">{drawn}{inner}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def start(element_id: str = "begin", inner: str = "") -> str:
    return f'<bpmn:startEvent id="{element_id}">{inner}</bpmn:startEvent>'


def end(element_id: str = "done", inner: str = "") -> str:
    return f'<bpmn:endEvent id="{element_id}">{inner}</bpmn:endEvent>'


def flow(source: str, target: str, condition: str | None = None) -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def user_task(
    element_id: str, role: str = "staff", properties: Mapping[str, str] | None = None, more: str = ""
) -> str:
    """A user task with the form `answer` for a role; name = id with spaces."""
    return (
        f'<bpmn:userTask id="{element_id}" name="{element_id.replace("_", " ").capitalize()}">'
        + _extensions(
            '<zeebe:userTask/><zeebe:formDefinition formId="answer"/>'
            f'<zeebe:assignmentDefinition candidateGroups="{role}"/>',
            _properties(properties),
            more,
        )
        + "</bpmn:userTask>"
    )


def service_task(
    element_id: str, type: str, inputs: Mapping[str, str] | None = None, retries: int = 3
) -> str:
    mapped = "".join(
        f"<zeebe:input source={quoteattr(source)} target={quoteattr(target)}/>"
        for target, source in (inputs or {}).items()
    )
    return (
        f'<bpmn:serviceTask id="{element_id}" name="{element_id}">'
        + _extensions(
            f'<zeebe:taskDefinition type="{type}" retries="{retries}"/>',
            f"<zeebe:ioMapping>{mapped}</zeebe:ioMapping>" if mapped else "",
        )
        + "</bpmn:serviceTask>"
    )


def exclusive(element_id: str, default: str | None = None) -> str:
    return f'<bpmn:exclusiveGateway id="{element_id}"' + (f' default="{default}"/>' if default else "/>")


def parallel(element_id: str) -> str:
    return f'<bpmn:parallelGateway id="{element_id}"/>'


def catch_message(element_id: str, message: str) -> str:
    return (
        f'<bpmn:intermediateCatchEvent id="{element_id}">'
        f'<bpmn:messageEventDefinition messageRef="{message}"/></bpmn:intermediateCatchEvent>'
    )


def catch_timer(element_id: str, duration: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{element_id}">{timer("timeDuration", duration)}</bpmn:intermediateCatchEvent>'


def boundary_timer(
    element_id: str, host: str, duration: str, cancel: bool = True, kind: str = "timeDuration"
) -> str:
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{host}" cancelActivity="{str(cancel).lower()}">'
        f"{timer(kind, duration)}</bpmn:boundaryEvent>"
    )


def boundary_error(element_id: str, host: str, error: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{host}">'
        f'<bpmn:errorEventDefinition errorRef="{error}"/></bpmn:boundaryEvent>'
    )


def timer(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(message_id: str, name: str, key: str = "=order_no") -> str:
    return (
        f'<bpmn:message id="{message_id}" name="{name}">'
        + _extensions(f'<zeebe:subscription correlationKey="{key}"/>')
        + "</bpmn:message>"
    )


def error(error_id: str, code: str) -> str:
    return f'<bpmn:error id="{error_id}" name="{code}" errorCode="{code}"/>'


def _extensions(*parts: str) -> str:
    inner = "".join(parts)
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def _properties(properties: Mapping[str, str] | None) -> str:
    if not properties:
        return ""
    inner = "".join(
        f"<zeebe:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in properties.items()
    )
    return f"<zeebe:properties>{inner}</zeebe:properties>"


def event(
    tag: str, element_id: str, definition: str, host: str | None = None, cancel: bool = True, more: str = ""
) -> str:
    """Any event: tag "startEvent", "intermediateCatchEvent", "boundaryEvent" ... with its definition."""
    place = f' attachedToRef="{host}" cancelActivity="{str(cancel).lower()}"' if host else ""
    return (
        f'<bpmn:{tag} id="{element_id}"{place}>{_extensions(more) if more else ""}{definition}</bpmn:{tag}>'
    )


def on_signal(signal: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="{signal}"/>'


def on_message(message: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{message}"/>'


def on_condition(condition: str) -> str:
    return (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>{escape(condition)}</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>"
    )


def signal(signal_id: str, name: str | None = None) -> str:
    return f'<bpmn:signal id="{signal_id}" name="{name or signal_id}"/>'


def inputs(values: Mapping[str, str]) -> str:
    """Input mappings {target: source}, for `more`."""
    inner = "".join(f"<zeebe:input source={quoteattr(v)} target={quoteattr(k)}/>" for k, v in values.items())
    return f"<zeebe:ioMapping>{inner}</zeebe:ioMapping>"


# -- whole processes that several tests begin with ----------------------------------------------------------------------

WITH_CHECK = process(
    start(),
    user_task("inspect"),
    user_task("repair"),
    end(),
    flow("begin", "inspect"),
    flow("inspect", "repair"),
    flow("repair", "done"),
)
WITHOUT_CHECK = process(start(), user_task("repair"), end(), flow("begin", "repair"), flow("repair", "done"))


def scheduled(kind: str, text: str, missed: str | None = None, step: str = "check") -> bytes:
    """A process that starts by the clock and waits at a user task."""
    rule = f'<zeebe:properties><zeebe:property name="missed_starts" value="{missed}"/></zeebe:properties>'
    return process(
        event("startEvent", "clock", timer(kind, text), more=rule if missed else ""),
        user_task(step),
        end(),
        flow("clock", step),
        flow(step, "done"),
    )
