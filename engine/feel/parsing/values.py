"""The part of the parser that reads values: literals, names, brackets of every kind, and what may follow a value."""

from __future__ import annotations

from ..errors import SyntaxProblem
from ..tree import Call, ContextOf, Filter, ListOf, Literal, Node, Path, RangeOf
from .lexer import END, NAME, NUMBER, OP, QUOTED, STRING, unquote
from .literals import at_literal, number_literal
from .name_reader import NameReader
from .names import Trie, add

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
# What may follow the closing `[` of a half-open range; anything else makes that sign the start of a filter.
_AFTER_RANGE = COMPARISONS | {")", "]", ",", "}", ".", ":"}
_AFTER_RANGE_WORDS = frozenset(
    {"and", "or", "in", "instance", "then", "else", "return", "satisfies", "between"}
)
_ITEM: Trie = {"item": {"": "item"}}


class ValueParser(NameReader):
    """Reads one operand."""

    def primary(self) -> Node:
        token = self.tokens[self.at]
        kind, text, position, _ = token
        if kind in (NAME, QUOTED):
            return self.name_or_keyword()
        if kind == NUMBER:
            self.at += 1
            return Literal(position, number_literal(text, position))
        if kind == STRING:
            self.at += 1
            return Literal(position, unquote(token))
        if kind == OP:
            if text == "(":
                return self.in_brackets(position)
            if text == "[" or text == "]":
                return self.list_or_range(position, text)
            if text == "{":
                return self.context(position)
            if text == "@" and self.tokens[self.at + 1][0] == STRING:
                self.at += 2
                return at_literal(unquote(self.tokens[self.at - 1]), position)
        raise self.unexpected("a value")

    # ------------------------------------------------------------------ what follows a value

    def postfix(self, node: Node) -> Node:
        while True:
            kind, text, position, _ = self.tokens[self.at]
            if kind != OP:
                return node
            if text == ".":
                self.at += 1
                node = Path(position, node, self.property_name())
            elif text == "[" and not (self.in_range_end and self.closes_range()):
                self.at += 1
                node = Filter(position, node, self.filter_condition())
            elif text == "(":
                self.at += 1
                node = self.call(node, position)
            else:
                return node

    def closes_range(self) -> bool:
        kind, text, _, _ = self.tokens[self.at + 1]
        return kind == END or (text in _AFTER_RANGE if kind == OP else text in _AFTER_RANGE_WORDS)

    def filter_condition(self) -> Node:
        with self.inner_brackets():
            self.filters += 1
            self.locals.append(_ITEM)
            node = self.expression()
            self.locals.pop()
            self.filters -= 1
        self.expect("]", "the ] that ends this filter")
        return node

    def call(self, function: Node, position: int) -> Node:
        labels: list[str] | None = None
        arguments: list[Node] = []
        with self.inner_brackets():
            if not self.op(")"):
                if self.label_ahead():
                    labels = []
                while True:
                    if labels is not None:
                        labels.append(self.new_name(":"))
                        self.expect(":", "a colon behind the parameter's name")
                    arguments.append(self.expression())
                    if not self.op(","):
                        break
                    self.at += 1
        self.expect(")", "a ) that ends the arguments")
        return Call(position, function, arguments, labels)

    # ------------------------------------------------------------------ brackets

    def in_brackets(self, position: int) -> Node:
        """`(expression)`, the range `(1..5]`, or the range `(< 5)`."""
        self.at += 1
        with self.inner_brackets():
            node = self.expression()
            if self.op(".."):
                return self.range_end(position, node, start_included=False)
            self.expect(")", "the ) that ends this expression")
            return node

    def list_or_range(self, position: int, bracket: str) -> Node:
        self.at += 1
        if bracket == "[" and self.op("]"):
            self.at += 1
            return ListOf(position, [])
        with self.inner_brackets():
            first = self.expression()
            if bracket == "]" or self.op(".."):
                return self.range_end(position, first, start_included=bracket == "[")
            items = [first]
            while self.op(","):
                self.at += 1
                items.append(self.expression())
            self.expect("]", "the ] that ends this list")
            return ListOf(position, items)

    def range_end(self, position: int, start: Node, start_included: bool) -> Node:
        self.expect("..", "the two dots of a range")
        self.in_range_end = True
        end = self.expression()
        self.in_range_end = False
        if not (self.op("]") or self.op(")") or self.op("[")):
            raise self.unexpected("the bracket that ends this range")
        end_included = self.op("]")
        self.at += 1
        return RangeOf(position, start, end, start_included, end_included)

    def context(self, position: int) -> Node:
        self.at += 1
        entries: list[tuple[str, Node]] = []
        keys: set[str] = set()
        scope: Trie = {}
        self.locals.append(scope)
        with self.inner_brackets():
            while not self.op("}"):
                if entries:
                    self.expect(",", "a comma or } behind this entry")
                key, key_at = self.key()
                if key in keys:
                    raise SyntaxProblem(f"The context has two entries named {key!r}.", key_at)
                keys.add(key)
                self.expect(":", "a colon behind the entry's name")
                entries.append((key, self.expression()))
                add(scope, key)
                add(self.seen, key)
        self.at += 1
        self.locals.pop()
        return ContextOf(position, entries)

    def key(self) -> tuple[str, int]:
        token = self.tokens[self.at]
        if token[0] == STRING:
            self.at += 1
            return unquote(token), token[2]
        return self.new_name(":"), token[2]
