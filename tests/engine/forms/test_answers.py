"""One question at a time: what is an answer, what is none, and what the sentence says."""

import math
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.engine.forms.made import answer, check, errors, form, number, refusal, text

OPTIONS = {
    "values": [{"label": "One", "value": 1}, {"label": "Yes", "value": True}, {"label": "Text", "value": "x"}]
}


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("kind", ["textfield", "textarea"])
@pytest.mark.parametrize("value", ["", "Anna", "  Anna ", "Ана 安娜", "<b>&</b>"])
def test_a_text_is_taken_as_it_is(kind, value):
    assert answer({"type": kind}, value) == value


def test_line_breaks_become_blanks_in_a_text_of_one_line_and_stay_in_a_long_one():
    assert answer({"type": "textfield"}, "a\nb\tc") == "a b c"
    assert answer({"type": "textarea"}, "a\nb") == "a\nb"


@pytest.mark.parametrize(
    "validate, value, sentence",
    [
        ({"required": True}, "", "An answer is needed."),
        ({"required": True}, None, "An answer is needed."),
        ({"required": True}, " \u00a0\n", "An answer is needed."),
        ({"minLength": 10}, "12345678", "10 characters needed, 8 given."),
        ({"minLength": 1}, "  ", "1 character needed, 0 given."),
        ({"minLength": "3"}, "ab", "3 characters needed, 2 given."),
        ({"maxLength": 3}, "abcd", "At most 3 characters, 4 given."),
        ({"maxLength": 1}, "ab", "At most 1 character, 2 given."),
        ({"maxLength": 1}, "😀", "At most 1 character, 2 given."),
        ({}, "x" * 20_001, "At most 20000 characters, 20001 given."),
        ({"maxLength": 5}, " " * 20_001, "At most 20000 characters, 20001 given."),
        ({"pattern": r"^\d+$"}, "12a", r'Text of the form ^\d+$ is needed, "12a" was given.'),
        ({"pattern": r"^\d+$", "patternErrorMessage": "Digits {only}"}, "x", "Digits {only}"),
        ({"validationType": "email"}, "anna@", 'An e-mail address is needed, "anna@" was given.'),
        ({}, 5, "Text is needed, 5 was given."),
        ({}, ["a"], 'Text is needed, ["a"] was given.'),
        ({}, {"a": 1}, 'Text is needed, {"a":1} was given.'),
        ({}, "a\x00b", "Text of readable signs is needed, but this one has others."),
        ({}, "a\ud800", "Text of readable signs is needed, but this one has others."),
    ],
)
def test_a_text_that_does_not_fit_is_refused_with_what_is_needed_and_given(validate, value, sentence):
    assert refusal({"type": "textarea", "validate": validate}, value) == sentence


def test_blanks_around_a_text_do_not_count_for_its_length():
    assert answer({"type": "textfield", "validate": {"maxLength": 3}}, "  abc  ") == "  abc  "


def test_a_longer_text_is_taken_where_the_form_allows_it():
    value = "x" * 30_000

    assert answer({"type": "textarea", "validate": {"maxLength": 40_000}}, value) == value


def test_limits_and_pattern_do_not_hold_for_no_answer():
    validate = {"minLength": 5, "pattern": "^x$", "validationType": "email"}

    assert answer({"type": "textfield", "validate": validate}, "") == ""


@pytest.mark.parametrize("value", ["+37369123456", "0037369123456", "call +4930664040900"])
def test_international_telephone_numbers_are_taken(value):
    assert answer({"type": "textfield", "validate": {"validationType": "phone"}}, value) == value


@pytest.mark.parametrize("value", ["069123456", "+1 202 555", "+4930664040900x", "phone"])
def test_other_telephone_numbers_are_refused_with_an_example(value):
    sentence = refusal({"type": "textfield", "validate": {"validationType": "phone"}}, value)

    assert (
        sentence
        == f'A telephone number with its country code is needed (+4930664040900), "{value}" was given.'
    )


@pytest.mark.parametrize("value", ["a@b", "anna.popa+x@mail.example.md", "a'b@c.d"])
def test_email_addresses_are_taken_as_the_browser_takes_them(value):
    assert answer({"type": "textfield", "validate": {"validationType": "email"}}, value) == value


