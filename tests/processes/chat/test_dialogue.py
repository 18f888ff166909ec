"""A form as a conversation: it asks what it misses, in its order, and takes nothing that its page would not take."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine import forms
from processes.chat import dialogue
from processes.chat.dialogue import NoAnswer, Question, Unspeakable

AT: dict[str, Any] = {"now": datetime(2026, 11, 22, 9, tzinfo=UTC), "time_zone": "Europe/Chisinau"}
REQUIRED = {"required": True}
FORM = forms.load(
    {
        "type": "default",
        "id": "asked",
        "schemaVersion": 19,
        "components": [
            {"type": "textfield", "key": "shown", "label": "Only shown", "readonly": True},
            {
                "type": "radio",
                "key": "decision",
                "label": "What do you say?",
                "values": [{"label": "Agreed", "value": "approved"}, {"label": "No", "value": "declined"}],
                "validate": REQUIRED,
            },
            {
                "type": "textarea",
                "key": "reason",
                "label": "Why not?",
                "conditional": {"hide": '=decision != "declined"'},
                "validate": {**REQUIRED, "minLength": 3},
            },
            {"type": "number", "key": "pieces", "label": "How many?", "validate": {**REQUIRED, "max": 5}},
            {"type": "textfield", "key": "remark", "label": "Anything else?"},
            {
                "type": "select",
                "key": "place",
                "label": "Where?",
                "valuesKey": "places",
                "validate": REQUIRED,
            },
        ],
    }
)
SEEN = {"places": [{"value": "a", "label": "Here"}, {"value": "b", "label": "There"}]}


def _talk(*texts: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for text in texts:
        question = dialogue.following(FORM, answers, SEEN, **AT)
        assert isinstance(question, Question), question
        answers = dialogue.answered(FORM, question, text, answers, SEEN, **AT)
    return answers


def test_what_is_missing_is_asked_in_the_order_of_the_form_and_no_more():
    answers = _talk("Agreed", "3", "2")

    assert answers == {"decision": "approved", "pieces": Decimal(3), "place": "b"}
    assert dialogue.following(FORM, answers, SEEN, **AT) is None
    assert FORM.check(answers, SEEN, **AT)["place"] == "b"


def test_a_question_that_an_answer_opens_is_asked():
    asked = dialogue.following(FORM, {"decision": "declined"}, SEEN, **AT)

    assert asked == Question("reason", "Why not?")


@pytest.mark.parametrize("text", ["1", "1.", "agreed", "AGREED", "approved"])
def test_a_choice_is_said_by_its_number_or_its_words(text):
    assert _talk(text) == {"decision": "approved"}


@pytest.mark.parametrize(
    ("before", "text", "sentence"),
    [
        ((), "3", "Choose one"),
        ((), "", "Choose one"),
        (("No",), "x", "3"),
        (("Agreed",), "many", "send a number"),
        (("Agreed",), "NaN", "send a number"),
        (("Agreed",), "6", "5"),
    ],
)
def test_what_is_no_answer_is_asked_again_with_the_forms_own_sentence(before, text, sentence):
    answers = _talk(*before)
    question = dialogue.following(FORM, answers, SEEN, **AT)

    with pytest.raises(NoAnswer, match=sentence):
        dialogue.answered(FORM, question, text, answers, SEEN, **AT)


@pytest.mark.parametrize("text", ["2026-11-30", "30.11.2026", "30/11/2026"])
def test_a_day_may_be_written_as_people_write_it(text):
    form = forms.load(
        {
            "type": "default",
            "schemaVersion": 19,
            "components": [
                {
                    "type": "datetime",
                    "subtype": "date",
                    "key": "day",
                    "dateLabel": "When?",
                    "validate": REQUIRED,
                }
            ],
        }
    )
    question = dialogue.following(form, {}, {}, **AT)

    assert dialogue.answered(form, question, text, {}, {}, **AT) == {"day": "2026-11-30"}
    with pytest.raises(NoAnswer, match="send a day"):
        dialogue.answered(form, question, "31.02.2026", {}, {}, **AT)


def test_what_cannot_be_said_in_words_is_left_to_the_page():
    form = forms.load(
        {
            "type": "default",
            "schemaVersion": 19,
            "components": [{"type": "filepicker", "key": "photo", "label": "A photo", "validate": REQUIRED}],
        }
    )

    assert dialogue.following(form, {}, {}, **AT) == Unspeakable("photo")
