"""The part of the parser that decides which tokens are one name: in use, being introduced, or behind a dot."""

from __future__ import annotations

from ..tree import Literal, Name, Node
from .known import BUILTIN_TRIE, KEYWORDS, PROPERTY_TRIE
from .lexer import END, NAME, OP, OTHER, QUOTED, STRING
from .names import Trie, longest, unquoted
from .reader import TokenReader

_CONSTANTS = {"true": True, "false": False, "null": None}
_IN_NAMES = frozenset({"-", "+", "*", "/", "**", ".", "'"})  # signs that DMN allows inside a name


class NameReader(TokenReader):
    """Names with blanks and signs; see names.py for what makes one known."""

    def name_or_keyword(self) -> Node:
        kind, text, position, _ = self.tokens[self.at]
        if kind == NAME and text in KEYWORDS and not self._known_name_of_several_words(text):
            self.at += 1
            if text in _CONSTANTS:
                return Literal(position, _CONSTANTS[text])
            read = self.KEYWORD_READERS.get(text)
            if read is not None:
                return read(self, position)
            self.at -= 1
            raise self.unexpected("a value")
        name = self._name_in_use()
        if name == "?":
            self.uses_input = True
        return Name(position, name)

    def _known_name_of_several_words(self, first: str) -> bool:
        return any(
            first in known and longest(known, self.tokens, self.at)[1] > self.at + 1
            for known in self._known()
        )

    def _known(self) -> list[Trie]:
        known = [*self.locals, BUILTIN_TRIE]
        if self.names is not None:
            known.append(self.names.variable_trie)
            if self.filters:
                known.append(self.names.property_trie)
        if self.filters:
            known.append(self.seen)
            known.append(PROPERTY_TRIE)
        return known

    def _name_in_use(self) -> str:
        token = self.tokens[self.at]
        kind, text, _, _ = token
        found, behind = None, self.at + 1
        if kind == NAME:
            for known in self._known():
                if text in known:
                    name, index = longest(known, self.tokens, self.at)
                    if name is not None and index > behind and self._may_be(known, index):
                        found, behind = name, index
        self.at = behind
        return found or unquoted(token)

    def _may_be(self, known: Trie, behind: int) -> bool:
        # `date and time` is a conjunction of two variables unless it is called.
        return (
            known is not BUILTIN_TRIE or self.tokens[behind][1] == "(" or self.tokens[self.at + 1][1] != "and"
        )

    def property_name(self) -> str:
        """The name behind a dot."""
        token = self.tokens[self.at]
        kind, text, _, _ = token
        if kind not in (NAME, QUOTED):
            raise self.unexpected("a property's name behind the dot")
        found, behind = None, self.at + 1
        if kind == NAME:
            known = [self.seen, PROPERTY_TRIE]
            if self.names is not None:
                known.append(self.names.property_trie)
            for trie in known:
                if text in trie:
                    name, index = longest(trie, self.tokens, self.at)
                    if name is not None and index > behind:
                        found, behind = name, index
        self.at = behind
        return found or unquoted(token)

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
            if token[0] in (END, STRING, OP, OTHER) and token[1] not in _IN_NAMES:
                raise self.unexpected(" or ".join(f"'{stop}'" for stop in stops))
            if parts and token[2] > self.tokens[self.at - 1][3]:
                parts.append(" ")
            parts.append(unquoted(token))
            self.at += 1

    def label_ahead(self) -> bool:
        """Is this argument given by name (`from: 3`, `start position: 2`)?"""
        index = self.at
        while True:
            kind, text, _, _ = self.tokens[index]
            if kind == OP and text == ":":
                return index > self.at
            if kind in (END, STRING, OP, OTHER) and text not in _IN_NAMES:
                return False
            index += 1
