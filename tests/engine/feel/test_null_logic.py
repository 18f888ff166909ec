"""Null is an answer, not a crash: three-valued logic, and a reason for every null that came from an error."""

import pytest

T, F, N = True, False, None
WORDS = {T: "true", F: "false", N: "null"}
AND = {(T, T): T, (T, F): F, (T, N): N, (F, T): F, (F, F): F, (F, N): F, (N, T): N, (N, F): F, (N, N): N}
OR = {(T, T): T, (T, F): T, (T, N): T, (F, T): T, (F, F): F, (F, N): N, (N, T): T, (N, F): N, (N, N): N}


@pytest.mark.parametrize("left, right", sorted(AND, key=str))
def test_and_and_or_know_three_values(value_of, left, right):
    assert value_of(f"{WORDS[left]} and {WORDS[right]}") is AND[left, right]
    assert value_of(f"{WORDS[left]} or {WORDS[right]}") is OR[left, right]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("null = null", True),
        ("null != null", False),
        ("missing = null", True),
        ("1 = null", False),
        ("null != 1", True),
        ("{a: null}.a = null", True),
        ("[1, null] = [1, null]", True),
        ("if null then 1 else 2", 2),
        ("is defined(missing)", False),
        ("is defined(known)", True),
        ("is defined(known.entry)", False),
        ("get or else(missing, 3)", 3),
        ("false and missing > 1", False),
        ("some x in [null, true] satisfies x", True),
    ],
)
def test_comparing_with_null_has_an_answer(value_of, text, expected):
    assert value_of(text, known={"other": None}) == expected


@pytest.mark.parametrize(
    "text, code",
    [
        ("missing", "no-variable"),
        ("known.missing", "no-entry"),
        ("known.other.deeper", "no-property"),
        ('1 + "a"', "invalid-operand"),
        ("1 / 0", "division-by-zero"),
        ('1 < "a"', "not-comparable"),
        ('1 = "a"', "not-comparable"),
        ("[1][2]", "no-item"),
        ("unknown(1)", "no-function"),
        ('abs("a", 2)', "wrong-arguments"),
        ("abs(null)", "argument-null"),
        ('date("2023-02-29")', "invalid-date"),
        ("10 ** 9999 * 10 ** 9999", "number-overflow"),
        ("not(1)", "invalid-argument"),
        ('-"a"', "invalid-operand"),
        ("(function(a) a)(1, 2)", "wrong-arguments"),
        ('(function(a: number) a)("x")', "type-mismatch"),
        ("for x in null return x", "not-iterable"),
        ('1 in ["a".."b"]', "not-comparable"),
        ("1 instance of nonsense", "unknown-type"),
        ('[1.."a"]', "invalid-range"),
        ("1 and true", "operand-not-boolean"),
    ],
)
def test_every_null_from_an_error_has_a_reason(why_null, text, code):
    assert code in why_null(text, known={"other": None})


def test_a_null_that_is_no_error_has_no_reason(why_null):
    assert why_null("{a: null}.a") == []
    assert why_null("null") == []
