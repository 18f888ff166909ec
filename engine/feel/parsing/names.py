"""Names with blanks and signs in them: which are known, and how long the one at this place is.

DMN allows names such as `Monthly Income` or `pre-bureau risk`. Where one ends is decided only by what is known when
the model is loaded, never by run-time values: the longest known name that fits wins.
"""

from __future__ import annotations

from collections.abc import Iterable

from .lexer import END, QUOTED, Token, tokenize

_WHOLE = ""  # the trie's key for "a name ends here"; no token has an empty text

Trie = dict[str, "Trie | str"]


class Names:
    """The names a text may use: variables, properties after a dot (or inside a filter), and types.

    Immutable, hashable: part of the key under which a compiled expression is kept.
    """

    __slots__ = ("_hash", "properties", "property_trie", "types", "type_trie", "variables", "variable_trie")

    def __init__(
        self, variables: Iterable[str] = (), properties: Iterable[str] = (), types: Iterable[str] = ()
    ) -> None:
        self.variables = frozenset(variables)
        self.properties = frozenset(properties)
        self.types = frozenset(types)
        self.variable_trie = trie(self.variables)
        self.property_trie = trie(self.properties)
        self.type_trie = trie(self.types)
        self._hash = hash((self.variables, self.properties, self.types))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and (self.variables, self.properties, self.types) == (
            other.variables,
            other.properties,
            other.types,
        )

    def with_variables(self, more: Iterable[str]) -> Names:
        """The same names and some more variables."""
        added = frozenset(more)
        if added <= self.variables:
            return self
        return Names(self.variables | added, self.properties, self.types)


def names_of(names: Names | Iterable[str] | None) -> Names | None:
    """Bring what a caller may pass for `names` into one form; plain strings are variables and properties alike."""
    if names is None or isinstance(names, Names):
        return names
    known = frozenset(names)
    return Names(known, known)


def trie(names: Iterable[str]) -> Trie:
    """A tree of token texts in which `longest` finds known names."""
    root: Trie = {}
    for name in names:
        add(root, name)
    return root


def add(root: Trie, name: str) -> None:
    """Make one more name known."""
    node = root
    for kind, text, _, _ in tokenize(name):
        if kind == END:
            break
        node = node.setdefault(text, {})
    node[_WHOLE] = name


def longest(root: Trie, tokens: list[Token], index: int) -> tuple[str | None, int]:
    """The longest known name that starts at this token, and the index behind it."""
    node = root
    found, behind = None, index
    while (node := node.get(tokens[index][1])) is not None and tokens[index][0] != END:
        index += 1
        if _WHOLE in node:
            found, behind = node[_WHOLE], index
        if tokens[index][0] == END:
            break
    return found, behind


def unquoted(token: Token) -> str:
    """The name a NAME or `quoted` token stands for."""
    return token[1][1:-1] if token[0] == QUOTED else token[1]
