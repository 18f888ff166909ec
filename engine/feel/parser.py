"""Turns a FEEL text into a syntax tree: a hand-written Pratt parser (DMN 1.5, 10.3.1.2).

The ambiguous places of the grammar are decided by what is known before run time, so a text always means the same.
Types are read in parser_types.py, unary tests in parser_tests.py.
"""

from __future__ import annotations

from .errors import LimitExceeded, SyntaxProblem
from .known import BUILTIN_TRIE, KEYWORDS, PROPERTY_TRIE
from .lexer import END, NAME, NUMBER, OP, QUOTED, STRING, Token, tokenize, unquote
from .limits import MAX_NESTING, MAX_TREE_DEPTH
from .literals import at_literal, number_literal
from .names import Names, Trie, add, longest, unquoted
from .parser_tests import TestsParser
from .parser_types import TypesParser
from .tree import (
    Between,
    Call,
    Chain,
    Compare,
    ContextOf,
    External,
    Filter,
    For,
    FunctionDefinition,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Path,
    Quantified,
    RangeOf,
)
from .tree_depth import depth_of

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
# What may follow the closing `[` of a half-open range; anything else makes that sign the start of a filter.
_AFTER_RANGE = frozenset({")", "]", ",", "}", "=", "!=", "<", "<=", ">", ">=", ".", ":"})
_AFTER_RANGE_WORDS = frozenset(
    {"and", "or", "in", "instance", "then", "else", "return", "satisfies", "between"}
)


def parse(text: str, names: Names | None = None) -> Node:
    """Read one expression; raises SyntaxProblem or LimitExceeded."""
    parser = Parser(text, names)
    node = parser.expression()
    return parser.finish(node)


def parse_unary_tests(text: str, names: Names | None = None) -> Node:
    """Read a cell of a decision table (`-`, `< 5, > 10`, `not("a")`, `? > limit`)."""
    parser = Parser(text, names)
    return parser.finish(parser.unary_tests())


