"""What customers open through a link, without an account: quote, question, status, invoice, survey."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import Blueprint
from flask_babel import get_locale, get_timezone

from webapp import language

blueprint = Blueprint("portal", __name__, url_prefix="/c")
blueprint.app_template_filter("amount")(language.amount)
blueprint.app_template_filter("day_in_words")(language.day)
blueprint.app_template_filter("local_number")(language.number)


@blueprint.app_template_filter("plain_amount")
def plain_amount(value: Decimal) -> str:
    """An amount without its currency, which stands once below: 1.360,00."""
    return format_decimal(value, "#,##0.00", locale=get_locale() or "en").replace("-", "\N{MINUS SIGN}")


@blueprint.app_template_filter("local_day")
def local_day(at: datetime) -> str:
    """The day of a moment, as the clock of the shop says: 4 Dec 2026."""
    return language.day(at.astimezone(get_timezone() or ZoneInfo("UTC")).date())
