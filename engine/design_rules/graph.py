"""Loops in a directed graph, found without recursion: models come from strangers and may be very long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def loops(things: list[Thing], followers: Callable[[Thing], Iterable[Thing]]) -> list[list[Thing]]:
    """The parts of the graph that hold a loop, in the order of `things` (strongly connected parts, by Tarjan).

    A single thing counts when it follows itself. Followers that are not in `things` are left out.
    """
    place = {thing: at for at, thing in enumerate(things)}
    number: dict[Thing, int] = {}
    low: dict[Thing, int] = {}
    stack: list[Thing] = []
    on_stack: set[Thing] = set()
    found: list[list[Thing]] = []

    def enter(thing: Thing):
        number[thing] = low[thing] = len(number)
        stack.append(thing)
        on_stack.add(thing)
        return thing, iter([each for each in followers(thing) if each in place])

    for root in things:
        work = [] if root in number else [enter(root)]
        while work:
            thing, rest = work[-1]
            follower = next(rest, None)
            if follower is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[thing])
                if low[thing] == number[thing]:
                    part = _taken_off(stack, thing)
                    on_stack.difference_update(part)
                    if len(part) > 1 or thing in set(followers(thing)):
                        found.append(sorted(part, key=place.__getitem__))
            elif follower not in number:
                work.append(enter(follower))
            elif follower in on_stack:
                low[thing] = min(low[thing], number[follower])
    return sorted(found, key=lambda part: place[part[0]])


def _taken_off(stack: list[Thing], last: Thing) -> list[Thing]:
    part = [stack.pop()]
    while part[-1] is not last:
        part.append(stack.pop())
    return part
