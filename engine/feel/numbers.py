"""FEEL numbers: decimals of 34 digits, rounded half to even (DMN 1.5, 10.3.2.3.1), never infinite, never NaN."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from .errors import Problem

# No traps: an operation that has no result gives a non-finite decimal, which `finite` turns into a Problem.
# Contexts keep no state that matters between threads: precision and rounding are only read, flags never.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])

ZERO, ONE = Decimal(0), Decimal(1)

SMALL = 10**34  # ints below need no rounding
_MAX_BITS = 20_450  # an int of more bits is beyond the largest exponent


def finite(value: Decimal) -> Decimal:
    """The value itself; raises Problem when the operation overflowed or had no result."""
    if not value.is_finite():
        raise Problem("The result is not a number that FEEL can hold.", "number-overflow")
    return value


def number_from(value: int | float | Decimal) -> Decimal:
    """A Python number as a FEEL number; raises Problem for infinities, NaN and what is out of range."""
    if type(value) is int and -SMALL < value < SMALL:
        return Decimal(value)
    if isinstance(value, float):
        return finite(Decimal(repr(value)))
    if isinstance(value, int):
        if value.bit_length() > _MAX_BITS:
            raise Problem("This whole number is larger than FEEL can hold.", "number-overflow")
        # Turning a Python int of thousands of digits into a Decimal is exact; rounding it is cheap afterwards.
        return finite(CONTEXT.plus(Decimal(value)))
    return finite(CONTEXT.plus(value))


def is_whole(value: Decimal) -> bool:
    """Has the number no digits behind the point?"""
    return value == value.to_integral_value()


def whole(value: Decimal, what: str = "a whole number") -> int:
    """The number as an int, its fraction cut off; raises Problem when it is absurdly large."""
    if value.adjusted() > 20:
        raise Problem(f"Expected {what}, but {value} is too large.")
    return int(value)


def text_of(value: Decimal) -> str:
    """The number as FEEL writes it: no exponent while that stays readable, no trailing zeros in the fraction."""
    if value == 0:
        return "0"
    if -40 < value.adjusted() < 40:
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value.normalize(CONTEXT))
