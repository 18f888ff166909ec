"""The nets that mistakes are to be caught by: all smallest diagrams, and the random oracles."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, product

import pytest

from tests.engine.spiff import (
    test_random_blocks,
    test_random_elements,
    test_random_graphs,
    test_random_scopes,
    test_random_versions,
)

#: The quick ones first: a mistake is looked for until it is found.
DIAGRAMS = [
    "links",
    "events",
    "errors",
    "versions",
    "escalation",
    "tasks",
    "gateways",
    "boundary_events",
    "ad_hoc",
    "directed_ad_hoc",
    "directed_ad_hoc_surroundings",
    "several_results",
    "scopes",
    "signals",
    "multiple_events",
    "transactions",
    "listeners",
    "event_sub_processes",
    "standard_loop",
    "compensation",
    "multi_instance",
    "conditions",
]
SEEDS = range(200)


def diagrams(at: str = "") -> Iterator[Callable[[], object]]:
    """All tests of the smallest diagrams; at: those of one name only, "file.test_name"."""
    file, _, wanted = at.partition(".")
    for name in [file] if at else DIAGRAMS:
        module = importlib.import_module(f"tests.engine.spiff.test_{name}")
        for test_name, test in vars(module).items():
            if test_name.startswith("test_") and wanted in ("", test_name):
                yield from (partial(test, **arguments) for arguments in arguments_of(test))


def arguments_of(test: Callable) -> Iterator[dict[str, object]]:
    """All combinations that the parametrize marks of a test ask for."""
    marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(rows for _, rows in marks)):
        arguments: dict[str, object] = {}
        for (names, _), value in zip(marks, values, strict=True):
            spelled = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
            arguments |= dict(zip(spelled, value if len(spelled) > 1 else (value,), strict=True))
        yield arguments


def random_of(module) -> Callable[..., Iterator[Callable[[], object]]]:
    """Random walks of all seeds, or of one."""
    return lambda *seed: (partial(module.walk, each) for each in seed or SEEDS)


NETS = {
    "diagrams": diagrams,
    "blocks": random_of(test_random_blocks),
    "graphs": random_of(test_random_graphs),
    "scopes": random_of(test_random_scopes),
    "elements": random_of(test_random_elements),
    "versions": random_of(test_random_versions),
}


def catches(net: str, at: str | int) -> bool:
    """Whether anything in the net fails now, in whatever way: a wrong place, a wrong value or a crash.

    at: the test or seed that failed when the mistake was written down; it is tried first, then the whole net.
    """
    return any(map(_fails, chain(NETS[net](at), NETS[net]())))


def _fails(trial: Callable[[], object]) -> bool:
    try:
        trial()
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - a mistake may show in any way
        return True
    return False
