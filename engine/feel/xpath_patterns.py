"""Translates the regular expressions of XPath (which FEEL's string functions use) into those of Python's `regex`.

Source: XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6.1. What XPath does not know is refused, above all the
extensions of `regex`: fuzzy matching, possessive quantifiers, look-around.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import Problem

# XML name characters, which XPath writes as \i and \c.
_NAME_START = (
    r":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
# XML Schema's \w is everything but punctuation, separators and others (so `_` is none), its \s four signs only.
_CLASSES = {
    "i": _NAME_START,
    "c": _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f\u2040",
    "s": r" \t\n\r",
    "W": r"\p{P}\p{Z}\p{C}",
}
_INVERTED = {"I": "i", "C": "c", "S": "s", "w": "W"}
_KEPT_ESCAPES = frozenset("nrtdD\\|.?*+(){}[]-^$")
_COUNT = re.compile(r"\{[0-9]{1,9}(?:,[0-9]{0,9})?\}", re.ASCII)
_CATEGORY = re.compile(r"\{[A-Za-z0-9\-]+\}", re.ASCII)


def translate(pattern: str, flags: str) -> str:
    """The pattern in the syntax of `regex`; raises Problem for what XPath does not know."""
    return "".join(_Translation(_without_blanks(pattern) if "x" in flags else pattern, flags).parts())


def _without_blanks(pattern: str) -> str:
    """What the flag x leaves: blanks are taken away before anything else is read, but not inside square brackets."""
    kept: list[str] = []
    classes = 0
    escaped = False
    for sign in pattern:
        if not classes and sign in " \t\n\r":
            continue
        kept.append(sign)
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == "[":
            classes += 1
        elif sign == "]":
            classes = max(classes - 1, 0)
    return "".join(kept)


class _Translation:
    """One pass over a pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.classes = 0  # how many square brackets are open
        self.multiline, self.dot_all = "m" in flags, "s" in flags

    def parts(self) -> Iterator[str]:
        quantified = True  # nothing stands at the start that could be repeated
        while self.at < len(self.pattern):
            sign = self.pattern[self.at]
            if not self.classes and sign in "*+?{":
                if quantified:
                    raise _invalid(f"nothing that {sign!r} could repeat stands before it")
                quantified = True
                yield self._quantifier(sign)
                continue
            self.at += 1
            quantified = not self.classes and sign in "(|^"
            yield self._in_class(sign) if self.classes else self._outside(sign)

    def _quantifier(self, sign: str) -> str:
        count = _COUNT.match(self.pattern, self.at) if sign == "{" else None
        if sign == "{" and count is None:
            raise _invalid("a brace must hold numbers, as in {2,3}")
        quantifier = sign if count is None else count[0]
        self.at += len(quantifier)
        if self.pattern[self.at : self.at + 1] == "?":
            self.at += 1
            return quantifier + "?"
        return quantifier

    def _outside(self, sign: str) -> str:
        if sign == "\\":
            return self._escape()
        if sign == "[":
            return self._open_class()
        if sign == "." and not self.dot_all:
            return r"[^\n\r]"
        if sign == "$" and not self.multiline:
            return r"\Z"
        if sign in "]}":
            raise _invalid(f"{sign!r} closes nothing")
        if sign == "(" and self.pattern[self.at : self.at + 1] == "?":
            if self.pattern[self.at : self.at + 2] != "?:":
                raise _invalid("groups that look ahead or behind do not exist in XPath")
            self.at += 2
            return "(?:"
        return sign

    def _open_class(self) -> str:
        self.classes += 1
        if self.pattern[self.at : self.at + 1] == "^":
            self.at += 1
            return "[^"
        return "["

    def _in_class(self, sign: str) -> str:
        if sign == "\\":
            return self._escape()
        if sign == "]":
            self.classes -= 1
            return sign
        if sign == "[":
            # [a-z-[aeiou]] takes away; Python writes that with two signs, the first of which is already there.
            if self.pattern[self.at - 2] != "-":
                raise _invalid("'[' inside square brackets needs a backslash")
            return "-" + self._open_class()
        # Doubled signs are set operators in Python and nothing special in XPath.
        return "\\" + sign if sign in "&|~" else sign

    def _escape(self) -> str:
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign in ("p", "P"):
            category = _CATEGORY.match(self.pattern, self.at)
            if category is None:
                raise _invalid("a category in braces belongs behind \\p")
            self.at = category.end()
            return "\\" + sign + category[0].replace("{Is", "{In", 1)
        if sign in _CLASSES or sign in _INVERTED:
            inverted = sign in _INVERTED
            content = _CLASSES[_INVERTED.get(sign, sign)]
            # Python's sets may hold sets, so the inverted class stands inside brackets as well.
            return content if self.classes and not inverted else f"[{'^' if inverted else ''}{content}]"
        if sign and (sign in _KEPT_ESCAPES or (sign in "123456789" and not self.classes)):
            return "\\" + sign
        raise _invalid(f"the escape \\{sign} does not exist in XPath")


def _invalid(reason: str) -> Problem:
    return Problem(f"Expected a regular expression of XPath, but {reason}.", "invalid-pattern")
