"""Eight processes that act on one database at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from engine import database, errors

AT_ONCE = 8


def all_at_once(engine: Engine, act: Callable[[Session, int], str]) -> list[str]:
    """What each of the eight answered, sorted: what `act` returned, the code of a business error, or who refused it."""
    url = engine.url.render_as_string(hide_password=False)
    # Connections must not be shared with the children.
    engine.dispose()
    fork = multiprocessing.get_context("fork")
    start, said = fork.Barrier(AT_ONCE), fork.Queue()
    running = [fork.Process(target=_try, args=(url, act, number, start, said)) for number in range(AT_ONCE)]
    for each in running:
        each.start()
    answers = [said.get(timeout=60) for _each in running]
    for each in running:
        each.join()
    return sorted(answers)


def _try(url: str, act: Callable[[Session, int], str], number: int, start: Barrier, said: Queue[str]) -> None:
    """Act in a process of its own, when all are ready."""
    engine = database.connect(url)
    start.wait()

    def unit() -> str:
        with database.transaction(engine) as session:
            return act(session, number)

    try:
        answer = database.repeat_on_deadlock(unit)
    except errors.BusinessError as refused:
        answer = refused.code
    except errors.Refused as refused:
        answer = type(refused).__name__
    except exc.IntegrityError:
        answer = "refused by the database"
    said.put(answer)
