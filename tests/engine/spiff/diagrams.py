"""Small diagrams as text: nodes as function calls, flows as `start -> work -> done`, conditions in brackets.

diagram(start(), user("work"), end(), flows="start -> work -> end")
flows="split -> a [=x > 1]; split -> b [default]"
"""

from __future__ import annotations

import itertools
import re
from html import escape

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">'
)
_FLOW = re.compile(r"\s*(?P<path>[^\[\]]+?)\s*(?:\[(?P<condition>.*)\])?\s*", re.DOTALL)


class Node:
    """One node: its tag and all that goes into it."""

    def __init__(self, tag: str, id: str, zeebe: str = "", inner: str = "", **attributes: str):
        self.tag, self.id, self.zeebe, self.inner, self.attributes = tag, id, zeebe, inner, attributes
        self.after = ""  # what is drawn beside it

    def to_xml(self, default: str | None) -> str:
        attributes = {"id": self.id, **self.attributes} | ({"default": default} if default else {})
        spelled = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
        extensions = f"<extensionElements>{self.zeebe}</extensionElements>" if self.zeebe else ""
        return f"<{self.tag} {spelled}>{extensions}{self.inner}</{self.tag}>{self.after}"


def diagram(*nodes: Node, flows: str = "", id: str = "p", more: str = "") -> bytes:
    """A document with one process. more: other root elements (messages, errors, processes)."""
    return f"{_HEAD}{more}{process(*nodes, flows=flows, id=id)}</definitions>".encode()


def process(*nodes: Node, flows: str = "", id: str = "p") -> str:
    return f'<process id="{id}" isExecutable="true">{_content(nodes, flows)}</process>'


def _content(nodes: tuple[Node, ...], flows: str) -> str:
    drawn: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for line in re.split(r"[;\n]+", flows):
        if line.strip():
            match = _FLOW.fullmatch(line)
            steps = [step.strip() for step in match["path"].split("->")]
            for source, target in itertools.pairwise(steps):
                flow_id = f"{source}_to_{target}"
                while flow_id in drawn:
                    flow_id += "_again"
                condition = match["condition"] or ""
                if condition == "default":
                    defaults[source] = flow_id
                    condition = ""
                expression = (
                    f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
                )
                drawn[flow_id] = (
                    f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{expression}</sequenceFlow>'
                )
    return "".join(node.to_xml(defaults.get(node.id)) for node in nodes) + "".join(drawn.values())


# -- events -----------------------------------------------------------------------------------------------------------


def start(id: str = "start", zeebe: str = "", inner: str = "") -> Node:
    return Node("startEvent", id, zeebe, inner)


def end(id: str = "end", zeebe: str = "", inner: str = "") -> Node:
    return Node("endEvent", id, zeebe, inner)


def error_end(id: str, error: str) -> Node:
    return end(id, inner=f'<errorEventDefinition errorRef="{error}"/>')


def terminate_end(id: str = "stop") -> Node:
    return end(id, inner="<terminateEventDefinition/>")


def catch(id: str, inner: str, zeebe: str = "") -> Node:
    return Node("intermediateCatchEvent", id, zeebe, inner)


def throw(id: str, zeebe: str = "", inner: str = "") -> Node:
    return Node("intermediateThrowEvent", id, zeebe, inner)


def boundary(id: str, on: str, inner: str, interrupting: bool = True, zeebe: str = "") -> Node:
    return Node(
        "boundaryEvent",
        id,
        zeebe,
        inner,
        attachedToRef=on,
        cancelActivity="true" if interrupting else "false",
    )


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><time{kind.title()}>{escape(text)}</time{kind.title()}></timerEventDefinition>"


def on_message(message: str) -> str:
    return f'<messageEventDefinition messageRef="{message}"/>'


def on_error(error: str | None = None) -> str:
    return f'<errorEventDefinition errorRef="{error}"/>' if error else "<errorEventDefinition/>"


def on_signal(signal: str) -> str:
    return f'<signalEventDefinition signalRef="{signal}"/>'


def on_escalation(escalation: str | None = None) -> str:
    return (
        f'<escalationEventDefinition escalationRef="{escalation}"/>'
        if escalation
        else "<escalationEventDefinition/>"
    )


def when(condition: str, names: str = "", events: str = "") -> str:
    """The event definition of a condition; names, events: its filter on writes."""
    shown = f' variableNames="{names}"' if names else ""
    shown += f' variableEvents="{events}"' if events else ""
    filter = f"<extensionElements><zeebe:conditionalFilter{shown}/></extensionElements>" if shown else ""
    return f"<conditionalEventDefinition>{filter}<condition>{escape(condition)}</condition></conditionalEventDefinition>"


