"""Questions about the requirements graph as a graph: circles, and what a decision needs in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .elements import Decision, Element, InputData, Knowledge, Service
from .errors import DmnRefused

if TYPE_CHECKING:
    from .graph import Graph

_MAX_CHAIN = 100  # decisions that need each other in a row: each takes part of Python's stack


def needed_by(element: Element) -> list[Element]:
    """The elements this one needs directly."""
    if isinstance(element, (Decision, Knowledge)):
        return [requirement.target for requirement in element.requirements]
    if isinstance(element, Service):
        return list(element.outputs)
    return []


def refuse_circles(graph: Graph) -> None:
    """Raise DmnRefused when an element needs itself, or needs others through too long a chain."""
    done: dict[Element, int] = {}
    for root in graph.elements.values():
        way: list[Element] = []
        waiting = [(root, False)]
        while waiting:
            element, leaving = waiting.pop()
            if leaving:
                way.pop()
                done[element] = 1 + max((done.get(one, 0) for one in needed_by(element)), default=0)
                if done[element] > _MAX_CHAIN:
                    message = (
                        f"Expected at most {_MAX_CHAIN} decisions in a row, but '{element.name}' needs more."
                    )
                    raise DmnRefused(message, element.line)
            elif element in way:
                names = " needs ".join(f"'{one.name}'" for one in [*way[way.index(element) :], element])
                raise DmnRefused(f"Expected requirements without circles, but {names}.", element.line)
            elif element not in done:
                way.append(element)
                waiting.append((element, True))
                # A function may call itself: only values must not depend on themselves.
                waiting += [
                    (one, False)
                    for one in needed_by(element)
                    if not (one is element and isinstance(element, Knowledge))
                ]


def inputs_of(element: Element) -> tuple[str, ...]:
    """Names of all input data that this element needs, directly or through others."""
    names: dict[str, None] = {}
    seen: set[Element] = set()
    waiting = [element]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, InputData):
            names[one.name] = None
        elif one not in seen:
            seen.add(one)
            waiting += needed_by(one)
    return tuple(names)
