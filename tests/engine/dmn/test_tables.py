"""Decision tables: hit policies, aggregation, defaults, allowed values, and the explanation of a result."""

from decimal import Decimal

import pytest

from engine import dmn, feel
from tests.engine.dmn.conftest import decision, document, table

RULES = [
    (["&lt; 10"], ['"low"']),
    (["[5..20]"], ['"middle"']),
    (["&gt; 15"], ['"high"']),
    (["7"], ['"low"']),
]
ALLOWED = '"high", "middle", "low"'


def evaluated(policy, n, rules=RULES, allowed=ALLOWED, default="", aggregation="", input_values=""):
    body = table(policy, [("n", "number", input_values)], [("level", allowed, default)], rules, aggregation)
    return dmn.load(document(decision("level", body))).evaluate("level", {"n": n})


@pytest.mark.parametrize(
    "policy, n, expected",
    [
        ("UNIQUE", 3, "low"),
        ("U", 30, "high"),
        ("UNIQUE", 8, None),
        ("ANY", 3, "low"),
        ("ANY", 8, None),
        ("FIRST", 8, "low"),
        ("PRIORITY", 18, "high"),
        ("PRIORITY", 8, "middle"),
        ("RULE ORDER", 7, ["low", "middle", "low"]),
        ("OUTPUT ORDER", 7, ["middle", "low", "low"]),
        ("COLLECT", 7, ["low", "middle", "low"]),
        ("C", 18, ["middle", "high"]),
        ("UNIQUE", None, None),
    ],
)
def test_the_hit_policy_says_what_several_matching_rules_mean(policy, n, expected):
    assert evaluated(policy, n).value == expected


def test_any_accepts_several_rules_that_agree():
    assert evaluated("ANY", 7, rules=[(["&lt; 10"], ['"low"']), (["7"], ['"low"'])]).value == "low"


def test_several_matches_of_a_unique_table_are_null_and_name_the_rules():
    result = evaluated("UNIQUE", 8)

    assert result.value is None
    assert result.diagnostics[0].code == "several-rules"
    assert "rules 1, 2 match" in result.diagnostics[0].message


@pytest.mark.parametrize("aggregation, expected", [("SUM", 12), ("COUNT", 3), ("MIN", 2), ("MAX", 6)])
def test_collected_numbers_are_aggregated(aggregation, expected):
    rules = [(["&gt; 0"], ["2"]), (["&gt; 1"], ["4"]), (["&gt; 2"], ["6"]), (["&gt; 9"], ["100"])]

    assert evaluated("COLLECT", 5, rules, "", aggregation=aggregation).value == Decimal(expected)


def test_without_a_match_the_default_is_the_value_or_null_with_a_reason():
    rules = [(["1"], ['"low"'])]

    assert evaluated("UNIQUE", 2, rules, default='"high"').value == "high"
    assert evaluated("UNIQUE", 2, rules).value is None
    assert evaluated("UNIQUE", 2, rules).diagnostics[0].code == "no-rule"
    assert evaluated("COLLECT", 2, [(["1"], ["1"])], "", aggregation="COUNT").value == 0


def test_a_cell_that_is_neither_true_nor_false_does_not_match():
    result = evaluated("UNIQUE", None, [(["&lt; 10"], ['"low"'])])

    assert result.value is None
    assert [one.code for one in result.diagnostics] == ["not-comparable", "no-rule"]


def test_a_value_that_is_not_allowed_is_refused_on_both_sides():
    refused_input = evaluated("UNIQUE", 50, input_values="[0..20]")
    refused_output = evaluated("UNIQUE", 3, rules=[(["3"], ['"huge"'])])

    assert [one.code for one in refused_input.diagnostics] == ["value-not-allowed"]
    assert [one.code for one in refused_output.diagnostics] == ["value-not-allowed"]


def test_several_outputs_are_a_context_and_ordered_by_all_of_them():
    body = table(
        "OUTPUT ORDER",
        [("n", "number", "")],
        [("level", '"high", "low"', ""), ("days", "1, 2, 3", "")],
        [(["-"], ['"low"', "1"]), (["-"], ['"high"', "3"]), (["-"], ['"high"', "2"])],
    )

    value = dmn.load(document(decision("level", body))).evaluate("level", {"n": 1}).value

    assert feel.to_json(value) == [
        {"level": "high", "days": 2},
        {"level": "high", "days": 3},
        {"level": "low", "days": 1},
    ]


def test_cells_may_speak_of_the_input_and_of_other_variables():
    rules = [(["? &gt; limit and ? &lt; 2 * limit"], ['"near"']), (["not([0..limit])"], ['"far"'])]
    body = table("FIRST", [("n", "number", "")], [("level", "", "")], rules)
    model = dmn.load(document(decision("level", body)))

    assert [model.evaluate("level", {"n": n, "limit": 10}).value for n in (15, 25, 5)] == [
        "near",
        "far",
        None,
    ]


def test_an_explanation_tells_which_rules_matched_and_which_input_failed():
    body = table(
        "UNIQUE",
        [("n", "number", ""), ("kind", "string", "")],
        [("level", "", "")],
        [(["1", '"a"'], ["1"]), (["2", '"b"'], ["2"]), (["2", '"a"'], ["3"])],
    )
    model = dmn.load(document(decision("level", body)))

    result = model.evaluate("level", {"n": 2, "kind": "a"}, explain=True)

    (trace,) = result.explanation.tables
    assert trace.inputs == [("n", Decimal(2)), ("kind", "a")]
    assert [(rule.number, rule.matched, rule.failed_input) for rule in trace.rules] == [
        (1, False, 0),
        (2, False, 1),
        (3, True, None),
    ]
    assert result.explanation.decisions == {"level": Decimal(3)}
    assert model.evaluate("level", {"n": 2, "kind": "a"}).explanation is None


def test_a_hundred_thousand_evaluations_share_one_compiled_table():
    body = table(
        "FIRST", [("n", "number", "")], [("level", "", "")], [(["&gt; 5"], ['"high"']), (["-"], ['"low"'])]
    )
    model = dmn.load(document(decision("level", body)))

    assert {model.evaluate("level", {"n": n % 10}).value for n in range(1000)} == {"high", "low"}
