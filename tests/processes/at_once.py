"""Eight processes that act on one database at the same moment."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from multiprocessing.context import ForkProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from engine import database, errors
from tests.conftest import connect

AT_ONCE = 8
#: Longer than a unit waits for the database, so that its own words are heard instead of an empty queue.
PATIENCE_S = 90
#: So long the first that would commit on PostgreSQL is held: the others come as far as the locks of their unit let them.
HELD_S = 0.2

_FORK = multiprocessing.get_context("fork")


class Broken(AssertionError):
    """One of the eight ended otherwise than by an answer."""


def all_at_once(engine: Engine, act: Callable[[Session, int], str]) -> list[str]:
    """What each of the eight answered, sorted: what `act` returned, the code of a business error, or who refused it."""
    first = _FORK.Semaphore(1)

    def unit(session: Session, number: int) -> str:
        answer = act(session, number)
        session.flush()
        # SQLite lets one in after the other from the start.
        if session.get_bind().dialect.name != "sqlite" and first.acquire(block=False):
            time.sleep(HELD_S)
        return answer

    rehearse(engine, act)
    return each_on_its_own(engine, lambda own, number: answer_of(own, unit, number))


def answer_of(engine: Engine, act: Callable[[Session, int], str], number: int) -> str:
    """What one unit says: what `act` returned, the code of a business error, or who refused it."""

    def unit() -> str:
        with database.transaction(engine) as session:
            return act(session, number)

    try:
        return database.repeat_on_deadlock(unit)
    except errors.BusinessError as refused:
        return refused.code
    except errors.Refused as refused:
        return type(refused).__name__
    except exc.IntegrityError:
        return "refused by the database"


def rehearse(engine: Engine, act: Callable[[Session, int], str]) -> None:
    """Run it once and take it back: what is compiled for it here, the eight do not compile each for itself."""
    with Session(engine, expire_on_commit=False) as session:
        database.begin_write(session)
        # Who refuses it, the eight say.
        with suppress(errors.BusinessError, errors.Refused, exc.IntegrityError):
            act(session, 0)
        session.rollback()


def each_on_its_own(
    engine: Engine,
    run: Callable[[Engine, int], str],
    around: Callable[[list[ForkProcess]], AbstractContextManager[None]] = lambda _running: nullcontext(),
) -> list[str]:
    """What `run` returned in each of eight processes, sorted; each has connections of its own and begins with the others.

    around: given the eight, what is there when they begin; it ends before their answers are heard.
    Raises Broken with the traceback of the first one that raised something.
    """
    url = engine.url.render_as_string(hide_password=False)
    # Connections must not be shared with the children.
    engine.dispose()
    # One more than they: they begin when it is said here.
    start, said = _FORK.Barrier(AT_ONCE + 1), _FORK.Queue()
    # Daemons: a test that has failed must not wait for them for ever.
    running = [
        _FORK.Process(target=_run, args=(url, run, number, start, said), daemon=True)
        for number in range(AT_ONCE)
    ]
    for each in running:
        each.start()
    with around(running):
        start.wait(timeout=PATIENCE_S)
    answers = [said.get(timeout=PATIENCE_S) for _each in running]
    for each in running:
        each.join()
    if broken := [told for told, is_answer in answers if not is_answer]:
        raise Broken(f"{len(broken)} of {AT_ONCE} broke. The first one said:\n{broken[0]}")
    return sorted(told for told, _is_answer in answers)


def _run(
    url: str,
    run: Callable[[Engine, int], str],
    number: int,
    start: Barrier,
    said: Queue[tuple[str, bool]],
) -> None:
    # Whoever looks through the memory for garbage gets a copy of each page; this process ends before it has any.
    gc.disable()
    # Who stands still says where, before the test gives up.
    faulthandler.dump_traceback_later(PATIENCE_S - 10)
    try:
        engine = connect(url)
        with engine.connect():
            start.wait()
        said.put((run(engine, number), True))
    except Exception:  # noqa: BLE001 - whatever it was, the test says it instead of waiting for an answer
        said.put((traceback.format_exc(), False))
