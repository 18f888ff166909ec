"""Quantities are kept in whole thousandths of their unit; people and forms speak in units with up to three decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from engine import errors
from engine.sentences import Sentence, _l

_THOUSANDTH = Decimal("0.001")


def milli(quantity: Decimal | int | None) -> int:
    """A quantity in units as whole thousandths, half of one rounded up; nothing counts as 0."""
    if quantity is None:
        return 0
    return int((Decimal(quantity).quantize(_THOUSANDTH, ROUND_HALF_UP) * 1000).to_integral_value())


def plain(quantity_milli: int) -> Decimal:
    """Whole thousandths as a quantity in units, without zeros at its end: 2, 0.5, 12.125."""
    quantity = Decimal(quantity_milli) / 1000
    return quantity.quantize(Decimal(1)) if quantity == quantity.to_integral_value() else quantity.normalize()


def positive_milli(quantity: Decimal | int | None, of_what: str) -> int:
    """A quantity as thousandths that must be more than nothing. Raises Refused, naming what it is a quantity of."""
    found = milli(quantity)
    if found <= 0:
        raise errors.Refused(
            Sentence(
                _l('Expected more than 0 of "{part}", but found {found}. Leave the line out instead.'),
                part=of_what,
                found=quantity,
            )
        )
    return found


def cost_cents(unit_cost_cents: int, quantity_milli: int) -> int:
    """What a quantity costs at a price for one unit, half a cent rounded up."""
    return (unit_cost_cents * quantity_milli + 500) // 1000
