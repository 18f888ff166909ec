"""Numbers of reports: shares, medians and percentiles that say nothing where there is nothing to count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from statistics import median as middle

Number = int | float | Decimal


def percent(part: Number, whole: Number) -> Decimal | None:
    """The share of `part` in percent with one decimal; None where there is no whole: no data is neither 0 nor 100 %."""
    return rounded(Decimal(part) * 100 / Decimal(whole)) if whole else None


def median(values: Sequence[Number]) -> Decimal | None:
    """The middle value with one decimal; None without values."""
    return rounded(middle(values)) if values else None


def p90(values: Sequence[Number]) -> Decimal | None:
    """The value that nine of ten do not exceed (nearest rank), with one decimal; None without values."""
    return rounded(sorted(values)[ceil(len(values) * 0.9) - 1]) if values else None


def rounded(value: Number) -> Decimal:
    """One decimal, half rounded up."""
    return Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
