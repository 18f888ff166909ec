"""The language and the clock of the reader: Babel's locale, the company's time zone, and the engine's sentences.

Language: the person's own (a customer's: `read_in`), else what the browser asks for, else the first of the installation's list.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, current_app, g, request
from flask_babel import Babel, format_date, get_locale, gettext, ngettext, refresh

from engine import calendars, clock, sentences
from engine.forms.sentences import Counted, Number, Spoken
from engine.sentences import Label, Money, Sentence
from webapp import access, words
from webapp.texts import spoken

babel = Babel()


def init_app(app: Flask) -> None:
    """Choose language and time zone for each request; `say` and `languages` for templates."""
    app.config["BABEL_DEFAULT_LOCALE"] = _with_underscore(languages(app)[0])
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    sentences.translate_with(spoken.translator())
    babel.init_app(app, locale_selector=_language, timezone_selector=_time_zone)
    app.jinja_env.filters["say"] = say
    app.jinja_env.filters["label"] = label
    app.jinja_env.globals["page_language"] = page_language


def languages(app: Flask | None = None) -> tuple[str, ...]:
    """The languages of this installation, the first is the fallback."""
    return (app or current_app).config["ORDERLANE"].languages


def names() -> dict[str, str]:
    """Each language by its own name, as its readers call it."""
    return {
        code: Locale.parse(_with_underscore(code)).get_display_name().capitalize() for code in languages()
    }


def page_language() -> str:
    """What stands in <html lang>."""
    return str(get_locale() or languages()[0]).replace("_", "-")


def say(sentence: Sentence | str | None) -> str:
    """The sentence in the reader's language; moments in it in the company's time, sentences in it translated too."""
    if sentence is None:
        return ""
    if isinstance(sentence, Spoken):
        return label(sentence.msgid)
    if isinstance(sentence, Counted):
        places = {name: _readable(value) for name, value in sentence.params.items()}
        return ngettext(sentence.msgid, sentence.plural, sentence.number).format(**places)
    if isinstance(sentence, Sentence):
        places = {name: _readable(value) for name, value in sentence.params.items()}
        return gettext(sentence.msgid).format(**places)
    return gettext(sentence) if sentence else ""


def label(text: str | None) -> str:
    """A name or text that a designer wrote (of a step, a role, a process, a field), in the reader's language."""
    # gettext("") would give the head of the catalogue.
    return gettext(text) if text and text.strip() else text or ""


def number(value: Decimal | int | str) -> str:
    """A number with all its digits, written as the reader's language does: 1,360.5 · 1.360,5 · 1 360,5."""
    written = format_decimal(Decimal(value), locale=get_locale() or "en", decimal_quantization=False)
    return written.replace("-", "\N{MINUS SIGN}")


def amount(money: Money) -> str:
    """An amount with its currency, as the reader's language writes it: 1.360,00 MDL."""
    return spoken.amount(money, get_locale() or "en").replace("-", "\N{MINUS SIGN}")


def read_in(language: str | None) -> None:
    """Say the rest of this page in that language, if it is installed here."""
    g.reader_language = language
    refresh()


def day(value: date) -> str:
    """A day with its year, in words: 24 Nov 2026."""
    return format_date(value, "d\N{NO-BREAK SPACE}MMM\N{NO-BREAK SPACE}y")


def _readable(value: Any) -> Any:
    if isinstance(value, Label):
        return label(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_readable(each)) for each in value)
    if isinstance(value, datetime):
        return words.moment(value, clock.now())
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, Money):
        return amount(value)
    return number(value) if isinstance(value, (Number, Decimal, int)) else value


def _language() -> str:
    known = languages()
    # A page for somebody without an account knows their language from our records, or from what they chose on it.
    if request and g.get("reader_language") in known:
        return _with_underscore(g.reader_language)
    person = access.person() if request else None
    if person is not None and person.language in known:
        return _with_underscore(person.language)
    wanted = request.accept_languages.best_match(known) if request else None
    return _with_underscore(wanted or known[0])


def _time_zone() -> str:
    return (g.get("calendar") or calendars.DEFAULT).time_zone


def _with_underscore(code: str) -> str:
    return code.replace("-", "_")
