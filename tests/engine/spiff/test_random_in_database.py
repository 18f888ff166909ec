"""Random processes of all elements go through the database as the oracle says, every step in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import in_memory
from tests.engine.house import House
from tests.engine.spiff.oracles.elements.database import FORM, DatabaseWalk
from tests.engine.spiff.oracles.elements.generator import Generator
from tests.engine.spiff.oracles.elements.machine import Endless
from tests.engine.spiff.oracles.volume import STORED
from tests.engine.spiff.play import NOON

A_BATCH = 20
STEPS = 12


@pytest.fixture(scope="module")
def company() -> Iterator[House]:
    """One house for all walks; each ends what it began."""
    engine = in_memory()
    house = House(engine, NOON)
    house.deploy(**{"numbers.form": FORM})
    yield house
    engine.dispose()


@pytest.mark.parametrize("batch", range(STORED // A_BATCH))
def test_random_processes_in_the_database_agree_with_the_oracle(company, batch):
    steps = 0
    for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH):
        block = Generator(seed, depth=2).process()
        try:
            steps += DatabaseWalk(company, block, seed).run(STEPS)
        except Endless:
            continue
        except Exception as difference:  # noqa: BLE001 - every failure is told with its process
            pytest.fail(f"seed {seed}: {type(difference).__name__}: {difference}\n\n{block}", pytrace=False)

    assert steps > A_BATCH  # they do move