class Parser(TestsParser, TypesParser):
    """One reading of one text."""

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

    # ------------------------------------------------------------------ expressions, weakest binding first

    def expression(self) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise LimitExceeded(
                f"Expected expressions nested at most {MAX_NESTING} deep.", self.tokens[self.at][2]
            )
        node = self.conjunction()
        if self.word("or"):
            node = self.logic("or", node, self.conjunction)
        self.nesting -= 1
        return node

    def conjunction(self) -> Node:
        node = self.comparison()
        if self.word("and"):
            node = self.logic("and", node, self.comparison)
        return node

    def logic(self, op: str, first: Node, operand) -> Node:
        position = self.tokens[self.at][2]
        operands = [first]
        while self.word(op):
            self.at += 1
            operands.append(operand())
        return Logic(position, op, operands)

    def comparison(self) -> Node:
        node = self.sum()
        while True:
            kind, text, position, _ = self.tokens[self.at]
            if kind == OP and text in _COMPARISONS:
                self.at += 1
                node = Compare(position, text, node, self.sum())
            elif kind == NAME and text == "between":
                self.at += 1
                low = self.sum()
                self.expect_word("and")
                node = Between(position, node, low, self.sum())
            elif kind == NAME and text == "in":
                self.at += 1
                node = In(position, node, self.in_tests())
            else:
                return node

    def sum(self) -> Node:
        node = self.product()
        if self.op("+") or self.op("-"):
            node = self.chain(node, ("+", "-"), self.product)
        return node

    def product(self) -> Node:
        node = self.power()
        if self.op("*") or self.op("/"):
            node = self.chain(node, ("*", "/"), self.power)
        return node

    def power(self) -> Node:
        node = self.negation()
        if self.op("**"):
            node = self.chain(node, ("**",), self.negation)
        return node

    def chain(self, first: Node, ops: tuple[str, ...], operand) -> Node:
        rest = []
        while True:
            kind, text, position, _ = self.tokens[self.at]
            if kind != OP or text not in ops:
                return Chain(first.position, first, rest)
            self.at += 1
            rest.append((text, operand(), position))

    def negation(self) -> Node:
        kind, text, position, _ = self.tokens[self.at]
        if kind == OP and text == "-":
            self.at += 1
            self.nesting += 1
            if self.nesting > MAX_NESTING:
                raise LimitExceeded(f"Expected expressions nested at most {MAX_NESTING} deep.", position)
            node = Negate(position, self.negation())
            self.nesting -= 1
            return node
        return self.instance_of()

    def instance_of(self) -> Node:
        node = self.postfix(self.primary())
        while self.word("instance") and self.tokens[self.at + 1][1] == "of":
            position = self.tokens[self.at][2]
            self.at += 2
            node = InstanceOf(position, node, self.type_name())
        return node

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
        was_in_range_end, self.in_range_end = self.in_range_end, False
        self.filters += 1
        self.locals.append({"item": {"": "item"}})
        node = self.expression()
        self.locals.pop()
        self.filters -= 1
        self.in_range_end = was_in_range_end
        self.expect("]", "the ] that ends this filter")
        return node

    def call(self, function: Node, position: int) -> Node:
        was_in_range_end, self.in_range_end = self.in_range_end, False
        labels: list[str] | None = None
        arguments: list[Node] = []
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
        self.in_range_end = was_in_range_end
        return Call(position, function, arguments, labels)

    def label_ahead(self) -> bool:
        """Is this argument given by name (`from: 3`, `start position: 2`)?"""
        index = self.at
        while True:
            kind, text, _, _ = self.tokens[index]
            if kind == OP and text == ":":
                return index > self.at
            if kind in (END, STRING) or (kind == OP and text not in ("-", "+", "*", "/", "**", ".")):
                return False
            index += 1

    # ------------------------------------------------------------------ values

    def primary(self) -> Node:
        token = self.tokens[self.at]
        kind, text, position, _ = token
        if kind == NUMBER:
            self.at += 1
            return Literal(position, number_literal(text, position))
        if kind == STRING:
            self.at += 1
            return Literal(position, unquote(token))
        if kind in (NAME, QUOTED):
            return self.name_or_keyword(token)
        if kind == OP:
            if text == "(":
                return self.in_brackets(position)
            if text in ("[", "]"):
                return self.list_or_range(position, text)
            if text == "{":
                return self.context(position)
            if text == "@" and self.tokens[self.at + 1][0] == STRING:
                self.at += 2
                return at_literal(unquote(self.tokens[self.at - 1]), position)
        raise self.unexpected("a value")

    def name_or_keyword(self, token: Token) -> Node:
        kind, text, position, _ = token
        if kind == NAME and text in KEYWORDS:
            special = getattr(self, "_" + text, None) if self.known_length() < 2 else None
            if special is not None:
                self.at += 1
                return special(position)
            if self.known_length() < 2:
                raise self.unexpected("a value")
        name = self.name_in_use()
        if name == "?":
            self.uses_input = True
        return Name(position, name)

    def known_length(self) -> int:
        """How many tokens the longest known name at this place has."""
        return max(longest(known, self.tokens, self.at)[1] for known in self.known_here()) - self.at

    def known_here(self) -> list[Trie]:
        known = [*self.locals, BUILTIN_TRIE]
        if self.names is not None:
            known.append(self.names.variable_trie)
            if self.filters:
                known.append(self.names.property_trie)
        if self.filters:
            known.append(self.seen)
            known.append(PROPERTY_TRIE)
        return known

    def name_in_use(self) -> str:
        token = self.tokens[self.at]
        found, behind = None, self.at + 1
        if token[0] == NAME:
            for known in self.known_here():
                name, index = longest(known, self.tokens, self.at)
                if name is not None and index > behind and self.may_be(known, index):
                    found, behind = name, index
        self.at = behind
        return found or unquoted(token)

    def may_be(self, known: Trie, behind: int) -> bool:
        # `date and time` is a conjunction of two variables unless it is called.
        return (
            known is not BUILTIN_TRIE or self.tokens[behind][1] == "(" or self.tokens[self.at + 1][1] != "and"
        )

    def property_name(self) -> str:
        token = self.tokens[self.at]
        if token[0] not in (NAME, QUOTED):
            raise self.unexpected("a property's name behind the dot")
        found, behind = None, self.at + 1
        if token[0] == NAME:
            known = [self.seen, PROPERTY_TRIE]
            if self.names is not None:
                known.append(self.names.property_trie)
            for trie in known:
                name, index = longest(trie, self.tokens, self.at)
                if name is not None and index > behind:
                    found, behind = name, index
        self.at = behind
        return found or unquoted(token)

    def in_brackets(self, position: int) -> Node:
        self.at += 1
        was_in_range_end, self.in_range_end = self.in_range_end, False
        if self.tokens[self.at][0] == OP and self.tokens[self.at][1] in _COMPARISONS:
            node = self.comparison_test()
            self.expect(")", "the ) that ends this range")
        else:
            node = self.expression()
            if self.op(".."):
                node = self.range_end(position, node, start_included=False)
            else:
                self.expect(")", "the ) that ends this expression")
        self.in_range_end = was_in_range_end
        return node

    def list_or_range(self, position: int, bracket: str) -> Node:
        self.at += 1
        was_in_range_end, self.in_range_end = self.in_range_end, False
        if bracket == "[" and self.op("]"):
            self.at += 1
            node: Node = ListOf(position, [])
        else:
            first = self.expression()
            if bracket == "]" or self.op(".."):
                node = self.range_end(position, first, start_included=bracket == "[")
            else:
                items = [first]
                while self.op(","):
                    self.at += 1
                    items.append(self.expression())
                self.expect("]", "the ] that ends this list")
                node = ListOf(position, items)
        self.in_range_end = was_in_range_end
        return node

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
        was_in_range_end, self.in_range_end = self.in_range_end, False
        entries: list[tuple[str, Node]] = []
        scope: Trie = {}
        self.locals.append(scope)
        while not self.op("}"):
            if entries:
                self.expect(",", "a comma or } behind this entry")
            key_at = self.tokens[self.at]
            if key_at[0] == STRING:
                self.at += 1
                key = unquote(key_at)
            else:
                key = self.new_name(":")
            if any(key == other for other, _ in entries):
                raise SyntaxProblem(f"The context has two entries named {key!r}.", key_at[2])
            self.expect(":", "a colon behind the entry's name")
            entries.append((key, self.expression()))
            add(scope, key)
            add(self.seen, key)
        self.at += 1
        self.locals.pop()
        self.in_range_end = was_in_range_end
        return ContextOf(position, entries)

    # ------------------------------------------------------------------ keywords that start an expression

    def _true(self, position: int) -> Node:
        return Literal(position, True)

    def _false(self, position: int) -> Node:
        return Literal(position, False)

    def _null(self, position: int) -> Node:
        return Literal(position, None)

    def _if(self, position: int) -> Node:
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return If(position, condition, then, self.expression())

    def _for(self, position: int) -> Node:
        iterators = self.iterators()
        self.expect_word("return")
        self.locals.append({"partial": {"": "partial"}})
        body = self.expression()
        del self.locals[-len(iterators) - 1 :]
        return For(position, iterators, body)

    def _some(self, position: int) -> Node:
        return self.quantified(position, every=False)

    def _every(self, position: int) -> Node:
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

    def _function(self, position: int) -> Node:
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
        self.locals.append(scope)
        external = self.word("external")
        if external:
            self.at += 1
        body = self.expression()
        self.locals.pop()
        return FunctionDefinition(position, parameters, External(position) if external else body)

    # ------------------------------------------------------------------ small helpers

    def new_name(self, *stops: str) -> str:
        """A name being introduced: every token up to one of these, blanks between them reduced to one."""
        start = self.at
        if self.tokens[start][0] not in (NAME, QUOTED):
            raise self.unexpected("a name")
        parts: list[str] = []
        while True:
            token = self.tokens[self.at]
            if token[1] in stops and self.at > start:
                return "".join(parts)
            if token[0] == END or (token[0] == OP and token[1] not in ("-", "+", "*", "/", "**", ".")):
                raise self.unexpected(" or ".join(f"'{stop}'" for stop in stops))
            if parts and token[2] > self.tokens[self.at - 1][3]:
                parts.append(" ")
            parts.append(unquoted(token))
            self.at += 1

    def op(self, text: str) -> bool:
        kind, found, _, _ = self.tokens[self.at]
        return kind == OP and found == text

    def word(self, text: str) -> bool:
        kind, found, _, _ = self.tokens[self.at]
        return kind == NAME and found == text

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

    def finish(self, node: Node) -> Node:
        if self.tokens[self.at][0] != END:
            raise self.unexpected("the end of the expression")
        # A tree is never deeper than its text has tokens, so the walk is only for long texts.
        if len(self.tokens) > MAX_TREE_DEPTH and depth_of(node) > MAX_TREE_DEPTH:
            raise LimitExceeded(f"Expected an expression of at most {MAX_TREE_DEPTH} levels.", 0)
        return node
