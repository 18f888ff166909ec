"""The public face of a compiled text: `Expression`, its `Result`, and the cache in front of the compiler."""

from __future__ import annotations

import datetime as python
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from .compiling import Compiler
from .errors import Diagnostic, LimitExceeded
from .parsing import Names, names_of, parse, parse_unary_tests
from .runtime import Run
from .tree import Node

_CACHED_TEXTS = 4_096


class Result:
    """What an evaluation gave: a FEEL value, and why it (or a part of it) became null."""

    __slots__ = ("diagnostics", "value")

    def __init__(self, value: Any, diagnostics: list[Diagnostic]) -> None:
        self.value = value
        self.diagnostics = diagnostics

    def __repr__(self) -> str:
        return f"Result({self.value!r}, {self.diagnostics!r})"


class Expression:
    """A compiled text; immutable, shared by all threads."""

    __slots__ = ("certain_names", "names", "run_it", "text")

    def __init__(self, text: str, run_it: Callable[[Run, Any], Any], roots: Mapping[str, bool]) -> None:
        self.text = text
        self.run_it = run_it
        # All variables the text may read, and those it reads for sure: a name inside a filter may also be an entry
        # of the filtered items, which only their data can tell.
        self.names = frozenset(roots)
        self.certain_names = frozenset(name for name, certain in roots.items() if certain)

    def evaluate(
        self, context: Mapping[str, Any], now: python.datetime | None = None, as_in_browser: bool = False
    ) -> Result:
        """The value under these variables, at this moment (default: the system's clock).

        context: plain JSON-like data or FEEL values; read when needed, never changed.
        as_in_browser: for conditions of forms. As in feelin, `in` is false where nothing compares, and lists of
        different lengths are neither equal nor unequal.
        Raises LimitExceeded when the text asks for more than untrusted text may have, FeelError for data that is
        no data. Everything else that goes wrong is null with a diagnostic.
        """
        run = Run(context, now)
        if as_in_browser:
            run.as_in_browser = True
        try:
            value = self.run_it(run, None)
        except RecursionError:
            raise LimitExceeded("Expected an evaluation that nests less deeply.") from None
        return Result(value, run.diagnostics or [])

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile_expression(
    text: str, names: Names | Iterable[str] | None = None, *, functions_are_values: bool = True
) -> Expression:
    """Read an expression once; the same text and names give the same object again.

    names: None as in BPMN (plain identifiers, backticks for others), or the names with blanks and signs that are
    known here, as in DMN.
    functions_are_values: whether the name of a built-in function stands for the function where it is not called (DMN). In a
    model it is the name of a variable, and null where there is none (Camunda 8).
    Raises SyntaxProblem with a sentence and the position, LimitExceeded for a text too large.
    """
    return _expression(text, names_of(names), functions_are_values)


def compile_unary_tests(text: str, names: Names | Iterable[str] | None = None) -> Expression:
    """Read unary tests once: `< 5`, `"a", "b"`, `not(null)`, `-`, `? > limit`.

    The tested value is the variable `?`. Without one, the text must be a condition, as in form-js's `hide`.
    Raises as compile_expression does.
    """
    return _unary_tests(text, names_of(names))


@lru_cache(maxsize=_CACHED_TEXTS)
def _expression(text: str, names: Names | None, functions_are_values: bool) -> Expression:
    return _compiled(text, names, parse, functions_are_values)


@lru_cache(maxsize=_CACHED_TEXTS)
def _unary_tests(text: str, names: Names | None) -> Expression:
    return _compiled(text, names, parse_unary_tests)


def compile_anew(text: str, names: Names | None = None) -> Expression:
    """As compile_expression, past the cache; what a text costs that is seen for the first time."""
    return _compiled(text, names, parse)


def _compiled(
    text: str,
    names: Names | None,
    read: Callable[[str, Names | None], Node],
    functions_are_values: bool = True,
) -> Expression:
    compiler = Compiler(names, functions_are_values=functions_are_values)
    try:
        run_it = compiler.compile(read(text, names))
    except RecursionError:
        raise LimitExceeded("Expected an expression that nests less deeply.") from None
    return Expression(text, run_it, compiler.roots)
