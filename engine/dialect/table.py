"""The one table of the dialect: what each BPMN element, each event and each zeebe extension means here.

Whatever is not in this table, or stands in it as refused, does not get past the gate. The words are those of the
findings; `text` is the meaning of what is executed and the remedy for what is refused; `source` names the page of
Camunda 8's documentation whose rule is followed (below docs/components/).
"""

from __future__ import annotations

from dataclasses import dataclass

# What a BPMN element is to us. The kinds FLOW_NODES are the ones that tokens visit.
EVENT, ACTIVITY, GATEWAY = "event", "activity", "gateway"
PART, DRAWING, DEFINITION = "part", "drawing", "definition"
FLOW_NODES = frozenset({EVENT, ACTIVITY, GATEWAY})
# The elements that hold flow nodes and sequence flows.
SCOPES = frozenset(
    {"process", "subProcess", "transaction", "adHocSubProcess", "subChoreography", "choreography"}
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one element means: the word that people use, its kind, whether it is executed, and the text beside it."""

    word: str
    kind: str
    executed: bool
    text: str
    source: str = ""


def _runs(word: str, kind: str, text: str, page: str) -> Meaning:
    return Meaning(word, kind, True, text, page if page.startswith("BPMN") else f"modeler/bpmn/{page}")


def _not(word: str, kind: str, remedy: str) -> Meaning:
    return Meaning(word, kind, False, remedy)


_PUBLISHES = (
    "Publishes its message, which waits an hour for somebody unless it says otherwise (BPMN 2.0.2, 10.5.2); with a "
    "zeebe:taskDefinition it is a job that sends it, as always in Camunda 8"
)
ELEMENTS: dict[str, Meaning] = {
    "startEvent": _runs("start event", EVENT, "Where an instance begins.", "events"),
    "intermediateCatchEvent": _runs("intermediate catch event", EVENT, "Waits for its trigger.", "events"),
    "intermediateThrowEvent": _runs(
        "intermediate throw event", EVENT, "Does its effect and goes on.", "events"
    ),
    "boundaryEvent": _runs("boundary event", EVENT, "Catches while its activity is open.", "events"),
    "endEvent": _runs("end event", EVENT, "Where a path ends.", "events"),
    "task": _runs("undefined task", ACTIVITY, "Is passed through.", "bpmn-coverage"),
    "manualTask": _runs("manual task", ACTIVITY, "Is passed through.", "manual-tasks"),
    "userTask": _runs("user task", ACTIVITY, "Waits for a person of its role.", "user-tasks"),
    "serviceTask": _runs(
        "service task", ACTIVITY, "Runs an operation, or waits for an outside worker.", "service-tasks"
    ),
    "sendTask": _runs("send task", ACTIVITY, _PUBLISHES + ".", "send-tasks"),
    "receiveTask": _runs("receive task", ACTIVITY, "Waits for a message.", "receive-tasks"),
    "scriptTask": _runs("script task", ACTIVITY, "Evaluates FEEL into a result variable.", "script-tasks"),
    "businessRuleTask": _runs("business rule task", ACTIVITY, "Asks a decision.", "business-rule-tasks"),
    "callActivity": _runs("call activity", ACTIVITY, "Runs another process as a child.", "call-activities"),
    "subProcess": _runs("sub-process", ACTIVITY, "Opens a scope of its own.", "embedded-subprocesses"),
    "exclusiveGateway": _runs(
        "exclusive gateway", GATEWAY, "Takes the first flow that is true.", "exclusive-gateways"
    ),
    "inclusiveGateway": _runs(
        "inclusive gateway",
        GATEWAY,
        "Takes all flows that are true. Joins when nobody can still come to an empty incoming flow, unless he can come by "
        "flows to a filled one too: BPMN 2.0.2, 13.4.3; Camunda 8 leaves the second half out. Who is on his way to it over a "
        "boundary event or a link is waited for, as in Camunda 8.",
        "inclusive-gateways",
    ),
    "parallelGateway": _runs("parallel gateway", GATEWAY, "Takes all flows; joins all.", "parallel-gateways"),
    "eventBasedGateway": _runs(
        "event-based gateway",
        GATEWAY,
        "The first event wins. Conditions and receive tasks may be among them, as in BPMN 2.0.2, 10.6.6.",
        "event-based-gateways",
    ),
    "complexGateway": _not(
        "complex gateway", GATEWAY, "Draw the choice with exclusive, inclusive and parallel gateways."
    ),
    "transaction": _runs(
        "transaction sub-process",
        ACTIVITY,
        "A sub-process that a cancel end event ends as a whole: what was completed is undone.",
        "BPMN 2.0.2, 10.3.5 (Camunda 8 has none: modeler/bpmn/bpmn-coverage)",
    ),
    "adHocSubProcess": _runs(
        "ad-hoc sub-process",
        ACTIVITY,
        "Its steps are started by a list, by people or by a worker (with a zeebe:taskDefinition), in any order, until its "
        "condition is true, the worker says that it is enough, or all that was started is done.",
        "ad-hoc-subprocesses",
    ),
    "implicitThrowEvent": _not("implicit throw event", EVENT, "Use an intermediate throw event."),
    "event": _not("unspecified event", EVENT, "Use a start, intermediate, boundary or end event."),
    "choreographyTask": _not("choreography task", ACTIVITY, "Draw a process in a pool for each partner."),
    "subChoreography": _not("sub-choreography", ACTIVITY, "Draw a process in a pool for each partner."),
    "callChoreography": _not("call choreography", ACTIVITY, "Draw a process in a pool for each partner."),
    "sequenceFlow": _runs("sequence flow", PART, "Leads a token on.", "data-flow"),
    "conditionExpression": _runs(
        "condition", PART, "A FEEL expression, true or false.", "exclusive-gateways"
    ),
    "multiInstanceLoopCharacteristics": _runs(
        "multi-instance marker", PART, "Runs its activity once per item.", "multi-instance"
    ),
    "completionCondition": _runs(
        "completion condition",
        PART,
        "Ends a multi-instance activity or an ad-hoc sub-process early.",
        "multi-instance",
    ),
    "standardLoopCharacteristics": _runs(
        "standard loop marker",
        PART,
        "Repeats its activity while the condition is true, at most loopMaximum times; loopCounter counts from 1.",
        "BPMN 2.0.2, 10.3.8 (Camunda 8 has none: modeler/bpmn/bpmn-coverage)",
    ),
    "loopCondition": _runs(
        "loop condition",
        PART,
        "A FEEL expression, asked before (testBefore) or after each round.",
        "BPMN 2.0.2, 10.3.8 (Camunda 8 has none: modeler/bpmn/bpmn-coverage)",
    ),
    "loopCardinality": _runs(
        "loop cardinality",
        PART,
        "A number or a FEEL expression: so many instances, without a collection.",
        "BPMN 2.0.2, 10.3.8 (Camunda 8: a collection, modeler/bpmn/multi-instance)",
    ),
    "loopDataInputRef": _not("loop data input", PART, "Use zeebe:loopCharacteristics inputCollection."),
    "loopDataOutputRef": _not("loop data output", PART, "Use zeebe:loopCharacteristics outputCollection."),
    "inputDataItem": _not("input data item", PART, "Use zeebe:loopCharacteristics inputElement."),
    "outputDataItem": _not("output data item", PART, "Use zeebe:loopCharacteristics outputElement."),
    "complexBehaviorDefinition": _not(
        "complex multi-instance behaviour", PART, "Leave the behaviour at All."
    ),
    "noneBehaviorEventRef": _not("multi-instance event", PART, "Leave the behaviour at All."),
    "oneBehaviorEventRef": _not("multi-instance event", PART, "Leave the behaviour at All."),
    "eventDefinitionRef": _not(
        "shared event definition", PART, "Put the event definition into the event itself."
    ),
    "script": _not("script body", PART, "Write the expression into zeebe:script, in FEEL."),
    "resourceRole": _not("resource role", PART, "Use the lane or zeebe:assignmentDefinition."),
    "performer": _not("performer", PART, "Use the lane or zeebe:assignmentDefinition."),
    "humanPerformer": _not("human performer", PART, "Use the lane or zeebe:assignmentDefinition."),
    "potentialOwner": _not("potential owner", PART, "Use the lane or zeebe:assignmentDefinition."),
    "correlationSubscription": _not(
        "correlation subscription", PART, "Use zeebe:subscription on the message."
    ),
    "correlationKey": _not(
        "correlation key of a collaboration", PART, "Use zeebe:subscription on the message."
    ),
    "correlationProperty": _not("correlation property", DEFINITION, "Use zeebe:subscription on the message."),
    "import": _not(
        "import", DEFINITION, "Put what is needed into this file: nothing outside of it is fetched."
    ),
    "choreography": _not("choreography", DEFINITION, "Draw a process in a pool for each partner."),
    "globalChoreographyTask": _not(
        "global choreography task", DEFINITION, "Draw a process for each partner."
    ),
    "globalTask": _not("global task", DEFINITION, "Draw a process with this task and call that."),
    "globalUserTask": _not("global user task", DEFINITION, "Draw a process with this task and call that."),
    "globalManualTask": _not(
        "global manual task", DEFINITION, "Draw a process with this task and call that."
    ),
    "globalScriptTask": _not(
        "global script task", DEFINITION, "Draw a process with this task and call that."
    ),
    "globalBusinessRuleTask": _not(
        "global business rule task", DEFINITION, "Draw a process with this task and call that."
    ),
    "globalConversation": _not("global conversation", DEFINITION, "Draw a collaboration instead."),
}

_DRAWN = """
    definitions documentation extensionElements incoming outgoing text textAnnotation association group category
    categoryValue categoryValueRef laneSet childLaneSet lane flowNodeRef partitionElement supports auditing monitoring
    dataObject dataObjectReference dataStore dataStoreReference dataState property ioSpecification ioBinding dataInput
    dataOutput inputSet outputSet dataInputRefs dataOutputRefs optionalInputRefs optionalOutputRefs whileExecutingInputRefs
    whileExecutingOutputRefs inputSetRefs outputSetRefs dataInputAssociation dataOutputAssociation sourceRef targetRef
    transformation assignment from to rendering supportedInterfaceRef process collaboration participant messageFlow
    participantMultiplicity participantAssociation messageFlowAssociation innerParticipantRef outerParticipantRef
    innerMessageFlowRef outerMessageFlowRef interfaceRef endPointRef conversation callConversation subConversation
    conversationLink conversationAssociation participantRef messageFlowRef choreographyRef message error escalation
    signal itemDefinition interface operation inMessageRef outMessageRef errorRef operationRef resource
    resourceParameter resourceRef resourceParameterBinding resourceAssignmentExpression expression formalExpression
    correlationPropertyRef correlationPropertyBinding correlationPropertyRetrievalExpression messagePath dataPath
    partnerEntity partnerRole endPoint extension relationship source target timeDate timeDuration
    timeCycle messageEventDefinition timerEventDefinition errorEventDefinition terminateEventDefinition
    signalEventDefinition escalationEventDefinition conditionalEventDefinition compensateEventDefinition
    linkEventDefinition cancelEventDefinition condition activationCondition eventDefinition
"""
# A subProcess with triggeredByEvent="true".
EVENT_SUB_PROCESS = _runs(
    "event sub-process",
    ACTIVITY,
    "Begins when its start event happens in its scope, interrupting or not. What is thrown inside reaches the boundary "
    "events of the scope (BPMN 2.0.2, 13.5.4).",
    "event-subprocesses",
)
# Elements without behaviour of their own: they are drawn, or they are read with the element that they belong to.
DRAWN: frozenset[str] = frozenset(_DRAWN.split())

_UNDOES = (
    "Undoes what was completed in its scope, or one activity of it: one handler after the other, the newest first. The "
    "order is that of BPMN 2.0.2, 13.5.5; Camunda 8 starts all at once."
)
_CANCELS = "BPMN 2.0.2, 10.5.6 and 13.5.5 (Camunda 8 has none: modeler/bpmn/bpmn-coverage)"
_CYCLES = (
    "A cycle with a start date goes by that date, so that the 31st stays the last day of each month (ISO 8601); Camunda 8 "
    "counts from the time before. What was missed counts once."
)
_SEVERAL = "BPMN 2.0.2, 10.5 (Camunda 8 has no such event: modeler/bpmn/bpmn-coverage)"
_EXECUTED = {
    ("startEvent", "none"): ("Begins when somebody starts the process.", "none-events"),
    ("startEvent", "message"): (
        "Begins when the message comes. What it brings is there before the event sub-processes of the process begin to wait, "
        "so that their keys may name it.",
        "message-events",
    ),
    ("startEvent", "timer"): ("Begins at the time, or at each time of the cycle. " + _CYCLES, "timer-events"),
    ("startEvent", "signal"): ("Begins when the signal is thrown, wherever that is.", "signal-events"),
    ("startEvent", "conditional"): (
        "Begins an event sub-process when its condition is true. One of the process is asked when somebody says what is new "
        "(`engine.conditions.evaluate`): each that is true with these variables starts an instance.",
        "conditional-events",
    ),
    ("startEvent", "error"): ("Begins an event sub-process by an error; always interrupts.", "error-events"),
    ("startEvent", "escalation"): ("Begins an event sub-process by an escalation.", "escalation-events"),
    ("startEvent", "compensation"): (
        "Begins an event sub-process that undoes the completed sub-process around it, with its variables as they were.",
        "BPMN 2.0.2, 13.5.5 (Camunda 8 has none: modeler/bpmn/bpmn-coverage)",
    ),
    ("startEvent", "multiple"): ("Begins by any one of its triggers.", _SEVERAL),
    ("startEvent", "parallel multiple"): (
        "Begins an event sub-process when all of its triggers have happened. It starts no process.",
        _SEVERAL,
    ),
    ("intermediateCatchEvent", "message"): (
        "Waits for the message with its key. One message is taken once per process, a called process beside its caller.",
        "message-events",
    ),
    ("intermediateCatchEvent", "timer"): ("Waits until the time.", "timer-events"),
    ("intermediateCatchEvent", "signal"): ("Waits for the signal; none is kept for later.", "signal-events"),
    ("intermediateCatchEvent", "conditional"): (
        "Waits until its condition is true: asked on opening and at each write of a variable that it names.",
        "conditional-events",
    ),
    ("intermediateCatchEvent", "link"): (
        "The path of the throw event of its name goes on here.",
        "link-events",
    ),
    ("intermediateCatchEvent", "multiple"): ("Waits for any one of its triggers.", _SEVERAL),
    ("intermediateCatchEvent", "parallel multiple"): ("Waits for all of its triggers.", _SEVERAL),
    ("intermediateThrowEvent", "none"): ("Is passed through.", "none-events"),
    ("intermediateThrowEvent", "message"): (_PUBLISHES + ".", "message-events"),
    ("intermediateThrowEvent", "signal"): (
        "Reaches all that wait for the signal, with the variables that its input mappings make.",
        "signal-events",
    ),
    ("intermediateThrowEvent", "escalation"): (
        "Tells the nearest catcher outside, and goes on unless that interrupts.",
        "escalation-events",
    ),
    ("intermediateThrowEvent", "compensation"): (_UNDOES, "compensation-events"),
    ("intermediateThrowEvent", "link"): ("Goes on at the catch event of its name.", "link-events"),
    ("intermediateThrowEvent", "multiple"): (
        "Throws all, in drawn order, and waits where it undoes.",
        _SEVERAL,
    ),
    ("boundaryEvent", "message"): ("Catches the message, interrupting or not.", "message-events"),
    ("boundaryEvent", "timer"): ("Fires at the time, interrupting or not. " + _CYCLES, "timer-events"),
    ("boundaryEvent", "error"): ("Catches the error; always interrupts.", "error-events"),
    ("boundaryEvent", "signal"): (
        "Catches the signal, interrupting or not. Before an event sub-process inside that waits for the same, as with messages "
        "and conditions.",
        "signal-events",
    ),
    ("boundaryEvent", "escalation"): ("Catches the escalation, interrupting or not.", "escalation-events"),
    ("boundaryEvent", "conditional"): (
        "Fires when its condition is true; one that does not interrupt at each write while it is true.",
        "conditional-events",
    ),
    ("boundaryEvent", "compensation"): (
        "Marks that its activity can be undone, by the handler that it is associated with. A handler of a sub-process takes "
        "the place of those inside it.",
        "compensation-events",
    ),
    ("boundaryEvent", "cancel"): ("Goes on from a transaction that was cancelled and undone.", _CANCELS),
    ("boundaryEvent", "multiple"): ("Fires by any one of its triggers.", _SEVERAL),
    ("boundaryEvent", "parallel multiple"): ("Fires when all of its triggers have happened.", _SEVERAL),
    ("endEvent", "none"): ("Ends this path.", "none-events"),
    ("endEvent", "message"): (_PUBLISHES + "; then ends this path.", "message-events"),
    ("endEvent", "error"): (
        "Throws the error to the nearest catcher outside. Nobody: an incident, as in Camunda 8 (in BPMN 2.0.2 all would end).",
        "error-events",
    ),
    ("endEvent", "terminate"): ("Ends everything in its scope.", "terminate-events"),
    ("endEvent", "signal"): ("Throws the signal, then ends this path.", "signal-events"),
    ("endEvent", "escalation"): (
        "Tells the nearest catcher outside, then ends this path.",
        "escalation-events",
    ),
    ("endEvent", "compensation"): (_UNDOES, "compensation-events"),
    ("endEvent", "cancel"): (
        "Ends everything else in its transaction, where nothing begins any more, undoes what was completed in it, then the "
        "cancel boundary event fires.",
        _CANCELS,
    ),
    ("endEvent", "multiple"): (
        "Throws all, in drawn order, and waits where it undoes; what ends more than this path last.",
        _SEVERAL,
    ),
}
TRIGGER_OF_DEFINITION = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
    "signalEventDefinition": "signal",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "compensateEventDefinition": "compensation",
    "linkEventDefinition": "link",
    "cancelEventDefinition": "cancel",
}
# What may stand together in one event of several triggers or results.
_CAUGHT = frozenset({"message", "timer", "signal", "conditional"})
_THROWN = frozenset({"message", "signal", "escalation", "compensation"})
TOGETHER: dict[str, frozenset[str]] = {
    "startEvent": _CAUGHT | {"error", "escalation"},
    "intermediateCatchEvent": _CAUGHT,
    "boundaryEvent": _CAUGHT | {"error", "escalation"},
    "intermediateThrowEvent": _THROWN,
    "endEvent": _THROWN | {"error", "terminate", "cancel"},
}
ALL_TOGETHER = _CAUGHT  # where all of them must happen


def _event_word(element: str, trigger: str) -> str:
    place = ELEMENTS[element].word
    return place if trigger == "none" else f"{trigger} {place.removeprefix('intermediate ')}"


# (element, trigger) -> meaning; all of them are executed, and a pair that is missing here is no event of BPMN 2.0 at all.
EVENTS: dict[tuple[str, str], Meaning] = {
    (element, trigger): _runs(_event_word(element, trigger), EVENT, text, page)
    for (element, trigger), (text, page) in _EXECUTED.items()
}


def is_flow_node(local_name: str) -> bool:
    """True for what tokens visit: events, activities and gateways, executed or not."""
    meaning = ELEMENTS.get(local_name)
    return meaning is not None and meaning.kind in FLOW_NODES
