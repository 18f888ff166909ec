"""What the tests of FEEL share: evaluate a text and see its value as plain JSON, or why it is null."""

import datetime

import pytest

from engine import feel

NOW = datetime.datetime(2024, 2, 29, 10, 30, tzinfo=datetime.UTC)


@pytest.fixture
def value_of():
    """value_of(text, **variables) -> plain value; fails when the value is null for an error."""

    def evaluate(text, **variables):
        result = feel.compile(text).evaluate(variables, now=NOW)
        if result.value is None and result.diagnostics:
            raise AssertionError(f"{text} is null: {result.diagnostics}")
        return feel.to_json(result.value)

    return evaluate


@pytest.fixture
def why_null():
    """why_null(text, **variables) -> the codes of all diagnostics of a text whose value is null."""

    def evaluate(text, **variables):
        result = feel.compile(text).evaluate(variables, now=NOW)
        assert result.value is None
        return [diagnostic.code for diagnostic in result.diagnostics]

    return evaluate
