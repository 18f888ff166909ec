"""Completion broken between any two of its statements: either nothing or everything (I29).

The step that called it goes on and is committed, as in the engine: what must not be left is the operation's alone.
Between two that only read the database is the same as before the first: `make test` breaks the first of them, `make faults` each.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from functools import lru_cache

import pytest
from sqlalchemy import Engine, event, exc
from sqlalchemy.orm import Session

import processes.operations  # noqa: F401  (registers what is tested)
from engine import database, operations
from engine.tables import ProcessInstance
from processes.records import completion, payments
from tests.faults import amount
from tests.processes import repaired
from tests.processes.company import step


class Struck(Exception):
    """The power fails at this statement."""


class Strike:
    """Breaks one statement, once. count: how many there were since it was armed; broken: which of them was the one, 0: none."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.at, self.count, self.broken, self._after_read = engine, 0, 0, 0, False

    def __enter__(self) -> Strike:
        event.listen(self.engine, "before_cursor_execute", self._count)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._count)

    def arm(self, at: int) -> None:
        """Break the `at`th statement from now on, or the next one that is worth it; 0: none."""
        self.at, self.count, self.broken, self._after_read = at, 0, 0, False

    def _count(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        self.count += 1
        is_read = statement.startswith("SELECT")
        is_worth_it = amount.ALL or not (is_read and self._after_read)
        self._after_read = is_read
        if 0 < self.at <= self.count and is_worth_it:
            self.at, self.broken = 0, self.count
            raise Struck(f"statement {self.count}")


def _everything(engine: Engine) -> list[tuple[object, ...]]:
    """All rows of the database with their table in front, and what describes its tables, guards and indexes."""
    with engine.connect() as connection:
        image = bytearray(connection.connection.driver_connection.serialize())
    # How often it was written is nothing that is left behind.
    image[24:28] = image[92:96] = bytes(4)
    return _read(bytes(image))


@lru_cache(maxsize=2)
def _read(image: bytes) -> list[tuple[object, ...]]:
    """The same of a database's bytes: mostly they are those of before."""
    driver = sqlite3.connect(":memory:")
    driver.deserialize(image)
    described = driver.execute("SELECT * FROM sqlite_master").fetchall()
    tables = [name for kind, name, *_ in described if kind == "table"]
    rows = [(table, *row) for table in tables for row in driver.execute(f'SELECT * FROM "{table}"')]
    driver.close()
    return described + rows


def _attempt(session: Session, row: ProcessInstance, type: str, effect: str, **inputs: object):
    return operations.attempt(session, operations.find(type), step(row, effect), inputs)


def _breaks_everywhere(engine: Engine, strike: Strike, effect: str, run: Callable[[Session], object]) -> int:
    """Run an effect with its statements broken in turn, each time committed, until it comes through. Returns the last of them."""
    before, whole, number = _everything(engine), None, 0
    while number < 1000:
        answer = None
        strike.arm(number + 1)
        # What breaks before the operation begins breaks the step; everything else breaks the operation alone.
        with contextlib.suppress(Struck), database.transaction(engine) as session:
            answer = run(session)
            # Nothing breaks the COMMIT here.
            strike.at = 0
        broken = strike.broken
        strike.arm(0)
        found = _everything(engine)
        if answer is not None and not isinstance(answer, operations.Failed):
            assert whole in (None, found), "it was done already, and something was done again"
            return number
        assert broken, f"it failed by itself: {answer}"
        number = broken
        # The row of the effect is written last: where it is, all is there, and the next run must find that out.
        whole = found if any(effect in each for each in found if each[0] == "effect") else None
        assert whole or found == before, f"statement {number} left something behind"
    raise AssertionError("It never came through.")


def test_completion_and_its_reversal_leave_nothing_wherever_they_break(engine: Engine) -> None:
    with database.transaction(engine) as session:
        repaired.shop(session)
        row = repaired.ready(session, pump="warranty")
        session.expunge(row)

    with Strike(engine) as strike:
        completed = _breaks_everywhere(
            engine,
            strike,
            "effect complete",
            lambda session: _attempt(
                session, row, "work_orders.complete", "effect complete", outcome="repaired"
            ),
        )
        reversed = _breaks_everywhere(
            engine,
            strike,
            "effect reverse",
            lambda session: _attempt(
                session, row, "work_orders.reverse", "effect reverse", reason="Wrong pump"
            ),
        )

    assert completed > 50 and reversed > 20


def test_a_cancellation_leaves_nothing_wherever_it_breaks(engine: Engine) -> None:
    with database.transaction(engine) as session:
        repaired.shop(session)
        row = repaired.ready(session)
        completion.complete(session, repaired.of(row, "completion"), "repaired")
        payments.book(session, repaired.of(row, "payment", "cashier", 1), 281_00, "cash", None)
        session.expunge(row)

    with Strike(engine) as strike:
        cancelled = _breaks_everywhere(
            engine,
            strike,
            "effect cancel",
            lambda session: _attempt(
                session, row, "orders.reverse_effects", "effect cancel", reason="Withdrawn"
            ),
        )

    assert cancelled > 40


@pytest.mark.parametrize("number", [1, 40, 80])
def test_a_database_that_goes_away_takes_the_whole_step_with_it(engine: Engine, number: int) -> None:
    with database.transaction(engine) as session:
        repaired.shop(session)
        row = repaired.ready(session)
        session.expunge(row)
    before = _everything(engine)

    def gone(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)
        if len(counted) == number:
            raise exc.OperationalError(statement, None, OSError("the connection was lost"))

    counted: list[str] = []
    with pytest.raises(exc.OperationalError), database.transaction(engine) as session:
        event.listen(engine, "before_cursor_execute", gone)
        try:
            _attempt(session, row, "work_orders.complete", "effect complete", outcome="repaired")
        finally:
            event.remove(engine, "before_cursor_execute", gone)

    assert _everything(engine) == before
