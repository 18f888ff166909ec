"""Sentences keep their pattern and places apart, so that they can be said in another language."""

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract

from engine.forms import Counted
from engine.forms.sentences import Spoken, shown
from tests.engine.forms.made import check, form, text

SOURCES = Path(__file__).parents[3] / "engine" / "forms"


def refused(component, value):
    from engine import forms

    with pytest.raises(forms.SubmissionInvalid) as error:
        check(form(component), {"a": value})
    return error.value.errors["a"]


def test_a_counted_sentence_carries_both_wordings_and_its_number():
    sentence = refused(text("a", validate={"minLength": 2}), "x")

    assert isinstance(sentence, Counted)
    assert sentence.msgid == "{needed} character needed, {given} given."
    assert sentence.plural == "{needed} characters needed, {given} given."
    assert (sentence.number, sentence.params) == (2, {"needed": 2, "given": 1})


def test_a_sentence_of_the_designer_is_said_as_it_is():
    sentence = refused(text("a", validate={"pattern": "^x", "patternErrorMessage": "100 % {x}"}), "y")

    assert isinstance(sentence, Spoken)
    assert (str(sentence), sentence.msgid) == ("100 % {x}", "100 % {x}")


def test_every_sentence_is_found_by_extraction():
    found = set()
    for source in SOURCES.glob("*.py"):
        code = io.BytesIO(source.read_bytes())
        for _, message, _, _ in extract("python", code, keywords={"_l": None, "_ln": (1, 2)}):
            found.add(message)

    assert "An answer is needed." in found
    assert (
        "{needed} character needed, {given} given.",
        "{needed} characters needed, {given} given.",
    ) in found
    assert len(found) > 30


@pytest.mark.parametrize(
    "value, expected",
    [
        ("a", '"a"'),
        ("x" * 100, '"' + "x" * 39 + '…"'),
        ("\ud800", '"?"'),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ([1, ["a"]], '[1,["a"]]'),
        ({"a": {"b": {"c": [1]}}}, '{"a":{"b":{"c":…}}}'),
        (list(range(1_000_000)), "[0,1,2,3,4,5,6,7,8,9]"),
    ],
)
def test_what_was_given_is_shown_short(value, expected):
    assert shown(value) == expected


def test_a_number_that_python_itself_would_not_write_is_not_written():
    assert shown(10**5_000) == "…"
