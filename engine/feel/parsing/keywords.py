"""The part of the parser that reads what starts with a keyword: if, for, some, every, function."""

from __future__ import annotations

from ..tree import External, For, FunctionDefinition, If, Node, Quantified
from .names import Trie, add
from .reader import TokenReader


class KeywordParser(TokenReader):
    """Each method is called with the keyword behind it."""

    def read_if(self, position: int) -> Node:
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return If(position, condition, then, self.expression())

    def read_for(self, position: int) -> Node:
        iterators = self.iterators()
        self.expect_word("return")
        self.locals.append({"partial": {"": "partial"}})
        body = self.expression()
        del self.locals[-len(iterators) - 1 :]
        return For(position, iterators, body)

    def read_some(self, position: int) -> Node:
        return self.quantified(position, every=False)

    def read_every(self, position: int) -> Node:
        return self.quantified(position, every=True)

    def quantified(self, position: int, every: bool) -> Node:
        iterators = self.iterators()
        self.expect_word("satisfies")
        condition = self.expression()
        del self.locals[-len(iterators) :]
        return Quantified(position, every, iterators, condition)

    def iterators(self) -> list[tuple[str, Node, Node | None]]:
        """`x in list, y in 1..5`; each variable is known from the next domain on (the caller forgets them)."""
        iterators = []
        while True:
            name = self.new_name("in")
            self.expect_word("in")
            domain = self.expression()
            end = None
            if self.op(".."):
                self.at += 1
                end = self.expression()
            iterators.append((name, domain, end))
            scope: Trie = {}
            add(scope, name)
            self.locals.append(scope)
            if not self.op(","):
                return iterators
            self.at += 1

    def read_function(self, position: int) -> Node:
        self.expect("(", "the ( before a function's parameters")
        parameters = []
        scope: Trie = {}
        while not self.op(")"):
            if parameters:
                self.expect(",", "a comma or ) behind this parameter")
            name = self.new_name(":", ",", ")")
            declared = None
            if self.op(":"):
                self.at += 1
                declared = self.type_name()
            parameters.append((name, declared))
            add(scope, name)
        self.at += 1
        external = self.word("external")
        if external:
            self.at += 1
        self.locals.append(scope)
        body = self.expression()
        self.locals.pop()
        return FunctionDefinition(position, parameters, External(position) if external else body)

    KEYWORD_READERS = {
        "if": read_if,
        "for": read_for,
        "some": read_some,
        "every": read_every,
        "function": read_function,
    }
