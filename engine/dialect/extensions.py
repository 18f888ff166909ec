"""The third part of the dialect's table: every zeebe extension element, where it may stand, and its attributes."""

from __future__ import annotations

from dataclasses import dataclass, field

# The kinds of value an attribute can have (checked by `values.py`).
TEXT = "text"  # plain text, known at deployment
VALUE = "value"  # plain text, or =FEEL computed when the element is entered
EXPRESSION = "expression"  # must be =FEEL
VARIABLE = "variable"  # the name of a variable
PATH = "path"  # the name of a variable, or a.b.c inside of one
BOOLEAN = "boolean"
COUNT = "count"  # a whole number from 1, or =FEEL
PRIORITY = "priority"  # 0 to 100, or =FEEL
MOMENT = "moment"  # ISO 8601 date and time, or =FEEL
BINDING = "binding"  # latest, deployment or versionTag
JOB_PRIORITY = "job_priority"  # a whole number, or =FEEL
DURATION = "duration"  # ISO 8601 duration, or =FEEL
EXECUTION_EVENT = "execution_event"  # start, end, and beforeAll of a multi-instance activity
TASK_EVENT = "task_event"  # creating, assigning, updating, completing, canceling


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an extension: the kind of its value, and whether it must be there."""

    kind: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """One zeebe extension: the BPMN (or zeebe) elements that read it, its attributes, its meaning or its remedy.

    hosts: empty where it may stand anywhere.
    """

    hosts: frozenset[str]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    text: str = ""
    executed: bool = True
    repeats: bool = False


_JOBS = "serviceTask sendTask businessRuleTask scriptTask intermediateThrowEvent endEvent"
_EVENTS = "startEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent endEvent"
_MAPPED = f"{_JOBS} {_EVENTS} userTask receiveTask callActivity subProcess transaction adHocSubProcess"
_ACTIVITIES = f"{_MAPPED} task manualTask"
_GATEWAYS = "exclusiveGateway inclusiveGateway parallelGateway eventBasedGateway"
_BOUND = {"bindingType": Attribute(BINDING), "versionTag": Attribute(TEXT)}


def _on(hosts: str, text: str, *, repeats: bool = False, **attributes: Attribute) -> Extension:
    return Extension(frozenset(hosts.split()), attributes, text, repeats=repeats)


def _not(remedy: str) -> Extension:
    return Extension(frozenset(), {}, remedy, executed=False)


EXTENSIONS: dict[str, Extension] = {
    "taskDefinition": _on(
        f"{_JOBS} adHocSubProcess",
        "An operation if one of this type is registered, else a job for an outside worker. On an ad-hoc sub-process it says "
        "what is begun next and when it is enough.",
        type=Attribute(VALUE, required=True),
        retries=Attribute(COUNT),
    ),
    "taskHeaders": _on(
        f"{_ACTIVITIES} {_GATEWAYS} process executionListener taskListener",
        "Constants for the operation or worker; a listener gets those of its element and its own on top.",
    ),
    "header": _on(
        "taskHeaders",
        "One constant.",
        repeats=True,
        key=Attribute(TEXT, required=True),
        value=Attribute(TEXT),
        id=Attribute(TEXT),
    ),
    "ioMapping": _on(_MAPPED, "Local variables in, results out."),
    "input": _on(
        "ioMapping",
        "Makes a local variable on entering.",
        repeats=True,
        source=Attribute(VALUE),
        target=Attribute(PATH, required=True),
    ),
    "output": _on(
        "ioMapping",
        "Hands a result up on leaving.",
        repeats=True,
        source=Attribute(VALUE),
        target=Attribute(PATH, required=True),
    ),
    "formDefinition": _on(
        "userTask startEvent",
        "The form, bound at deployment.",
        formId=Attribute(VALUE),
        formKey=Attribute(TEXT),
        externalReference=Attribute(VALUE),
        **_BOUND,
    ),
    "userTaskForm": _on(
        "process", "A form inside the process.", repeats=True, id=Attribute(TEXT, required=True)
    ),
    "userTask": _on("userTask", "Marks a user task that is no job."),
    "assignmentDefinition": _on(
        "userTask",
        "Who may see and do it; without it the lane.",
        assignee=Attribute(VALUE),
        candidateGroups=Attribute(VALUE),
        candidateUsers=Attribute(VALUE),
    ),
    "taskSchedule": _on(
        "userTask",
        "When it is due, when to look at it again.",
        dueDate=Attribute(MOMENT),
        followUpDate=Attribute(MOMENT),
    ),
    "priorityDefinition": _on("userTask", "0 to 100; 50 without it.", priority=Attribute(PRIORITY)),
    "properties": _on(
        "",
        "Rules for staff: sla, sla_clock, escalate_to, instruction; any other is kept.",
    ),
    "property": _on(
        "properties",
        "One rule; without a name it means nothing.",
        repeats=True,
        name=Attribute(TEXT),
        value=Attribute(TEXT),
        id=Attribute(TEXT),
    ),
    "calledDecision": _on(
        "businessRuleTask",
        "The decision, and the variable for its result.",
        decisionId=Attribute(VALUE, required=True),
        resultVariable=Attribute(VARIABLE, required=True),
        **_BOUND,
    ),
    "script": _on(
        "scriptTask",
        "FEEL, and the variable for its result.",
        expression=Attribute(EXPRESSION, required=True),
        resultVariable=Attribute(VARIABLE, required=True),
    ),
    "calledElement": _on(
        "callActivity",
        "The process that is called; which variables go in and come back.",
        processId=Attribute(VALUE, required=True),
        propagateAllChildVariables=Attribute(BOOLEAN),
        propagateAllParentVariables=Attribute(BOOLEAN),
        **_BOUND,
    ),
    "loopCharacteristics": _on(
        "multiInstanceLoopCharacteristics",
        "The list, the name of its item, what is collected.",
        inputCollection=Attribute(EXPRESSION, required=True),
        inputElement=Attribute(VARIABLE),
        outputCollection=Attribute(VARIABLE),
        outputElement=Attribute(EXPRESSION),
    ),
    "subscription": _on("message", "Which instance a message is for.", correlationKey=Attribute(EXPRESSION)),
    "versionTag": _on("process", "The name of this version.", value=Attribute(TEXT)),
    "executionListeners": _on(
        f"{_ACTIVITIES} {_GATEWAYS} process",
        "Work before and after an element; not at the start of start and boundary events, not at the end of gateways and "
        "error end events.",
    ),
    "executionListener": _on(
        "executionListeners",
        "An operation or a job: start (its variables become locals), end (they go up), beforeAll (of all instances of a "
        "multi-instance activity).",
        repeats=True,
        eventType=Attribute(EXECUTION_EVENT, required=True),
        type=Attribute(VALUE, required=True),
        retries=Attribute(COUNT),
    ),
    "taskListeners": _on("userTask", "Who is asked before a user task changes."),
    "taskListener": _on(
        "taskListeners",
        "An operation or a job that may correct the change, or deny it: creating, assigning, updating, completing; one that "
        "hears of canceling holds nothing up here.",
        repeats=True,
        eventType=Attribute(TASK_EVENT, required=True),
        type=Attribute(VALUE, required=True),
        retries=Attribute(COUNT),
    ),
    "adHoc": _on(
        "adHocSubProcess",
        "Which steps begin at once, and what is collected of each.",
        activeElementsCollection=Attribute(EXPRESSION),
        outputCollection=Attribute(VARIABLE),
        outputElement=Attribute(EXPRESSION),
    ),
    "conditionalFilter": _on(
        "conditionalEventDefinition",
        "Which writes are a reason to ask the condition again: of these variables, on create or update. At the start event of "
        "a process it says nothing: nothing is written yet.",
        variableNames=Attribute(TEXT),
        variableEvents=Attribute(TEXT),
    ),
    "linkedResources": _not("Hand the operation what it needs by zeebe:input or zeebe:taskHeaders."),
    "linkedResource": _not("Hand the operation what it needs by zeebe:input or zeebe:taskHeaders."),
    "jobPriorityDefinition": _on(
        "process serviceTask sendTask businessRuleTask scriptTask intermediateThrowEvent endEvent adHocSubProcess",
        "Which of several jobs of one type a worker gets first; that of the process holds where a task has none.",
        priority=Attribute(JOB_PRIORITY, required=True),
    ),
    "publishMessage": _on(
        "sendTask messageEventDefinition intermediateThrowEvent endEvent",
        "The key and the life of the message that is published.",
        correlationKey=Attribute(EXPRESSION),
        timeToLive=Attribute(DURATION),
    ),
}

# Attributes that are known and not executed, each with its remedy.
REFUSED_ATTRIBUTES = {
    ("calledElement", "processIdExpression"): 'Write processId="=…" with the same expression.',
    ("adHoc", "completionCondition"): "Write the condition into bpmn:completionCondition of the sub-process.",
    ("adHoc", "cancelRemainingInstances"): "Write it on the ad-hoc sub-process itself.",
    ("publishMessage", "messageId"): "Take it away: each throw publishes its message once.",
}

# Extensions that Camunda 8 knows in a place where they are not executed here, each with its remedy.
REFUSED_PLACES = {
    (
        "taskDefinition",
        "userTask",
    ): "Take it away: a user task is for people. For a worker draw a service task.",
}

# Attributes in the zeebe namespace that stand on BPMN elements; they only serve the modeler.
ATTRIBUTES_ON_BPMN = frozenset(
    {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "retryCounter"}
)
