"""Words the grammar itself knows: keywords, names of built-in functions, of properties and of types with blanks."""

from __future__ import annotations

from .names import Trie, add, trie

KEYWORDS = frozenset(
    "true false null if then else for in return some every satisfies function and or between".split()
)

PROPERTY_TRIE = trie(["time offset", "start included", "end included"])

TYPE_TRIE = trie(
    [
        "Any",
        "Null",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "range",
        "function",
    ]
)

# Filled by the table of built-in functions when it is built, so that a name stands in one place only.
BUILTIN_TRIE: Trie = {}


def know_builtin(name: str) -> None:
    """Let the parser read this function name, blanks and all, as one name."""
    add(BUILTIN_TRIE, name)
