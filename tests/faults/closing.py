"""A repair whose next step closes its work order, on a real database, and a process that dies while it does that step."""

from __future__ import annotations

import copy
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import database, roles, scenarios, user_tasks
from engine.columns import Base
from engine.scenarios.player import Player
from engine.tables import UserTask
from processes import catalogue, doctor, stories
from processes.records import system_checks
from tests.faults.struck import heard

PACKAGE, STORY, CLOSING = "repair_intake", "A paid repair: consent by link", "Mark the repair as done"
#: {table: its rows, sorted}
Rows = dict[str, list[str]]


@dataclass
class Closing:
    """A story that was played until its step CLOSING is open; `rest` is what it tells from there on."""

    engine: Engine
    player: Player
    rest: scenarios.Scenario

    @classmethod
    def on(cls, engine: Engine) -> Closing:
        """Deploy all packages for a company whose books are there, and play the story up to CLOSING."""
        (package,) = catalogue.find([PACKAGE])
        (story,) = [each for each in scenarios.stories(package) if each.name.startswith(STORY)]
        (turn,) = [number for number, step in enumerate(story.steps) if step.what == CLOSING]
        stage = stories.stage()
        with database.transaction(engine) as session:
            # The rest of what a stage prepares.
            system_checks.pause(session)
            catalogue.deploy_all(session, now=story.starts_at)
        player = Player(engine, stage, replace(story, steps=story.steps[:turn], then=()))
        player.play()
        return cls(engine, player, replace(story, steps=story.steps[turn + 1 :]))

    def on_copy(self, engine: Engine) -> Closing:
        """The same moment on a copy of the database; who goes on from there changes nothing of this one."""
        played = self.player
        player = copy.copy(played)
        player.engine, player.clock = engine, copy.copy(played.clock)
        player.orders, player.broken = dict(played.orders), set(played.broken)
        return Closing(engine, player, self.rest)

    def close(self, session: Session) -> None:
        """Do the step: the master marks the repair as done, and everything is booked."""
        open_step = select(UserTask.key).where(UserTask.state == "open", UserTask.name == CLOSING)
        key = session.scalars(open_step).one()
        actor, now = roles.actor(session, "master"), self.player.clock()
        user_tasks.complete(session, key, {"item_complete": True}, actor=actor, now=now)

    def rehearse(self) -> tuple[dict[str, int], int]:
        """Do the step and lose it again; returns how many rows each table would have had, and how many statements it takes.

        What is read and compiled once in the life of a process is there from then on, for its children too.
        """
        with database.reading(self.engine) as session:
            database.begin_write(session)
            self.close(session)
            session.flush()
        # A second time, because the first one reads and compiles what every later one has.
        with database.reading(self.engine) as session, heard(self.engine) as talk:
            database.begin_write(session)
            self.close(session)
            session.flush()
            statements = talk.count
            found = {name: len(rows) for name, rows in _rows(session).items()}
        self.engine.dispose()
        return found, statements

    def rows(self) -> Rows:
        """Everything that the database holds."""
        with database.reading(self.engine) as session:
            found = _rows(session)
        self.engine.dispose()
        return found

    def broken_promises(self) -> list[str]:
        """What `orderlane doctor` says."""
        with database.reading(self.engine) as session:
            found = [str(each.sentence) for each in doctor.findings(session, self.player.clock())]
        self.engine.dispose()
        return found

    def go_on(self) -> None:
        """Play the rest of the story, with all that it expects. Raises StoryBroken."""
        self.player.scenario = self.rest
        self.player.play()


def dies(closing: Closing, at: int, variant: Callable[[], None] | None = None) -> bool:
    """Do the step in a process of its own that kills itself before its statement `at` (or the commit, which is the last).

    variant: makes that process a broken one first. Returns False when the process came to its end before.
    """
    child = os.fork()
    if child == 0:
        try:
            if variant:
                variant()
            with _killed(closing.engine, at), database.transaction(closing.engine) as session:
                closing.close(session)
            os._exit(0)
        finally:
            os._exit(3)
    _child, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert died or os.waitstatus_to_exitcode(status) == 0, f"It ended otherwise: {status}."
    return died


@contextmanager
def _killed(engine: Engine, at: int) -> Iterator[None]:
    """Count what goes to the database, and die at that number."""
    count = 0

    def strike(*_statement: object) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", strike)
    event.listen(engine, "commit", strike)
    yield


def _rows(session: Session) -> Rows:
    return {
        table.name: sorted(map(repr, session.connection().exec_driver_sql(f"SELECT * FROM {table.name}")))
        for table in Base.metadata.sorted_tables
    }
