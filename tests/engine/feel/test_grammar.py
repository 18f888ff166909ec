"""Every construct of the grammar is read as the standard says, and its ambiguous places one way."""

from decimal import Decimal

import pytest

from engine import feel


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("10 - 2 - 3", 5),
        ("1.5e3 + .5", Decimal("1500.5")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 = 1.0", True),
        ("1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 != 2", True),
        ("5 between 1 and 10 and true", True),
        ("5 in [1..10]", True),
        ("5 in ]5..10]", False),
        ("5 in (5..10)", False),
        ("10 in [5..10[", False),
        ("5 in (< 3, > 4)", True),
        ("5 in > 4", True),
        ("5 in ([1..2], [4..6])", True),
        ("5 in (1, 5)", True),
        ("5 in [1, 5]", True),
        ("[1..10[ = [1..10)", True),
        ("[1, 2][1] + [1, 2][-1]", 3),
        ('if 1 > 2 then "a" else if true then "b" else "c"', "b"),
        ("for x in [1, 2], y in [x..3] return x * y", [1, 2, 3, 4, 6]),
        ("for x in 3..1 return x", [3, 2, 1]),
        ("for x in 1..3 return if x = 1 then 1 else x * partial[-1]", [1, 2, 6]),
        ("some x in [1, 2], y in [2, 3] satisfies x > y", False),
        ("every x in [1, 2] satisfies x > 0", True),
        ("(function(a, b) a - b)(5, 3)", 2),
        ("(function(a: number, b: number) a - b)(b: 5, a: 3)", -2),
        ('{a: 1, b: a + 1, "c d": b + 1}', {"a": 1, "b": 2, "c d": 3}),
        ("{a b: 1, c: a b + 1}.c", 2),
        ("{a: {b: [{c: 1}, {c: 2}]}}.a.b.c", [1, 2]),
        ("[{a: 1, b: 2}, {a: 3, b: 4}][a > 2].b", [4]),
        ("[{item: 1}, {item: 2}][item > 1]", [{"item": 2}]),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ("1[1]", 1),
        ("true[item]", [True]),
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("[1] instance of list<number>", True),
        ("{a: 1} instance of context<a: number, b: string>", False),
        ("[1..2] instance of range<number>", True),
        ('@"P1D" instance of days and time duration', True),
        ("(function(a: number) a) instance of function<number> -> Any", True),
        ("null instance of Null", True),
        ("1 // one\n + /* two */ 2", 3),
        ('"a\\n\\"b\\" \\u00e9 \\U01F40E"', 'a\n"b" \u00e9 \U0001f40e'),
        ("[< 5, > 10][1] = (< 5)", True),
        ('{"if": 1}.if', 1),
        ("not(true) or false", False),
        ("day of year(date(2024, 2, 29))", 60),
        ("`a b` + 1", None),
    ],
)
def test_an_expression_means_what_the_standard_says(text, expected):
    assert feel.to_json(feel.compile(text).evaluate({}).value) == expected


@pytest.mark.parametrize(
    "text",
    ["1 2", "a b", "for x return 1", "some x in [1]", "if true then 1", "{a: 1, a: 2}", "[1,]", "f(1 2)",
     "a.1", "(1", "[1..2", "{a: 1", "@1", "1 in", "x between 1", "\"\\uD8\" +", "function(1) 2", "1e99999", "a.", "!a",
     "{: 1}", "1 instance of", "then", "x and", "a ! b"],
)  # fmt: skip
def test_what_is_no_expression_is_a_syntax_problem(text):
    with pytest.raises(feel.SyntaxProblem) as problem:
        feel.compile(text)

    assert 0 <= problem.value.position <= len(text)
    assert problem.value.message.endswith(".")


def test_names_with_blanks_and_signs_are_read_when_they_are_known():
    names = {"Monthly Income", "pre-bureau risk", "a+b", "Rule 1", "in stock"}
    context = {
        "Monthly Income": 10,
        "pre-bureau risk": 2,
        "a+b": 3,
        "Rule 1": 4,
        "in stock": 5,
        "a": 100,
        "b": 100,
    }

    expression = feel.compile("Monthly   Income - pre-bureau risk + a+b + Rule 1 + in stock", names)

    assert expression.evaluate(context).value == Decimal(20)
    assert expression.names == names


def test_the_longest_known_name_wins():
    assert feel.compile("a b c", {"a", "a b", "a b c"}).evaluate({"a b c": "long"}).value == "long"


def test_without_known_names_a_minus_is_a_minus():
    expression = feel.compile("pre-bureau")

    assert expression.names == {"pre", "bureau"}
    assert expression.evaluate({"pre": 3, "bureau": 1}).value == Decimal(2)


def test_backticks_make_any_text_a_name():
    expression = feel.compile('`first name` = "Ann" and order.`unit price` > 2')

    assert expression.names == {"first name", "order"}
    assert expression.evaluate({"first name": "Ann", "order": {"unit price": 3}}).value is True


def test_two_variables_beside_and_are_not_the_function_date_and_time():
    assert feel.compile("date and time").evaluate({"date": True, "time": False}).value is False


def test_a_variable_may_be_called_like_a_function():
    expression = feel.compile("count(list) + count")

    assert expression.evaluate({"list": [1, 2], "count": 40}).value == Decimal(42)


@pytest.mark.parametrize(
    "text, value, expected",
    [
        ("-", None, True),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ("< 5, > 10", 7, False),
        ("[1..5)", 5, False),
        ("not([1..5])", 7, True),
        ("? > 3 and ? < 5", 4, True),
        ("null", None, True),
        ("not(null)", 1, True),
        ("true", True, True),
        ("true", None, False),
        ("> limit", 4, True),
        ("allowed", 2, True),
        ("[1, 2], 3", 2, True),
        ('date("2024-01-01")', None, False),
        ('contains(?, "b")', "abc", True),
        ("not(?) = true", False, True),
        ("(1..3], > 5", 3, True),
        ("not((1..3])", 3, False),
    ],
)
def test_unary_tests_compare_the_tested_value(text, value, expected):
    test = feel.compile_unary_tests(text)

    assert test.evaluate({"?": value, "limit": 3, "allowed": [1, 2]}).value is expected


def test_the_tested_value_is_not_among_the_names():
    assert feel.compile_unary_tests("? > limit").names == {"limit"}
    assert feel.compile_unary_tests("> limit").names == {"limit"}
