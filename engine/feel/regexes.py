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

_FLAGS = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE, "x": 0, "q": 0}

# XML name characters, which XPath writes as \i and \c.
_NAME_START = (
    r":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    + (r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd")
)
_NAME_PART = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
_CLASSES = {"i": _NAME_START, "c": _NAME_PART}
_NOT_CLASSES = {"I": _NAME_START, "C": _NAME_PART}
_KEPT_ESCAPES = frozenset("nrtdDsSwWbB\\|.?*+(){}[]-^$/#&~ ")


def found(pattern: str, flags: str, text: str) -> bool:
    """Does the pattern match somewhere in the text?"""
    try:
        return compiled(pattern, flags).search(text, timeout=REGEX_TIMEOUT_S) is not None
    except TimeoutError:
        raise _too_slow(pattern) from None


def split(pattern: str, text: str) -> list[str]:
    """The parts of the text between the matches."""
    parts: list[str] = []
    end = 0
    for match in _matches(pattern, "", text):
        if match.end() == match.start():
            raise Problem("Expected a delimiter that is never empty.", "invalid-pattern")
        check_length(len(parts) + 1)
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]


def replaced(pattern: str, flags: str, text: str, replacement: str) -> str:
    """The text with every match replaced; `$1` is the first group, `$0` the whole match."""
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
        sign = replacement[at]
        following = replacement[at + 1 : at + 2]
        if sign == "\\":
            if following not in ("\\", "$") or not following:
                raise Problem(
                    "Expected \\\\ or \\$ behind a backslash in the replacement.", "invalid-pattern"
                )
            parts.append(following)
            at += 2
        elif sign == "$":
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
        else:
            parts.append(sign)
            at += 1
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
    translated = (
        regex.escape(pattern) if "q" in flags else "".join(_translate(pattern, "x" in flags, "m" in flags))
    )
    try:
        return regex.compile(translated, options)
    except (regex.error, OverflowError, RecursionError) as error:
        raise Problem(f"The pattern {pattern[:60]!r} is not valid: {error}.", "invalid-pattern") from None


def _translate(pattern: str, free: bool, multiline: bool) -> Iterator[str]:
    in_class = at = 0
    while at < len(pattern):
        sign = pattern[at]
        at += 1
        if sign == "\\":
            following = pattern[at : at + 1]
            at += 1
            yield _escape(following, bool(in_class))
            if following in ("p", "P"):
                name = _property(pattern, at)
                at += len(name)
                yield name.replace("{Is", "{In", 1)
        elif sign == "[":
            # [a-z-[aeiou]] takes away; Python writes that with two signs.
            yield "[" if not in_class or pattern[at - 2] != "-" else "-["
            in_class += 1
        elif sign == "]" and in_class:
            in_class -= 1
            yield sign
        elif free and not in_class and sign in " \t\n\r":
            continue
        elif sign == "$" and not in_class and not multiline:
            yield r"\Z"
        elif sign == "(" and pattern[at : at + 1] == "?" and pattern[at + 1 : at + 2] != ":":
            raise Problem(
                "Groups that look ahead or behind are not part of XPath patterns.", "invalid-pattern"
            )
        elif in_class and sign in "&|~" and pattern[at : at + 1] == sign:
            yield "\\" + sign
        else:
            yield sign


def _escape(sign: str, in_class: bool) -> str:
    if sign in _CLASSES or sign in _NOT_CLASSES:
        content = _CLASSES.get(sign) or _NOT_CLASSES[sign]
        if not in_class:
            return f"[{content}]" if sign in _CLASSES else f"[^{content}]"
        if sign in _CLASSES:
            return content
        raise Problem(f"\\{sign} is not supported inside square brackets.", "invalid-pattern")
    if (
        (sign in _KEPT_ESCAPES and sign)
        or sign in ("p", "P")
        or (sign.isdigit() and sign != "0" and not in_class)
    ):
        return "\\" + sign
    raise Problem(f"The escape \\{sign} is not part of XPath patterns.", "invalid-pattern")


def _property(pattern: str, at: int) -> str:
    """`{Lu}` or `{IsGreek}` behind \\p; blocks are called In... in Python."""
    end = pattern.find("}", at)
    if pattern[at : at + 1] != "{" or end < 0:
        raise Problem("Expected a category in braces behind \\p.", "invalid-pattern")
    return pattern[at : end + 1]
