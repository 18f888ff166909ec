"""The part of the parser that reads unary tests: cells of decision tables, and what stands behind `in`."""

from __future__ import annotations

from ..tree import Node, UnaryTest, UnaryTests
from .lexer import END, OP
from .reader import TokenReader

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class TestsParser(TokenReader):
    """Reads `-`, `"a", "b"`, `not(< 5)`, `[1..3], > 7`, `? > limit`."""

    def unary_tests(self) -> Node:
        position = self.tokens[self.at][2]
        if self.op("-") and self.tokens[self.at + 1][0] == END:
            self.at += 1
            return UnaryTests(position, [], False)
        negated = self.whole_text_is_not()
        if negated:
            self.at += 2
        tests = [self.cell_test()]
        while self.op(","):
            self.at += 1
            tests.append(self.cell_test())
        if negated:
            self.expect(")", "the ) that ends not(")
        return UnaryTests(position, tests, negated)

    def whole_text_is_not(self) -> bool:
        """Is the text `not( ... )` and nothing else? Then it negates the tests inside the brackets."""
        if not (self.word("not") and self.tokens[self.at + 1][:2] == (OP, "(")):
            return False
        depth = 0
        for index in range(self.at + 1, len(self.tokens)):
            kind, text, _, _ = self.tokens[index]
            if kind == OP and text in "([{":
                depth += text == "("
            elif kind == OP and text == ")":
                depth -= 1
                # A half-open range `(1..5]` closes with another bracket: then the count never reaches zero early.
                if depth == 0:
                    return self.tokens[index + 1][0] == END
        return self.tokens[-2][1] == ")"

    def cell_test(self) -> tuple[Node, bool]:
        outer, self.uses_input = self.uses_input, False
        node = self.test(self.expression)
        used, self.uses_input = self.uses_input, outer or self.uses_input
        return node, used

    def test(self, operand) -> Node:
        if self.tokens[self.at][0] == OP and self.tokens[self.at][1] in _COMPARISONS:
            return self.comparison_test()
        return operand()

    def comparison_test(self) -> Node:
        _, op, position, _ = self.tokens[self.at]
        self.at += 1
        return UnaryTest(position, op, self.sum())

    def in_tests(self) -> list[Node]:
        """What follows `in`: one test, or several in brackets."""
        if not self.op("("):
            return [self.test(self.sum)]
        position = self.tokens[self.at][2]
        self.at += 1
        with self.inner_brackets():
            first = self.test(self.expression)
            if self.op(".."):
                return [self.postfix(self.range_end(position, first, start_included=False))]
        if self.op(")") and not isinstance(first, UnaryTest):
            self.at += 1
            return [self.postfix(first)]
        tests = [first]
        while self.op(","):
            self.at += 1
            tests.append(self.test(self.expression))
        self.expect(")", "the ) that ends these tests")
        return tests
