"""On random small graphs, however wild, the checker with all its reductions says what a plain search says."""

from __future__ import annotations

import pytest

from engine.soundness import scopes
from tests.engine.soundness.checked import compare

GRAPHS = 800
A_BATCH = 200


@pytest.mark.parametrize("batch", range(GRAPHS // A_BATCH))
def test_the_checker_agrees_with_a_plain_search(batch, monkeypatch):
    if batch % 2:  # the reduced net alone, without the second look at the whole one
        monkeypatch.setattr(scopes, "MOST_MOVES_IN_DETAIL", 0)
    found = [compare(seed) for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH)]

    assert found.count("too large") < A_BATCH / 10
    for kind in ("doubled", "deadlock", "endless", "sound"):
        assert found.count(kind) > A_BATCH / 50, kind
