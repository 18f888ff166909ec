"""The parser itself: operators by how strongly they bind (Pratt's way); its parts read values, names and the rest.

The ambiguous places of the grammar are decided by what is known before run time, so a text always means the same.
"""

from __future__ import annotations

from ..errors import LimitExceeded
from ..limits import MAX_TREE_DEPTH
from ..tree import Between, Chain, Compare, In, InstanceOf, Logic, Negate, Node
from .depth import depth_of
from .keywords import KeywordParser
from .lexer import END
from .names import Names
from .tests import TestsParser
from .types import TypesParser
from .values import COMPARISONS, ValueParser

# How strongly an operator binds its operands (DMN 1.5, table 44).
_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = 1, 2, 3, 4, 5, 6
_BINDING = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(COMPARISONS, _COMPARISON),
    "between": _COMPARISON,
    "in": _COMPARISON,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "**": _POWER,
}


def parse(text: str, names: Names | None = None) -> Node:
    """Read one expression; raises SyntaxProblem or LimitExceeded."""
    parser = Parser(text, names)
    return parser.finish(parser.expression())


def parse_unary_tests(text: str, names: Names | None = None) -> Node:
    """Read a cell of a decision table (`-`, `< 5, > 10`, `not("a")`, `? > limit`)."""
    parser = Parser(text, names)
    return parser.finish(parser.unary_tests())


class Parser(ValueParser, KeywordParser, TestsParser, TypesParser):
    """One reading of one text."""

    def expression(self) -> Node:
        self.nest(self.tokens[self.at][2])
        # A simple unary test is an expression too: `[< 5, > 10]` lists two ranges (grammar rule 2.h).
        node = self.comparison_test() if self.tokens[self.at][1] in COMPARISONS else self.binary(_OR)
        self.nesting -= 1
        return node

    def sum(self) -> Node:
        """An expression without comparisons and logic, as beside `<`."""
        return self.binary(_SUM)

    def binary(self, weakest: int) -> Node:
        """An operand and all operators behind it that bind at least so strongly."""
        node = self.operand()
        while True:
            # Texts of other kinds of tokens (strings, quoted names) never equal an operator's: they have quotes.
            _, text, position, _ = self.tokens[self.at]
            strength = _BINDING.get(text)
            if strength is None or strength < weakest:
                return node
            if strength >= _SUM:
                node = self.chain(node, strength)
            elif strength <= _AND:
                node = self.logic(node, text, strength)
            else:
                self.at += 1
                if text == "between":
                    low = self.sum()
                    self.expect_word("and")
                    node = Between(position, node, low, self.sum())
                elif text == "in":
                    node = In(position, node, self.in_tests())
                else:
                    node = Compare(position, text, node, self.sum())

    def logic(self, first: Node, op: str, strength: int) -> Node:
        position = self.tokens[self.at][2]
        operands = [first]
        while self.word(op):
            self.at += 1
            operands.append(self.binary(strength + 1))
        return Logic(position, op, operands)

    def chain(self, first: Node, strength: int) -> Node:
        rest = []
        while True:
            _, text, position, _ = self.tokens[self.at]
            if _BINDING.get(text) != strength:
                return Chain(first.position, first, rest)
            self.at += 1
            rest.append((text, self.binary(strength + 1), position))

    def operand(self) -> Node:
        """A value with what follows it, perhaps behind a minus."""
        _, text, position, _ = self.tokens[self.at]
        if text == "-":
            self.at += 1
            self.nest(position)
            node = Negate(position, self.operand())
            self.nesting -= 1
            return node
        node = self.postfix(self.primary())
        while self.word("instance") and self.tokens[self.at + 1][1] == "of":
            position = self.tokens[self.at][2]
            self.at += 2
            node = InstanceOf(position, node, self.type_name())
        return node

    def finish(self, node: Node) -> Node:
        if self.tokens[self.at][0] != END:
            raise self.unexpected("the end of the expression")
        # A tree is never deeper than its text has tokens, so the walk is only for long texts.
        if len(self.tokens) > MAX_TREE_DEPTH and depth_of(node) > MAX_TREE_DEPTH:
            raise LimitExceeded(f"Expected an expression of at most {MAX_TREE_DEPTH} levels.", 0)
        return node
