"""Random graphs of gateways and user tasks, however wild, move their tokens as BPMN 2.0.2 says."""

from __future__ import annotations

from random import Random

import pytest

from tests.engine.spiff.oracles.markings import Graph, Marking, Undecided
from tests.engine.spiff.oracles.volume import TIMES
from tests.engine.spiff.play import Play

GRAPHS = 400 * TIMES
A_BATCH = 100
STEPS = 25
MOST_OPEN = 30


def walk(seed: int) -> str:
    """Play one random graph on both sides; says how it ended. Fails at the first difference."""
    random = Random(seed)
    graph = Graph(random)
    choices = {name: random.choice([0, 1]) for name in graph.conditions.values()}
    try:
        marking = Marking(graph, choices)
    except Undecided:
        return "undecided"
    played = Play(graph.drawn(), **choices).start()
    for step in range(STEPS):
        where = f"seed {seed}, step {step}"
        assert [label for label in played.open if not label.endswith("+")] == marking.open(), where
        assert {label[:-1] for label in played.open if label.endswith("+")} == marking.joins(), where
        if not marking.open():
            return "deadlock" if marking.joins() else "finished"
        if len(marking.open()) > MOST_OPEN:
            return "cut"
        node = random.choice(marking.open())
        marking.choices = choices = {name: random.choice([0, 1]) for name in choices}
        try:
            marking.complete(node)
        except Undecided:
            return "undecided"
        played.complete(node, **choices)
    return "cut"


@pytest.mark.parametrize("batch", range(GRAPHS // A_BATCH))
def test_random_graphs_agree_with_the_marking(batch):
    ends = [walk(seed) for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH)]

    assert ends.count("undecided") < A_BATCH / 2
    assert {"finished", "deadlock"} <= set(ends)
