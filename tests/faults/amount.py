"""How much of a fault test runs: a spread in `make test`, everything in `make faults` (ORDERLANE_FAULTS=all).

The spread is another one every day; ORDERLANE_SEED names it, so that a day's failure can be repeated.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

Each = TypeVar("Each")
ALL = os.environ.get("ORDERLANE_FAULTS") == "all"
SEED = int(os.environ.get("ORDERLANE_SEED") or f"{datetime.now(UTC):%Y%m%d}")


def chance(*what: object) -> random.Random:
    """The chance of a test: the same all day."""
    return random.Random(f"{SEED} {what}")


def many(few: int, all_of_them: int) -> int:
    """A number of repetitions."""
    return all_of_them if ALL else few


def spread(points: Sequence[Each], few: int) -> list[Each]:
    """At most `few` of the points, one from each equal part of them; the last point is always there."""
    if ALL or len(points) <= few:
        return list(points)
    draw = chance(len(points), few)
    bounds = [round((len(points) - 1) * n / (few - 1)) for n in range(few)]
    return [points[draw.randrange(a, b)] for a, b in itertools.pairwise(bounds)] + [points[-1]]
