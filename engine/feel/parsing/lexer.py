"""Cuts a FEEL text into tokens; knows nothing about names with blanks (see names.py).

A token is a tuple (kind, text, start, end): tuples are three times as fast to make as objects, and a cold
expression is mostly lexing.
"""

from __future__ import annotations

import re

from ..errors import LimitExceeded, SyntaxProblem
from ..limits import MAX_TEXT, MAX_TOKENS

NUMBER, STRING, NAME, QUOTED, OP, OTHER, END = "number", "string", "name", "quoted", "op", "other", "end"

Token = tuple[str, str, int, int]

# DMN 1.5, 10.3.1.2, rules 28 and 29 (name start char, name part char) and 61, 62 (white space).
_NAME_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
_SPACE = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"

# The signs of a text are never given back (++, *+): to be able to, Python would keep 240 bytes for each of them.
_TOKEN = re.compile(
    rf"""
      (?P<skip>   (?: [{_SPACE}]+ | //[^\n]* | /\*.*?\*/ )+ )
    | (?P<name>   [{_NAME_START}][{_NAME_PART}]* )
    | (?P<number> (?: [0-9]+ (?: \.[0-9]+ )? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
    | (?P<string> "(?: [^"\\]++ | \\. )*+" )
    | (?P<quoted> `[^`]+` )
    | (?P<op>     \.\. | -> | \*\* | <= | >= | != | [-+*/=<>(){{}}\[\],.:@] )
    | (?P<other>  . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


def tokenize(text: str) -> list[Token]:
    """Cut the text into tokens, ending with one of kind END; signs FEEL does not know become OTHER."""
    if len(text) > MAX_TEXT:
        raise LimitExceeded(
            f"Expected an expression of at most {MAX_TEXT} characters, but it has {len(text)}."
        )
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "skip":
            tokens.append((kind, match[0], match.start(), match.end()))
    if len(tokens) > MAX_TOKENS:
        raise LimitExceeded(
            f"Expected an expression of at most {MAX_TOKENS} words, but it has {len(tokens)}."
        )
    tokens.append((END, "", len(text), len(text)))
    return tokens


def unquote(token: Token) -> str:
    """The value of a string token, its escapes resolved."""
    body = token[1][1:-1]
    if "\\" not in body:
        return body
    value = _ESCAPE.sub(lambda match: _unescape(match, token), body)
    # A pair of \\u escapes may spell one character beyond the basic plane.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str], token: Token) -> str:
    sign = match[1]
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    if sign[0] in "uU" and len(sign) > 1:
        code = int(sign[1:], 16)
        if code > 0x10FFFF:
            raise SyntaxProblem(f"The escape \\{sign} is no Unicode character.", token[2] + match.start() + 1)
        return chr(code)
    # FEEL knows no other escape: the backslash stands for itself, as in the pattern "\\d".
    return match[0]
