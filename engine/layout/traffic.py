"""Where flows already run in the grid: what a new one would share, cross or touch."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

from engine.layout.grid import Grid
from engine.layout.model import Link, Node

RIGHT, DOWN, LEFT, UP = range(4)
STEP = ((1, 0), (0, 1), (-1, 0), (0, -1))

Place = tuple[int, int]
Way = list[Place]

# How much worse than touching it is to meet a flow one must be kept apart from.
_APART = 8


class Traffic:
    """The ways found so far, by the pieces they run along and the points they pass."""

    def __init__(self, grid: Grid):
        self.grid = grid
        self.ways: dict[Link, Way] = {}
        # Flows that would lie on each other if they turned at the same points again.
        self.apart: dict[Link, set[Link]] = defaultdict(set)
        self._users: dict[tuple, list[Link]] = defaultdict(list)
        self._passing: dict[tuple[int, int, bool], list[Link]] = defaultdict(list)

    def add(self, link: Link, way: Way) -> None:
        self.ways[link] = way
        for entry in self._entries(link, way):
            entry.append(link)

    def remove(self, link: Link) -> None:
        for entry in self._entries(link, self.ways.pop(link)):
            entry.remove(link)

    def _entries(self, link: Link, way: Way) -> Iterator[list[Link]]:
        before = None
        for place, direction in walk(way):
            end = (place[0] + STEP[direction][0], place[1] + STEP[direction][1])
            yield self._users[self._piece(link, place, end)]
            if before is not None:
                yield self._passing[(*place, direction % 2 == 0)]
                if before != direction:
                    yield self._passing[(*place, direction % 2 == 1)]
            before = direction

    def _piece(self, link: Link, start: Place, end: Place) -> tuple:
        shift = column_shift(link, start[0], self.grid) if start[0] == end[0] else 0.0
        return (start, end, shift) if start < end else (end, start, shift)

    def users(self, link: Link, start: Place, end: Place) -> list[Link]:
        """Who runs along this piece where the link would run."""
        return self._users.get(self._piece(link, start, end), [])

    def touched(self, link: Link, place: Place) -> int:
        """How many other flows turn at this point (in a crossing of two channels they keep to their tracks)."""
        across = self._passing.get((*place, False))
        if not across:
            return 0
        along = self._passing.get((*place, True))
        if not along or self.grid.xs[place[0]].kind == self.grid.ys[place[1]].kind == "channel":
            return 0
        apart = self.apart.get(link, ())
        return sum(
            _APART if other in apart else 1
            for other in along
            if other in across and not same_end(link, other)
        )

    def crossed(self, link: Link, place: Place, direction: int) -> float:
        """How many flows one going straight on crosses at this point; of those that turn here, perhaps half."""
        across = self._passing.get((*place, direction % 2 == 1))
        if not across:
            return 0.0
        along = self._passing.get((*place, direction % 2 == 0), ())
        count = 0.0
        for other in across:
            if other is link:
                continue
            if other not in along:
                count += 1.0
            elif not same_end(link, other):
                count += 0.0 if self._turns_away(link, other, place[0]) else 0.5
        return count

    def _turns_away(self, link: Link, other: Link, column: int) -> bool:
        """Ways down from one host lie side by side: the right one turns right without meeting the left one."""
        return column_shift(link, column, self.grid) < column_shift(other, column, self.grid)

    def troubled(self, link: Link) -> bool:
        """Whether the link shares its first piece or crosses anything."""
        way = self.ways[link]
        if len(self.users(link, way[0], way[1])) > 1:
            return True
        steps = list(walk(way))
        return any(
            before == direction and self.crossed(link, place, direction)
            for (_, before), (place, direction) in itertools.pairwise(steps)
        )

    def swaps(self) -> Iterator[tuple[Link, Link]]:
        """Pairs that change sides along one channel: wherever their tracks lie, they would lie on each other."""
        turns: dict[Place, list[tuple[Link, int]]] = defaultdict(list)
        for link, way in self.ways.items():
            for (_, before), (place, after) in itertools.pairwise(walk(way)):
                if before != after and self.grid.xs[place[0]].kind == "channel":
                    sideways = after if after in (LEFT, RIGHT) else (before + 2) % 4
                    turns[place].append((link, sideways))
        sides: dict[tuple[Link, Link, int], set[bool]] = defaultdict(set)
        for place, found in turns.items():
            if self.grid.ys[place[1]].kind != "cell":
                continue
            for (one, side), (other, other_side) in itertools.permutations(found, 2):
                if side != other_side and not same_end(one, other):
                    sides[one, other, place[0]].add(side == LEFT)
        for (one, other, _), found in sides.items():
            if len(found) == 2 and one.id < other.id:
                yield one, other


def column_shift(link: Link, column: int, grid: Grid) -> float:
    """How far a link runs beside the middle of a column (an index into xs)."""
    for end, shift in ((link.source, link.source_shift), (link.target, link.target_shift)):
        if isinstance(end, Node) and grid.column[end.first] == column:
            return shift
    return 0.0


def same_end(one: Link, other: Link) -> bool:
    return one.source is other.source or one.target is other.target


def walk(way: Way) -> Iterator[tuple[Place, int]]:
    """The points of a way but the last, each with the direction it is left in."""
    for start, end in itertools.pairwise(way):
        yield start, STEP.index((_sign(end[0] - start[0]), _sign(end[1] - start[1])))


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
