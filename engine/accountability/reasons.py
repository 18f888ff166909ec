"""What accountability says: reasons why an order waits, and what is stuck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import spiff
from engine.sentences import Label, Sentence, _l
from engine.tables import OpenFlowNode

#: {(process instance key, token id): where it stands}, in the order in which they were entered.
Nodes = Mapping[tuple[int, int], OpenFlowNode]
#: Elements whose token waits for its own events; elsewhere (a boundary event) the wait is not the reason.
CATCHING = ("intermediateCatchEvent", "receiveTask", "eventBasedGateway")

SILENT = _l("Stuck: it waits for nothing that could still happen. A manager must repair it.")

GONE = _l('Stuck: "{step}" is with {who}, who is no longer active. Give it to somebody else.')
ONLY_GONE = _l('Stuck: "{step}" is offered to {who} only, who is no longer active. Give it to somebody else.')
ONLY_KEPT_OUT = _l(
    'Stuck: "{step}" needs a second person: {who} did what it checks, and nobody else who is active may do it. '
    "Give it to somebody else."
)
OFFERED_TO_NOBODY = _l('Stuck: "{step}" is offered to nobody. Give it to somebody.')


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that an instance waits for.

    kind: silent (a fault: see faults.py), incident, person, choice, job, message, signal, condition, time, called, join.
    stuck: nobody and nothing will move it by itself. until: when something happens next, if that is known.
    job_key: of the failed job that can be tried again (`incidents.try_again`).
    """

    kind: str
    sentence: Sentence
    since: datetime | None = None
    until: datetime | None = None
    stuck: bool = False
    element_id: str | None = None
    user_task_key: int | None = None
    role: str | None = None
    assignee: str | None = None
    job_key: int | None = None


#: What needs a person first.
ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            "silent",
            "incident",
            "person",
            "choice",
            "job",
            "message",
            "signal",
            "condition",
            "time",
            "called",
            "join",
        )
    )
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """An order, or the whole house, that needs a person now. kind: mail for one that was not sent, else order.

    job_key: of the failed job that can be tried again (`incidents.try_again`).
    """

    process_instance_key: int | None
    business_key: str | None
    sentence: Sentence
    since: datetime | None
    user_task_key: int | None = None
    kind: str = "order"
    job_key: int | None = None


def step_name(process: spiff.Process, element_id: str) -> Label:
    """What people call a step: its name in the diagram, else its id as words."""
    element = process.elements.get(element_id)
    return Label((element.name if element else "") or element_id.replace("_", " "))
