"""The part of the parser that reads types: behind `instance of`, in function parameters, in item definitions."""

from __future__ import annotations

from ..tree import TypeName
from .known import TYPE_TRIE
from .lexer import NAME, OP, QUOTED
from .names import longest, unquoted
from .reader import TokenReader


class TypesParser(TokenReader):
    """Reads `number`, `list<string>`, `range<date>`, `context<a: number>`, `function<number> -> string`."""

    def type_name(self) -> TypeName:
        position = self.tokens[self.at][2]
        name = self.plain_type_name()
        if not self.op("<") or name not in ("list", "range", "context", "function"):
            return TypeName(position, name)
        self.at += 1
        if name == "context":
            return self.context_type(position)
        if name == "function":
            return self.function_type(position)
        inner = self.type_name()
        self.expect(">", "the > that ends this type")
        return TypeName(position, name, arguments=[inner])

    def plain_type_name(self) -> str:
        if self.tokens[self.at][0] not in (NAME, QUOTED):
            raise self.unexpected("a type")
        found, behind = longest(TYPE_TRIE, self.tokens, self.at)
        if self.names is not None:
            own, index = longest(self.names.type_trie, self.tokens, self.at)
            if own is not None and index >= behind:
                found, behind = own, index
        if found is not None:
            self.at = behind
            return found
        name = unquoted(self.tokens[self.at])
        self.at += 1
        while self.op(".") and self.tokens[self.at + 1][0] in (NAME, QUOTED):
            name += "." + unquoted(self.tokens[self.at + 1])
            self.at += 2
        return name

    def context_type(self, position: int) -> TypeName:
        members: list[tuple[str, TypeName]] = []
        while not self.op(">"):
            if members:
                self.expect(",", "a comma or > behind this member")
            name = self.new_name(":")
            self.expect(":", "a colon behind the member's name")
            members.append((name, self.type_name()))
        self.at += 1
        return TypeName(position, "context", fields=members)

    def function_type(self, position: int) -> TypeName:
        parameters: list[TypeName] = []
        while not self.op(">"):
            if parameters:
                self.expect(",", "a comma or > behind this parameter")
            # DMN 1.5 lets a parameter carry its name: function<a: number> -> number
            if self.tokens[self.at + 1][:2] == (OP, ":"):
                self.at += 2
            parameters.append(self.type_name())
        self.at += 1
        self.expect("->", "-> and the function's result type")
        return TypeName(position, "function", arguments=parameters, result=self.type_name())
