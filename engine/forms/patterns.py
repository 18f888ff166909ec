"""The pattern of a text field: JavaScript's regular expressions, meant and run as the browser runs `new RegExp(p).test(text)`.

The text is translated once to the `regex` package, which can be stopped: a pattern that would search for minutes on a
hostile text is given up after `TIMEOUT_S`. Differences that matter are translated: `$` is the very end, `.` stops at every
line separator, digits, words and blanks are JavaScript's, `{` may stand for itself, a group that took no part is empty.
Signs beyond U+FFFF count as one here and as two in the browser (a pattern has no `u` flag there).
"""

from __future__ import annotations

import regex

TIMEOUT_S = 0.05
LONGEST = 2_000

# ECMAScript WhiteSpace and LineTerminator
BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_BLANK_CLASS = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": _BLANK_CLASS}
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_COUNT = regex.compile(r"\{[0-9]{1,9}(?:,(?:[0-9]{1,9})?)?\}")
_GROUP_STARTS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
_GROUP_NAME = regex.compile(r"\(\?<([A-Za-z_$][A-Za-z0-9_$]*)>")


class PatternRefused(ValueError):
    """This pattern is no regular expression of JavaScript; the text says where."""


class PatternGaveUp(Exception):
    """The pattern took too long on this text."""


