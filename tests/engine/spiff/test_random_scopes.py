"""Random processes full of mappings and shadowed names see and write what Camunda 8's rules say."""

from __future__ import annotations

from random import Random

import pytest

from tests.engine.spiff.oracles.scoping import NAMES, Drawing, Generator, Interpreter
from tests.engine.spiff.oracles.volume import TIMES
from tests.engine.spiff.play import Play

PROCESSES = 200 * TIMES
A_BATCH = 100
STEPS = 40


def walk(seed: int) -> int:
    """Play one random process on both sides; the steps it took. Fails at the first difference."""
    body = Generator(seed).body(3)
    drawing = Drawing(body)
    random = Random(seed)
    variables = {name: random.randint(0, 9) for name in NAMES if random.random() < 0.6}

    played = Play(drawing.document, *drawing.called, **variables).start()
    expected = Interpreter(body, variables)
    for step in range(STEPS):
        where = f"seed {seed}, step {step}"
        compare(played, expected, where)
        if expected.is_finished:
            return step
        at = random.randrange(len(expected.waiting))
        label = expected.waiting[at][0]
        which = [name for name, _, _ in expected.waiting[:at]].count(label)
        given = {name: random.randint(10, 99) for name in random.sample(NAMES, random.randint(0, 3))}
        played.complete(label, which, **given)
        expected.complete(at, given)
    return STEPS


def compare(played: Play, expected: Interpreter, where: str) -> None:
    assert played.is_finished == expected.is_finished, where
    assert [label for label in played.open if not label.endswith("+")] == sorted(
        label for label, _, _ in expected.waiting
    ), where
    for at, (label, scope, _) in enumerate(expected.waiting):
        which = [name for name, _, _ in expected.waiting[:at]].count(label)
        assert played.sees(label, which) == scope.everything(), f"{where}, {label}"
    assert played.root == expected.root.variables, where


@pytest.mark.parametrize("batch", range(PROCESSES // A_BATCH))
def test_random_scopes_agree_with_the_interpreter(batch):
    steps = sum(walk(seed) for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH))

    assert steps > A_BATCH
