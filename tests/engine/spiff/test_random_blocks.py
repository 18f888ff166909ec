"""Random block processes do step by step what the rewriting of their block term says."""

from __future__ import annotations

from random import Random

import pytest

from tests.engine.spiff.oracles.blocks import Drawing, Generator
from tests.engine.spiff.oracles.rewriting import Oracle
from tests.engine.spiff.play import Play

STEPS = 40
PROCESSES = 300
A_BATCH = 50


def walk(seed: int) -> int:
    """Play one random process to its end or for STEPS steps; returns the steps. Fails at the first difference."""
    block = Generator(seed, depth=2 + seed % 3).process()
    drawing = Drawing(block)
    random = Random(seed * 7919)
    variables = {"key": 1} | choices(drawing, random)

    played = Play(drawing.document, *drawing.called, **variables).start()
    oracle = Oracle(block, variables)
    for step in range(STEPS):
        compare(played, oracle, f"seed {seed}, step {step}")
        if oracle.is_finished:
            return step
        one_step(played, oracle, drawing, random)
    return STEPS


def choices(drawing: Drawing, random: Random) -> dict[str, int]:
    return {name: random.choice([0, 1, 2]) for name in drawing.choices}


def one_step(played: Play, oracle: Oracle, drawing: Drawing, random: Random) -> None:
    """The same task completed, or the same event, on both sides."""
    tasks = [(label, number) for label, number in oracle.tasks() if not label.endswith("!")]
    events = {e for e, _ in oracle.waits()}
    actions = [
        (number, None, label, ordinal(tasks, label, number)) for label, number in tasks if label[0] != "g"
    ]
    actions += [
        (number, event, event, ordinal(oracle.waits(), event, number)) for event, number in oracle.waits()
    ]
    assert actions or not events
    if not actions:
        return
    number, event, label, at = random.choice(actions)
    given = choices(drawing, random)
    if event is None:
        played.complete(label, at, **given)
    else:
        wait = sorted((w for w in played.instance.waits() if w.event_id == event), key=lambda w: w.token_id)[
            at
        ]
        given = given if wait.kind == "message" else {}
        if wait.due_at is not None:
            played.house.now = max(played.house.now, wait.due_at)
        played.instance.fire(wait.token_id, event, given)
        played._reload()
    oracle.act(number, event, given)


def ordinal(found: list[tuple[str, int]], label: str, number: int) -> int:
    """Which one of several of the same name."""
    return [n for name, n in found if name == label].index(number)


def compare(played: Play, oracle: Oracle, where: str) -> None:
    expected = sorted(label for label, _ in oracle.tasks())
    assert [label for label in played.open if not label.endswith("+")] == expected, where
    assert played.waits == sorted(event for event, _ in oracle.waits()), where
    assert played.is_finished == oracle.is_finished, where
    assert played.root == oracle.variables, where


@pytest.mark.parametrize("batch", range(PROCESSES // A_BATCH))
def test_random_block_processes_agree_with_the_oracle(batch):
    steps = sum(walk(seed) for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH))

    assert steps > A_BATCH  # they do move
