"""The table of faults in docs/guarantees.md names every file of this folder, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "guarantees.md"


def test_the_table_of_faults_names_all_tests_of_faults() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| FT")]
    named = {name for row in rows for name in re.findall(r"`tests/faults/(test_\w+\.py)`", row)}

    assert named == {file.name for file in HERE.glob("test_*.py")} - {Path(__file__).name}
    assert [row.split()[1] for row in rows] == [
        "FT1",
        "FT2",
        "FT3",
        "FT4",
        "FT5",
        "FT7",
        "FT8",
        "FT16",
        "FT17",
    ]
