"""What a step did, in order, as plain records: the execution room turns them into rows and history.

Facts leave this room as a list on the instance (`Instance.facts`), never by a call-back. Facts speak about tokens by
number; numbers are given once per process instance and never again.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Fact(Struct, frozen=True, gc=False):
    """Something that happened at one token."""

    token_id: int


class Entered(Fact, frozen=True, gc=False):
    """A token reached an element. scope_id: the token of the scope it lies in; None for the process itself."""

    element_id: str
    type: str
    scope_id: int | None


class Left(Fact, frozen=True, gc=False):
    """The element was completed and the token is gone."""

    element_id: str


class Terminated(Fact, frozen=True, gc=False):
    """The token was taken away before its element was completed; an open user task or job of it is void."""

    element_id: str


class FlowTaken(Fact, frozen=True, gc=False):
    """A token that left element_id went along this sequence flow."""

    flow_id: str
    element_id: str


class FormReference(Struct, frozen=True):
    """Which form a user task or start event shows. embedded: the form's own JSON text (zeebe:userTaskForm)."""

    form_id: str | None = None
    binding: str = "latest"
    version_tag: str | None = None
    external_reference: str | None = None
    embedded: str | None = None


class UserTaskOpened(Fact, frozen=True):
    """A person has something to do. Dates are ISO 8601 texts. Comes again, same token, after an incident."""

    element_id: str
    name: str
    lane: str | None
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    due_date: str | None
    follow_up_date: str | None
    priority: int
    form: FormReference | None
    properties: dict[str, str]


class UserTaskMoved(Fact, frozen=True):
    """What somebody asked for came into force, now that the task listeners have agreed.

    event: assigning, updating or completing; changes: {attribute: value} with the corrections of the listeners; actor,
    detail: who asked, and what the history should say of it.
    """

    element_id: str
    event: str
    changes: dict[str, Any]
    actor: str | None
    detail: dict[str, Any]


class UserTaskDenied(Fact, frozen=True):
    """A task listener has denied what somebody asked for: the user task is as it was before."""

    element_id: str
    event: str
    reason: str
    actor: str | None


DIRECTION = "direction"
"""The kind of a job whose answer directs an ad-hoc sub-process."""


class JobOpened(Fact, frozen=True):
    """Work that was not done inside this step: it waits for a worker or for its next try.

    kind: element (the element's own work), direction (of an ad-hoc sub-process), execution_listener or task_listener; event:
    of a listener (start, assigning …).
    priority: of several jobs of one type the highest is done first.
    scope: what makes its effect unique (see ServiceCall.effect_scope). variables: those of a canceling listener, whose
    token is gone already; None for all others.
    """

    element_id: str
    type: str
    retries: int
    headers: dict[str, str]
    kind: str = "element"
    event: str | None = None
    scope: str | None = None
    variables: dict[str, Any] | None = None
    priority: int = 0


class JobWithdrawn(Fact, frozen=True, gc=False):
    """The job of this token is void, while the token goes on."""


class SignalThrown(Fact, frozen=True):
    """A signal was thrown. What waits for it in this process instance has fired already; all else is to be reached."""

    element_id: str
    name: str
    variables: dict[str, Any]


class MessageThrown(Fact, frozen=True):
    """A message is to be published after the step. correlation_key: "" when the message has none.

    time_to_live_s: how long it waits for somebody to meet (header `timeToLive` of the throw).
    """

    element_id: str
    name: str
    correlation_key: str
    variables: dict[str, Any]
    time_to_live_s: float = 3600.0


class EscalationUncaught(Fact, frozen=True, gc=False):
    """An escalation was thrown that nothing catches; its thrower went on."""

    element_id: str
    code: str


class IncidentRaised(Fact, frozen=True, gc=False):
    """The token cannot go on until somebody cures the cause and retries."""

    element_id: str
    kind: str
    sentence: str


class IncidentResolved(Fact, frozen=True, gc=False):
    """The incident of this token is being retried."""


class VariablesWritten(Fact, frozen=True):
    """Variables of the scope of this token changed; the values are in `Instance.local_variables(token_id)`."""

    names: tuple[str, ...]


class Finished(Struct, frozen=True):
    """The process instance reached its end with these variables."""

    variables: dict[str, Any]
