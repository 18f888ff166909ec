"""Mistakes put into the checker on purpose are seen by its tests: by the small diagrams or by the plain search."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.soundness import faults, reading, reducing, scopes, searching, throws
from tests.engine.soundness.checked import check, compare
from tests.engine.soundness.faulty import DEAD, PLAYED
from tests.engine.soundness.well_drawn import SOUND

SEEDS = range(150)


def _inclusive_like_parallel(patch: pytest.MonkeyPatch) -> None:
    def may_open(join, marking):
        return marking & join.inflows == join.inflows

    patch.setattr(searching._InclusiveJoin, "may_open", may_open)


def _inclusive_like_exclusive(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(searching._InclusiveJoin, "may_open", lambda join, marking: bool(marking & join.inflows))


def _second_tokens_are_not_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(faults, "_doubled", lambda searched: [])


def _any_inflows_count_as_one(patch: pytest.MonkeyPatch) -> None:
    def pair(reduction, step):
        is_new = len(step.inflows) > 1
        step.inflows, step.needs = step.inflows[:1], reading.ANY
        return is_new

    patch.setattr(reducing._Reduction, "_pair_inflows", pair)


def _inclusive_joins_are_read_as_merges(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "SOME", reading.ANY)


def _loops_have_no_splits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scopes, "MOST_MOVES_IN_DETAIL", 0)  # the search of the whole net would correct it
    patch.setattr(reducing, "renewed", lambda net: set())


def _every_end_is_renewed_for_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(searching, "_twice", lambda net, way: 0)


def _every_event_may_fire(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(throws, "may_fire", lambda event: True)


def _everything_ends_well(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(throws, "scope_end", lambda node: None)


def _reminders_interrupt(patch: pytest.MonkeyPatch) -> None:
    original = reading._Reader._boundary_ways

    def ways(reader, node, event):
        for way in original(reader, node, event):
            way.keeps = False
            yield way

    patch.setattr(reading._Reader, "_boundary_ways", ways)


MISTAKES = (
    _inclusive_like_parallel,
    _inclusive_like_exclusive,
    _second_tokens_are_not_seen,
    _any_inflows_count_as_one,
    _inclusive_joins_are_read_as_merges,
    _loops_have_no_splits,
    _every_end_is_renewed_for_everybody,
    _every_event_may_fire,
    _everything_ends_well,
    _reminders_interrupt,
)


def fails() -> bool:
    """Whether one of the tests would."""
    return any(_differs(look) for look in (_diagrams, _graphs))


def _differs(look: Callable[[], None]) -> bool:
    try:
        look()
    except AssertionError:
        return True
    return False


def _diagrams() -> None:
    for document, rule, _element_id in PLAYED.values():
        assert rule in {each.rule for each in check(document)}
    for document, element_id in DEAD.values():
        assert element_id in {each.element_id for each in check(document)}
    for document in SOUND.values():
        assert check(document) == []


def _graphs() -> None:
    for seed in SEEDS:
        compare(seed)


def test_without_a_mistake_nothing_fails():
    assert not fails()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.__name__.strip("_"))
def test_a_mistake_in_the_checker_is_seen(mistake, monkeypatch):
    mistake(monkeypatch)

    assert fails()
