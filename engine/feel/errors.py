"""What can go wrong in FEEL: an exception for a broken text or a limit, a diagnostic for a value that became null."""

from __future__ import annotations


class FeelError(Exception):
    """This FEEL text or value cannot be used."""

    def __init__(self, message: str, position: int | None = None):
        super().__init__(message)
        self.message = message
        self.position = position


class SyntaxProblem(FeelError):
    """The text is not a FEEL expression; `position` is the offset of the first sign that does not fit."""


class LimitExceeded(FeelError):
    """The expression is larger, deeper or longer-running than untrusted text may be."""


class AssertionFailed(FeelError):
    """An assert() in the expression did not hold: the one way to fail on purpose."""


class Problem(Exception):
    """Inside the interpreter only: this operation has no result, so its value is null.

    The compiled call or operator that sees it writes a Diagnostic and goes on with null, as FEEL demands.
    """

    def __init__(self, message: str, code: str = "invalid-argument"):
        super().__init__(message)
        self.message = message
        self.code = code


class Diagnostic:
    """Why a value became null: a code for machines, a sentence for people, the offset in the text.

    where: the decision whose text it is, in a decision model.
    """

    __slots__ = ("code", "message", "position", "where")

    def __init__(self, code: str, message: str, position: int | None, where: str | None = None):
        self.code = code
        self.message = message
        self.position = position
        self.where = where

    def __repr__(self) -> str:
        return f"Diagnostic({self.code!r}, {self.message!r}, {self.position!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagnostic) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.position))