class Pattern:
    """A compiled pattern of a form."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str):
        """Raises PatternRefused."""
        if len(source) > LONGEST:
            raise PatternRefused(f"it has {len(source)} signs, at most {LONGEST} are read")
        self.source = source
        try:
            self._compiled = regex.compile(_Translation(source).result, regex.VERSION0 | regex.ASCII)
        except regex.error as wrong:
            raise PatternRefused(str(wrong)) from wrong

    def found_in(self, text: str) -> bool:
        """Does the pattern occur anywhere in the text? Raises PatternGaveUp after TIMEOUT_S."""
        try:
            return self._compiled.search(text, timeout=TIMEOUT_S) is not None
        except TimeoutError as late:
            raise PatternGaveUp from late


class _Translation:
    """One pass over the source; `result` is the pattern for the `regex` package."""

    def __init__(self, source: str):
        self.source = source
        self.at = 0
        self.groups = _count_groups(source)
        parts = []
        while self.at < len(source):
            parts.append(self.next_part())
        self.result = "".join(parts)

    def next_part(self) -> str:
        sign = self.source[self.at]
        if sign == "\\":
            return self.escape(in_class=False)
        if sign == "[":
            return self.character_class()
        if sign == "(":
            return self.group_start()
        if sign == "{":
            return self.brace()
        self.at += 1
        if sign == "$":
            return r"\Z"
        if sign == ".":
            return r"[^\n\r\u2028\u2029]"
        if sign in "*+?":
            return self.quantifier(sign)
        if sign == "}" or sign == "]":
            return "\\" + sign
        return sign if sign in "^|)" else regex.escape(sign, literal_spaces=True)

    def quantifier(self, sign: str) -> str:
        # After a quantifier JavaScript knows only the lazy "?": "a++" and "a?+" are errors there, possessive here.
        if self.source[self.at : self.at + 1] == "?":
            self.at += 1
            sign += "?"
        if self.source[self.at : self.at + 1] and self.source[self.at] in "*+?":
            raise PatternRefused(f"nothing to repeat at position {self.at}")
        return sign

    def brace(self) -> str:
        count = _COUNT.match(self.source, self.at)
        if count is None:
            self.at += 1
            return r"\{"  # a brace that counts nothing is a brace; to `regex` it could begin a fuzzy match
        self.at = count.end()
        return self.quantifier(count.group())

    def group_start(self) -> str:
        rest = self.source[self.at : self.at + 4]
        if not rest.startswith("(?"):
            self.at += 1
            return "("
        for start in _GROUP_STARTS:
            if rest.startswith(start):
                self.at += len(start)
                return start
        named = _GROUP_NAME.match(self.source, self.at)
        if named is None:
            raise PatternRefused(f"invalid group at position {self.at}")
        self.at = named.end()
        return f"(?P<{named.group(1).replace('$', '_')}>"

    def escape(self, in_class: bool) -> str:
        """What a backslash and its letter mean; the letter decides, unknown letters mean themselves."""
        if self.at + 1 >= len(self.source):
            raise PatternRefused("a backslash at the end")
        letter = self.source[self.at + 1]
        self.at += 2
        if letter in "dws":
            return _CLASSES[letter] if in_class else f"[{_CLASSES[letter]}]"
        if letter in "DWS":
            return "\\" + letter if in_class else f"[^{_CLASSES[letter.lower()]}]"
        if letter in "bB" and not in_class:
            return "\\" + letter
        if letter == "b":
            return r"\x08"
        if letter in _CONTROLS:
            return regex.escape(_CONTROLS[letter])
        if letter in "xu":
            return self.code(letter)
        if (
            letter == "c"
            and self.source[self.at : self.at + 1].isascii()
            and self.source[self.at : self.at + 1].isalpha()
        ):
            self.at += 1
            return f"\\x{ord(self.source[self.at - 1]) % 32:02x}"
        if letter == "k" and not in_class and self.source[self.at : self.at + 1] == "<":
            return self.named_reference()
        if letter.isascii() and letter.isdigit():
            return self.numbered_reference(letter, in_class)
        return "\\" + letter if not letter.isalnum() and letter.isascii() else letter

    def code(self, letter: str) -> str:
        length = 2 if letter == "x" else 4
        digits = self.source[self.at : self.at + length]
        if len(digits) < length or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            return letter
        self.at += length
        return f"\\u{int(digits, 16):04x}"

    def named_reference(self) -> str:
        name, end, _ = self.source[self.at + 1 :].partition(">")
        if not end:
            raise PatternRefused("a reference to a group without its >")
        self.at += len(name) + 2
        safe = name.replace("$", "_")
        return f"(?({safe})(?P={safe}))"

    def numbered_reference(self, digit: str, in_class: bool) -> str:
        number = int(digit)
        if in_class or number == 0 or number > self.groups:
            # No group of that number: an octal code, as old JavaScript reads it.
            return f"\\x{number:02x}" if number < 8 else digit
        # In JavaScript a group that took no part matches the empty text; here it would fail.
        return f"(?({number})\\{number})"

    def character_class(self) -> str:
        self.at += 1
        negated = self.source[self.at : self.at + 1] == "^"
        self.at += negated
        parts: list[str] = []
        non_blanks = False
        while True:
            if self.at >= len(self.source):
                raise PatternRefused("a [ without its ]")
            sign = self.source[self.at]
            if sign == "]":
                self.at += 1
                break
            if self.source.startswith(r"\S", self.at):
                self.at += 2
                non_blanks = True
            elif sign == "\\":
                parts.append(self.escape(in_class=True))
            else:
                self.at += 1
                parts.append("\\" + sign if sign in "[&~|^" else sign)
        listed = f"[{''.join(parts)}]" if parts else r"(?!)"
        if non_blanks:  # "all but blanks" cannot stand in a class: it is an alternative to what is listed
            return rf"(?:(?!{listed})[{_BLANK_CLASS}])" if negated else rf"(?:{listed}|[^{_BLANK_CLASS}])"
        if negated:
            return f"[^{listed[1:]}" if parts else r"(?s:.)"
        return listed


def _count_groups(source: str) -> int:
    found, in_class, at = 0, False, 0
    while at < len(source):
        sign = source[at]
        if sign == "\\":
            at += 1
        elif sign == "[":
            in_class = True
        elif sign == "]":
            in_class = False
        elif sign == "(" and not in_class:
            found += source[at + 1 : at + 2] != "?" or _GROUP_NAME.match(source, at) is not None
        at += 1
    return found
