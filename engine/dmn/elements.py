"""The elements of a decision requirements graph as the reader finds them, before anything is compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..feel.functions import Function
from ..feel.runtime import Run
from ..feel.types import ANY, Type


@dataclass(slots=True, eq=False)
class Requirement:
    """Something an element needs: under which name it is seen, inside which import (None: this model)."""

    name: str
    target: Element
    imported_as: str | None = None


@dataclass(slots=True, eq=False)
class Element:
    """Anything with a value of its own in the graph."""

    id: str
    name: str
    line: int | None
    xml: etree._Element
    type: Type = ANY
    namespace: str = ""


@dataclass(slots=True, eq=False)
class InputData(Element):
    """A value that comes from the caller."""


@dataclass(slots=True, eq=False)
class Decision(Element):
    """evaluate(run, frame) computes it; the frame holds the values of its requirements, in their order."""

    requirements: list[Requirement] = field(default_factory=list)
    evaluate: Callable[[Run, Any], Any] | None = None


@dataclass(slots=True, eq=False)
class Knowledge(Element):
    """A business knowledge model: a function, made from the frame of its requirements."""

    requirements: list[Requirement] = field(default_factory=list)
    make: Callable[[Run, Any], Function] | None = None


@dataclass(slots=True, eq=False)
class Service(Element):
    """A decision service: decisions that can be called like a function."""

    outputs: list[Decision] = field(default_factory=list)
    input_decisions: list[Requirement] = field(default_factory=list)
    input_data: list[Requirement] = field(default_factory=list)

    @property
    def parameters(self) -> list[Requirement]:
        """Input data first, then input decisions: the order of the standard (10.4, table 91)."""
        return self.input_data + self.input_decisions


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """A decision as others list it. inputs: names of the input data it needs, directly or through others."""

    id: str
    name: str
    inputs: tuple[str, ...]
