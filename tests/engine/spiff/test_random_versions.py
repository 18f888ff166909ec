"""Random processes that are moved to another version on their way go on as the oracle says."""

from __future__ import annotations

import pytest

from tests.engine.spiff.oracles.elements.generator import made
from tests.engine.spiff.oracles.elements.machine import Endless
from tests.engine.spiff.oracles.elements.walking import Walk
from tests.engine.spiff.oracles.volume import TIMES

PROCESSES = 100 * TIMES
A_BATCH = 100


def walk(seed: int) -> int:
    """Play one random process, moved after one to six steps. Fails at the first difference."""
    try:
        return Walk(made(seed), seed).run_and_move(after=1 + seed % 6)
    except Endless:
        return 0


@pytest.mark.parametrize("batch", range(PROCESSES // A_BATCH))
def test_random_processes_agree_with_the_oracle_after_they_were_moved(batch):
    steps = sum(walk(seed) for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH))

    assert steps > 2 * A_BATCH
