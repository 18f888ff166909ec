"""Many orders side by side on one database, in random order: what the packages' stories tell, left at random for other ways.

A story says what a step of it may be answered with; so an order that has left its story goes on with the answers that any
story gives at the step where it stands. The clock moves at random in between, and the worker does what is due.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, func, select

from engine import accountability, database, errors, scenarios, worker
from engine.clock import MovedClock
from engine.scenarios.files import STARTS_AT, Scenario, Step
from engine.scenarios.player import Player
from engine.tables import Incident, ProcessInstance, UserTask
from processes import catalogue, doctor

#: Whose stories begin with an order of their own. Those of the shared processes play on a set-up that is theirs alone.
BEGIN = ("internal_request", "repair_intake")
#: What a story changes for good, on a stage of its own: rows that it breaks by hand, and what all later orders would miss.
LEFT_OUT = {"cancellation_is_undone", "close_cost_centre", "write_off_equipment"}
#: So many orders are on their way at a time.
SIDE_BY_SIDE = 6
#: Nobody looks at an order more often than that after its story is told.
MOST_DETOURS = 25
#: A story is left for good at one step of so many.
LEAVES_ONE_IN = 20
#: How long nothing happens -> how likely, in comparison.
PAUSES = {"PT20M": 6, "PT5H": 4, "P1D": 3, "P3D": 2, "P16D": 1}


class Walker(Player):
    """One order on its way: its story first, then whatever fits."""

    def __init__(self, engine: Engine, stage: scenarios.Stage, story: Scenario, clock: MovedClock):
        super().__init__(engine, stage, story)
        self.clock = clock
        self.steps = list(story.steps)
        self.detours = 0

    def take(self, step: Step) -> str:
        """Do a step. Returns what was wrong with it, "" when it was done."""
        try:
            self._do(step)
        except errors.OrderlaneError as refused:
            return f"{step.title}: {refused.sentence}"
        return ""

    def open_steps(self) -> list[tuple[int, str]]:
        """(instance, name) of the user tasks that are open in its orders."""
        with database.reading(self.engine) as session:
            query = select(UserTask.process_instance_key, UserTask.name).where(
                UserTask.state == "open", UserTask.process_instance_key.in_(self.orders.values())
            )
            return [(key, name) for key, name in session.execute(query.order_by(UserTask.key))]

    @property
    def is_over(self) -> bool:
        """Whether none of its orders goes on."""
        with database.reading(self.engine) as session:
            active = select(func.count()).where(
                ProcessInstance.key.in_(self.orders.values()), ProcessInstance.state == "active"
            )
            return session.scalar(active) == 0


@dataclass
class Walks:
    """The company, its clock, and what has happened so far. One seed walks one way."""

    stage: scenarios.Stage
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.clock = MovedClock(STARTS_AT)
        self.engine = self.stage.open(STARTS_AT)
        packages = catalogue.packages()
        told = {package.name: scenarios.stories(package) for package in packages}
        self.stories = [story for name in BEGIN for story in told[name]]
        self.answers = _answers(story for stories in told.values() for story in stories)
        self.under_way: list[Walker] = []

    def walk(self, orders: int) -> Iterator[int]:
        """Play so many stories; yields after each that was begun, how many."""
        for begun in range(1, orders + 1):
            self._begin(begun)
            while len(self.under_way) >= SIDE_BY_SIDE:
                self._turn()
            if begun % SIDE_BY_SIDE == 0:
                self._look_after_others()
            yield begun
        self._look_after_others()
        for _last in range(20 * len(self.under_way)):
            if self.under_way:
                self._turn()

    def broken_promises(self) -> list[str]:
        """What `orderlane doctor` says, and what stands still although nobody did anything wrong."""
        with database.reading(self.engine) as session:
            found = [f"{each.invariant}: {each.sentence}" for each in doctor.findings(session, self.clock())]
            found += [str(each.sentence) for each in accountability.stuck(session, self.clock())]
            still = select(Incident.element_id, Incident.sentence).where(Incident.resolved_at.is_(None))
            return found + [
                f"Incident at {element}: {sentence}" for element, sentence in session.execute(still)
            ]

    def states(self) -> Counter[str]:
        """How many orders are in each state."""
        with database.reading(self.engine) as session:
            rows = session.execute(
                select(ProcessInstance.state, func.count()).group_by(ProcessInstance.state)
            )
            return Counter(dict(rows.all()))

    def _begin(self, number: int) -> None:
        story = self.chance.choice(self.stories)
        # Most bring a device of their own; the others come back with one that we know, or that is still here.
        own = self.chance.random() < 0.7
        steps = [_with_serial(each, f"FD-77-{number:04}") if own else each for each in story.steps]
        told = replace(story, steps=tuple(each for each in steps if str(each.what) not in LEFT_OUT))
        self.under_way.append(Walker(self.engine, self.stage, told, self.clock))
        self.counts["stories"] += 1

    def _look_after_others(self) -> None:
        """Instances that no story began, such as the reviews of what was late, are gone on with too."""
        known = {key for walker in self.under_way for key in walker.orders.values()}
        with database.reading(self.engine) as session:
            query = select(ProcessInstance.key).where(
                ProcessInstance.state == "active", ProcessInstance.key.not_in(known)
            )
            found = session.scalars(query.order_by(ProcessInstance.key)).all()
        for key in self.chance.sample(found, min(len(found), SIDE_BY_SIDE)):
            walker = Walker(self.engine, self.stage, Scenario("other", ()), self.clock)
            walker.orders["other"] = key
            self.under_way.append(walker)

    def _turn(self) -> None:
        """One step of one order, and perhaps some time."""
        walker = self.chance.choice(self.under_way)
        if walker.steps:
            self._tell(walker)
        elif walker.is_over or walker.detours >= MOST_DETOURS:
            self.counts["over" if walker.is_over else "left open"] += 1
            self.under_way.remove(walker)
        else:
            self._go_on(walker)
        self._pause(walker)

    def _tell(self, walker: Walker) -> None:
        step = walker.steps.pop(0)
        if step.kind == "expect":
            return
        if self.chance.randrange(LEAVES_ONE_IN) == 0 and walker.orders:
            walker.steps.clear()
            return
        if step.kind == "complete" and walker.orders and "order" not in step.more:
            step = replace(step, more={**step.more, "order": next(iter(walker.orders))})
        problem = walker.take(step)
        self._count("told", problem)
        if problem and step.kind not in {"change", "wait"} and "refused" not in step.more:
            walker.steps.clear()  # the story is another one from here on

    def _go_on(self, walker: Walker) -> None:
        walker.detours += 1
        found = [(key, name) for key, name in walker.open_steps() if name in self.answers]
        if not found:
            return
        key, name = self.chance.choice(found)
        (label,) = [label for label, order in walker.orders.items() if order == key]
        answer = self.chance.choice(self.answers[name])
        self._count("improvised", walker.take(replace(answer, more={**answer.more, "order": label})))

    def _pause(self, walker: Walker) -> None:
        worker.run_until_quiet(self.engine, now=self.clock)
        if self.chance.random() < 0.3:
            (length,) = self.chance.choices(list(PAUSES), PAUSES.values())
            walker.take(Step(0, "wait", length))
            worker.run_until_quiet(self.engine, now=self.clock)

    def _count(self, what: str, problem: str) -> None:
        self.counts[f"{what}, refused" if problem else what] += 1
        if problem:
            self.refusals[problem[:150]] += 1


def _answers(stories: Iterable[Scenario]) -> dict[str, list[Step]]:
    """{name of a step: everything that any story answers there}, those that are refused too."""
    found: dict[str, list[Step]] = {}
    for story in stories:
        for step in story.steps:
            if step.kind == "complete":
                more = {key: value for key, value in step.more.items() if key in {"by", "submit"}}
                found.setdefault(step.what, []).append(Step(0, "complete", step.what, more))
    return found


def _with_serial(step: Step, serial_no: str) -> Step:
    """The step with another serial number for the dishwasher that most stories bring."""

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: other(each) for key, each in value.items()}
        return serial_no if value in ("FD-77-001", "fd 77 001") else value

    return replace(step, more=other(dict(step.more)))
