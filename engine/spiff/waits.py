"""What a token waits for from outside: timers and messages, as data on the token that owns them.

They are evaluated once, when they are opened, and vanish with their token: nothing can be forgotten. The rows of timers
and message subscriptions that the house keeps are derived from `Instance.waits()` after each step.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from engine.spiff import schedules
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure
from engine.spiff.formulas import Formula, Value, say, text_of
from engine.spiff.token import Token

TIMER = "timer"
MESSAGE = "message"


class Subscription(Struct, array_like=True):
    """One open wait of a token.

    occurrence: the how-manieth firing comes next (1, 2, ...); remaining: firings left, None = endless;
    cycle: the text of a repeating timer.
    """

    kind: str
    due_at: datetime | None = None
    message_name: str | None = None
    correlation_key: str | None = None
    occurrence: int = 1
    remaining: int | None = 1
    cycle: str | None = None

    @property
    def repeats(self) -> bool:
        """Whether more than one firing is left."""
        return self.remaining is None or self.remaining > 1


class Wait(Struct, frozen=True):
    """A subscription as the house sees it. `Instance.fire(token_id, event_id, ...)` answers it."""

    token_id: int
    event_id: str
    kind: str
    due_at: datetime | None
    occurrence: int
    repeats: bool
    message_name: str | None
    correlation_key: str | None


class TimerTrigger:
    """A timer event definition: date, duration or cycle."""

    kind = TIMER

    def __init__(self, timer_kind: str, value: Value, text: str):
        self.timer_kind = timer_kind
        self.value = value
        self.text = text

    def open(self, token: Token) -> Subscription:
        """Evaluate the timer now. Raises Failure(EXTRACT_VALUE_ERROR)."""
        text = text_of(self.value, token, f"the {self.timer_kind} of the timer")
        try:
            schedule = schedules.read(self.timer_kind, text)
        except schedules.NotASchedule as refusal:
            raise Failure(EXTRACT_VALUE_ERROR, str(refusal)) from None
        due_at = schedule.first(token.workflow.surroundings.now)
        if self.timer_kind != "cycle":
            return Subscription(TIMER, due_at=due_at)
        return Subscription(TIMER, due_at=due_at, remaining=schedule.repetitions, cycle=text)

    def after_firing(self, subscription: Subscription, now: datetime) -> Subscription | None:
        """The wait for the next firing of a non-interrupting timer; None when that was the last.

        What was missed while nobody looked fires once: the next due time is the first of the cycle's own rhythm that
        lies in the future.
        """
        if not subscription.repeats:
            return None
        remaining = None if subscription.remaining is None else subscription.remaining - 1
        schedule = schedules.read("cycle", subscription.cycle)
        due_at = schedule.after(subscription.due_at, now)
        return Subscription(
            TIMER,
            due_at,
            occurrence=subscription.occurrence + 1,
            remaining=remaining,
            cycle=subscription.cycle,
        )


class MessageTrigger:
    """A message event definition (or the message of a receive task): name and correlation key."""

    kind = MESSAGE

    def __init__(self, name: Value, correlation_key: Formula | None):
        self.name = name
        self.correlation_key = correlation_key

    def open(self, token: Token) -> Subscription:
        """Evaluate name and key now; they never change afterwards. Raises Failure(EXTRACT_VALUE_ERROR)."""
        name = text_of(self.name, token, "the name of the message")
        key = None if self.correlation_key is None else self._key(token)
        return Subscription(MESSAGE, message_name=name, correlation_key=key, remaining=None)

    def after_firing(self, subscription: Subscription, now: datetime) -> Subscription:
        """A non-interrupting message event stays open for the next message."""
        return Subscription(
            MESSAGE,
            message_name=subscription.message_name,
            correlation_key=subscription.correlation_key,
            occurrence=subscription.occurrence + 1,
            remaining=None,
        )

    def _key(self, token: Token) -> str:
        key = self.correlation_key.of(token)
        if isinstance(key, str):
            return key
        if key is not None and not isinstance(key, bool | list | dict):
            return str(key)
        raise Failure(
            EXTRACT_VALUE_ERROR,
            f'Expected the correlation key "{self.correlation_key.text}" to be a text or a number, but it is {say(key)}.',
        )


Trigger = TimerTrigger | MessageTrigger
