"""The watch: looks at all open orders in turn, a portion a round, and notes which of them nothing will move.

It only reads, unless an order has changed between healthy and stuck; so any number of watches may walk at once. What looks
wrong is looked at again under the lock of the order: a step that is just being written is no fault.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, union, update
from sqlalchemy.orm import Session

from engine import database, execution
from engine.accountability import faults
from engine.tables import OpenFlowNode, ProcessInstance

#: So many orders are looked at in one round; 60 rounds a minute are 12,000.
PORTION = 200
#: Who looks every second begins a walk this often: what is stuck shows within a minute all the same.
WALK_EVERY = timedelta(seconds=10)


class Watch:
    """One walk over the open orders, again and again.

    portion: how many are looked at in one round. every: from the begin of a walk to that of the next, at least.
    """

    def __init__(self, engine: Engine, portion: int = PORTION, every: timedelta = timedelta(0)):
        self._engine = engine
        self._portion = portion
        self._every = every
        self._after = 0
        self._begun: datetime | None = None

    def look(self, now: datetime) -> int:
        """Look at the next portion; returns how many were looked at."""
        if self._after == 0:
            # Either way: a clock that was set back by a day must not stop the watch for a day.
            if self._begun is not None and abs(now - self._begun) < self._every:
                return 0
            self._begun = now
        with database.reading(self._engine) as session:
            keys = _next(session, self._after, self._portion)
            self._after = keys[-1] if len(keys) == self._portion else 0
            doubtful = _changed(session, keys, now)
        for key in doubtful:
            database.repeat_on_deadlock(lambda key=key: self._note(key, now))
        return len(keys)

    def _note(self, key: int, now: datetime) -> None:
        with database.transaction(self._engine) as session:
            row = execution.lock(session, key)
            found = faults.of(session, [key], now)[key]
            silent_since = (row.silent_since or now) if found else None
            # No new version of the order: nobody who is at work on it is refused because of this note.
            session.execute(
                update(ProcessInstance)
                .where(ProcessInstance.key == key)
                .values(silent_since=silent_since)
                .execution_options(synchronize_session=False)
            )


def _next(session: Session, after: int, portion: int) -> list[int]:
    """The next open orders: those that count as active, and those that still stand somewhere on a map."""
    active = (
        select(ProcessInstance.key)
        .where(ProcessInstance.state == "active", ProcessInstance.key > after)
        .order_by(ProcessInstance.key)
        .limit(portion)
        .subquery()
    )
    standing = (
        select(OpenFlowNode.process_instance_key)
        .where(OpenFlowNode.process_instance_key > after)
        .distinct()
        .order_by(OpenFlowNode.process_instance_key)
        .limit(portion)
        .subquery()
    )
    both = union(select(active), select(standing)).subquery()
    column = both.c[0]
    return list(session.scalars(select(column).order_by(column).limit(portion)))


def _changed(session: Session, keys: Collection[int], now: datetime) -> list[int]:
    """Those whose note is not what is found now."""
    found = faults.of(session, keys, now)
    noted = set(
        session.scalars(
            select(ProcessInstance.key).where(
                ProcessInstance.key.in_(keys), ProcessInstance.silent_since.is_not(None)
            )
        )
    )
    return [key for key in keys if bool(found.get(key)) != (key in noted)]
