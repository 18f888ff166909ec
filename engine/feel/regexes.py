"""XPath regular expressions (as FEEL's matches, replace and split use them), run with a deadline.

The pattern comes from a stranger: `(a+)+$` would keep Python's own engine busy for hours, so the third-party engine
`regex` runs it, which stops when its time is up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from .errors import LimitExceeded, Problem
from .limits import MAX_PATTERN, REGEX_TIMEOUT_S, check_length, check_string, check_string_length
from .xpath_patterns import translate

_PLAIN = regex.compile(r"[^\\$]+")
_FLAGS = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE, "x": 0, "q": 0}


def found(pattern: str, flags: str, text: str) -> bool:
    """Does the pattern match somewhere in the text?"""
    try:
        return compiled(pattern, flags).search(text, timeout=REGEX_TIMEOUT_S) is not None
    except TimeoutError:
        raise _too_slow(pattern) from None


def split(pattern: str, text: str) -> list[str]:
    """The parts of the text between the matches."""
    _refuse_empty_match(pattern, "")
    parts: list[str] = []
    end = 0
    for match in _matches(pattern, "", text):
        check_length(len(parts) + 1)
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]


def replaced(pattern: str, flags: str, text: str, replacement: str) -> str:
    """The text with every match replaced; `$1` is the first group, `$0` the whole match."""
    _refuse_empty_match(pattern, flags)
    template = [replacement] if "q" in flags else _template(replacement, compiled(pattern, flags).groups)
    parts: list[str] = []
    end = length = 0
    for match in _matches(pattern, flags, text):
        new = "".join(part if isinstance(part, str) else match[part] or "" for part in template)
        parts += (text[end : match.start()], new)
        length += match.start() - end + len(new)
        check_string_length(length)
        end = match.end()
    return check_string("".join([*parts, text[end:]]))


def extracted(pattern: str, text: str) -> list[str]:
    """Every part of the text that matches."""
    results: list[str] = []
    for match in _matches(pattern, "", text):
        check_length(len(results) + 1)
        results.append(match[0])
    return results


def _refuse_empty_match(pattern: str, flags: str) -> None:
    # XPath's error FORX0003: such a pattern would match between all characters.
    if found(pattern, flags, ""):
        raise Problem("Expected a pattern that does not match the empty text.", "invalid-pattern")


def _matches(pattern: str, flags: str, text: str) -> Iterator[regex.Match]:
    try:
        yield from compiled(pattern, flags).finditer(text, timeout=REGEX_TIMEOUT_S)
    except TimeoutError:
        raise _too_slow(pattern) from None


def _too_slow(pattern: str) -> LimitExceeded:
    return LimitExceeded(f"Expected the pattern {pattern[:60]!r} to match within {REGEX_TIMEOUT_S} s.")


def _template(replacement: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        if plain := _PLAIN.match(replacement, at):
            parts.append(plain[0])
            at = plain.end()
            continue
        following = replacement[at + 1 : at + 2]
        if replacement[at] == "\\":
            if following not in ("\\", "$") or not following:
                raise Problem(
                    "Expected \\\\ or \\$ behind a backslash in the replacement.", "invalid-pattern"
                )
            parts.append(following)
            at += 2
        else:
            if not following.isascii() or not following.isdigit():
                raise Problem(
                    "Expected the number of a group behind $ in the replacement.", "invalid-pattern"
                )
            number, at = int(following), at + 2
            # $12 is group 12 where there are so many, else group 1 and the digit 2.
            while at < len(replacement) and replacement[at] in "0123456789":
                if number * 10 + int(replacement[at]) > groups:
                    break
                number, at = number * 10 + int(replacement[at]), at + 1
            parts.append(number if number <= groups else "")
    return parts


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> regex.Pattern:
    """The pattern in Python's syntax; raises Problem for what XPath does not know."""
    if len(pattern) > MAX_PATTERN:
        raise LimitExceeded(
            f"Expected a pattern of at most {MAX_PATTERN} characters, but it has {len(pattern)}."
        )
    options = regex.VERSION1
    for flag in flags:
        if flag not in _FLAGS:
            raise Problem(f"Expected the flags s, m, i, x or q, but found {flag!r}.", "invalid-pattern")
        options |= _FLAGS[flag]
    translated = regex.escape(pattern) if "q" in flags else translate(pattern, flags)
    try:
        return regex.compile(translated, options)
    except (regex.error, OverflowError, RecursionError) as error:
        raise Problem(f"The pattern {pattern[:60]!r} is not valid: {error}.", "invalid-pattern") from None
