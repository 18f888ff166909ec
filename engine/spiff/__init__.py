"""The token engine: BPMN elements on SpiffWorkflow's generic core. Nothing outside this package imports SpiffWorkflow.

`read` makes processes of a document; `Instance.start`, `load` and `dump` carry one process instance through its steps;
what a step did is in `Instance.facts`, what it waits for in `Instance.waits()`.
"""

from engine.spiff.elements.directed_ad_hoc import Direction
from engine.spiff.elements.start_event import StartEvent, Timer, Undecided
from engine.spiff.facts import (
    DIRECTION,
    Entered,
    EscalationUncaught,
    Finished,
    FlowTaken,
    FormReference,
    IncidentRaised,
    IncidentResolved,
    JobOpened,
    JobWithdrawn,
    Left,
    MessageThrown,
    SignalThrown,
    Terminated,
    UserTaskDenied,
    UserTaskMoved,
    UserTaskOpened,
    VariablesWritten,
)
from engine.spiff.failures import (
    AD_HOC_SUB_PROCESS_NO_RETRIES,
    CALLED_DECISION_ERROR,
    CALLED_ELEMENT_ERROR,
    CONDITION_ERROR,
    DECISION_EVALUATION_ERROR,
    EXECUTION_LISTENER_NO_RETRIES,
    EXTRACT_VALUE_ERROR,
    FORM_NOT_FOUND,
    IO_MAPPING_ERROR,
    JOB_NO_RETRIES,
    LOOP_WITHOUT_WAIT,
    TASK_LISTENER_NO_RETRIES,
    UNHANDLED_ERROR_EVENT,
    Failure,
    ModelRefused,
    NoSuchToken,
    NotStartable,
    NotWaiting,
)
from engine.spiff.instance import Instance, OpenToken, Startable
from engine.spiff.listeners import Answer, AnswerRefused, check_told
from engine.spiff.parsing import read
from engine.spiff.process import Flow, Process
from engine.spiff.schedules import Schedule
from engine.spiff.schedules import read as read_schedule
from engine.spiff.standing import Standing, standing
from engine.spiff.state import dump, load
from engine.spiff.surroundings import CalledReference, DecisionReference, ServiceCall, Surroundings
from engine.spiff.task_listeners import ChangeDenied
from engine.spiff.versions import CannotMove, move
from engine.spiff.waits import Wait

__all__ = [
    "AD_HOC_SUB_PROCESS_NO_RETRIES",
    "CALLED_DECISION_ERROR",
    "CALLED_ELEMENT_ERROR",
    "CONDITION_ERROR",
    "DECISION_EVALUATION_ERROR",
    "DIRECTION",
    "EXECUTION_LISTENER_NO_RETRIES",
    "EXTRACT_VALUE_ERROR",
    "FORM_NOT_FOUND",
    "IO_MAPPING_ERROR",
    "JOB_NO_RETRIES",
    "LOOP_WITHOUT_WAIT",
    "TASK_LISTENER_NO_RETRIES",
    "UNHANDLED_ERROR_EVENT",
    "Answer",
    "AnswerRefused",
    "CalledReference",
    "CannotMove",
    "ChangeDenied",
    "DecisionReference",
    "Direction",
    "Entered",
    "EscalationUncaught",
    "Failure",
    "Finished",
    "Flow",
    "FlowTaken",
    "FormReference",
    "IncidentRaised",
    "IncidentResolved",
    "Instance",
    "JobOpened",
    "JobWithdrawn",
    "Left",
    "MessageThrown",
    "ModelRefused",
    "NoSuchToken",
    "NotStartable",
    "NotWaiting",
    "OpenToken",
    "Process",
    "Schedule",
    "ServiceCall",
    "SignalThrown",
    "Standing",
    "StartEvent",
    "Startable",
    "Surroundings",
    "Terminated",
    "Timer",
    "Undecided",
    "UserTaskDenied",
    "UserTaskMoved",
    "UserTaskOpened",
    "VariablesWritten",
    "Wait",
    "check_told",
    "dump",
    "load",
    "move",
    "read",
    "read_schedule",
    "standing",
]
