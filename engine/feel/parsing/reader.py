"""A cursor on the tokens of one text, and the questions and complaints every part of the parser needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import LimitExceeded, SyntaxProblem
from ..limits import MAX_NESTING
from .lexer import END, NAME, OP, tokenize
from .names import Names, Trie


class TokenReader:
    """State of one reading: where it stands, what is known there."""

    def __init__(self, text: str, names: Names | None) -> None:
        self.tokens = tokenize(text)
        self.at = 0
        self.names = names
        self.nesting = 0
        self.filters = 0  # inside how many filters: there, the items' properties are names too
        self.in_range_end = False
        self.uses_input = False
        self.locals: list[Trie] = []
        self.seen: Trie = {}  # keys of the contexts written in this text: known as properties from there on

    def op(self, text: str) -> bool:
        kind, found, _, _ = self.tokens[self.at]
        return found == text and kind == OP

    def word(self, text: str) -> bool:
        kind, found, _, _ = self.tokens[self.at]
        return found == text and kind == NAME

    def expect(self, text: str, what: str) -> None:
        if not self.op(text):
            raise self.unexpected(what)
        self.at += 1

    def expect_word(self, text: str) -> None:
        if not self.word(text):
            raise self.unexpected(f"the word '{text}'")
        self.at += 1

    def unexpected(self, expected: str) -> SyntaxProblem:
        kind, text, position, _ = self.tokens[self.at]
        found = "the text ends here" if kind == END else f"found {text!r}"
        return SyntaxProblem(f"Expected {expected}, but {found} (at character {position + 1}).", position)

    def nest(self, position: int) -> None:
        """One level deeper; the caller takes the level back when it leaves."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise LimitExceeded(f"Expected expressions nested at most {MAX_NESTING} deep.", position)

    @contextmanager
    def inner_brackets(self) -> Iterator[None]:
        """Inside brackets of its own, a `[` is never the end of the range around."""
        was_in_range_end, self.in_range_end = self.in_range_end, False
        yield
        self.in_range_end = was_in_range_end
