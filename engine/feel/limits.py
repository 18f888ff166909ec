"""The bounds for untrusted expressions, in one table; every one of them ends in LimitExceeded, never in null."""

from __future__ import annotations

from .errors import LimitExceeded

MAX_TEXT = 64_000  # characters of one expression
MAX_TOKENS = 5_000
MAX_NESTING = 100  # brackets, ifs, functions inside one another
MAX_TREE_DEPTH = 200  # also counts chains such as a.b.c.d or f()()()
MAX_STEPS = 1_000_000  # loop rounds, filter items, calls, elements touched by list functions
DEADLINE_S = 0.2  # of processor time: a busy machine must not fail an innocent expression
STEPS_PER_LOOK = 1_024  # how often the clock is looked at
MAX_CALL_DEPTH = 100
MAX_LIST = 100_000
MAX_STRING = 1_000_000
MAX_MADE = 32_000_000  # bytes of texts and other values that one evaluation makes, kept or not
MAX_PATTERN = 2_000  # characters of a regular expression
REGEX_TIMEOUT_S = 0.05
MAX_VALUE_DEPTH = 100  # lists and contexts inside one another, in values from outside
MAX_JSON_VALUES = 300_000  # in one result: a small expression can build a list that holds itself 2**60 times
MAX_DIAGNOSTICS = 50
MAX_EXPONENT = 10_000  # of the operator **


def check_string(text: str) -> str:
    """Give the string back unless it is too long."""
    check_string_length(len(text))
    return text


def check_string_length(length: int) -> None:
    """Refuse a string by its length, before it is built."""
    if length > MAX_STRING:
        raise LimitExceeded(f"Expected strings of at most {MAX_STRING} characters, but one has {length}.")


def check_length(length: int) -> None:
    """Refuse a list before it is built."""
    if length > MAX_LIST:
        raise LimitExceeded(f"Expected lists of at most {MAX_LIST} items, but one has {length}.")
