"""Eight processes that act on one database at the same moment."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from engine import database, errors
from tests.conftest import connect

AT_ONCE = 8
#: Longer than a unit waits for the database, so that its own words are heard instead of an empty queue.
PATIENCE_S = 90


class Broken(AssertionError):
    """One of the eight ended otherwise than by an answer."""


def all_at_once(engine: Engine, act: Callable[[Session, int], str]) -> list[str]:
    """What each of the eight answered, sorted: what `act` returned, the code of a business error, or who refused it."""

    def run(own: Engine, number: int) -> str:
        def unit() -> str:
            with database.transaction(own) as session:
                return act(session, number)

        try:
            return database.repeat_on_deadlock(unit)
        except errors.BusinessError as refused:
            return refused.code
        except errors.Refused as refused:
            return type(refused).__name__
        except exc.IntegrityError:
            return "refused by the database"

    return each_on_its_own(engine, run)


def each_on_its_own(engine: Engine, run: Callable[[Engine, int], str]) -> list[str]:
    """What `run` returned in each of eight processes, sorted; each has connections of its own and begins with the others.

    Raises Broken with the traceback of the first one that raised something.
    """
    url = engine.url.render_as_string(hide_password=False)
    # Connections must not be shared with the children.
    engine.dispose()
    fork = multiprocessing.get_context("fork")
    start, said = fork.Barrier(AT_ONCE), fork.Queue()
    running = [fork.Process(target=_run, args=(url, run, number, start, said)) for number in range(AT_ONCE)]
    for each in running:
        each.start()
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
    engine = connect(url)
    start.wait()
    try:
        said.put((run(engine, number), True))
    except Exception:  # noqa: BLE001 - whatever it was, the test says it instead of waiting for an answer
        said.put((traceback.format_exc(), False))
