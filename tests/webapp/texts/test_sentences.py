"""Sentences in the reader's language: their places, counts, numbers, days and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask_babel import force_locale, ngettext

from engine.forms.sentences import Counted, Number
from engine.sentences import Label, Sentence, _l
from webapp import language, words


@pytest.mark.parametrize(
    "number, romanian, russian",
    [
        (1, "1 etapă nouă.", "1 новый этап."),
        (3, "3 etape noi.", "3 новых этапа."),
        (20, "20 de etape noi.", "20 новых этапов."),
        (21, "21 de etape noi.", "21 новый этап."),
    ],
)
def test_a_number_chooses_its_words(app, number, romanian, russian):
    for code, expected in (("ro", romanian), ("ru", russian)):
        with app.test_request_context(), force_locale(code):
            assert ngettext("%(num)s new step.", "%(num)s new steps.", number) == expected


def test_a_field_error_counts_in_the_readers_language(app):
    patterns = ("{needed} character needed, {given} given.", "{needed} characters needed, {given} given.")

    with app.test_request_context(), force_locale("ru"):
        said = [language.say(Counted(patterns, needed, needed=needed, given=1)) for needed in (1, 2, 5, 21)]

    assert said == [
        "Нужен 1 знак, указано 1.",
        "Нужно 2 знака, указано 1.",
        "Нужно 5 знаков, указано 1.",
        "Нужен 21 знак, указано 1.",
    ]


@pytest.mark.parametrize(
    "code, number, day",
    [
        ("en", "1,360.5", "24 Nov 2026"),
        ("ro", "1.360,5", "24 nov. 2026"),
        ("ru", "1 360,5", "24 нояб. 2026"),
    ],
)
def test_numbers_and_days_in_a_sentence_follow_the_readers_language(app, code, number, day):
    with app.test_request_context(), force_locale(code):
        said = language.say(
            Sentence(_l("At most {most}, {given} given."), most=Number("1360.5"), given=Decimal("-2.50"))
        )
        dated = language.say(
            Sentence(
                _l("A day from {today} on is needed, {given} was given."), today=date(2026, 11, 24), given="x"
            )
        )

    assert number in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "\N{MINUS SIGN}2" in said
    assert day in dated.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "code, within_a_week, later, tomorrow, long",
    [
        ("en", "Wed, 25 Nov, 12:30", "24 Dec", "tomorrow, 12:30", "1 h 40 min"),
        ("ro", "mie., 25 nov., 12:30", "24 dec.", "mâine, 12:30", "1 h 40 min"),
        ("ru", "ср, 25 нояб., 12:30", "24 дек.", "завтра, 12:30", "1 ч 40 мин"),
    ],
)
def test_moments_and_durations_follow_the_readers_language(app, code, within_a_week, later, tomorrow, long):
    now = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    at = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)  # 12:30 in Chișinău

    with app.test_request_context(), force_locale(code):
        said = [
            words.moment(at, now),
            words.moment(at + timedelta(days=29), now),
            words.moment(at - timedelta(days=3), now),
            words.duration(timedelta(minutes=100)),
        ]

    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in said] == [
        within_a_week,
        later,
        tomorrow,
        long,
    ]
    assert " " not in said[1] and " " not in said[3]


def test_a_step_in_a_sentence_is_translated_and_a_name_is_not(app):
    sentence = Sentence(
        _l('Stuck: nobody active has the role "{role}", so nobody can do "{step}".'),
        role=[Label("Buyer"), Label("Manager")],
        step=Label("Approve the request"),
    )

    with app.test_request_context(), force_locale("ru"):
        said = language.say(sentence)

    assert "Закупщик, Менеджер" in said
    assert "Согласование заявки" in said


def test_a_name_with_signs_of_markup_and_places_stays_a_name(app):
    with app.test_request_context(), force_locale("ru"):
        page = app.jinja_env.from_string("{{ name|label }}|{{ nothing|label }}").render(
            name="100 % {done} <b>", nothing=""
        )

    assert page == "100 % {done} &lt;b&gt;|"
