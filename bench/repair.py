"""What the user tasks of a repair cost, from the counter to hand-out: beside bare transactions, and beside vanilla SpiffWorkflow.

One repair after another is played on the demo company; each completion of a user task is one transaction and is timed. Then
a copy of the same database gets the same writing statements with the same values through the bare driver, one transaction
for one transaction. The two take turns, repair by repair, and medians are compared.

`*_ratio` = bare seconds / engine seconds of all completions of a repair (budget: at least 0.5); `*_worst` the step with the lowest.
`queries` = statements of each completion, savepoints included. `state_bytes` = the largest stored state without its variables
(budget: under 10 KB), `variables_bytes` beside it. `step_ms` = mean processor time of the token engine in one completion (load,
complete, run with FEEL, save; without what operations do), `vs_vanilla` = what vanilla SpiffWorkflow needs for the same step of
the same nodes with the same variables (bench/vanilla/repair.py) / step_ms (budget: at least 25).

    python bench/repair.py --json [--repairs 12]
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import commit  # first: it takes this folder from the path and puts the project there
import msgspec
from sqlalchemy import Engine, event, select

from bench.vanilla import repair as vanilla
from engine import database, scenarios, spiff, surroundings, user_tasks
from engine.scenarios.files import STARTS_AT, Step
from engine.scenarios.player import Player
from engine.tables import History, ProcessInstance
from processes import catalogue, stories
from tests import postgres
from tests.conftest import all_tables

REPAIR = """
[[scenario]]
name = "The repair of the benchmark"
steps = [
  { change = "goods_arrive", with = { part = "P-PUMP", quantity = 1, unit_cost = 100 } },
  { part = "a dishwasher is brought" },
  { part = "the pump is found broken" },
  { part = "the customer agrees by telephone" },
  { part = "the parts are handed to the master" },
  { part = "the pump is replaced" },
  { part = "it passes the check" },
  { part = "it is marked as done" },
  { part = "it is paid in cash" },
  { part = "it is handed out" },
]
"""


@dataclass
class Notes:
    """What is noted while repairs are played: {step: seconds, statements}, sizes, and everything that was written."""

    engine_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bare_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, int] = field(default_factory=dict)
    state_bytes: int = 0
    variables_bytes: int = 0
    step_s: list[float] = field(default_factory=list)
    steps: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    written: list[tuple[str, commit.Written]] = field(default_factory=list)
    asked: int = 0
    step_name: str = ""


class Counter(Player):
    """Plays a repair and notes what each completion costs."""

    notes: Notes

    def _complete(self, step: Step) -> None:
        with database.reading(self.engine) as session:
            user_task = self._find(session, step)
            key, actor = user_task.key, self._worker_of(session, user_task, step)
            submission = self._values(session, step, "submit")
        self.notes.step_name, self.notes.asked = step.what, 0
        self.notes.step_s.append(0.0)
        began = time.perf_counter()
        with database.transaction(self.engine) as session:
            row = user_tasks.complete(session, key, submission, actor=actor, now=self.clock())
        self.notes.engine_s[step.what].append(time.perf_counter() - began)
        self.notes.queries[step.what] = self.notes.asked
        self.notes.step_name = ""
        self._weigh(row.key, user_task.element_id)

    def _weigh(self, key: int, element_id: str) -> None:
        with database.reading(self.engine) as session:
            stored = session.scalar(select(ProcessInstance.tokens).where(ProcessInstance.key == key))
            flows = select(History.flows).where(
                History.process_instance_key == key, History.flows.is_not(None)
            )
            self.notes.taken = {flow for row in session.scalars(flows) for flow in row.split()}
        scopes = [row[4] for row in msgspec.json.decode(stored)[2] if len(row) > 4 and row[4]]
        weight = sum(len(msgspec.json.encode(each)) for each in scopes)
        self.notes.state_bytes = max(self.notes.state_bytes, len(stored) - weight)
        self.notes.variables_bytes = max(self.notes.variables_bytes, weight)
        self.notes.steps.append((element_id, {name: each[name] for each in scopes for name in each}))


def main() -> None:
    """Measure both databases and print one JSON line last."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--json", action="store_true", help="only the JSON line")
    arguments.add_argument("--repairs", type=int, default=12)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = _measure("sqlite", commit._sqlite(Path(folder)), given.repairs)
    with postgres.start() as cluster:
        found |= _measure("postgresql", commit._postgresql(cluster), given.repairs)
    if not given.json:
        for name, value in found.items():
            print(f"{name:28} {value}")
    print(json.dumps(found))


