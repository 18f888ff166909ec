"""What can go wrong in this room: a model that cannot be read, a token that cannot go on, a verb that comes too late."""

from __future__ import annotations

from engine.errors import Conflict, NotFound, Refused

CONDITION_ERROR = "CONDITION_ERROR"
EXTRACT_VALUE_ERROR = "EXTRACT_VALUE_ERROR"
IO_MAPPING_ERROR = "IO_MAPPING_ERROR"
CALLED_ELEMENT_ERROR = "CALLED_ELEMENT_ERROR"
CALLED_DECISION_ERROR = "CALLED_DECISION_ERROR"
DECISION_EVALUATION_ERROR = "DECISION_EVALUATION_ERROR"
FORM_NOT_FOUND = "FORM_NOT_FOUND"
JOB_NO_RETRIES = "JOB_NO_RETRIES"
AD_HOC_SUB_PROCESS_NO_RETRIES = "AD_HOC_SUB_PROCESS_NO_RETRIES"
EXECUTION_LISTENER_NO_RETRIES = "EXECUTION_LISTENER_NO_RETRIES"
TASK_LISTENER_NO_RETRIES = "TASK_LISTENER_NO_RETRIES"
UNHANDLED_ERROR_EVENT = "UNHANDLED_ERROR_EVENT"
LOOP_WITHOUT_WAIT = "LOOP_WITHOUT_WAIT"


class ModelRefused(Refused):
    """This model cannot be executed."""

    def __init__(self, sentence: str, element_id: str | None = None, line: int | None = None):
        super().__init__(sentence, element_id=element_id, line=line)
        self.element_id = element_id
        self.line = line


class NotStartable(Refused):
    """This process cannot be started in this way."""


class NoSuchToken(NotFound):
    """The process instance is no longer at this place."""


class NotWaiting(Conflict):
    """This place of the process instance does not wait for that."""


class Failure(Exception):
    """A token cannot go on: it stays where it is, as an incident of this kind, with this sentence for people."""

    def __init__(self, kind: str, sentence: str):
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence


class ListenerFailed(Failure):
    """It happened at a listener: a retry goes on there, and repeats nothing that came before it."""


class Uncaught(Failure):
    """Nothing catches the BPMN error of this element. Its boundary events stay open, so that they can still fire."""
