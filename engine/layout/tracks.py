"""Which track of its channel every piece of a flow takes, so that no two lie on each other and few cross."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field

from engine.layout.grid import Grid
from engine.layout.model import Link
from engine.layout.traffic import Way


@dataclass(eq=False, repr=False)
class Piece:
    """A straight piece of a way: along line `line` of one axis, from `low` to `high` on the other."""

    link: Link
    vertical: bool
    line: int
    start: int
    end: int
    place: int
    track: float = 0

    @property
    def low(self) -> int:
        return min(self.start, self.end)

    @property
    def high(self) -> int:
        return max(self.start, self.end)


@dataclass(eq=False, repr=False)
class _Bundle:
    """Pieces that run on one track because they begin or end at the same port."""

    pieces: list[Piece]
    low: int = 0
    high: int = 0
    # Where other pieces join: (place on the other axis, its track, -1 for the lower side and 1 for the higher).
    joints: list[tuple[int, float, int]] = field(default_factory=list)


def assign(ways: dict[Link, Way], grid: Grid) -> dict[Link, list[Piece]]:
    """Cut ways into pieces and give each its track; tell the channels how many tracks they hold."""
    pieces = {link: _cut(link, way) for link, way in ways.items()}
    bundles = _bundle([piece for found in pieces.values() for piece in found], pieces, grid)
    # Horizontal and vertical tracks depend on each other's order: the second round sees the first one's answer.
    for vertical in (False, True, False, True):
        for (is_vertical, line), found in bundles.items():
            if is_vertical == vertical:
                axis = grid.xs if vertical else grid.ys
                axis[line].tracks = _settle(found, pieces)
    grid.settle()
    return pieces


def _cut(link: Link, way: Way) -> list[Piece]:
    pieces = []
    for place, (start, end) in enumerate(itertools.pairwise(way)):
        vertical = start[0] == end[0]
        along, across = (1, 0) if vertical else (0, 1)
        pieces.append(Piece(link, vertical, start[across], start[along], end[along], place))
    return pieces


def _bundle(
    all_pieces: list[Piece], pieces: dict[Link, list[Piece]], grid: Grid
) -> dict[tuple[bool, int], list[_Bundle]]:
    channels: dict[tuple[bool, int], dict[object, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in all_pieces:
        axis = grid.xs if piece.vertical else grid.ys
        if axis[piece.line].kind == "channel":
            channels[piece.vertical, piece.line][_key(piece, pieces, all_pieces)].append(piece)
    result: dict[tuple[bool, int], list[_Bundle]] = {}
    for channel, groups in channels.items():
        result[channel] = [
            _Bundle(found, min(piece.low for piece in found), max(piece.high for piece in found))
            for found in groups.values()
        ]
    return result


def _key(piece: Piece, pieces: dict[Link, list[Piece]], all_pieces: list[Piece]) -> object:
    """Pieces with the same key share a track: those that leave one port the same way, else reach one."""
    own = pieces[piece.link]
    if piece.place == 1:
        key = ("from", piece.link.source, own[0].vertical, own[0].line, own[0].start, piece.start)
        if _count(key, piece, pieces, all_pieces) > 1:
            return key
    if piece.place == len(own) - 2 and piece.place > 0:
        return ("to", piece.link.target, own[-1].vertical, own[-1].line, own[-1].end, piece.end)
    return piece


def _count(key: tuple, piece: Piece, pieces: dict[Link, list[Piece]], all_pieces: list[Piece]) -> int:
    return sum(
        1
        for other in all_pieces
        if other.place == 1
        and other.link.source is piece.link.source
        and other.vertical == piece.vertical
        and other.line == piece.line
        and other.start == piece.start
        and pieces[other.link][0].start == key[4]
    )


def _settle(bundles: list[_Bundle], pieces: dict[Link, list[Piece]]) -> int:
    """Order the bundles of one channel, hand out tracks, return how many there are."""
    for bundle in bundles:
        bundle.joints = [joint for piece in bundle.pieces for joint in _joints(piece, pieces[piece.link])]
    order: list[_Bundle] = []
    for bundle in sorted(bundles, key=lambda found: (found.high - found.low, found.low)):
        costs = []
        for place in range(len(order) + 1):
            cost = sum(_conflict(other, bundle) for other in order[:place])
            cost += sum(_conflict(bundle, other) for other in order[place:])
            costs.append(cost)
        order.insert(costs.index(min(costs)), bundle)
    _improve(order)
    tracks: dict[_Bundle, int] = {}
    for place, bundle in enumerate(order):
        below = [tracks[other] for other in order[:place] if _overlap(other, bundle)]
        tracks[bundle] = max(below, default=-1) + 1
        for piece in bundle.pieces:
            piece.track = tracks[bundle]
    return max(tracks.values(), default=-1) + 1


def _improve(order: list[_Bundle]) -> None:
    for _ in range(len(order)):
        changed = False
        for place in range(len(order) - 1):
            one, two = order[place], order[place + 1]
            if _conflict(two, one) < _conflict(one, two):
                order[place], order[place + 1] = two, one
                changed = True
        if not changed:
            return


def _joints(piece: Piece, own: list[Piece]) -> list[tuple[int, float, int]]:
    joints = []
    if piece.place > 0:
        other = own[piece.place - 1]
        joints.append((piece.start, other.track, -1 if other.start < other.end else 1))
    if piece.place + 1 < len(own):
        other = own[piece.place + 1]
        joints.append((piece.end, other.track, 1 if other.start < other.end else -1))
    return joints


def _overlap(one: _Bundle, other: _Bundle) -> bool:
    return one.low <= other.high and other.low <= one.high


def _conflict(lower: _Bundle, upper: _Bundle) -> float:
    """How bad it is to give `lower` the lower track: crossings, and much worse, flows lying on each other."""
    if not _overlap(lower, upper):
        return 0.0
    cost = 0.0
    for place, track, side in lower.joints:
        if side > 0:
            cost += _crosses(place, track, upper)
    for place, track, side in upper.joints:
        if side < 0:
            cost += _crosses(place, track, lower)
    for place, track, side in lower.joints:
        for other_place, other_track, other_side in upper.joints:
            if side > 0 > other_side and place == other_place and track == other_track:
                cost += 50.0
    return cost


def _crosses(place: int, track: float, other: _Bundle) -> float:
    """Whether a line at this place crosses the other bundle; at its very end the tracks there decide."""
    ends = [(joint[0], joint[1]) for joint in other.joints]
    if not ends:
        return 1.0 if other.low < place < other.high else 0.0
    low = min(ends) if min(ends)[0] <= other.low else (other.low, -1.0)
    high = max(ends) if max(ends)[0] >= other.high else (other.high, 1e9)
    return 1.0 if low < (place, track) < high else 0.0
