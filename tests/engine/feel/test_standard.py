"""The tables in standard/: what the chapters of DMN 1.5 say about small expressions, one line each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import feel
from tests.engine.feel.conftest import NOW

TABLES = sorted(Path(__file__).with_name("standard").glob("*.txt"))


def _lines(table: Path) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            text, expected = line.rsplit(" ==> ", 1)
            yield number, text, expected


def _outcome(text: str) -> str:
    try:
        result = feel.compile(text).evaluate({}, now=NOW)
    except feel.SyntaxProblem:
        return "no expression"
    except feel.AssertionFailed:
        return "assertion failed"
    if result.value is None and result.diagnostics:
        return f"error {result.diagnostics[-1].code}"
    return feel.to_text(result.value)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_every_line_of_the_table_holds(table):
    wrong = [
        f"{table.name}:{number}: {text} is {found}, but the standard says {expected}"
        for number, text, expected in _lines(table)
        if (found := _outcome(text)) != expected
    ]

    assert wrong == []


def test_the_tables_hold_at_least_a_thousand_lines_and_none_twice():
    lines = [text for table in TABLES for _, text, _ in _lines(table)]

    assert len(lines) >= 1_000
    assert len(set(lines)) >= len(lines) - 20
