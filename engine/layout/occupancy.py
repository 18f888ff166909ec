"""Which cells of a lane are taken while rows are handed out."""

from __future__ import annotations

from collections import defaultdict

from engine.layout.model import Lane


class Occupancy:
    """Boxes of (row from, row to, column from, column to), both ends included, kept per lane."""

    def __init__(self) -> None:
        self._boxes: dict[Lane | None, list[tuple[float, float, int, int]]] = defaultdict(list)

    def add(self, lane: Lane | None, low: float, high: float, first: int, last: int) -> None:
        self._boxes[lane].append((low, high, first, last))

    def free(self, lane: Lane | None, low: float, high: float, first: int, last: int) -> bool:
        return not any(
            low <= box[1] and box[0] <= high and first <= box[3] and box[2] <= last
            for box in self._boxes[lane]
        )

    def all_free(self, lane: Lane | None, boxes: list[tuple[float, float, int, int]]) -> bool:
        return all(self.free(lane, *box) for box in boxes)

    def reach(self, lane: Lane | None) -> int:
        """How far rows are in use around the main row, at most."""
        return int(max((max(abs(box[0]), abs(box[1])) for box in self._boxes[lane]), default=0)) + 1

    def extent(self, lane: Lane | None) -> tuple[float, float]:
        boxes = self._boxes[lane]
        return min((box[0] for box in boxes), default=0), max((box[1] for box in boxes), default=0)
