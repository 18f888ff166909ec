"""orderlane feel and orderlane dmn: values, reasons, explanations and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp.cli import cli

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:t" name="t" id="t">
{imports}<decision id="d" name="Price"><variable name="Price"/>{needs}<decisionTable hitPolicy="FIRST">
<input><inputExpression><text>{text}</text></inputExpression></input><output name="Price"/>
<rule><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>
<rule><inputEntry><text>&lt; 20</text></inputEntry><outputEntry><text>"high"</text></outputEntry>
<annotationEntry><text>two weeks</text></annotationEntry></rule>
</decisionTable></decision></definitions>"""


@pytest.fixture
def orderlane():
    """orderlane("feel", "1 + 1") -> (exit code, standard output, standard error)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(cli, arguments)
        return answer.exit_code, answer.stdout, answer.stderr

    return run


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "price.dmn"
    file.write_text(MODEL.format(imports="", needs="", text="amount"))
    return file


def test_a_value_is_printed_as_feel_writes_it(orderlane):
    assert orderlane("feel", "order.total * 2", "--context", '{"order": {"total": 1.05}}') == (0, "2.1\n", "")
    assert orderlane("feel", "=[1..5]")[:2] == (0, "[1..5]\n")
    assert orderlane("feel", 'if x then "a" else null', "--context", '{"x": false}')[:2] == (0, "null\n")


def test_a_null_for_an_error_ends_with_1_and_its_reasons(orderlane):
    code, value, reasons = orderlane("feel", "1 + missing")

    assert (code, value) == (1, "null\n")
    assert "There is no variable 'missing'. (character 5)" in reasons


def test_json_holds_value_and_diagnostics_and_keeps_every_digit(orderlane):
    code, answer, _ = orderlane("feel", "[1 / 3, x]", "--json")

    assert code == 0
    assert answer.startswith('{"value":[0.3333333333333333333333333333333333,null]')
    assert json.loads(answer)["diagnostics"][0]["code"] == "no-variable"


@pytest.mark.parametrize(
    "arguments, part",
    [
        (("feel", "1 +"), "  ^"),
        (("feel", "1", "--context", "[1]"), "JSON object"),
        (("feel", "1", "--context", "{"), "JSON object"),
        (("feel", "1", "--context", "@no-such-file"), "cannot be read"),
        (("dmn", "no-such.dmn", "d"), "does not exist"),
    ],
)
def test_what_cannot_be_used_ends_with_2(orderlane, arguments, part):
    code, _, said = orderlane(*arguments)

    assert code == 2
    assert part in said


def test_a_limit_ends_with_1_and_a_sentence(orderlane):
    code, _, said = orderlane("feel", "for i in 1..1e9 return i")

    assert code == 1
    assert "at most 100000 items" in said


def test_a_decision_is_evaluated_by_name_or_id(orderlane, model):
    assert orderlane("dmn", str(model), "Price", "--context", '{"amount": 15}')[:2] == (0, '"high"\n')
    assert orderlane("dmn", str(model), "d", "--context", '{"amount": 5}')[:2] == (0, '"low"\n')


def test_an_explanation_says_which_rules_matched_and_which_input_failed(orderlane, model):
    _, told, _ = orderlane("dmn", str(model), "d", "--context", '{"amount": 15}', "--explain")
    _, answer, _ = orderlane("dmn", str(model), "d", "--context", '{"amount": 15}', "--explain", "--json")

    assert told.splitlines() == [
        '"high"',
        "Price: amount = 15",
        "  rule 1 did not: amount",
        "  rule 2 matched (two weeks)",
    ]
    (table,) = json.loads(answer)["explanation"]["tables"]
    assert [(rule["number"], rule["matched"], rule["failed_input"]) for rule in table["rules"]] == [
        (1, False, "amount"),
        (2, True, None),
    ]


def test_an_unknown_decision_names_the_known_ones(orderlane, model):
    code, _, said = orderlane("dmn", str(model), "nothing")

    assert code == 2
    assert "it has 'Price'" in said


def test_imported_models_are_found_beside_the_file(orderlane, model):
    top = model.with_name("top.dmn")
    dmn = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    top.write_text(
        MODEL.replace("urn:t", "urn:top").format(
            imports=f'<import name="p" namespace="urn:t" importType="{dmn}"/>',
            needs='<informationRequirement><requiredDecision href="urn:t#d"/></informationRequirement>',
            text='if p.Price = "low" then 5 else 15',
        )
    )

    assert orderlane("dmn", str(top), "Price", "--context", '{"amount": 5}')[1] == '"low"\n'
