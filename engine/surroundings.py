"""What a running step asks of the house: operations, decisions, called processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, feel, operations, spiff, versions
from engine.roles import Actor
from engine.tables import ProcessInstance


class StepSurroundings:
    """Implements spiff.Surroundings for one step of one instance.

    failed: {effect scope of a call: why its operation broke in this step}; its token waits for its job. out_of_retries:
    {token id: why}, those of them that may not be tried again.
    """

    def __init__(
        self, session: Session, row: ProcessInstance, ready: versions.Loaded, actor: Actor, now: datetime
    ):
        self.session = session
        self.row = row
        self.ready = ready
        self.actor = actor
        self.now = now
        self.failed: dict[str, str] = {}
        self.out_of_retries: dict[int, str] = {}

    def serve(self, call: spiff.ServiceCall) -> dict[str, Any] | None:
        """Run the operation of a service task inside this step. None: no such operation, or it broke."""
        self.out_of_retries.pop(call.token_id, None)  # of an earlier question of the same token
        answer = self.attempt(call.type, call.effect_scope, call.element_id, call.headers, call.variables)
        if isinstance(answer, operations.Failed):
            self.failed[call.effect_scope] = answer.sentence
            if call.retries <= 1:
                self.out_of_retries[call.token_id] = answer.sentence
            return None
        return answer

    def attempt(
        self,
        type: str,
        effect_scope: str,
        element_id: str,
        headers: Mapping[str, str],
        variables: Mapping[str, Any],
    ) -> dict[str, Any] | operations.Failed | None:
        """One try of an operation, with its ServiceCall.effect_scope; None when there is no operation of this type."""
        found = operations.find(type)
        if found is None:
            return None
        step = operations.Step(
            process_instance_key=self.row.key,
            business_key=self.row.business_key,
            process_id=self.row.process_id,
            element_id=element_id,
            effect_key=f"{self.row.key}:{element_id}:{effect_scope}",
            actor=self.actor.login,
            now=self.now,
            headers=headers,
        )
        return operations.attempt(self.session, found, step, variables)

    def decide(self, reference: spiff.DecisionReference, variables: dict[str, Any]) -> object:
        """Evaluate a decision on all visible variables; what it cannot decide is an incident."""
        try:
            model = versions.decision(self.session, reference, self.ready)
        except errors.NotFound as missing:
            raise spiff.Failure("CALLED_DECISION_ERROR", missing.sentence) from missing
        result = model.evaluate(reference.decision_id, variables, now=self.now)
        serious = [each for each in result.diagnostics if result.value is None]
        if serious:
            reasons = " ".join(each.message for each in serious)
            raise spiff.Failure(
                "DECISION_EVALUATION_ERROR", f'Decision "{reference.decision_id}" has no result: {reasons}'
            )
        return feel.to_json(result.value)

    def process(self, reference: spiff.CalledReference) -> spiff.Process:
        """The process that a call activity means."""
        if reference.key is not None:
            return versions.loaded(self.session, int(reference.key)).process
        try:
            return versions.called(self.session, reference, self.ready).process
        except errors.NotFound as missing:
            raise spiff.Failure("CALLED_ELEMENT_ERROR", missing.sentence) from missing
