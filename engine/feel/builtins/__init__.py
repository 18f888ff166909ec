"""All built-in functions, by family; importing this package fills the table (registry.py)."""

from . import (
    camunda,
    contexts,
    conversions,
    dates,
    identity,
    lists,
    numbers,
    range_texts,
    ranges,
    statistics,
    strings,
)
from .registry import BUILTINS, Builtin

FAMILIES = (
    conversions,
    strings,
    lists,
    statistics,
    numbers,
    dates,
    ranges,
    range_texts,
    identity,
    contexts,
    camunda,
)

__all__ = ["BUILTINS", "FAMILIES", "Builtin"]
