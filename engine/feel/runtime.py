"""One evaluation: its variables, its clock, its counters, and why values became null."""

from __future__ import annotations

import datetime as python
import time
from collections.abc import Mapping
from typing import Any

from .errors import Diagnostic, LimitExceeded
from .limits import DEADLINE_S, MAX_CALL_DEPTH, MAX_DIAGNOSTICS, MAX_MADE, MAX_STEPS, STEPS_PER_LOOK

_SHORT = 64  # characters: texts up to here cost no more than the step that makes them


class Run:
    """Handed to every compiled closure beside its frame; lives for one evaluation in one thread.

    Steps are counted down only where something repeats or is called: an expression without loops is bounded by
    the size of its text.
    """

    # Defaults on the class, not set one by one in __init__: most evaluations touch none of them.
    diagnostics: list[Diagnostic] | None = None
    imported: dict[int, Any] | None = None  # plain lists and contexts already taken in, by identity
    steps = MAX_STEPS
    look_at = MAX_STEPS - STEPS_PER_LOOK
    deadline = 0.0
    calls = 0
    may_make = MAX_MADE
    as_in_browser = (
        False  # decide where feelin, the browser's FEEL, decides and the standard says null, or the reverse
    )
    trace: list[Any] | None = None  # decision tables write down here which rules matched, when wanted

    def __init__(self, context: Mapping[str, Any], moment: python.datetime | None = None) -> None:
        self.context = context
        self.moment = moment

    def spend(self, steps: int = 1) -> None:
        """Pay for work that repeats; raises LimitExceeded when the evaluation has used up its share."""
        self.steps -= steps
        if self.steps < self.look_at:
            self._look()

    def spend_on_text(self, text: str) -> None:
        """Pay for reading a long text: a million characters are no single step."""
        if len(text) > _SHORT:
            self.spend(len(text) // _SHORT)

    def made_text(self, text: str) -> None:
        """Count a new text against what one evaluation may make."""
        if len(text) > _SHORT:
            self.made(len(text) if text.isascii() else 4 * len(text))

    def made(self, size: int) -> None:
        """Count so many bytes of new values; raises LimitExceeded when they would fill the memory."""
        self.may_make -= size
        if self.may_make < 0:
            raise LimitExceeded(f"Expected one evaluation to make values of at most {MAX_MADE} bytes.")

    def look(self) -> None:
        """Look at the clock now, before work of unknown length (a pattern)."""
        self.steps -= 1
        self._look()

    def _look(self) -> None:
        if self.steps < 0:
            raise LimitExceeded(
                f"Expected at most {MAX_STEPS} steps for one evaluation, but this one needs more."
            )
        self.look_at = max(self.steps - STEPS_PER_LOOK, 0)
        now = time.thread_time()
        if self.deadline == 0.0:
            # The clock starts with the first look: evaluations that never loop do not pay for reading it.
            self.deadline = now + DEADLINE_S
        elif now > self.deadline:
            raise LimitExceeded(
                f"Expected one evaluation to end within {DEADLINE_S} s, but this one needs longer."
            )

    def enter_call(self) -> None:
        self.calls += 1
        if self.calls > MAX_CALL_DEPTH:
            raise LimitExceeded(f"Expected functions to call each other at most {MAX_CALL_DEPTH} deep.")
        self.spend()

    def leave_call(self) -> None:
        self.calls -= 1

    def note(self, code: str, message: str, position: int | None) -> None:
        """Write down why the value at this place is null, and give back that null."""
        if self.diagnostics is None:
            self.diagnostics = []
        if len(self.diagnostics) < MAX_DIAGNOSTICS:
            self.diagnostics.append(Diagnostic(code, message, position))

    def now(self) -> python.datetime:
        """The one moment all of this evaluation happens at."""
        if self.moment is None:
            self.moment = python.datetime.now(python.UTC)
        elif self.moment.tzinfo is None:
            self.moment = self.moment.replace(tzinfo=python.UTC)
        return self.moment
