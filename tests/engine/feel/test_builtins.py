"""Every built-in function does what the standard's table says; Camunda's additions what its handbook says."""

from decimal import Decimal

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS

D = Decimal

CASES = [
    # numbers
    ("decimal(1 / 3, 2)", D("0.33")), ("decimal(2.5, 0)", 2), ("decimal(1234, -2)", 1200),
    ("floor(-1.5)", -2), ("floor(1.56, 1)", D("1.5")), ("ceiling(-1.5)", -1), ("ceiling(1.52, 1)", D("1.6")),
    ("round up(5.5, 0)", 6), ("round up(-5.5, 0)", -6), ("round up(1.121, 2)", D("1.13")),
    ("round down(5.5, 0)", 5), ("round half up(-5.5, 0)", -6), ("round half up(2.5, 0)", 3),
    ("round half down(5.5, 0)", 5), ("round half down(-5.5, 0)", -5),
    ("abs(-10)", 10), ("modulo(-12, 5)", 3), ("modulo(12, -5)", -3), ("modulo(10.1, 4.5)", D("1.1")),
    ("sqrt(16)", 4), ("decimal(log(10), 8)", D("2.30258509")), ("decimal(exp(5), 8)", D("148.41315910")),
    ("odd(5)", True), ("even(2)", True), ("odd(1.5)", False), ("even(-3)", False), ("odd(9999999999999999999999999999999999)", True), ("even(1e40)", True),
    # strings
    ('substring("foobar", 3)', "obar"), ('substring("foobar", 3, 3)', "oba"), ('substring("foobar", -2, 1)', "a"),
    ('substring("\U0001F40Eab", 2)', "ab"), ('string length("\U0001F40Eab")', 3),
    ('upper case("aBc4")', "ABC4"), ('lower case("aBc4")', "abc4"),
    ('substring before("foobar", "bar")', "foo"), ('substring before("foobar", "xyz")', ""),
    ('substring before("foobar", "")', ""), ('substring after("foobar", "ob")', "ar"), ('substring after("", "a")', ""),
    ('substring after("foobar", "")', "foobar"),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"), ('replace("aaa", "A", "b", "i")', "bbb"),
    ('contains("foobar", "of")', False), ('starts with("foobar", "fo")', True), ('ends with("foobar", "r")', True),
    ('matches("foobar", "^fo*b")', True), ('matches("FOOBAR", "foo", "i")', True),
    ('matches("a\\nb", "a.b")', False), ('matches("a\\nb", "a.b", "s")', True), ('matches("ab", "a b", "x")', True),
    ('split("a;b;c;;", ";")', ["a", "b", "c", "", ""]), ('split("John Doe", "\\\\s")', ["John", "Doe"]),
    ('string join(["a", "b", null, "c"], "_and_")', "a_and_b_and_c"), ('string join(["a"], "X")', "a"),
    ('string join(["a", "b"])', "ab"), ("string join([], \"X\")", ""),
    # lists
    ("list contains([1, 2, 3], 2)", True), ("list contains([1, null], null)", True), ("count([1, 2, 3])", 3),
    ("count([])", 0), ("min(1, 2, 3)", 1), ("max([1, 2, 3])", 3), ('min("b", "a")', "a"), ("sum([1, 2, 3])", 6),
    ('sum([@"P1D", @"PT12H"])', "P1DT12H"), ("mean([1, 2, 3])", 2), ("median(8, 2, 5, 3, 4)", 4),
    ("median([6, 1, 2, 3])", D("2.5")), ("decimal(stddev(2, 4, 7, 5), 10)", D("2.0816659995")),
    ("mode([6, 3, 9, 6, 6])", [6]), ("mode([6, 1, 9, 6, 1])", [1, 6]), ("mode([])", []),
    ("all([true, true])", True), ("all([])", True), ("any([false, true])", True), ("any([])", False),
    ("all([false, null])", False), ("any([true, null])", True), ("product(2, 3, 4)", 24),
    ("sublist([4, 5, 6], 1, 2)", [4, 5]), ("sublist([1, 2, 3], -2)", [2, 3]), ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1, 2], [3])", [1, 2, 3]), ("insert before([1, 3], 1, 2)", [2, 1, 3]), ("remove([1, 2, 3], 2)", [1, 3]),
    ("reverse([1, 2, 3])", [3, 2, 1]), ("index of([1, 2, 3, 2], 2)", [2, 4]), ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 2, 3, 2, 1.0, null, null])", [1, 2, 3, None]),
    ("distinct values([1, true, \"1\"])", [1, True, "1"]), ("flatten([[1, 2], [[3]], 4])", [1, 2, 3, 4]),
    ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]), ("sort(list: [3, 1], precedes: function(a, b) a > b)", [3, 1]),
    ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
    ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
    # conversions
    ('number("1,000.5", ",", ".")', D("1000.5")), ('number("1.000,5", ".", ",")', D("1000.5")), ('number("-1e2")', -100),
    ('number("1 000", " ", null)', 1000), ("string(1.10)", "1.1"), ("string(true)", "true"), ("string(1e20)", "1" + "0" * 20),
    ('string([1, "a", null, {b: @"P1D", "c d": 2, "1": 3}, [1..2)])', '[1, "a", null, {b: P1D, c d: 2, "1": 3}, [1..2)]'),
    ('string(@"2024-01-01T10:00:00@Europe/Paris")', "2024-01-01T10:00:00@Europe/Paris"), ('string("a\\"b")', 'a"b'),
    ('date("2024-01-01")', "2024-01-01"), ('date(@"2024-01-01T10:00:00Z")', "2024-01-01"), ('time("10:00:00z")', "10:00:00Z"),
    ('duration("P1Y2M")', "P1Y2M"), ('not(false)', True),
    # contexts
    ('get value({a: 1}, "a")', 1), ("get entries({a: 1, b: 2}).value", [1, 2]),
    ('context([{key: "a", value: 1}])', {"a": 1}), ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}), ('context put({}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ("context merge([{a: 1}, {b: 2}, {a: 3}])", {"a": 3, "b": 2}),
    # ranges
    ("before(1, 10)", True), ("before([1..5), 5)", True), ("after([5..10], [1..5))", True), ("meets([1..5], [5..9])", True),
    ("met by([5..9], [1..5])", True), ("overlaps([1..5], [3..8])", True), ("overlaps([1..5), [5..8])", False),
    ("overlaps before([1..5], [3..8])", True), ("overlaps after([3..8], [1..5])", True), ("finishes(10, [1..10])", True),
    ("finished by([5..10], (5..10])", True), ("includes([1..10], [4..6])", True), ("during(5, (1..10))", True),
    ("starts(1, [1..5])", True), ("started by([1..10], [1..5])", True), ("coincides([1..5], [1..5])", True),
    ("coincides(1, 1)", True), ('before(@"2024-01-01", @"2024-01-02")', True), ("includes([1..10], 10)", True),
    ('range("[1..10)") = [1..10)', True), ('range("(date(\\"2024-01-01\\")..@\\"2024-02-01\\"]").end', "2024-02-01"),
    # Camunda's additions
    ("is defined(1)", True), ('get or else(null, "x")', "x"), ("assert(5, 5 > 1)", 5), ("is empty([])", True),
    ('is blank(" \\t")', True), ('trim("  a b ")', "a b"), ('extract("a1b22", "[0-9]+")', ["1", "22"]),
    ('string format("%s and %2$s, %%", ["a", 2])', "a and 2, %"), ('string format("%s-%s", 1, null)', "1-null"),
    ("duplicate values([1, 2, 3, 2, 1])", [1, 2]), ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
    ('cycle(duration("P1D"))', "R/P1D"), ('cycle(3, duration("PT1H"))', "R3/PT1H"), ('fromAi(5, "a number")', 5),
    ("random number() < 1", True), ("string length(uuid())", 36), ('to base64("FEEL")', "RkVFTA=="),
    ('from base64("RkVFTA==")', "FEEL"), ('to json({a: [1.50, null, true, "x"]})', '{"a":[1.5,null,true,"x"]}'),
    ('from json("{\\"a\\": [1, 2.5]}").a', [1, D("2.5")]), ('get value({a: {b: 1}}, ["a", "b"])', 1),
]  # fmt: skip


