"""Boundary events: timer, message, error; interrupting or not.

Interrupting: the activity and all inside it are terminated, the event's path starts beside it. Not interrupting: the
activity is untouched; a message stays open, a cycle goes on, and paths that are under way outlive the activity. A
boundary event also fires on an activity with an incident, as long as it has been entered and not left. A multi-instance
activity has its boundary events on the body: all instances end, without partial output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff import scopes
from engine.spiff.elements.element import Element
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class BoundaryEvent(Element):
    """bpmn:boundaryEvent. attached_to: element id; error_code: the code it catches (None with catches_all_errors: any)."""

    error_code: str | None = None
    catches_all_errors = False

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.attached_to = source.node.get("attachedToRef") or ""
        self.is_interrupting = source.node.get("cancelActivity", "true") != "false"
        definition = source.event_definition()
        if definition.tag.endswith("errorEventDefinition"):
            self.error_code = source.caught_error_code()
            self.catches_all_errors = self.error_code is None
            self.is_interrupting = True
        else:
            self.trigger = source.event_trigger({"timerEventDefinition", "messageEventDefinition"})
        if self.is_interrupting and getattr(self.trigger, "timer_kind", None) == "cycle":
            raise source.refused(
                "Expected a date or duration on an interrupting timer event, but it has a cycle. "
                "Make it non-interrupting or choose a duration."
            )

    def fire(self, owner: Token, variables: dict[str, Any]) -> None:
        """It has happened to the activity of `owner`: begin the event's path beside it."""
        tree, scope = owner.workflow, owner._parent
        if self.is_interrupting:
            tree.cut(owner)
        else:
            self._wait_again(owner)
        tree.spawn(scope, self, variables, fired=True)

    def _wait_again(self, owner: Token) -> None:
        next_one = self.trigger.after_firing(owner.waits[self.spec_id], owner.workflow.surroundings.now)
        waits = {event_id: wait for event_id, wait in owner.waits.items() if event_id != self.spec_id}
        if next_one is not None:
            waits[self.spec_id] = next_one
        owner.waits = waits or None

    def execute(self, token: Token) -> bool:
        """A message's variables are its result. An error's stay local: only output mappings take them out."""
        if self.trigger is not None and not self.output_mappings and token.variables:
            payload, token.variables = token.variables, None
            scopes.propagate(token, payload)
        return True