def link(name: str) -> str:
    return f'<linkEventDefinition name="{escape(name)}"/>'


def starts(id: str, inner: str, interrupting: bool = True, zeebe: str = "", **attributes: str) -> Node:
    """The start event of an event sub-process."""
    return Node("startEvent", id, zeebe, inner, isInterrupting=str(interrupting).lower(), **attributes)


def needs_all(event: Node) -> Node:
    """The event, waiting for all of its triggers instead of any one."""
    event.attributes["parallelMultiple"] = "true"
    return event


def signal(id: str, name: str | None = None) -> str:
    return f'<signal id="{id}" name="{escape(name or id)}"/>'


def escalation(id: str, code: str | None = None) -> str:
    return f'<escalation id="{id}" escalationCode="{escape(code or id)}"/>'


def message(id: str, key: str | None = "=key", name: str | None = None) -> str:
    subscription = (
        f'<extensionElements><zeebe:subscription correlationKey="{escape(key or "")}"/></extensionElements>'
    )
    return f'<message id="{id}" name="{escape(name or id)}">{subscription if key else ""}</message>'


def error(id: str, code: str | None = None) -> str:
    return f'<error id="{id}" errorCode="{escape(code or id)}"/>'


# -- activities -------------------------------------------------------------------------------------------------------


def user(id: str, zeebe: str = "", inner: str = "") -> Node:
    return Node("userTask", id, zeebe, inner)


def service(
    id: str, type: str | None = None, zeebe: str = "", inner: str = "", tag: str = "serviceTask"
) -> Node:
    return Node(tag, id, f'<zeebe:taskDefinition type="{escape(type or id)}"/>{zeebe}', inner)


def script(id: str, expression: str, result: str = "result", zeebe: str = "", inner: str = "") -> Node:
    spelled = f'<zeebe:script expression="{escape(expression)}" resultVariable="{result}"/>'
    return Node("scriptTask", id, spelled + zeebe, inner)


def rule(id: str, decision: str, result: str = "result") -> Node:
    return Node(
        "businessRuleTask",
        id,
        f'<zeebe:calledDecision decisionId="{escape(decision)}" resultVariable="{result}"/>',
    )


def receive(id: str, message: str) -> Node:
    return Node("receiveTask", id, messageRef=message)


def call(id: str, process_id: str, zeebe: str = "", inner: str = "", **attributes: str) -> Node:
    spelled = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return Node(
        "callActivity", id, f'<zeebe:calledElement processId="{escape(process_id)}" {spelled}/>{zeebe}', inner
    )


def sub(id: str, *nodes: Node, flows: str = "", zeebe: str = "", inner: str = "") -> Node:
    return Node("subProcess", id, zeebe, inner + _content(nodes, flows))


def mappings(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """{target: source} of inputs and outputs."""
    spelled = [("input", pair) for pair in (inputs or {}).items()] + [
        ("output", pair) for pair in (outputs or {}).items()
    ]
    lines = "".join(
        f'<zeebe:{side} source="{escape(source)}" target="{target}"/>' for side, (target, source) in spelled
    )
    return f"<zeebe:ioMapping>{lines}</zeebe:ioMapping>"


def listeners(*drawn: str, headers: dict[str, str] | None = None) -> str:
    """zeebe:executionListeners and zeebe:taskListeners: "start audit", "end report 1" (event, type, retries)."""
    spelled = {"executionListener": "", "taskListener": ""}
    told = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in (headers or {}).items())
    inside = f"<zeebe:taskHeaders>{told}</zeebe:taskHeaders>" if told else ""
    for one in drawn:
        event, type, *retries = one.split(" ", 2)
        tag = "executionListener" if event in ("start", "end", "beforeAll") else "taskListener"
        tries = f' retries="{escape(retries[0])}"' if retries else ""
        spelled[tag] += (
            f'<zeebe:{tag} eventType="{event}" type="{escape(type)}"{tries}>{inside}</zeebe:{tag}>'
        )
    return "".join(f"<zeebe:{tag}s>{inner}</zeebe:{tag}s>" for tag, inner in spelled.items() if inner)


