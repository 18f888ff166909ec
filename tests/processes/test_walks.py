"""Orders in random order, on one database with a clock that jumps: every promise that `orderlane doctor` checks is kept.

ORDERLANE_WALKS says how many orders are walked instead of the few of a usual run; `make faults` walks 300.
"""

from __future__ import annotations

import os

from engine import scenarios
from tests.processes.walks import Walks

FEW = 25
#: The system check looks at everything once in so many orders.
EXAMINED_EVERY = 25
SEED = 20261121


def test_after_orders_in_random_order_every_promise_is_kept(stage: scenarios.Stage) -> None:
    many = int(os.environ.get("ORDERLANE_WALKS", FEW))
    walks = Walks(stage, int(os.environ.get("ORDERLANE_SEED", SEED)))

    for begun in walks.walk(many):
        if begun % EXAMINED_EVERY == 0:
            assert walks.broken_promises() == [], f"After {begun} orders of seed {walks.seed}."

    assert walks.broken_promises() == []
    print(f"{many} orders: {dict(walks.counts)}, {dict(walks.states())}, until {walks.clock():%Y-%m-%d}")
    # A walk that is refused everywhere shows nothing.
    done, refused = (
        sum(walks.counts[each + what] for each in ("told", "improvised")) for what in ("", ", refused")
    )
    assert done > refused
    assert walks.states()["completed"] >= many // 2
