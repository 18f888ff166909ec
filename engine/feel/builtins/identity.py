"""The built-in function is(): are two values the same element of one type (DMN 1.5, 10.3.4.12)?"""

from __future__ import annotations

from typing import Any

from ..comparing import equal
from ..runtime import Run
from ..temporal import DateTime, Time
from .registry import builtin


@builtin("is(value1: Any?, value2: Any?) -> boolean")
def is_same(run: Run, value1: Any, value2: Any) -> bool:
    """Stricter than `=`: 12:00Z and 13:00+01:00 are equal, but not the same."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, (Time, DateTime)):
        return str(value1) == str(value2)
    return equal(run, value1, value2) is True
