"""Every broken model is met by exactly the findings that stand beside it in expected.toml."""

from __future__ import annotations

import tomllib

import pytest

from engine import design_rules, dialect
from engine.rules import RULES
from tests.engine.gate.company import BROKEN_MODELS, check

EXPECTED = tomllib.loads((BROKEN_MODELS / "expected.toml").read_text())
KEYS = ("file", "line", "element_id", "rule", "severity", "sentence")


def found_in(name: str) -> list[dict[str, object]]:
    resources = {file: (BROKEN_MODELS / file).read_bytes() for file in EXPECTED[name]["files"]}
    return [
        {key: value for key in KEYS if (value := getattr(finding, key)) is not None}
        for finding in check(resources)
    ]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_model_gets_the_findings_that_are_written_beside_it(name):
    assert found_in(name) == EXPECTED[name]["findings"]


def test_every_file_in_the_folder_is_tried():
    files = {path.name for path in BROKEN_MODELS.iterdir()} - {"expected.toml", "README.md"}

    assert files == {file for case in EXPECTED.values() for file in case["files"]}


def test_every_rule_has_a_model_that_breaks_it():
    broken = {finding["rule"] for case in EXPECTED.values() for finding in case["findings"]}

    assert broken == set(RULES)


def test_every_finding_ends_in_a_sentence_and_names_a_remedy():
    for case in EXPECTED.values():
        for finding in check({file: (BROKEN_MODELS / file).read_bytes() for file in case["files"]}):
            assert finding.sentence[0] == finding.sentence[0].upper()
            assert finding.sentence.endswith(".")
            assert finding.remedy.endswith((".", "?"))
            assert finding.severity == RULES[finding.rule].severity


@pytest.mark.parametrize("part", dialect._CHECKS, ids=lambda part: part.__name__)
def test_without_a_part_of_the_dialect_the_expectations_fail(part, monkeypatch):
    monkeypatch.setattr(dialect, "_CHECKS", tuple(each for each in dialect._CHECKS if each is not part))

    assert any(found_in(name) != EXPECTED[name]["findings"] for name in EXPECTED)


@pytest.mark.parametrize("part", design_rules._CHECKS, ids=lambda part: part.__name__)
def test_without_a_part_of_the_design_rules_the_expectations_fail(part, monkeypatch):
    monkeypatch.setattr(
        design_rules, "_CHECKS", tuple(each for each in design_rules._CHECKS if each is not part)
    )

    assert any(found_in(name) != EXPECTED[name]["findings"] for name in EXPECTED)
