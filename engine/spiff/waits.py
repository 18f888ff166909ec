"""What a token waits for: timers, messages, signals and conditions, as data on the token that owns them.

They are evaluated once, when they are opened, and vanish with their token: nothing can be forgotten. The rows of timers
and subscriptions that the house keeps are derived from `Instance.waits()` after each step. A token keeps them by key: the
id of the event, and `id#2`, `id#3` ... for the further triggers of an event that has several.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine.spiff import schedules
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure
from engine.spiff.formulas import Formula, Value, say, text_of
from engine.spiff.token import Token

TIMER = "timer"
MESSAGE = "message"
SIGNAL = "signal"
CONDITION = "condition"


class Subscription(Struct, array_like=True):
    """One open wait of a token.

    occurrence: the how-manieth firing comes next (1, 2, ...); remaining: firings left, None = endless;
    cycle: the text of a repeating timer; happened, payload: it came, but its event waits for other triggers too.
    """

    kind: str
    due_at: datetime | None = None
    message_name: str | None = None
    correlation_key: str | None = None
    occurrence: int = 1
    remaining: int | None = 1
    cycle: str | None = None
    signal_name: str | None = None
    happened: bool = False
    payload: dict[str, Any] | None = None

    @property
    def repeats(self) -> bool:
        """Whether more than one firing is left."""
        return self.remaining is None or self.remaining > 1

    def next_one(self) -> Subscription:
        """The same wait once more, for a message, signal or condition that stays open."""
        return replace(self, occurrence=self.occurrence + 1, happened=False, payload=None)


class Wait(Struct, frozen=True):
    """A subscription as the house sees it. `Instance.fire(token_id, event_id, ...)` answers it.

    event_id: the key of the wait on its token; element_id: the element in the diagram. condition: the expression that is
    waited for; the engine itself finds out when it is true, so nobody outside answers this kind.
    """

    token_id: int
    event_id: str
    kind: str
    due_at: datetime | None
    occurrence: int
    repeats: bool
    message_name: str | None
    correlation_key: str | None
    signal_name: str | None
    condition: str | None
    element_id: str


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
        key = None if self.correlation_key is None else self.key_at(token)
        return Subscription(MESSAGE, message_name=name, correlation_key=key, remaining=None)

    def after_firing(self, subscription: Subscription, now: datetime) -> Subscription:
        """A non-interrupting message event stays open for the next message."""
        return subscription.next_one()

    def key_at(self, token: Token) -> str:
        """The correlation key as this token sees it. Raises Failure(EXTRACT_VALUE_ERROR)."""
        key = self.correlation_key.of(token)
        if isinstance(key, str):
            return key
        if isinstance(key, Decimal):
            key = format(key.normalize(), "f")  # 2.5 and 2.50 are one number, so they are one key
        if key is not None and not isinstance(key, bool | list | dict):
            return str(key)
        raise Failure(
            EXTRACT_VALUE_ERROR,
            f'Expected the correlation key "{self.correlation_key.text}" to be a text or a number, but it is {say(key)}.',
        )


class SignalTrigger:
    """A signal event definition: the name, by which all that wait for it are reached."""

    kind = SIGNAL

    def __init__(self, name: Value):
        self.name = name

    def open(self, token: Token) -> Subscription:
        """Evaluate the name now; it never changes afterwards. Raises Failure(EXTRACT_VALUE_ERROR)."""
        return Subscription(SIGNAL, signal_name=self.name_at(token), remaining=None)

    def after_firing(self, subscription: Subscription, now: datetime) -> Subscription:
        """A non-interrupting signal event stays open for the next signal."""
        return subscription.next_one()

    def name_at(self, token: Token) -> str:
        """The name as this token sees it. Raises Failure(EXTRACT_VALUE_ERROR)."""
        return text_of(self.name, token, "the name of the signal")


class ConditionTrigger:
    """A conditional event definition. variable_names, variable_events: the filter on writes; empty means all."""

    kind = CONDITION

    def __init__(
        self,
        formula: Formula,
        variable_names: frozenset[str] = frozenset(),
        variable_events: frozenset[str] = frozenset(),
    ):
        self.formula = formula
        self.variable_events = variable_events
        #: A write to one of these is a reason to ask again.
        self.asked_by = variable_names or frozenset(formula.names)

    def open(self, token: Token) -> Subscription:
        """Nothing is evaluated yet: that is done when nothing else can move (see watch.py)."""
        return Subscription(CONDITION, remaining=None)

    def after_firing(self, subscription: Subscription, now: datetime) -> Subscription:
        """A non-interrupting conditional event stays open for the next write."""
        return subscription.next_one()

    def holds(self, token: Token) -> bool:
        """Whether the condition is true for this token; null and what is no boolean is not. Raises Failure."""
        return self.formula.result(token, None, EXTRACT_VALUE_ERROR).value is True


Trigger = TimerTrigger | MessageTrigger | SignalTrigger | ConditionTrigger
