"""Eight processes at once: who breaks says how, instead of leaving the test to wait for an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.processes.at_once import Broken, each_on_its_own


def test_a_child_that_breaks_hands_over_its_reason(sqlite_file: Engine) -> None:
    def run(_engine: Engine, number: int) -> str:
        if number == 3:
            raise RuntimeError("the third one is out of paper")
        return "done"

    with pytest.raises(Broken, match="the third one is out of paper"):
        each_on_its_own(sqlite_file, run)
