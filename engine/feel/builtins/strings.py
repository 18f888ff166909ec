"""Built-in functions on strings (DMN 1.5, 10.3.4.3); a position counts characters, not bytes, from 1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .. import regexes
from ..errors import Problem
from ..kinds import shown
from ..limits import check_string, check_string_length
from ..numbers import whole
from ..runtime import Run
from .registry import builtin

_BYTES_OF_A_TEXT = 60  # besides its characters


@builtin("substring(string: string, start position: number, [length: number?]) -> string")
def substring(run: Run, string: str, start_position: Decimal, length: Decimal | None = None) -> str:
    start = whole(start_position, "a position")
    if start == 0 or (start < 0 and -start > len(string)):
        raise Problem(f"A text of {len(string)} characters has no position {start_position}.")
    first = start - 1 if start > 0 else len(string) + start
    if length is None:
        return string[first:]
    wanted = whole(length, "a length")
    if wanted < 1:
        raise Problem(f"Expected a length of at least 1, but found {length}.")
    return string[first : first + wanted]


@builtin("string length(string: string) -> number")
def string_length(run: Run, string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case(string: string) -> string")
def upper_case(run: Run, string: str) -> str:
    return check_string(string.upper())


@builtin("lower case(string: string) -> string")
def lower_case(run: Run, string: str) -> str:
    return check_string(string.lower())


@builtin("substring before(string: string, match: string) -> string")
def substring_before(run: Run, string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after(string: string, match: string) -> string")
def substring_after(run: Run, string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains(string: string, match: string) -> boolean")
def contains(run: Run, string: str, match: str) -> bool:
    return match in string


@builtin("starts with(string: string, match: string) -> boolean")
def starts_with(run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with(string: string, match: string) -> boolean")
def ends_with(run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches(input: string, pattern: string, [flags: string?]) -> boolean")
def matches(run: Run, input: str, pattern: str, flags: str | None = None) -> bool:
    run.look()
    return regexes.found(pattern, flags or "", input)


@builtin("replace(input: string, pattern: string, replacement: string, [flags: string?]) -> string")
def replace(run: Run, input: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    run.look()
    return regexes.replaced(pattern, flags or "", input, replacement)


@builtin("split(string: string, delimiter: string) -> list")
def split(run: Run, string: str, delimiter: str) -> list[str]:
    run.look()
    return made_texts(run, regexes.split(delimiter, string))


@builtin("string join(list: list, [delimiter: string?]) -> string")
def string_join(run: Run, items: list[Any], delimiter: str | None = None) -> str:
    texts = [item for item in items if item is not None]
    for text in texts:
        if type(text) is not str:
            raise Problem(f"Expected a list of texts, but it holds {shown(text)}.")
    length = sum(map(len, texts)) + len(delimiter or "") * max(len(texts) - 1, 0)
    check_string_length(length)
    return (delimiter or "").join(texts)


def made_texts(run: Run, texts: list[str]) -> list[str]:
    """The parts of a text, counted against what one evaluation may make."""
    run.made(_BYTES_OF_A_TEXT * len(texts) + sum(map(len, texts)))
    return texts
