"""A process of its own that dies at a chosen point of its talk with the database, or is told there what is not true."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Engine, event


class Point(NamedTuple):
    """The n-th thing that goes to the database (a statement or a COMMIT), and which side of it."""

    number: int
    is_after: bool


class Talk:
    """What has gone to the database: statements and commits, counted together."""

    def __init__(self) -> None:
        self.count = 0
        self.commits: list[int] = []


@contextmanager
def heard(engine: Engine, at: Callable[[int, bool], None] = lambda number, is_after: None) -> Iterator[Talk]:
    """Count what goes to the database; `at(number, is_after)` is called on both sides of each."""
    talk = Talk()
    do_commit = engine.dialect.do_commit

    def before(*_statement: object) -> None:
        talk.count += 1
        at(talk.count, False)

    def after(*_statement: object) -> None:
        at(talk.count, True)

    def commit(connection: object) -> None:
        before()
        talk.commits.append(talk.count)
        do_commit(connection)
        after()

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    engine.dialect.do_commit = commit
    try:
        yield talk
    finally:
        engine.dialect.do_commit = do_commit
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def begin(act: Callable[[], object]) -> int:
    """Start a child that does `act` and ends; returns its process id. Connections must have been let go before."""
    child = os.fork()
    if child:
        return child
    try:
        act()
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(3)


def killed(child: int) -> bool:
    """Wait for a child. True when it was killed, False when it came to its end; anything else fails the test."""
    _child, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.waitstatus_to_exitcode(status) == 0, f"The child ended with {status}; its traceback is above."
    return False


def dies(engine: Engine, act: Callable[[], object], point: Point) -> bool:
    """Do `act` in a child that kills itself at the point; False when it came to its end before."""

    def strike(number: int, is_after: bool) -> None:
        if (number, is_after) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def struck() -> None:
        with heard(engine, strike):
            act()

    engine.dispose()
    return killed(begin(struck))


def points(engine: Engine, act: Callable[[], object]) -> list[Point]:
    """All points of `act`, which is done here and now: both sides of every statement and COMMIT."""
    with heard(engine) as talk:
        act()
    return [Point(number, is_after) for number in range(1, talk.count + 1) for is_after in (False, True)]
