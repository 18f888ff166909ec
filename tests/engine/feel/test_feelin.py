"""Ours beside feelin, which the browser runs: the table feelin.txt holds 300 expressions and every difference.

A difference must name the rule of the standard that settles it. Conditions of forms may not differ at all: the browser
hides what the server then does not expect.
"""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import feel
from engine.forms.expressions import Condition, Moment
from tests.engine.feel.conftest import NOW

ROOT = Path(__file__).resolve().parents[3]
FEELIN = ROOT / "webapp/frontend/node_modules/@bpmn-io/feelin/dist/index.js"
TABLE = Path(__file__).with_name("feelin.txt")
ITEMS = [("screen", 89.9, 1), ("screw", 0.5, 6), ("battery", 35, 2)]
CONTEXT = {
    "order": {"kind": "urgent", "total": 250, "customer": {"name": "Ann"}},
    "items": [{"name": name, "price": price, "amount": amount} for name, price, amount in ITEMS],
    "n": 3,
    "paid": False,
    "note": None,
    "text": "Hello World!",
}


def in_node(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    node = shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv/bin"))
    if node is None or not FEELIN.exists():
        pytest.skip("no Node.js or no frontend packages (make sets both up)")
    command = [node, str(Path(__file__).with_name("feelin.mjs")), str(FEELIN)]
    ended = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(ended.stdout, parse_float=Decimal)


def rows():
    """(expression, ours, feelin's, rule) of the table; the last three None where the two agree."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, difference = line.partition(" ==> ")
            if difference:
                values, _, rule = difference.rpartition(" ; ")
                ours, _, theirs = values.partition(" <> ")
                yield text, ours, theirs, rule
            else:
                yield text, None, None, None


def our_outcome(text: str) -> str:
    try:
        return feel.to_text(feel.compile(text).evaluate(CONTEXT, now=NOW).value)
    except feel.SyntaxProblem:
        return "no expression"


def their_outcome(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return "no expression"
    return answer["temporal"] if "temporal" in answer else as_feel(answer["value"])


def as_feel(value: Any) -> str:
    """feelin's value as our FEEL would write it."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_feel, value))}]"
    if isinstance(value, dict) and value.keys() == {"range"}:
        start_included, start, end, end_included = value["range"]
        brackets = ("[" if start_included else "(", "]" if end_included else ")")
        return f"{brackets[0]}{as_feel(start)}..{as_feel(end)}{brackets[1]}"
    if isinstance(value, dict) and value.keys() == {"temporal"}:
        return value["temporal"]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_feel(entry)}" for key, entry in value.items()) + "}"
    return feel.to_text(Decimal(value) if type(value) is int else value)


def test_every_difference_to_feelin_is_listed_with_the_rule_that_settles_it():
    expressions = list(rows())
    rules = {
        line.split(": ")[1]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("#: ")
    }

    answers = in_node([{"text": text, "context": CONTEXT} for text, *_ in expressions])

    wrong = []
    for (text, listed_ours, listed_theirs, rule), answer in zip(expressions, answers, strict=True):
        ours, theirs = our_outcome(text), their_outcome(answer)
        listed = (listed_ours, listed_theirs) if rule else (ours, ours)
        if (ours, theirs) != listed or (rule and rule not in rules):
            wrong.append(f"{text}: ours {ours}, feelin {theirs}, listed {listed} by {rule}")
    assert wrong == []
    assert len(expressions) >= 300


def test_nested_tests_are_read_and_decided_once_also_as_in_the_browser():
    nested = "x in (" * 60 + "2" + ")" * 60

    assert feel.compile_unary_tests(nested).evaluate({"x": 1}, as_in_browser=True).value is False


CONDITIONS = """a = "x"
a != "x"
a = null
a != null
not(a = "x")
not(t)
t
t = true
t = false
t != true
n > 5
n >= 5
n < 5 or n > 10
n = 5
n != 5
n > 5 and a = "x"
n > 5 or t
not(n > 5)
n in [1..10]
n in (5, 6, 7)
n between 1 and 10
not(n in [1..10])
not(n in (5, 6))
not(n between 1 and 10)
l = ["x"]
l != []
not(l = [])
a in l
not(a in l)
a in ("x", "y")
list contains(l, "x")
not(list contains(l, "x"))
count(l) > 1
l = null
l = []
some i in l satisfies i = "x"
every i in l satisfies i = "x"
string length(a) > 1
contains(a, "x")
starts with(a, "x")
upper case(a) = "X"
if t then n > 5 else false
n + 1 > 5
n * 2 = 10
-n < 0
o.k = "x"
o.k != null
o.missing = null
missing = null
true
false
a = "x" and t = true
a = "x" or t = true or n = 5
date(d) > date("2024-01-01")
d = "2024-02-29"
a > "a"
matches(a, "^x")
is defined(a)""".splitlines()
DATA = [
    {"a": a, "t": t, "n": n, "l": items, "o": o, "d": d}
    for (a, n), (t, items), (o, d) in itertools.product(
        [("x", 5), ("xyz", 7), (None, None), ("", 0)],
        [(True, ["x", "y"]), (False, []), (None, None)],
        [({"k": "x"}, "2024-02-29"), ({}, None)],
    )
] + [{}]
# feelin reads `x in list and y` as `x in (list and y)` (see PRECEDENCE in feelin.txt), so these are not among them.
# is defined() is Camunda's; form-js cannot produce it, because feelin has it not.
CAMUNDA_ONLY = {"is defined(a)"}


def test_form_conditions_hold_here_exactly_when_they_hold_in_the_browser():
    asked = [
        {"text": text, "context": data, "unary": True}
        for text in CONDITIONS
        if text not in CAMUNDA_ONLY
        for data in DATA
    ]
    moment = Moment(NOW, "Europe/Chisinau")

    answers = in_node(asked)

    wrong = []
    for question, answer in zip(asked, answers, strict=True):
        in_browser = answer.get("value") is True
        here = Condition("=" + question["text"]).holds(question["context"], moment)
        if here is not in_browser:
            wrong.append(
                f"{question['text']} with {question['context']}: here {here}, in the browser {answer}"
            )
    assert wrong == []
    assert len(asked) > 1_000
