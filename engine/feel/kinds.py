"""What FEEL calls the type of a value; the words used in messages and by the comparison rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .durations import DaysDuration, MonthsDuration
from .functions import Function
from .ranges import Range
from .temporal import Date, DateTime, Time

KINDS = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    MonthsDuration: "years and months duration",
    DaysDuration: "days and time duration",
    Range: "range",
    Function: "function",
}


def kind_of(value: Any) -> str:
    """FEEL's word for the type of this value."""
    return KINDS.get(type(value), "unknown")


def shown(value: Any) -> str:
    """A value for a message: short, with its type where that is not plain from the sight."""
    if type(value) is str:
        return repr(value if len(value) <= 40 else value[:37] + "...")
    if type(value) is list:
        return f"a list of {len(value)}"
    if type(value) is dict:
        return "a context"
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) in (Range, Function):
        return "a " + kind_of(value)
    return f"the {kind_of(value)} {value}"