def each(
    collection: str,
    item: str | None = "item",
    output: str | None = None,
    output_element: str | None = None,
    until: str | None = None,
    sequential: bool = False,
) -> str:
    """multiInstanceLoopCharacteristics; goes into `inner`."""
    attributes = f'inputCollection="{escape(collection)}"'
    if item:
        attributes += f' inputElement="{item}"'
    if output:
        attributes += f' outputCollection="{output}" outputElement="{escape(output_element or "=" + output)}"'
    condition = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><extensionElements>'
        f"<zeebe:loopCharacteristics {attributes}/></extensionElements>{condition}</multiInstanceLoopCharacteristics>"
    )


def again(condition: str | None = None, before: bool = False, most: int | str | None = None) -> str:
    """standardLoopCharacteristics; goes into `inner`."""
    attributes = f'testBefore="{str(before).lower()}"' + ("" if most is None else f' loopMaximum="{most}"')
    spelled = "" if condition is None else f"<loopCondition>{escape(condition)}</loopCondition>"
    return f"<standardLoopCharacteristics {attributes}>{spelled}</standardLoopCharacteristics>"


def event_sub(id: str, *nodes: Node, flows: str = "", zeebe: str = "", inner: str = "") -> Node:
    return Node("subProcess", id, zeebe, inner + _content(nodes, flows), triggeredByEvent="true")


def transaction(id: str, *nodes: Node, flows: str = "", zeebe: str = "", inner: str = "") -> Node:
    return Node("transaction", id, zeebe, inner + _content(nodes, flows))


def ad_hoc(
    id: str,
    *nodes: Node,
    flows: str = "",
    active: str | None = None,
    output: str | None = None,
    output_element: str | None = None,
    until: str | None = None,
    cancel_rest: bool = True,
    zeebe: str = "",
    inner: str = "",
) -> Node:
    attributes = "" if active is None else f' activeElementsCollection="{escape(active)}"'
    if output:
        attributes += f' outputCollection="{output}" outputElement="{escape(output_element or "=" + output)}"'
    condition = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    return Node(
        "adHocSubProcess",
        id,
        f"<zeebe:adHoc{attributes}/>{zeebe}",
        inner + _content(nodes, flows) + condition,
        cancelRemainingInstances=str(cancel_rest).lower(),
    )


def handler(node: Node) -> Node:
    """The node, marked for compensation."""
    node.attributes["isForCompensation"] = "true"
    return node


def undone_by(on: str, handler_id: str, id: str = "") -> Node:
    """The compensation boundary event of an activity, with the association to its handler."""
    event = boundary(id or f"{on}_undo", on, "<compensateEventDefinition/>")
    event.after = (
        f'<association id="{event.id}_of" sourceRef="{event.id}" targetRef="{handler_id}" '
        'associationDirection="One"/>'
    )
    return event


def pair(id: str) -> tuple[Node, Node, Node]:
    """A user task that can be undone, its boundary event and its handler."""
    return user(id), undone_by(id, f"undo_{id}"), handler(user(f"undo_{id}"))


def compensate(activity: str | None = None) -> str:
    """The event definition that throws compensation; goes into `inner`."""
    reference = f' activityRef="{activity}"' if activity else ""
    return f"<compensateEventDefinition{reference}/>"


def cancel_end(id: str = "cancel") -> Node:
    return end(id, inner="<cancelEventDefinition/>")


def on_cancel() -> str:
    return "<cancelEventDefinition/>"


# -- gateways ---------------------------------------------------------------------------------------------------------


def xor(id: str) -> Node:
    return Node("exclusiveGateway", id)


def both(id: str) -> Node:
    return Node("parallelGateway", id)


def some(id: str) -> Node:
    return Node("inclusiveGateway", id)


def first(id: str) -> Node:
    return Node("eventBasedGateway", id)


def with_boundary(
    kind: str, interrupting: bool = True, task: Node | None = None, more: str = "", zeebe: str = ""
) -> bytes:
    """An activity (a user task `work`, if none is given) with the boundary event `event`, which leads to `handle`."""
    return diagram(
        start(),
        task or user("work"),
        boundary("event", "work", kind, interrupting, zeebe),
        user("handle"),
        user("after"),
        end(),
        flows="start -> work -> after -> end; event -> handle -> end",
        more=more,
    )


def around(work: Node, *others: Node, flows: str = "", more: str = "") -> bytes:
    """The activity `work`, behind it the user task `after`."""
    return diagram(start(), work, user("after"), *others, flows=f"start -> work -> after; {flows}", more=more)


def chosen(*, tasks: tuple[str, ...] = ("a", "b", "c"), **how: object) -> Node:
    """An ad-hoc sub-process `work` of user tasks."""
    return ad_hoc("work", *[user(task) for task in tasks], **how)
