"""The only place that asks the machine for the time.

Every verb takes `now` as a parameter (an aware UTC datetime), so a test or a scenario moves time by passing another one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class MovedClock:
    """A clock that stands still until it is moved: scenarios and tests read `clock()` like `clock.now()`."""

    def __init__(self, start: datetime):
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> datetime:
        """Let `by` pass; time never goes back."""
        if by < timedelta(0):
            raise ValueError("Expected a duration that goes forward, but got a negative one.")
        self._now += by
        return self._now
