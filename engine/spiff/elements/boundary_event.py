"""Boundary events: timer, message, signal, condition, error, escalation, or several of them; interrupting or not.

Interrupting: the activity and all inside it are terminated, the event's path starts beside it. Not interrupting: the
activity is untouched; a message stays open, a cycle goes on, and paths that are under way outlive the activity. A
boundary event also fires on an activity with an incident, as long as it has been entered and not left. A multi-instance
activity has its boundary events on the body: all instances end, without partial output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.elements.triggered import LOCAL, Handler
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class AttachedEvent(Handler):
    """What stands on the border of an activity. attached_to: element id."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.attached_to = source.reference("attachedToRef")

    def begin(self, owner: Token, variables: dict[str, Any], stays_local: bool) -> None:
        """It has happened to the activity of `owner`: begin the event's path beside it."""
        tree, scope = owner.workflow, owner._parent
        if self.is_interrupting:
            tree.cut(owner)
        token = tree.spawn(scope, self, variables, fired=True)
        if stays_local:
            token.memo = LOCAL


class BoundaryEvent(AttachedEvent):
    """bpmn:boundaryEvent."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.is_interrupting = source.node.get("cancelActivity", "true") not in ("false", "0")
        self.handle(source)
