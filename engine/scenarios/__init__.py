"""Plays the stories of a process (`scenarios.toml`) and says which sequence flows they cover (D8).

Each story runs on a fresh in-memory database and a moved clock, through the same verbs as the web and the worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, select

from engine import database, spiff, timers, versions, xml
from engine.scenarios.files import Scenario, ScenariosRefused, Step, read
from engine.scenarios.player import Player, StoryBroken
from engine.scenarios.stage import Finder, Stage
from engine.tables import History, ProcessDefinition, ProcessInstance

__all__ = [
    "Finder",
    "Package",
    "Scenario",
    "ScenarioResult",
    "ScenariosRefused",
    "Stage",
    "Step",
    "coverage",
    "play",
    "play_one",
    "read",
    "report",
    "stories",
    "untaken",
]

#: Without the diagrams, which `versions` has read already.
_DEFINITIONS = select(ProcessDefinition.process_id, ProcessDefinition.key).order_by(ProcessDefinition.version)


class Package(Protocol):
    """What the player needs of a process package: its files by name, and its scenarios if it has some."""

    @property
    def scenarios(self) -> Path | None:
        """The file of stories."""

    def resources(self) -> Mapping[str, bytes]:
        """{file name: bytes}."""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """How a story went. sentence: why it failed, else "". flows: the (process id, sequence flow id) pairs it took."""

    name: str
    passed: bool
    sentence: str
    flows: frozenset[tuple[str, str]]


def stories(package: Package) -> list[Scenario]:
    """The stories of a package, as written. Raises ScenariosRefused."""
    if package.scenarios is None:
        return []
    return read(package.scenarios.read_text(encoding="utf-8"), str(package.scenarios.name))


def play(package: Package, stage: Stage) -> list[ScenarioResult]:
    """Play all stories of a package, each on its own copy of the stage."""
    own = list(_flows_drawn(package))
    return [play_one(scenario, stage, own) for scenario in stories(package)]


def play_one(scenario: Scenario, stage: Stage, own: Collection[str] | None = None) -> ScenarioResult:
    """Play one story. A story that fails is a result, not an exception.

    own: the processes that the story is about; of others it sees what they are asked for, but the clock starts only those
    that it names. Without it the clock starts all.
    """
    engine = stage.open(scenario.starts_at)
    if own is not None:
        with database.transaction(engine) as session:
            timers.forget_all_starts_but(session, {*own, *scenario.clocks})
    sentence = ""
    try:
        Player(engine, stage, scenario).play()
    except StoryBroken as broken:
        sentence = broken.sentence
    return ScenarioResult(scenario.name, not sentence, sentence, _flows_taken(engine))


def coverage(package: Package, results: Iterable[ScenarioResult]) -> dict[str, float]:
    """{process id: share of its sequence flows that the stories took, 0 to 1}, for each process of the package."""
    missed = untaken(package, results)
    drawn = _flows_drawn(package)
    return {
        process_id: 1 - len(missed[process_id]) / len(flows) if flows else 1.0
        for process_id, flows in drawn.items()
    }


def untaken(package: Package, results: Iterable[ScenarioResult]) -> dict[str, list[str]]:
    """{process id: its sequence flows that no story took, in the order of the file}."""
    taken = frozenset[tuple[str, str]]().union(*(result.flows for result in results))
    return {
        process_id: [flow_id for flow_id in flows if (process_id, flow_id) not in taken]
        for process_id, flows in _flows_drawn(package).items()
    }


def report(packages: Iterable[Package], stage: Stage) -> list[dict[str, Any]]:
    """One entry a process: {"process", "scenarios", "failed", "coverage", "problems", "untaken"}."""
    found = []
    for package in packages:
        results = play(package, stage)
        missed = untaken(package, results)
        for process_id, share in coverage(package, results).items():
            found.append(
                {
                    "process": process_id,
                    "scenarios": len(results),
                    "failed": sum(not result.passed for result in results),
                    "coverage": share,
                    "problems": [
                        {"scenario": result.name, "sentence": result.sentence}
                        for result in results
                        if not result.passed
                    ],
                    "untaken": missed[process_id],
                }
            )
    return found


def _flows_drawn(package: Package) -> dict[str, list[str]]:
    return {
        process_id: list(process.flows)
        for name, body in package.resources().items()
        if name.endswith(".bpmn")
        for process_id, process in spiff.read(xml.parse(body)).items()
    }


def _flows_taken(engine: Engine) -> frozenset[tuple[str, str]]:
    with database.reading(engine) as session:
        drawn = {
            process_id: versions.process(session, key).flows
            for process_id, key in session.execute(_DEFINITIONS)
        }
        rows = session.execute(
            select(ProcessInstance.process_id, History.flows)
            .join(ProcessInstance, ProcessInstance.key == History.process_instance_key)
            .where(History.flows.is_not(None))
        ).all()
    return frozenset(
        (owner, flow_id)
        for process_id, flows in rows
        for flow_id in flows.split()
        for owner in _owners(process_id, flow_id, drawn)
    )


def _owners(process_id: str, flow_id: str, drawn: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Whose flow it is: the instance's own process, else (inside a call activity) a process it called."""
    if flow_id in drawn[process_id]:
        return [process_id]
    return [other for other, flows in drawn.items() if flow_id in flows]
