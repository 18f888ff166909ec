"""Random block processes do step by step what the rewriting of their block term says."""

from __future__ import annotations

from random import Random

import pytest

from engine import spiff
from engine.errors import BusinessError
from tests.engine.spiff.oracles.blocks import ERROR_CODES, Drawing, Generator
from tests.engine.spiff.oracles.rewriting import Oracle
from tests.engine.spiff.oracles.volume import TIMES
from tests.engine.spiff.play import Play

STEPS = 40
PROCESSES = 300 * TIMES
A_BATCH = 50


def walk(seed: int) -> int:
    """Play one random process to its end or for STEPS steps; returns the steps. Fails at the first difference."""
    block = Generator(seed, depth=2 + seed % 3).process()
    drawing = Drawing(block)
    random = Random(seed * 7919)
    variables = {"key": 1} | choices(drawing, random)

    played = Play(drawing.document, *drawing.called, **variables)
    for name in drawing.choices:
        for code in ERROR_CODES:
            played.house.operations[f"attempt {code} {name}"] = operation(code, name)
    played.start()
    oracle = Oracle(block, variables)
    for step in range(STEPS):
        compare(played, oracle, f"seed {seed}, step {step}")
        if oracle.is_finished:
            return step
        one_step(played, oracle, drawing, random)
    return STEPS


def operation(code: str, name: str):
    """Throws the error when the variable says so."""

    def run(call: spiff.ServiceCall) -> dict:
        if call.variables[name] == 1:
            raise BusinessError(code)
        return {}

    return run


def choices(drawing: Drawing, random: Random) -> dict[str, int]:
    return {name: random.choice([0, 1, 2]) for name in drawing.choices}


def one_step(played: Play, oracle: Oracle, drawing: Drawing, random: Random) -> None:
    """The same on both sides: a task completed, an event that happens, a failed operation retried."""
    tasks, waits = oracle.tasks(), oracle.waits()
    fired = {event for event, _ in waits}
    actions = [
        (label, number, "complete") for label, number in tasks if label[0] in "tmad" and label[-1] != "!"
    ]
    actions = [action for action in actions if action[0] not in fired]
    actions += [(label, number, "retry") for label, number in tasks if label.endswith("_operation!")]
    actions += [(event, number, "fire") for event, number in waits]
    if not actions:
        return
    label, number, verb = random.choice(actions)
    at = ordinal(waits if verb == "fire" else tasks, label, number)
    given = choices(drawing, random)
    if verb == "complete":
        played.complete(label, at, **given)
        oracle.act(number, None, given)
    elif verb == "retry":
        element_id = label.removesuffix("!")
        played.instance.set_variables(given, played.token(element_id, at))
        played.retry(element_id, at)
        oracle.act(number, "retry", given)
    else:
        wait = sorted((w for w in played.instance.waits() if w.event_id == label), key=lambda w: w.token_id)[
            at
        ]
        if wait.due_at is not None:
            given = {}
            played.house.now = max(played.house.now, wait.due_at)
        played.instance.fire(wait.token_id, label, given)
        played._reload()
        oracle.act(number, label, given)


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