def test_a_limit_may_be_an_expression_over_other_answers():
    a_form = form(number("most"), text("a", validate={"maxLength": "=most"}))

    assert errors(a_form, {"most": 2, "a": "abc"}) == {"a": "At most 2 characters, 3 given."}
    assert errors(a_form, {"most": None, "a": "abc"}) == {}


def test_a_limit_that_comes_to_no_number_is_the_designers_mistake_and_says_so():
    a_form = form(
        text("most"), text("a", validate={"maxLength": "=most"}), number("n", validate={"min": "=most"})
    )

    found = errors(a_form, {"most": "many", "a": "abc", "n": 1})

    assert set(found) == {"a", "n"}
    assert "Tell the person who designed the form." in found["a"]


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    "value, expected",
    [
        (5, 5),
        (0, 0),
        (-3, -3),
        (Decimal("1.50"), Decimal("1.50")),
        (Decimal("2.0"), 2),
        (2.5, Decimal("2.5")),
        (0.1, Decimal("0.1")),
        (Decimal("1E+3"), 1000),
        ("12", 12),
        (" 1.5 ", Decimal("1.5")),
        ("1e2", 100),
        (".5", Decimal("0.5")),
        (10**20, 10**20),
        (None, None),
        ("", None),
    ],
)
def test_a_number_becomes_int_or_decimal_never_float(value, expected):
    got = answer({"type": "number"}, value)

    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize(
    "value",
    [
        True,
        False,
        "abc",
        "1,5",
        "0x10",
        "--1",
        "1_000",
        "٣",
        "NaN",
        "Infinity",
        [],
        [1],
        {"n": 1},
        math.nan,
        math.inf,
        Decimal("NaN"),
        Decimal("-Infinity"),
        Decimal("sNaN"),
    ],
)
def test_what_is_no_number_is_refused(value):
    assert refusal({"type": "number"}, value).startswith("A number is needed, ")


@pytest.mark.parametrize(
    "value", ["1e999999", Decimal("1e400"), Decimal("1e-400"), 10**40, "9" * 300, "0." + "1" * 40]
)
def test_numbers_of_too_many_digits_are_refused_before_they_are_written_out(value):
    assert refusal({"type": "number"}, value) == "A number of at most 34 digits is needed."


@pytest.mark.parametrize(
    "settings, value, sentence",
    [
        ({"validate": {"required": True}}, None, "An answer is needed."),
        ({"validate": {"min": 1}}, 0, "At least 1, 0 given."),
        ({"validate": {"min": "1.50"}}, Decimal("1.25"), "At least 1.5, 1.25 given."),
        ({"validate": {"max": 10}}, Decimal("10.1"), "At most 10, 10.1 given."),
        ({"decimalDigits": 0}, Decimal("1.5"), "A whole number is needed, 1.5 was given."),
        ({"decimalDigits": 1}, Decimal("1.25"), "At most 1 decimal digit is needed, 1.25 was given."),
        ({"decimalDigits": 2}, Decimal("1.255"), "At most 2 decimal digits are needed, 1.255 was given."),
        ({"increment": 5}, 7, "A multiple of 5 is needed (5 or 10), 7 was given."),
        ({"increment": "0.25"}, Decimal("0.3"), "A multiple of 0.25 is needed (0.25 or 0.5), 0.3 was given."),
    ],
)
def test_a_number_out_of_bounds_is_refused_with_the_bound(settings, value, sentence):
    assert refusal({"type": "number", **settings}, value) == sentence


@pytest.mark.parametrize("value", [Decimal("1.20"), Decimal("0.30"), 0])
def test_zeros_at_the_end_are_no_digits_and_steps_are_counted_in_decimals(value):
    assert answer({"type": "number", "decimalDigits": 1, "increment": "0.1"}, value) == value


def test_zero_is_an_answer():
    assert answer({"type": "number", "validate": {"required": True}}, 0) == 0


def test_a_number_kept_as_text_is_checked_as_a_number():
    component = {"type": "number", "serializeToString": True, "validate": {"max": 10}}

    assert answer(component, "1.50") == "1.5"
    assert answer(component, 7) == "7"
    assert refusal(component, "10.5") == "At most 10, 10.5 given."
    assert refusal(component, "ten") == 'A number is needed, "ten" was given.'


