"""Every story of every process, each as a test of its own, and what they cover together."""

from __future__ import annotations

import pytest

from engine import scenarios
from processes import catalogue

PACKAGES = catalogue.packages()
ALL = [(package, scenario) for package in PACKAGES for scenario in scenarios.stories(package)]


@pytest.fixture(scope="module")
def own() -> dict[str, list[str]]:
    """The processes of each package. Not read when the tests are collected, which each process of a run does."""
    return {package.name: list(package.processes()) for package in PACKAGES}


@pytest.fixture(scope="module")
def played() -> dict[str, list[scenarios.ScenarioResult]]:
    """What the stories below gave, by package; the tests of a module run in its order."""
    return {package.name: [] for package in PACKAGES}


@pytest.mark.parametrize(
    ("package", "scenario"), ALL, ids=[f"{package.name}: {scenario.name}" for package, scenario in ALL]
)
def test_story(
    package: catalogue.Package,
    scenario: scenarios.Scenario,
    stage: scenarios.Stage,
    own: dict[str, list[str]],
    played: dict[str, list[scenarios.ScenarioResult]],
) -> None:
    result = scenarios.play_one(scenario, stage, own[package.name])

    played[package.name].append(result)
    assert result.passed, result.sentence


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_stories_take_every_sequence_flow(
    package: catalogue.Package, played: dict[str, list[scenarios.ScenarioResult]]
) -> None:
    if len(played[package.name]) < len(scenarios.stories(package)):
        pytest.skip("Only together with all stories of the package.")

    missed = scenarios.untaken(package, played[package.name])

    assert all(flows == [] for flows in missed.values()), missed
    assert set(scenarios.coverage(package, played[package.name]).values()) == {1.0}
