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


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an extension: the kind of its value, and whether it must be there."""

    kind: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """One zeebe extension: the BPMN (or zeebe) elements that read it, its attributes, its meaning or its remedy."""

    hosts: frozenset[str]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    text: str = ""
    executed: bool = True
    repeats: bool = False


_JOBS = "serviceTask sendTask businessRuleTask scriptTask intermediateThrowEvent endEvent"
_EVENTS = "startEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent endEvent"
_MAPPED = f"{_JOBS} {_EVENTS} userTask receiveTask callActivity subProcess"
_ACTIVITIES = f"{_MAPPED} task manualTask"
_BOUND = {"bindingType": Attribute(BINDING), "versionTag": Attribute(TEXT)}


def _on(hosts: str, text: str, *, repeats: bool = False, **attributes: Attribute) -> Extension:
    return Extension(frozenset(hosts.split()), attributes, text, repeats=repeats)


def _not(remedy: str) -> Extension:
    return Extension(frozenset(), {}, remedy, executed=False)


EXTENSIONS: dict[str, Extension] = {
    "taskDefinition": _on(
        _JOBS,
        "An operation if one of this type is registered, else a job for an outside worker.",
        type=Attribute(VALUE, required=True),
        retries=Attribute(COUNT),
    ),
    "taskHeaders": _on(f"{_JOBS} userTask", "Constants for the operation or worker."),
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
        f"{_ACTIVITIES} process collaboration participant lane message sequenceFlow exclusiveGateway inclusiveGateway "
        "parallelGateway eventBasedGateway dataObjectReference dataStoreReference textAnnotation group",
        "Rules for staff: sla, sla_clock, escalate_to, instruction; any other is kept.",
    ),
    "property": _on(
        "properties",
        "One rule.",
        repeats=True,
        name=Attribute(TEXT, required=True),
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
    "executionListeners": _not("Put the work into a service task before or after this element."),
    "executionListener": _not("Put the work into a service task before or after this element."),
    "taskListeners": _not("Put the work into a service task before or after this user task."),
    "taskListener": _not("Put the work into a service task before or after this user task."),
    "adHoc": _not("Draw the order of the steps, or a multi-instance sub-process over a list."),
    "conditionalFilter": _on(
        "conditionalEventDefinition",
        "Which writes are a reason to ask the condition again: of these variables, on create or update.",
        variableNames=Attribute(TEXT),
        variableEvents=Attribute(TEXT),
    ),
    "linkedResources": _not("Hand the operation what it needs by zeebe:input or zeebe:taskHeaders."),
    "linkedResource": _not("Hand the operation what it needs by zeebe:input or zeebe:taskHeaders."),
    "jobPriorityDefinition": _not("Remove it: jobs run in the order in which they are due."),
    "publishMessage": _not("Use a message throw event with a zeebe:taskDefinition."),
}

# Attributes in the zeebe namespace that stand on BPMN elements; they only serve the modeler.
ATTRIBUTES_ON_BPMN = frozenset(
    {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "retryCounter"}
)
