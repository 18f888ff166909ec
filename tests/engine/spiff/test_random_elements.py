"""Random processes of all elements do step by step what an oracle, written from the rules alone, says.

The oracle (oracles/elements) shares no code with the engine. Engine and oracle are compared after every verb, each
followed by a dump and a load: open user tasks and jobs, joins, waits with their keys and due times, the variables that
each open element sees, incidents, what was thrown, and the variables at the end.
"""

from __future__ import annotations

import pytest

from tests.engine.spiff.oracles.elements.blocks import Block
from tests.engine.spiff.oracles.elements.generator import made
from tests.engine.spiff.oracles.elements.machine import Endless
from tests.engine.spiff.oracles.elements.shrinking import smallest
from tests.engine.spiff.oracles.elements.walking import Walk
from tests.engine.spiff.oracles.volume import TIMES

PROCESSES = 1000 * TIMES
A_BATCH = 100
TRIES_OF_A_SMALLER_ONE = 3


def walk(seed: int) -> int:
    """Play one random process; the steps it took. Fails at the first difference."""
    try:
        return Walk(made(seed), seed).run()
    except Endless:
        return 0


def explain(seed: int, difference: BaseException) -> str:
    """The difference, and the smallest process on which one is left."""

    def difference_of(block: Block) -> BaseException | None:
        found = (_difference(block, each) for each in range(seed, seed + TRIES_OF_A_SMALLER_ONE))
        return next((one for one in found if type(one) is type(difference)), None)

    block = smallest(made(seed), lambda block: difference_of(block) is not None)
    last = difference_of(block)
    return f"seed {seed}: {difference}\n\nThe smallest process that differs:\n{block}\n\n{last}"


def _difference(block: Block, seed: int) -> BaseException | None:
    """How engine and oracle differ on this process, if they do."""
    try:
        Walk(block, seed).run()
    except Endless:
        return None
    except Exception as difference:  # noqa: BLE001 - whatever goes wrong is what is looked for
        return difference
    return None


@pytest.mark.parametrize("batch", range(PROCESSES // A_BATCH))
def test_random_processes_agree_with_the_oracle(batch):
    steps = 0
    for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH):
        try:
            steps += walk(seed)
        except Exception as difference:  # noqa: BLE001 - every failure is told with its smallest process
            pytest.fail(explain(seed, difference), pytrace=False)

    assert steps > 2 * A_BATCH  # they do move
