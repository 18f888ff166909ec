"""The DMN TCK's counts never fall: floor.json holds what has been reached."""

import json
import os
from pathlib import Path

import pytest

from tests.conformance import tck

CHECKOUT = Path(os.environ.get("DMN_TCK") or tck.DEFAULT_CHECKOUT)
FLOOR = json.loads(Path(__file__).with_name("floor.json").read_text())


@pytest.fixture(scope="module")
def counts():
    if not (CHECKOUT / "TestCases").is_dir():
        pytest.skip("no DMN TCK checkout beside the project (set DMN_TCK to its path)")
    return tck.run(CHECKOUT)


@pytest.mark.parametrize("level", sorted(FLOOR))
def test_no_level_passes_fewer_cases_than_before(counts, level):
    reached = tck.total(counts[level])

    failures = "\n".join(tck.report({level: counts[level]}, with_failures=True))
    assert reached.passed >= FLOOR[level]["passed"], failures
    assert reached.with_value_passed >= FLOOR[level]["with_value_passed"], failures


def test_the_floor_is_raised_when_more_cases_pass(counts):
    reached = {
        level: {"passed": one.passed, "with_value_passed": one.with_value_passed}
        for level, one in ((level, tck.total(folders)) for level, folders in counts.items())
    }

    if "DMN_TCK" not in os.environ:
        assert reached == FLOOR, "More cases pass than floor.json says: raise it, so that they stay."


def test_an_engine_that_always_answers_null_would_not_pass():
    case = tck.Case("level-2", "folder", "case", expected=True, found=None)

    assert case.expects_value
    assert not case.passed
