"""A path marked on a picture: its flows drawn strong, its elements numbered in their order, and one place in the colour of danger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.layout.geometry import Box
from engine.layout.shown import Shown

DANGER = "#b3261e"
_SOFT_DANGER = "#fbe9e7"
_RADIUS = 9
_LONGEST = 3  # so many numbers stand at an element that is passed again and again


@dataclass(frozen=True, slots=True)
class Marks:
    """path: ids in the order in which tokens move, nodes and flows. place: the id of the element where the fault is."""

    path: Sequence[str]
    place: str | None = None


def under(marks: Marks, places: Shown) -> Iterator[str]:
    """What lies below the drawing: the ground of the place."""
    box = places.shapes.get(marks.place or "")
    if box is not None:
        yield (
            f'<rect x="{box.x - 8:g}" y="{box.y - 8:g}" width="{box.width + 16:g}" height="{box.height + 16:g}" rx="12" '
            f'fill="{_SOFT_DANGER}" stroke="{DANGER}" stroke-width="2.5"/>'
        )


def over(marks: Marks, places: Shown) -> Iterator[str]:
    """What lies above it: the flows of the path, then the numbers."""
    for flow in dict.fromkeys(each for each in marks.path if each in places.lines):
        points = "L".join(f"{x:g} {y:g}" for x, y in places.lines[flow])
        yield f'<path d="M{points}" fill="none" stroke="{DANGER}" stroke-width="3" stroke-opacity="0.55" stroke-linejoin="round"/>'
    numbers: dict[str, list[int]] = {}
    for number, element in enumerate((each for each in marks.path if each in places.shapes), start=1):
        numbers.setdefault(element, []).append(number)
    for element, times in numbers.items():
        yield _number(places.shapes[element], times)


def _number(box: Box, times: list[int]) -> str:
    said = ", ".join(str(each) for each in times[:_LONGEST]) + (" …" if len(times) > _LONGEST else "")
    width = max(2 * _RADIUS, 7 * len(said) + 8)
    x, y = box.x - _RADIUS, box.y - _RADIUS
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width}" height="{2 * _RADIUS}" rx="{_RADIUS}" fill="{DANGER}"/>'
        f'<text x="{x + width / 2:g}" y="{y + _RADIUS + 4:g}" text-anchor="middle" font-size="11" font-weight="bold" '
        f'fill="#ffffff">{said}</text>'
    )
