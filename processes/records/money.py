"""Money is kept in whole cents; people and forms speak in units with two decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def cents(amount: Decimal | int | None) -> int:
    """An amount in units as whole cents, half a cent rounded up; nothing counts as 0."""
    if amount is None:
        return 0
    return int((Decimal(amount).quantize(_CENT, ROUND_HALF_UP) * 100).to_integral_value())


def units(amount_cents: int) -> Decimal:
    """Whole cents as an amount in units with two decimals."""
    return (Decimal(amount_cents) / 100).quantize(_CENT)
