"""What the checker says of a drawing, and whether a plain search says the same."""

from __future__ import annotations

from functools import cache
from random import Random

from engine import dialect, soundness
from engine.findings import Finding
from engine.soundness import faults, scopes
from engine.xml import parse
from tests.engine.soundness.graphs import Graph, TooLarge, Verdict


def check(document: bytes) -> list[Finding]:
    """All findings on the soundness of a document."""
    return soundness.check(dialect.read(parse(document)), "model.bpmn")


def compare(seed: int) -> str:
    """Look at one random graph with both; says what it is. Fails at the first difference."""
    graph, expected = _searched(seed)
    if expected is None:
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


@cache
def _searched(seed: int) -> tuple[Graph, Verdict | None]:
    """A random graph and what the plain search says of it; None where it is too large."""
    graph = Graph(Random(seed))
    try:
        return graph, Verdict(graph)
    except TooLarge:
        return graph, None
