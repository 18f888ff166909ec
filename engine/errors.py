"""Every failure of the engine on one page. The docstring of a class is the sentence that people read.

Three kinds only: *refused* (the caller asked for something that may not be done; nothing has changed), *business*
(a BPMN error that the model may catch) and *broken* (everything else: it becomes an incident where a job runs, and is
not caught anywhere else).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class OrderlaneError(Exception):
    """Orderlane could not do this."""

    def __init__(self, sentence: object | None = None, **facts: Any):
        """sentence: a text, or a Sentence when it has places."""
        self.sentence = sentence or " ".join((type(self).__doc__ or "").split())
        self.facts = facts
        super().__init__(self.sentence)


class Refused(OrderlaneError):
    """This may not be done."""

    status = 422


class NotFound(Refused):
    """There is no such thing, or you may not see it."""

    status = 404


class Forbidden(Refused):
    """Your roles do not allow this."""

    status = 403


class Conflict(Refused):
    """Somebody else changed this in the meantime."""

    status = 409


class StaleProcessInstance(Conflict):
    """Another step moved this order at the same moment. Look at it again, then repeat what you wanted to do."""


class UserTaskClosed(Conflict):
    """This step is already closed."""


class UserTaskAlreadyClaimed(Conflict):
    """Somebody else has already taken this step."""


class NotTheAssignee(Forbidden):
    """This step is not yours. Take it first, or ask the person who has it to give it back."""


class NotACandidate(Forbidden):
    """This step belongs to another role."""


class BusinessError(OrderlaneError):
    """A business rule refused, in a way that the process may handle: a BPMN error."""

    def __init__(self, code: str, sentence: str | None = None, variables: Mapping[str, Any] | None = None):
        super().__init__(sentence or code)
        self.code = code
        self.variables = dict(variables or {})
