"""On random small graphs, however wild, the checker with all its reductions says what a plain search says."""

from __future__ import annotations

from random import Random

import pytest

from engine import dialect
from engine.soundness import faults, scopes
from engine.xml import parse
from tests.engine.soundness.graphs import Graph, TooLarge, Verdict

GRAPHS = 800
A_BATCH = 200


def compare(seed: int) -> str:
    """Look at one random graph with both; says what it is. Fails at the first difference."""
    graph = Graph(Random(seed))
    try:
        expected = Verdict(graph)
    except TooLarge:
        return "too large"
    (process,) = dialect.read(parse(graph.drawn())).processes
    (looked,) = scopes.look(process, lambda node: node.type == "userTask")
    kinds = {fault.kind for fault in looked.faults}
    where = f"seed {seed}: {graph.nodes} {graph.flows}"

    assert looked.is_decided, where
    assert (faults.DOUBLED in kinds) == expected.doubled, where
    if expected.doubled:
        return "doubled"
    assert (faults.DEADLOCK in kinds) == expected.deadlock, where
    assert bool(kinds & {faults.ENDLESS, faults.NO_END}) == expected.endless, where
    assert looked.visited is not None, where
    visited = {node.id for node in looked.visited}
    assert {node for node in graph.nodes if node in visited} == expected.visited - {"start"}, where
    return "deadlock" if expected.deadlock else "endless" if expected.endless else "sound"


@pytest.mark.parametrize("batch", range(GRAPHS // A_BATCH))
def test_the_checker_agrees_with_a_plain_search(batch, monkeypatch):
    if batch % 2:  # the reduced net alone, without the second look at the whole one
        monkeypatch.setattr(scopes, "MOST_MOVES_IN_DETAIL", 0)
    found = [compare(seed) for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH)]

    assert found.count("too large") < A_BATCH / 10
    for kind in ("doubled", "deadlock", "endless", "sound"):
        assert found.count(kind) > A_BATCH / 50, kind
