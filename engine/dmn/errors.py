"""What can be wrong with a decision model: it is refused as a whole, or one of its parts cannot be evaluated."""

from __future__ import annotations

from dataclasses import dataclass


class DmnRefused(ValueError):
    """This document is no decision model that can be evaluated."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """One part of a model that cannot be evaluated: where, and a sentence with the remedy.

    The decisions that do not need the part still work; the one that does gives null and this sentence.
    """

    element: str
    line: int | None
    message: str
    position: int | None = None
