"""The nets are tested too: realistic mistakes are put into the engine, and each must be caught.

The nets: all smallest diagrams (the tests of this folder), random blocks, random graphs, random scopes, random
processes of all elements, also moved on their way. Every mistake names the nets that must see it; no net sees all of
them, so all are needed.
"""

from __future__ import annotations

import pytest

from tests.engine.spiff.nets import catches, diagrams
from tests.engine.spiff.planted import directing, events, tokens

MISTAKES = tokens.MISTAKES | events.MISTAKES | directing.MISTAKES


@pytest.mark.parametrize(
    ("mistake", "net", "at"),
    [
        pytest.param(mistake, net, at, id=f"{mistake.__name__}-{net}")
        for mistake, nets in MISTAKES.items()
        for net, at in nets.items()
    ],
)
def test_a_planted_mistake_is_caught(mistake, net, at, monkeypatch):
    mistake(monkeypatch)

    assert catches(net, at)


def test_without_a_mistake_the_smallest_diagrams_catch_nothing():
    for trial in diagrams():
        trial()