# ---------------------------------------------------------------- choices


def test_a_tick_is_true_or_false():
    assert answer({"type": "checkbox"}, True) is True
    assert answer({"type": "checkbox"}, False) is False
    assert answer({"type": "checkbox"}, None) is False
    assert refusal({"type": "checkbox"}, "true") == 'Yes or no is needed, "true" was given.'
    assert refusal({"type": "checkbox"}, 1) == "Yes or no is needed, 1 was given."


def test_a_required_tick_must_be_set():
    assert refusal({"type": "checkbox", "validate": {"required": True}}, False) == "This box must be ticked."
    assert answer({"type": "checkbox", "validate": {"required": True}}, True) is True


@pytest.mark.parametrize("kind", ["radio", "select"])
def test_only_an_offered_choice_is_taken(kind):
    component = {"type": kind, **OPTIONS}

    assert answer(component, "x") == "x"
    assert answer(component, Decimal("1.0")) == 1
    assert answer(component, True) is True
    assert answer(component, None) is None
    assert refusal(component, "y") == 'One of the offered choices is needed, "y" was given.'
    assert refusal(component, False) == "One of the offered choices is needed, false was given."
    assert refusal(component, "Text") is not None, "a label is no value"
    assert refusal({**component, "validate": {"required": True}}, None) == "An answer is needed."


@pytest.mark.parametrize("kind", ["checklist", "taglist"])
def test_several_choices_are_taken_once_each(kind):
    component = {"type": kind, **OPTIONS}

    assert answer(component, ["x", 1, "x"]) == ["x", 1]
    assert answer(component, []) == []
    assert answer(component, None) == []
    assert refusal(component, ["x", "y"]) == 'One of the offered choices is needed, "y" was given.'
    assert refusal(component, "x") == 'A list of choices is needed, "x" was given.'
    assert refusal(component, ["x"] * 1_001) == "At most 1000 choices, 1001 given."
    assert refusal({**component, "validate": {"required": True}}, []) == "An answer is needed."


def test_choices_may_come_from_a_variable():
    a_form = form({"type": "select", "key": "a", "label": "A", "valuesKey": "people"})
    variables = {
        "people": [{"label": "Ana", "value": "u1"}, "u2", {"value": "u3"}, {"label": "no value"}, "", None]
    }

    for value in ("u1", "u2", "u3"):
        assert check(a_form, {"a": value}, variables) == {"a": value}
    assert errors(a_form, {"a": "u4"}, variables) == {
        "a": 'One of the offered choices is needed, "u4" was given.'
    }
    assert errors(a_form, {"a": "u1"}, {}) != {}
    assert errors(a_form, {"a": "u1"}, {"people": "u1"}) != {}


def test_choices_may_be_computed_from_other_answers():
    expression = '=if big then ["truck", "van"] else ["bike"]'
    a_form = form(
        {"type": "checkbox", "key": "big", "label": "Big"},
        {"type": "radio", "key": "a", "label": "A", "valuesExpression": expression},
    )

    assert check(a_form, {"big": True, "a": "van"}) == {"big": True, "a": "van"}
    assert errors(a_form, {"big": False, "a": "van"}) == {
        "a": 'One of the offered choices is needed, "van" was given.'
    }


def test_a_choice_may_be_an_object_and_becomes_the_offered_one():
    offered = {"id": 7, "price": Decimal("1.5")}
    a_form = form({"type": "select", "key": "a", "label": "A", "valuesKey": "items"})
    variables = {"items": [{"label": "Seven", "value": offered}]}

    assert check(a_form, {"a": {"id": 7, "price": 1.5}}, variables) == {"a": offered}
    assert errors(a_form, {"a": {"id": 7, "price": 0}}, variables) != {}


# ---------------------------------------------------------------- dates and times


def moment(subtype, **more):
    return {"type": "datetime", "subtype": subtype, **more}