@pytest.mark.parametrize("text, expected", CASES)
def test_a_built_in_function_gives_what_the_standard_says(value_of, text, expected):
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'substring("abc", 0)', 'substring("abc", 5, 0)', "sqrt(-1)", "log(0)", "modulo(1, 0)", "decimal(1, 7000)",
        'number("1,5")', 'number("abc")', 'number("1", "x")', "min([])", "sum([])", "mean([])", "median([])", 'min(1, "a")',
        'sum([1, "a"])', 'sum("a")', "stddev([1])", 'mode([1, "a"])', 'all([true, "x"])', "sublist([1], 0)",
        "sublist([1], 1, 5)", "remove([1], 2)", "insert before([1], 5, 1)", "list replace([1], 9, 1)", 'matches("a", "[")',
        'matches("a", "a", "z")', 'replace("a", "a", "$")', 'replace("a", "(?=a)", "b")', 'split("abc", "")', "string join([1])",
        'context([{key: 1, value: 2}])', 'context([{key: "a", value: 1}, {key: "a", value: 2}])', "context merge([1])",
        'get value({}, "a")', 'before(1, "a")', "meets([1..2], [\"a\"..\"b\"])", 'range("[1..")', 'range("[count([1])..2]")',
        'range("1")', 'range("[2..1]")', 'from json("{")', 'from base64("%")', "partition([1], 0)", "count(1, 2)", 'upper case(1)',
        'date("x")', "abs(n: 1, m: 2)", "not(null)", "sort([1, \"a\"])", "to json([1..2])", "years and months duration(1, 2)",
    ],
)  # fmt: skip
def test_what_a_built_in_function_cannot_answer_is_null_with_a_reason(why_null, text):
    assert why_null(text)


def test_all_and_any_know_three_values(why_null):
    assert why_null("any([false, null])") == []
    assert why_null("all([true, null])") == []


def test_an_assertion_fails_on_purpose_instead_of_becoming_null():
    with pytest.raises(feel.AssertionFailed, match="The total is missing"):
        feel.compile('assert(total, total != null, "The total is missing")').evaluate({})


def test_arguments_may_be_given_by_name_in_any_order(value_of):
    assert value_of('substring(start position: 3, string: "foobar", length: 2)') == "ob"
    assert value_of("date(day: 3, month: 2, year: 2024)") == "2024-02-03"


def test_a_single_item_list_stands_for_its_item_and_an_item_for_a_list(value_of):
    assert value_of("abs([-1])") == 1
    assert value_of("count(5)") == 1
    assert value_of('contains(["foobar"], "o")') is True


def test_every_built_in_function_is_tested_here():
    tested = (
        " ".join(text for text, _ in CASES)
        + " day of year( day of week( month of year( week of year( is( now( today("
    )
    tested += " last day of month( date and time( years and months duration( time("

    assert [name for name in BUILTINS if f"{name}(" not in tested] == []
