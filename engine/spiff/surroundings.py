"""What the token engine asks of the house around it: do this, decide that, give me the called process."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from engine.spiff.process import Process


class ServiceCall(Struct, frozen=True):
    """The work of a service-like element.

    variables: the token's own variables (its mapped inputs); all visible ones when it has no input mapping.
    effect_scope: the same for every try of this token, different for every other token of the process instance.
    """

    token_id: int
    element_id: str
    type: str
    retries: int
    headers: dict[str, str]
    variables: dict[str, Any]
    effect_scope: str


class DecisionReference(Struct, frozen=True):
    """A decision by its id; binding: latest, deployment or versionTag (then version_tag says which)."""

    decision_id: str
    binding: str = "latest"
    version_tag: str | None = None


class CalledReference(Struct, frozen=True):
    """A process to call by its id and binding.

    key: `Process.key` of the version that a stored instance already runs. Given, it alone decides, so that a called
    process stays on the version it was started with; None when a call activity is entered.
    """

    process_id: str
    binding: str = "latest"
    version_tag: str | None = None
    key: int | str | None = None


class Surroundings(Protocol):
    """One per step."""

    now: datetime

    def serve(self, call: ServiceCall) -> dict[str, Any] | None:
        """Run the operation of this type and return its result variables.

        None: there is no such operation here, or it failed technically; the token then waits for its job.
        Raises engine.errors.BusinessError for a BPMN error.
        """

    def decide(self, reference: DecisionReference, variables: dict[str, Any]) -> object:
        """Evaluate a decision. Raises Failure for an incident."""

    def process(self, reference: CalledReference) -> Process:
        """The process to call. Raises Failure(CALLED_ELEMENT_ERROR, ...) when there is none."""