@pytest.mark.parametrize(
    "component, value",
    [
        (moment("date"), "2026-11-30"),
        (moment("date"), "2028-02-29"),
        ({"type": "datetime"}, "2026-11-30"),
        (moment("time"), "14:30"),
        (moment("time", timeSerializingFormat="no_timezone"), "00:00"),
        (moment("time", timeSerializingFormat="utc_offset"), "14:30+02:00"),
        (moment("time", timeSerializingFormat="utc_offset"), "14:30-03:30"),
        (moment("time", timeSerializingFormat="utc_normalized"), "14:45Z"),
        (moment("time", timeSerializingFormat="utc_normalized", timeInterval=60), "14:45Z"),
        (moment("datetime"), "2026-11-30T14:30"),
        (moment("datetime", timeSerializingFormat="utc_offset"), "2026-11-30T14:30+02:00"),
        (moment("datetime", timeSerializingFormat="utc_normalized"), "2026-11-30T12:30Z"),
        (moment("datetime", timeSerializingFormat="utc_normalized"), "2026-11-30T12:30:00.000Z"),
        (moment("datetime", timeInterval=1), "2026-11-30T14:31"),
        (moment("date"), None),
        (moment("datetime"), None),
    ],
)
def test_dates_and_times_are_kept_as_the_browser_writes_them(component, value):
    assert answer(component, value) == value


@pytest.mark.parametrize(
    "value", ["2026-02-30", "2026-1-1", "20261130", "30.11.2026", "2026-11-30T10:00", "2026-W01-1", 5]
)
def test_what_is_no_date_is_refused_with_an_example(value):
    assert refusal(moment("date"), value).startswith("A date is needed (2026-11-30), ")


@pytest.mark.parametrize(
    "component, value, sentence",
    [
        (moment("time"), "24:00", 'A time is needed (14:30), "24:00" was given.'),
        (moment("time"), "14:30Z", 'A time is needed (14:30), "14:30Z" was given.'),
        (moment("time"), "2:30", 'A time is needed (14:30), "2:30" was given.'),
        (
            moment("time", timeSerializingFormat="utc_offset"),
            "14:30",
            'A time is needed (14:30+02:00), "14:30" was given.',
        ),
        (
            moment("time", timeSerializingFormat="utc_offset"),
            "14:30+25:00",
            'A time is needed (14:30+02:00), "14:30+25:00" was given.',
        ),
        (
            moment("datetime", timeSerializingFormat="utc_normalized"),
            "2026-11-30T14:30+02:00",
            'A date and a time are needed (2026-11-30T14:30Z), "2026-11-30T14:30+02:00" was given.',
        ),
        (
            moment("datetime"),
            "2026-11-30",
            'A date and a time are needed (2026-11-30T14:30), "2026-11-30" was given.',
        ),
        (moment("time"), "14:31", "A time in steps of 15 minutes is needed, 14:31 was given."),
        (
            moment("time", timeInterval=30),
            "14:15",
            "A time in steps of 30 minutes is needed, 14:15 was given.",
        ),
        (
            moment("datetime", timeInterval=60),
            "2026-11-30T14:30",
            "A time in steps of 60 minutes is needed, 14:30 was given.",
        ),
        (moment("date", validate={"required": True}), None, "An answer is needed."),
    ],
)
def test_a_time_that_does_not_fit_is_refused_with_the_form_that_is_due(component, value, sentence):
    assert refusal(component, value) == sentence


def test_past_days_are_those_before_today_in_the_shop():
    component = moment("date", disallowPassedDates=True)
    late_evening_utc = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # 00:30 on the 21st in Chisinau

    assert refusal(component, "2026-11-20", now=late_evening_utc) == (
        "A day from 2026-11-21 on is needed, 2026-11-20 was given."
    )
    assert answer(component, "2026-11-21", now=late_evening_utc) == "2026-11-21"
    assert answer(component, "2026-11-20", now=late_evening_utc, time_zone="UTC") == "2026-11-20"


def test_a_moment_with_an_offset_is_past_by_the_shops_day():
    component = moment("datetime", disallowPassedDates=True, timeSerializingFormat="utc_normalized")

    assert answer(component, "2026-11-20T22:30Z") == "2026-11-20T22:30Z"
    assert (
        refusal(component, "2026-11-20T21:30Z") == "A day from 2026-11-21 on is needed, 2026-11-20 was given."
    )


@pytest.mark.parametrize("value", ["0001-01-01T00:00+14:00", "9999-12-31T23:45-14:00"])
def test_the_ends_of_the_calendar_break_nothing(value):
    component = moment("datetime", disallowPassedDates=True, timeSerializingFormat="utc_offset")

    refusal(component, value)
