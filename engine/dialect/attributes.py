"""The second half of the dialect's table: BPMN attributes that change the execution, and all others that BPMN knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """The values of an attribute that are executed; any other value is refused with the remedy."""

    values: frozenset[str]
    remedy: str


def _only(values: str, remedy: str) -> Allowed:
    return Allowed(frozenset(values.split(" ")), remedy)


_BOOLEAN = _only("true false 1 0", "Write true or false.")
_ONE = _only("1", "Leave it at 1; use a parallel gateway or a multi-instance marker.")
_TOKENS = {"startQuantity": _ONE, "completionQuantity": _ONE}
_ACTIVITY = {**_TOKENS, "isForCompensation": _BOOLEAN}
_NO_EVENT = {"triggeredByEvent": _only("false 0", "Use an event sub-process around it.")}
_NO_INSTANTIATION = {"instantiate": _only("false 0", "Use a message start event to begin an instance.")}

# element -> attribute -> the values that are executed.
RESTRICTED: dict[str, dict[str, Allowed]] = {
    "task": _ACTIVITY,
    "manualTask": _ACTIVITY,
    "userTask": _ACTIVITY,
    "serviceTask": _ACTIVITY,
    "sendTask": _ACTIVITY,
    "receiveTask": {**_ACTIVITY, **_NO_INSTANTIATION},
    "scriptTask": {
        **_ACTIVITY,
        "scriptFormat": _only("feel FEEL", "Leave it out: a script is a FEEL expression in zeebe:script."),
    },
    "businessRuleTask": _ACTIVITY,
    "callActivity": _ACTIVITY,
    "subProcess": _ACTIVITY,
    "transaction": {
        **_ACTIVITY,
        **_NO_EVENT,
        "method": _only(
            "##Compensate ##compensate compensate", "Leave it out: what was done is compensated."
        ),
    },
    "adHocSubProcess": {
        **_ACTIVITY,
        **_NO_EVENT,
        "ordering": _only("Parallel", "Draw sequence flows between the steps that follow each other."),
        "cancelRemainingInstances": _BOOLEAN,
    },
    "eventBasedGateway": {
        **_NO_INSTANTIATION,
        "eventGatewayType": _only("Exclusive", "Leave it at Exclusive: the first event wins."),
    },
    "startEvent": {
        "parallelMultiple": _BOOLEAN,
        "isInterrupting": _BOOLEAN,
    },
    "intermediateCatchEvent": {"parallelMultiple": _BOOLEAN},
    "boundaryEvent": {"parallelMultiple": _BOOLEAN, "cancelActivity": _BOOLEAN},
    "multiInstanceLoopCharacteristics": {
        "behavior": _only("All", "Leave the behaviour at All."),
        "isSequential": _BOOLEAN,
    },
    "standardLoopCharacteristics": {"testBefore": _BOOLEAN},
    "compensateEventDefinition": {
        "waitForCompletion": _only("true 1", "Leave it out: the event waits until all is undone.")
    },
    "sequenceFlow": {"isImmediate": _only("true 1", "Leave it out.")},
    "process": {"isExecutable": _BOOLEAN},
}

_ACTIVITY_NAMES = "startQuantity completionQuantity isForCompensation default implementation"
_KNOWN = {
    "definitions": "targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
    "process": "processType isClosed isExecutable definitionalCollaborationRef",
    "collaboration": "isClosed",
    "participant": "processRef",
    "messageFlow": "sourceRef targetRef messageRef",
    "message": "itemRef",
    "error": "errorCode structureRef",
    "escalation": "escalationCode structureRef",
    "signal": "structureRef",
    "lane": "partitionElementRef",
    "sequenceFlow": "sourceRef targetRef isImmediate",
    "startEvent": "isInterrupting parallelMultiple",
    "boundaryEvent": "attachedToRef cancelActivity parallelMultiple",
    "intermediateCatchEvent": "parallelMultiple",
    "task": _ACTIVITY_NAMES,
    "manualTask": _ACTIVITY_NAMES,
    "userTask": _ACTIVITY_NAMES,
    "serviceTask": _ACTIVITY_NAMES + " operationRef",
    "sendTask": _ACTIVITY_NAMES + " operationRef messageRef",
    "receiveTask": _ACTIVITY_NAMES + " operationRef messageRef instantiate",
    "scriptTask": _ACTIVITY_NAMES + " scriptFormat",
    "businessRuleTask": _ACTIVITY_NAMES,
    "callActivity": _ACTIVITY_NAMES + " calledElement",
    "subProcess": _ACTIVITY_NAMES + " triggeredByEvent",
    "transaction": _ACTIVITY_NAMES + " triggeredByEvent method",
    "adHocSubProcess": _ACTIVITY_NAMES + " triggeredByEvent ordering cancelRemainingInstances",
    "exclusiveGateway": "gatewayDirection default",
    "inclusiveGateway": "gatewayDirection default",
    "parallelGateway": "gatewayDirection",
    "eventBasedGateway": "gatewayDirection instantiate eventGatewayType",
    "multiInstanceLoopCharacteristics": "isSequential behavior oneBehaviorEventRef noneBehaviorEventRef",
    "conditionExpression": "language evaluatesToTypeRef",
    "completionCondition": "language evaluatesToTypeRef",
    "standardLoopCharacteristics": "testBefore loopMaximum",
    "loopCondition": "language evaluatesToTypeRef",
    "loopCardinality": "language evaluatesToTypeRef",
    "compensateEventDefinition": "activityRef waitForCompletion",
    "timeDate": "language evaluatesToTypeRef",
    "timeDuration": "language evaluatesToTypeRef",
    "timeCycle": "language evaluatesToTypeRef",
    "messageEventDefinition": "messageRef operationRef",
    "errorEventDefinition": "errorRef",
    "signalEventDefinition": "signalRef",
    "escalationEventDefinition": "escalationRef",
    "condition": "language evaluatesToTypeRef",
}
# element -> attributes without namespace that BPMN 2.0 gives it, besides id and name. Elements that are not listed
# are drawings or refused as a whole: nobody reads their attributes, so none is called unknown.
KNOWN: dict[str, frozenset[str]] = {
    element: frozenset(names.split()) | {"id", "name"} for element, names in _KNOWN.items()
}
