"""A process on which engine and oracle differ, made as small as it goes while they still differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.engine.spiff.oracles.elements.blocks import Block, Event

MOST_TRIES = 600


def smallest(block: Block, still_fails: Callable[[Block], bool]) -> Block:
    """Take things away one at a time, as long as it fails without them. Changes the block itself."""
    tries = 0
    found_one = True
    while found_one and tries < MOST_TRIES:
        found_one = False
        for owner, name, value in _less(block):
            kept = getattr(owner, name)
            setattr(owner, name, value)
            tries += 1
            if still_fails(block):
                found_one = True
                break
            setattr(owner, name, kept)
    return block


def _less(block: Block) -> Iterator[tuple[Any, str, Any]]:
    """(owner, attribute, smaller value), the largest savings first."""
    for one in _all(block):
        if isinstance(one, Event):
            yield from _without_one(one, "outputs")
            if len(one.triggers) > 1:
                yield from _without_one(one, "triggers")
            continue
        if one.kind == "seq":
            if len(one.parts) > 1:
                yield from _without_one(one, "parts")
            for number, part in enumerate(one.parts):
                for inner in [*part.parts, *(event.path for event in part.guards)]:
                    yield one, "parts", [*one.parts[:number], inner, *one.parts[number + 1 :]]
                if part.kind not in ("user", "end", "throw"):
                    user = Block("user", part.id)
                    yield one, "parts", [*one.parts[:number], user, *one.parts[number + 1 :]]
        if one.kind in ("xor", "and", "or") and len(one.parts) > 2:
            yield from _without_one(one, "parts")
        if one.kind != "events":
            yield from _without_one(one, "guards")
        for name in ("handlers", "inputs", "outputs", "listeners"):
            yield from _without_one(one, name)
        if len(one.triggers) > 1:
            yield from _without_one(one, "triggers")
        for name, plain in (
            ("loop", None),
            ("undo", None),
            ("all_of", False),
            ("until", ""),
            ("directed", False),
        ):
            if getattr(one, name) != plain:
                yield one, name, plain


def _without_one(owner: Any, name: str) -> Iterator[tuple[Any, str, Any]]:
    values = getattr(owner, name)
    for number in range(len(values)):
        yield owner, name, [*values[:number], *values[number + 1 :]]


def _all(block: Block) -> Iterator[Block | Event]:
    """The block and all inside it, outermost first."""
    fresh: list[Block | Event] = [block]
    while fresh:
        one = fresh.pop(0)
        yield one
        if isinstance(one, Event):
            fresh.append(one.path)
        else:
            fresh += [*one.parts, *one.guards, *one.handlers]
            if one.undo is not None:
                fresh.append(one.undo)
