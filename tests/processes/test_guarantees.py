"""docs/guarantees.md is true: the tests that it names exist, the database has the constraints, no invariant is left out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from processes.checks import CHECKS
from tests.conftest import all_tables

ROOT = Path(__file__).parents[2]
TABLE = [
    row
    for row in (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8").splitlines()
    if row.startswith("| I")
]
#: Of purchase orders and coils, which a repair does not touch.
NOT_HERE = {"I5", "I8"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.split()[1])
def test_what_keeps_a_promise_exists(row: str) -> None:
    named = re.findall(r"`([^`]+)`", row)
    tests = [each.split("::") for each in named if "::" in each]
    constraints = {each for each in named if "::" not in each}

    missing = [f"{file}::{test}" for file, test in tests if test not in _tests_in(ROOT / file)]

    assert tests
    assert missing == []
    assert constraints - _constraints() == set()


def test_every_invariant_that_the_doctor_checks_is_in_the_table() -> None:
    listed = [row.split()[1] for row in TABLE]

    assert sorted(listed) == sorted(set(listed))
    assert set(listed) == {each.invariant for each in CHECKS if each.invariant.startswith("I")} - NOT_HERE


def test_every_promise_has_a_constraint_or_a_test_with_eight_processes_or_kills() -> None:
    for row in TABLE:
        assert re.search(r"`(ck|uq|fk|pk)_|triggers|eight: |killed", row), row


def _tests_in(file: Path) -> set[str]:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {each.name for each in body if isinstance(each, ast.FunctionDef)}


def _constraints() -> set[str]:
    tables = all_tables().sorted_tables
    return {str(each.name) for table in tables for each in (*table.constraints, *table.indexes) if each.name}
