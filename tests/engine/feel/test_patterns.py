"""Regular expressions are XPath's: its classes, flags and refusals, not those of Python's engine."""

import pytest

from engine import feel


def found(text, pattern, flags=""):
    return feel.compile("matches(text, pattern, flags)").evaluate(
        {"text": text, "pattern": pattern, "flags": flags}
    )


@pytest.mark.parametrize(
    "text, pattern, flags, expected",
    [
        ("abracadabra", "bra", "", True),
        ("abracadabra", "^a.*a$", "", True),
        ("Mary\rJones", "Mary.Jones", "", False),
        ("Mary\rJones", "Mary.Jones", "s", True),
        ("a\nb", "^b", "", False),
        ("a\nb", "^b", "m", True),
        ("a\n", "a$", "", False),
        ("helloworld", "hello world", "x", True),
        ("hello world", "hello[ ]world", "x", True),
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("x-y", "[a-z-[aeiou]]-[^aeiou]", "", True),
        ("e", "^[a-z-[aeiou]]$", "", False),
        ("\u00c4", "\\p{Lu}", "", True),
        ("\u03b1", "\\p{IsGreek}", "", True),
        ("a", "\\P{L}", "", False),
        ("_a:1", "^\\i\\c*$", "", True),
        ("1a", "^\\I[\\c]$", "", True),
        ("aa", "(a)\\1", "", True),
        ("a&&b", "[&&]{2}", "", True),
        ("aaa", "^a{2,3}?$", "", True),
        ("ab", "(?:ab)+", "", True),
    ],
)
def test_a_pattern_matches_as_xpath_says(text, pattern, flags, expected):
    result = found(text, pattern, flags)

    assert (result.value, result.diagnostics) == (expected, [])


@pytest.mark.parametrize(
    "pattern",
    ["[", "(", ")", "a**", "a*+", "a{e<=1}", "{2}", "*a", "a|*", "(?=a)", "(?<=a)", "(?i)a", "(?P<n>a)", "\\A", "\\Z", "\\b",
     "\\u0041", "\\x41", "\\", "\\p", "\\p{Nonsense}", "\\0", "a]", "a}", "[a[b]]", "(?R)", "\\L<x>", "a{2,1}", "(*FAIL)"],
)  # fmt: skip
def test_what_xpath_does_not_know_is_null_with_a_reason(pattern):
    result = found("a", pattern)

    assert result.value is None
    assert result.diagnostics[0].code == "invalid-pattern"


def test_a_pattern_that_matches_nothing_at_all_cannot_be_replaced_or_split_at():
    for text in ('replace("abc", ".*?", "x")', 'replace("abc", "x*", "y")', 'split("abc", "x*")'):
        assert feel.compile(text).evaluate({}).diagnostics[0].code == "invalid-pattern"
