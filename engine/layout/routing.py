"""The way of every flow through the grid: along channels and through empty cells, never through a shape."""

from __future__ import annotations

import itertools
from collections import defaultdict

from engine.layout.grid import Grid
from engine.layout.model import Link, Node, Plane
from engine.layout.search import Search
from engine.layout.traffic import Traffic, Way

# Ways out of one gateway are tried in every order up to this many.
_MOST_SIBLINGS = 3
_ROUNDS_OF_PARTING = 3


def route(plane: Plane, grid: Grid) -> dict[Link, Way]:
    """Return the corner points of every link, as indices into the lines of the grid."""
    traffic = Traffic(grid)
    search = Search(plane, grid, traffic)
    links = [
        link
        for link in plane.links
        if not isinstance(link.source, Link) and not isinstance(link.target, Link)
    ]
    for link in sorted(links, key=_order):
        _route(link, search, traffic)
    # What went first could not know what comes later: give flows that cross or share a corner a second try.
    for link in sorted(links, key=_order, reverse=True):
        if traffic.troubled(link):
            traffic.remove(link)
            _route(link, search, traffic)
    siblings: dict[Node, list[Link]] = defaultdict(list)
    for link in links:
        if link.kind == "sequence" and link.source.kind == "gateway":
            siblings[link.source].append(link)
    for found in siblings.values():
        if 1 < len(found) <= _MOST_SIBLINGS and any(traffic.troubled(link) for link in found):
            _rearrange(found, search, traffic)
    _part_swaps(search, traffic)
    return {link: _corners(way) for link, way in traffic.ways.items()}


def _order(link: Link) -> tuple[int, int]:
    if link.kind != "sequence":
        return {"message": 4, "data": 5, "association": 6}[link.kind], 0
    rank = 0 if link.main else 2 if link.source.kind == "boundary" else 3 if link.backward else 1
    return rank, abs(link.target.first - link.source.last)


def _route(link: Link, search: Search, traffic: Traffic) -> float:
    cost, way = search.find(link)
    traffic.add(link, way)
    return cost


def _rearrange(links: list[Link], search: Search, traffic: Traffic) -> None:
    """Route these again in the order that makes them cheapest together."""
    least, best = float("inf"), {}
    for order in itertools.permutations(links):
        for link in links:
            traffic.remove(link)
        cost = sum(_route(link, search, traffic) for link in order)
        if cost < least:
            least, best = cost, {link: traffic.ways[link] for link in order}
    for link in links:
        traffic.remove(link)
    for link, way in best.items():
        traffic.add(link, way)


def _part_swaps(search: Search, traffic: Traffic) -> None:
    for _ in range(_ROUNDS_OF_PARTING):
        pairs = list(traffic.swaps())
        if not pairs:
            return
        for one, other in pairs:
            traffic.apart[one].add(other)
            traffic.apart[other].add(one)
            later = max(one, other, key=_order)
            traffic.remove(later)
            _route(later, search, traffic)


def _corners(way: Way) -> Way:
    kept = [way[0]]
    for before, here, after in zip(way, way[1:], way[2:], strict=False):
        if (before[0] == here[0]) != (here[0] == after[0]):
            kept.append(here)
    return [*kept, way[-1]]
