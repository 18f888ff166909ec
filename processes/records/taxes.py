"""Value added tax: our prices include it, and each line is rounded by itself.

Rounded per line, because the printed lines must add up to the printed total (I11).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from engine import errors, settings

#: The name of the setting that holds the percentage; 0 for a company that pays no value added tax.
SETTING = "vat_percent"
DEFAULT_PERCENT = Decimal(20)


def percent(session: Session) -> Decimal:
    """The rate of this installation, in percent. Raises Refused when the setting is no rate."""
    found = Decimal(settings.get(session, SETTING, DEFAULT_PERCENT))
    if not 0 <= found < 100:
        raise errors.Refused(
            f'Expected a rate from 0 to below 100 in the setting "{SETTING}", but found {found}. Correct the setting.'
        )
    return found


def included_cents(gross_cents: int, rate_percent: Decimal) -> int:
    """The tax that is inside an amount, half a cent rounded up: 120.00 at 20 % holds 20.00."""
    tax = Decimal(gross_cents) * rate_percent / (100 + rate_percent)
    return int(tax.to_integral_value(ROUND_HALF_UP))