def _measure(name: str, pair: commit.Pair, repairs: int) -> dict[str, Any]:
    all_tables().create_all(pair.engine)
    stage = stories.stage()
    with database.transaction(pair.engine) as session:
        stage.found(session)
        stage.prepare(session, STARTS_AT)
    warm = Notes()
    for number in range(3):
        _play(pair.engine, stage, number, warm)
    bare = pair.copy()
    # What was imported and read by now is looked at by the garbage collector again and again; a pause counts wherever it falls.
    gc.collect()
    gc.freeze()
    notes = Notes()
    with _watching(pair.engine, notes):
        for number in range(3, 3 + repairs):
            _play(pair.engine, stage, number, notes)
            _replay(bare, pair.begin, notes)
    commit._compare(pair, bare, None)
    ratios = {
        step: round(statistics.median(notes.bare_s[step]) / statistics.median(seconds), 3)
        for step, seconds in notes.engine_s.items()
    }
    worst = min(ratios, key=ratios.__getitem__)
    engine_s = sum(statistics.median(seconds) for seconds in notes.engine_s.values())
    bare_s = sum(statistics.median(seconds) for seconds in notes.bare_s.values())
    return {
        f"{name}_ratio": round(bare_s / engine_s, 3),
        f"{name}_worst": [worst, ratios[worst]],
        f"{name}_ms": {step: round(statistics.median(s) * 1000, 1) for step, s in notes.engine_s.items()},
        f"{name}_bare_ms": round(bare_s * 1000, 1),
        "queries": notes.queries,
        "state_bytes": notes.state_bytes,
        "variables_bytes": notes.variables_bytes,
        "step_ms": round(statistics.mean(notes.step_s) * 1000, 3),
        "vs_vanilla": round(_vanilla_s(notes) / statistics.mean(notes.step_s), 1),
    }


def _vanilla_s(notes: Notes) -> float:
    """What vanilla needs for the mean step of the last repair that was played."""
    diagrams = [
        path.read_bytes()
        for package in catalogue.find(["shared", "repair_intake", "repair_third_party"])
        for path in package.files()
        if path.suffix == ".bpmn"
    ]
    last = notes.steps[-len(notes.queries) :]
    return vanilla.seconds_a_step(diagrams, "repair_intake", last, notes.taken, plays=3)


def _play(engine: Engine, stage: scenarios.Stage, number: int, notes: Notes) -> None:
    """One repair from the counter to hand-out, of a device that nobody has brought before."""
    (package,) = catalogue.find(["repair_intake"])
    told = package.scenarios.read_text(encoding="utf-8").replace("FD-77-001", f"FD-77-{number:03}") + REPAIR
    player = Counter(engine, stage, scenarios.read(told)[-1])
    player.notes = notes
    player.play()


def _replay(bare: Any, begin: str, notes: Notes) -> None:
    for step, written in notes.written:
        began = time.perf_counter()
        cursor = bare.cursor()
        cursor.execute(begin)
        for statement, values, many in written:
            (cursor.executemany if many else cursor.execute)(statement, values)
            if cursor.description:
                cursor.fetchall()
        cursor.execute("COMMIT")
        if step:
            notes.bare_s[step].append(time.perf_counter() - began)
    notes.written.clear()


@contextmanager
def _watching(engine: Engine, notes: Notes) -> Iterator[None]:
    """Note what is written, by transaction, and how long the token engine works."""
    current: commit.Written = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        notes.asked += 1
        if statement.lstrip().startswith(commit.WRITES):
            # Several rows in one INSERT are said to be many too, but their values are one list already.
            current.append((statement, values, many and isinstance(values, list)))

    def begin(_connection: Any) -> None:
        current.clear()

    def end(_connection: Any) -> None:
        if current:
            notes.written.append((notes.step_name, current[:]))
        current.clear()

    heard = {"before_cursor_execute": note, "begin": begin, "commit": end}
    for name, function in heard.items():
        event.listen(engine, name, function)
    with _timed(notes):
        yield
    for name, function in heard.items():
        event.remove(engine, name, function)


@contextmanager
def _timed(notes: Notes) -> Iterator[None]:
    """Add the processor time of loading, running and saving to the step; take off what operations need in between."""

    def around(function: Callable[..., Any], sign: int) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                if notes.step_name:
                    notes.step_s[-1] += sign * (time.process_time() - began)

        return timed

    places = [
        (spiff, "load", 1),
        (spiff, "dump", 1),
        (spiff.Instance, "complete", 1),
        (surroundings.StepSurroundings, "serve", -1),
        (surroundings.StepSurroundings, "process", -1),
    ]
    kept = [(place, name, getattr(place, name)) for place, name, _sign in places]
    for place, name, sign in places:
        setattr(place, name, around(getattr(place, name), sign))
    yield
    for place, name, function in kept:
        setattr(place, name, function)


if __name__ == "__main__":
    main()
