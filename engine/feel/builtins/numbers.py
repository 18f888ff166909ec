"""Built-in functions on numbers (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any

from ..durations import DaysDuration, MonthsDuration
from ..errors import Problem
from ..numbers import CONTEXT, ZERO, finite, whole
from ..runtime import Run
from .registry import builtin

_CONTEXTS = {
    rounding: Context(prec=34, rounding=rounding, Emin=-6143, Emax=6144, traps=[])
    for rounding in (
        ROUND_CEILING,
        ROUND_DOWN,
        ROUND_FLOOR,
        ROUND_HALF_DOWN,
        ROUND_HALF_EVEN,
        ROUND_HALF_UP,
        ROUND_UP,
    )
}
_MIN_SCALE, _MAX_SCALE = -6111, 6176


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """The number with so many digits behind the point (before it, when negative)."""
    digits = whole(scale, "a number of digits")
    if not _MIN_SCALE <= digits <= _MAX_SCALE:
        raise Problem(f"Expected a scale between {_MIN_SCALE} and {_MAX_SCALE}, but found {scale}.")
    if -number.as_tuple().exponent <= digits:
        return number
    return finite(number.quantize(Decimal((0, (1,), -digits)), context=_CONTEXTS[rounding]))


@builtin("decimal(n: number, scale: number) -> number")
def decimal(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number, [scale: number]) -> number")
def floor(run: Run, n: Decimal, scale: Decimal = ZERO) -> Decimal:
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling(n: number, [scale: number]) -> number")
def ceiling(run: Run, n: Decimal, scale: Decimal = ZERO) -> Decimal:
    return rounded(n, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number) -> number")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_UP)


@builtin("round down(n: number, scale: number) -> number")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number) -> number")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number) -> number")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs(n: number | days and time duration | years and months duration)")
def absolute(run: Run, n: Any) -> Any:
    if type(n) in (DaysDuration, MonthsDuration):
        return type(n)(abs(n.amount))
    return n.copy_abs()


@builtin("modulo(dividend: number, divisor: number) -> number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    if divisor == 0:
        raise Problem("A division by zero has no remainder.", "division-by-zero")
    rest = CONTEXT.remainder(dividend, divisor)
    if not rest.is_finite():
        raise Problem("The dividend is too large beside the divisor.", "number-overflow")
    # The remainder has the divisor's sign, as floor division gives it.
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt(number: number) -> number")
def sqrt(run: Run, number: Decimal) -> Decimal:
    return finite(CONTEXT.sqrt(number))


@builtin("log(number: number) -> number")
def log(run: Run, number: Decimal) -> Decimal:
    if number <= 0:
        raise Problem(f"Expected a number above zero, but found {number}.")
    return finite(CONTEXT.ln(number))


@builtin("exp(number: number) -> number")
def exp(run: Run, number: Decimal) -> Decimal:
    return finite(CONTEXT.exp(number))


@builtin("odd(number: number) -> boolean")
def odd(run: Run, number: Decimal) -> bool:
    return _rest_of_two(number) == 1


@builtin("even(number: number) -> boolean")
def even(run: Run, number: Decimal) -> bool:
    return _rest_of_two(number) == 0


def _rest_of_two(number: Decimal) -> Decimal:
    # Above 34 digits the last one is zero anyway.
    return ZERO if number.adjusted() > 33 else CONTEXT.remainder(number.copy_abs(), Decimal(2))
