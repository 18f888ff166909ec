"""Sentences for somebody who is not looking at a page, such as the reader of a mail, in their own language.

There is no request then, so the catalogues are read here and not through Flask.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import UTC, format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from engine.forms.sentences import Counted, Number, Spoken
from engine.sentences import Label, Money, Sentence, Translator
from webapp.texts.catalogues import FOLDER


def translator(folder: Path = FOLDER) -> Translator:
    """What says a sentence in a language, from the compiled catalogues below a folder; in English where there is none."""

    @cache
    def catalogue(language: str) -> NullTranslations:
        return Translations.load(folder, [language])

    def say(sentence: Sentence, language: str) -> str:
        language = language.replace("-", "_")
        texts = catalogue(language)
        if isinstance(sentence, Spoken):
            return texts.gettext(sentence.msgid)
        pattern = (
            texts.ngettext(sentence.msgid, sentence.plural, sentence.number)
            if isinstance(sentence, Counted)
            else texts.gettext(sentence.msgid)
        )
        locale = Locale.parse(language)
        return pattern.format(
            **{name: readable(value, texts, locale) for name, value in sentence.params.items()}
        )

    def readable(value: Any, texts: NullTranslations, locale: Locale) -> Any:
        if isinstance(value, Sentence):
            return say(value, str(locale))
        if isinstance(value, Label):
            return texts.gettext(value) if value else ""
        if isinstance(value, (list, tuple)):
            return ", ".join(str(readable(each, texts, locale)) for each in value)
        if isinstance(value, datetime):
            return format_datetime(value, "d MMM y, HH:mm z", tzinfo=UTC, locale=locale)
        if isinstance(value, date):
            return format_date(value, "d MMM y", locale=locale)
        if isinstance(value, Money):
            return amount(value, locale)
        if isinstance(value, (Number, Decimal, int)):
            return format_decimal(Decimal(value), locale=locale, decimal_quantization=False)
        return value

    return say


def amount(money: Money, locale: Locale | str) -> str:
    """ "1.360,00 MDL": two decimals as the language writes them, the code of the currency behind."""
    return format_currency(money.amount, money.currency, "#,##0.00\N{NO-BREAK SPACE}¤¤", locale=locale)
