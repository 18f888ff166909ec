"""Patterns mean what they mean in the browser. The expected results were recorded from JavaScript's RegExp."""

import contextlib
import time

import pytest

from engine.forms.patterns import Pattern, PatternGaveUp, PatternRefused
from tests.engine.forms.made import refusal


@pytest.mark.parametrize(
    "pattern, found, not_found",
    [
        (r"\d+", ["a1"], ["", "a", "١"]),
        (r"^[A-Z]{2}-\d{3,5}$", ["AB-123"], ["AB-12", "xAB-123"]),
        (r"a$", ["a", "ba"], ["a\n", "ab"]),
        (r"^a.b$", ["axb"], ["a\nb", "a\rb", "a\u2028b"]),
        (r"\s", [" ", "\u00a0", "\ufeff"], ["", "\x1f"]),
        (r"^[\s\S]+$", ["a\nb"], [""]),
        (r"^[^\S]$", [" "], ["a"]),
        (r"^\S+$", ["abc"], ["a b", "a\u00a0b"]),
        (r"\bfoo\b", ["a foo b"], ["afoo", "foo1"]),
        (r"^\w$", ["a", "_"], ["é", "ё"]),
        (r"^[а-яё]+$", ["привет"], ["hello"]),
        (r"x{,5}", ["x{,5}"], ["x", "xx"]),
        (r"a{2", ["a{2"], ["aa"]),
        (r"(?:abc){e<=1}", ["abc{e<=1}"], ["abd", "abc"]),
        (r"[^]", ["a", "\n"], [""]),
        (r"[]", [], ["", "a"]),
        (r"^(a)?\1b$", ["b", "aab"], ["ab"]),
        (r"(?<y>\d)-\k<y>", ["1-1"], ["1-2"]),
        (r"[a-z&&[b]]", ["a]", "b]", "&]", "[]"], ["a", "]"]),
        (r"\u0041\x42\cA", ["AB\x01"], ["AB"]),
        (r"(?<!a)b", ["b", "cb"], ["ab"]),
        (r"\-\/\e\p{L}", ["-/ep{L}"], ["-/é"]),
        (r"\Z", ["Z"], ["", "a"]),
        (r"[\b]", ["\b"], ["b"]),
        (r"\8", ["8"], ["\x08"]),
        (r"a??b|x*?y", ["b", "xxy"], ["x"]),
        (r"#|a b", ["#", "a b"], ["ab"]),
    ],
)
def test_a_pattern_finds_what_the_browser_finds(pattern, found, not_found):
    compiled = Pattern(pattern)

    assert [text for text in found if not compiled.found_in(text)] == []
    assert [text for text in not_found if compiled.found_in(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "a++",
        "(?>a)",
        "(?i)a",
        "*a",
        "(",
        "[b-a]",
        "a{3,2}",
        "(?P<n>a)",
        "a{1}{2}",
        "(?#c)a",
        "a{2}+",
        "[a",
        "a\\",
        "x" * 2_001,
    ],
)
def test_what_is_no_pattern_in_the_browser_is_refused(pattern):
    with pytest.raises(PatternRefused):
        Pattern(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"^(\w+\s?)*$", r"(.*a){20}$", r"^(a|a)*$", r"(a*)*\1b", r"(?=(a+))*b"]
)
def test_no_pattern_runs_for_ever(pattern):
    started = time.monotonic()

    with contextlib.suppress(PatternGaveUp):
        assert not Pattern(pattern).found_in("a" * 15_000 + "!")

    assert time.monotonic() - started < 5  # a stuck one would take hours


def test_a_pattern_that_takes_too_long_is_given_up():
    with pytest.raises(PatternGaveUp):
        Pattern("(.*a){20}$").found_in("a" * 15_000 + "b")


def test_an_answer_that_could_not_be_checked_is_refused():
    sentence = refusal({"type": "textfield", "validate": {"pattern": "(.*a){20}$"}}, "a" * 15_000 + "b")

    assert sentence == "This text could not be checked in time. Write it shorter."
