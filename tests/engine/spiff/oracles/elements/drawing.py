"""A plan drawn as BPMN with Camunda 8's extensions, with the processes that it calls."""

from __future__ import annotations

from html import escape

from tests.engine.spiff import diagrams as draw
from tests.engine.spiff.oracles.elements.blocks import (
    ERRORS,
    ESCALATIONS,
    SIGNALS,
    Again,
    Trigger,
)
from tests.engine.spiff.oracles.elements.plan import Inside, Node, Plan, startable

_GATEWAYS = {
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "events": "eventBasedGateway",
}
_ACTIVITIES = {
    "user": "userTask",
    "job": "serviceTask",
    "script": "scriptTask",
    "receive": "receiveTask",
    "sub": "subProcess",
    "transaction": "transaction",
    "call": "callActivity",
    "adhoc": "adHocSubProcess",
}


class Drawing:
    """document: the process itself; called: one document for each process it calls. user: extensions of user tasks."""

    def __init__(self, plan: Plan, user: str = ""):
        self.user = user
        self.messages: set[str] = set()
        self.document = self._document(plan.process)
        self.called = [self._document(node) for node in plan.called.values()]

    def _document(self, process: Node) -> bytes:
        self.messages.clear()
        nodes, flows = self._content(process.inside)
        more = "".join(draw.message(name, "=key") for name in sorted(self.messages))
        more += "".join(draw.error(code) for code in ERRORS)
        more += "".join(f'<signal id="{name}" name="{name}"/>' for name in SIGNALS)
        more += "".join(f'<escalation id="{code}" escalationCode="{code}"/>' for code in ESCALATIONS)
        return draw.diagram(*nodes, flows=flows, id=process.id, more=more)

    def _content(self, inside: Inside) -> tuple[list[draw.Node], str]:
        nodes = [self._node(node) for node in inside.nodes]
        lines = []
        for node in inside.nodes:
            for flow in node.out:
                mark = " [default]" if flow.default else ""
                if flow.test is not None:
                    mark = f" [={flow.test[0]} = {flow.test[1]}]"
                lines.append(f"{node.id} -> {flow.target.id}{mark}")
            if node.undo is not None:
                nodes += [
                    draw.boundary(f"{node.id}_undoing", node.id, "<compensateEventDefinition/>"),
                    draw.Node(
                        "association",
                        f"{node.id}_undoes",
                        sourceRef=f"{node.id}_undoing",
                        targetRef=node.undo.id,
                    ),
                ]
        for handler in inside.handlers:
            content, flows = self._content(handler.inside)
            sub = draw.sub(handler.id, *content, flows=flows)
            sub.attributes["triggeredByEvent"] = "true"
            nodes.append(sub)
        return nodes, "\n".join(lines)

    def _node(self, node: Node) -> draw.Node:
        zeebe = ""
        if node.inputs or node.outputs:
            zeebe = draw.mappings(dict(node.inputs), dict(node.outputs))
        if node.listeners:
            each = "".join(
                f'<zeebe:executionListener eventType="{when}" type="listen {number}"/>'
                for number, when in enumerate(node.listeners)
            )
            zeebe += f"<zeebe:executionListeners>{each}</zeebe:executionListeners>"
        if node.kind in _GATEWAYS:
            return draw.Node(_GATEWAYS[node.kind], node.id, zeebe)
        if node.kind in _ACTIVITIES and not (node.kind == "receive" and node.block is None):
            return self._activity(node, zeebe)
        return self._event(node, zeebe)

    # -- activities -------------------------------------------------------------------------------------------------

    def _activity(self, node: Node, zeebe: str) -> draw.Node:
        block = node.block
        attributes = {"isForCompensation": "true"} if node.id.endswith("_undo") else {}
        inner = self._loop(node)
        match node.kind:
            case "user":
                zeebe += self.user
            case "job":
                zeebe += '<zeebe:taskDefinition type="job"/>'
            case "script":
                zeebe += f'<zeebe:script expression="{block.source}" resultVariable="{block.choice}"/>'
            case "receive":
                self.messages.add(node.triggers[0].text)
                attributes["messageRef"] = node.triggers[0].text
            case "call":
                flags = {
                    "propagateAllParentVariables": block.all_in,
                    "propagateAllChildVariables": block.all_out,
                }
                spelled = " ".join(f'{name}="{str(value).lower()}"' for name, value in flags.items())
                zeebe += f'<zeebe:calledElement processId="{node.id}_process" {spelled}/>'
            case "adhoc":
                zeebe += self._adhoc(node)
                if block.directed:
                    zeebe += '<zeebe:taskDefinition type="agent"/>'
                else:
                    attributes["cancelRemainingInstances"] = str(block.cancel_rest).lower()
                if block.until and not block.directed:
                    enough = f"{block.until} = 1"
                    if isinstance(block.until, int):
                        enough = escape(f"count(out_{node.id}) >= {block.until}")
                    inner += f"<completionCondition>={enough}</completionCondition>"
        if node.inside is None:
            return draw.Node(_ACTIVITIES[node.kind], node.id, zeebe, inner, **attributes)
        content, flows = self._content(node.inside)
        drawn = draw.sub(node.id, *content, flows=flows, zeebe=zeebe, inner=inner)
        drawn.tag = _ACTIVITIES[node.kind]
        drawn.attributes |= attributes
        return drawn

    @staticmethod
    def _adhoc(node: Node) -> str:
        inner = startable(node)
        active = [] if node.block.directed else node.block.active
        names = ", ".join(f'"{inner[number].id}"' for number in active)
        spelled = f' activeElementsCollection="{escape(f"=[{names}]")}"' if names else ""
        if node.block.output:
            spelled += f' outputCollection="out_{node.id}" outputElement="={node.block.output}"'
        return f"<zeebe:adHoc{spelled}/>" if spelled else ""

    @staticmethod
    def _loop(node: Node) -> str:
        loop = node.loop
        if loop is None:
            return ""
        if isinstance(loop, Again):
            most = f' loopMaximum="{loop.most}"' if loop.most is not None else ""
            return (
                f'<standardLoopCharacteristics testBefore="{str(loop.before).lower()}"{most}>'
                f"<loopCondition>={loop.variable} = 1</loopCondition></standardLoopCharacteristics>"
            )
        enough = f"=numberOfCompletedInstances >= {loop.enough}" if loop.enough else None
        if loop.enough and loop.output in ("loopCounter", "item"):
            # Says the same, but only of what has been collected.
            enough = f"=count(out_{node.id}[item != null]) >= {loop.enough}"
        return draw.each(
            f"=for i in 1..{loop.count} return i * 10" if loop.count else "=[]",
            output=f"out_{node.id}" if loop.output else None,
            output_element=f"={loop.output}" if loop.output else None,
            until=enough,
            sequential=loop.sequential,
        )

    # -- events -----------------------------------------------------------------------------------------------------

    def _event(self, node: Node, zeebe: str) -> draw.Node:
        inner = "".join(self._definition(node, trigger) for trigger in node.triggers)
        match node.kind:
            case "start":
                attributes = {} if not node.triggers else {"isInterrupting": str(node.interrupting).lower()}
                if node.all_of:
                    attributes["parallelMultiple"] = "true"
                return draw.Node("startEvent", node.id, zeebe, inner, **attributes)
            case "end":
                return draw.end(node.id, zeebe, "<terminateEventDefinition/>" if node.terminate else inner)
            case "boundary":
                drawn = draw.boundary(node.id, node.host.id, inner, node.interrupting, zeebe)
            case "mark" | "throw":
                return draw.throw(node.id, zeebe, inner)
            case "link":
                inner = f'<linkEventDefinition name="{node.id.rpartition("_")[0]}"/>'
                return draw.throw(node.id, zeebe, inner) if node.link else draw.catch(node.id, inner, zeebe)
            case "receive":
                self.messages.add(node.triggers[0].text)
                return draw.receive(node.id, node.triggers[0].text)
            case _:
                drawn = draw.catch(node.id, inner, zeebe)
        if node.all_of:
            drawn.attributes["parallelMultiple"] = "true"
        return drawn

    def _definition(self, node: Node, trigger: Trigger) -> str:
        text = trigger.text
        match trigger.kind:
            case "timer":
                return draw.timer("duration", text)
            case "date" | "cycle":
                return draw.timer(trigger.kind, text)
            case "message":
                self.messages.add(text)
                return draw.on_message(text)
            case "condition":
                return f"<conditionalEventDefinition><condition>{escape(text)}</condition></conditionalEventDefinition>"
            case "error":
                return draw.on_error(text or None)
            case "signal" | "escalation":
                reference = f' {trigger.kind}Ref="{text}"' if text else ""
                return f"<{trigger.kind}EventDefinition{reference}/>"
            case "compensation":
                reference = f' activityRef="{text}"' if text else ""
                return f"<compensateEventDefinition{reference}/>"
            case "cancel":
                return "<cancelEventDefinition/>"
        raise ValueError(trigger)
