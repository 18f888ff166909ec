"""Number answers: decimals, never floats; limits, decimal digits and steps as the browser counts them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from .asking import Answer, refusal
from .sentences import Counted, Number, Sentence, _l, _ln, shown
from .tree import Field
from .values import Unusable, usable

_WRITTEN = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,6})?")
_EXACT = Context(prec=120, rounding=ROUND_DOWN)

_NEEDED = _l("A number is needed, {given} was given.")
_WHOLE = _l("A whole number is needed, {given} was given.")
_DIGITS = _ln(
    "At most {digits} decimal digit is needed, {given} was given.",
    "At most {digits} decimal digits are needed, {given} was given.",
)
_STEP = _l("A multiple of {step} is needed ({below} or {above}), {given} was given.")
_LEAST = _l("At least {least}, {given} given.")
_MOST = _l("At most {most}, {given} given.")
_NO_LIMIT = _l("The limit of this question is not a number. Tell the person who designed the form.")


def read_number(value: Any) -> int | Decimal | None:
    """The number a JSON number or a text in JavaScript's decimal notation means, or None. Raises Unusable."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not _WRITTEN.fullmatch(text):
            return None
        value = Decimal(text)
    if isinstance(value, (int, Decimal, float)):
        return usable(value)
    return None


class NumberAnswer(Answer):
    """A number; written as text where the form says serializeToString."""

    def answer(self, value: Any) -> int | Decimal | str:
        number = _read(value)
        if number is None:
            raise refusal(Sentence(_NEEDED, given=shown(value)))
        self._check_digits(number)
        self._check_step(number)
        least, most = self._limit("min"), self._limit("max")
        if least is not None and number < least:
            raise refusal(Sentence(_LEAST, least=Number(_written(least)), given=Number(_written(number))))
        if most is not None and number > most:
            raise refusal(Sentence(_MOST, most=Number(_written(most)), given=Number(_written(number))))
        return self.seen(self.field, number)

    def _check_digits(self, number: int | Decimal) -> None:
        digits = self.field.settings.get("decimalDigits")
        if digits is None or _decimals(number) <= digits:
            return
        if digits == 0:
            raise refusal(Sentence(_WHOLE, given=Number(_written(number))))
        raise refusal(Counted(_DIGITS, digits, digits=digits, given=Number(_written(number))))

    def _check_step(self, number: int | Decimal) -> None:
        step = read_number(self.field.settings.get("increment"))
        if not step:
            return
        offset = _EXACT.remainder(Decimal(number), Decimal(step))
        if offset:
            below = _EXACT.subtract(Decimal(number), offset)
            above = _EXACT.add(below, Decimal(step))
            nearest = {"below": Number(_written(below)), "above": Number(_written(above))}
            raise refusal(
                Sentence(_STEP, step=Number(_written(step)), **nearest, given=Number(_written(number)))
            )

    def _limit(self, name: str) -> int | Decimal | None:
        limit = self.rule(name)
        number = _read(limit)
        if limit is not None and number is None:
            raise refusal(Sentence(_NO_LIMIT))
        return number

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> Any:
        return cls.seen(field, value)

    @classmethod
    def seen(cls, field: Field, value: Any) -> Any:
        try:
            number = read_number(value)
        except Unusable:
            return None
        return _written(number) if number is not None and field.settings.get("serializeToString") else number


def _read(value: Any) -> int | Decimal | None:
    try:
        return read_number(value)
    except Unusable as unusable_number:
        raise refusal(unusable_number.sentence) from None


def _decimals(number: int | Decimal) -> int:
    if isinstance(number, int):
        return 0
    return max(0, -number.normalize(_EXACT).as_tuple().exponent)


def _written(number: int | Decimal) -> str:
    """The number in plain digits, without trailing zeros: 1.5, 1200, never 1.2E+3."""
    if isinstance(number, int):
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
