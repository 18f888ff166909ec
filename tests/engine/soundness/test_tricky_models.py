"""Models that mislead: what was written down as true of each is what is found, no less and nothing else."""

from __future__ import annotations

import pytest

from tests.engine.soundness.checked import check
from tests.engine.soundness.tricky import BOUNDARIES, HANDLERS, INCLUSIVE
from tests.engine.soundness.tricky_ends import ENDS, OTHERS, REPEATED

TRICKY = INCLUSIVE | BOUNDARIES | HANDLERS | ENDS | REPEATED | OTHERS


@pytest.mark.parametrize("name", TRICKY)
def test_what_is_found_in_a_tricky_model_is_what_is_true_of_it(name):
    document, true = TRICKY[name]

    found = check(document)

    assert {each.rule for each in found} == {rule for rule, _node in true}, found
    for rule, node in true:
        assert node is None or (rule, node) in {(each.rule, each.element_id) for each in found}


def test_of_two_joins_that_wait_for_each_other_none_is_called_dead():
    document, _true = TRICKY["two inclusive joins wait for each other"]

    assert [each.rule for each in check(document)] == ["deadlock"]
