"""How often what is drawn. An element that is not to be drawn for a while is set to 0 here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """blocks, catches, guards (boundary events and event sub-processes), throws: weights; chances: from 0 to 1."""

    blocks: dict[str, int]
    catches: dict[str, int]
    guards: dict[str, int]
    throws: dict[str, int]
    chances: dict[str, float]

    def but(self, **changes: dict[str, float]) -> Weights:
        """The same with some of them changed."""
        return Weights(**{name: table | changes.get(name, {}) for name, table in vars(self).items()})


ALL = Weights(
    blocks={
        "user": 5,
        "job": 2,
        "script": 1,
        "receive": 1,
        "mark": 1,
        "catch": 2,
        "throw": 3,
        "link": 1,
        "xor": 2,
        "and": 2,
        "or": 1,
        "again": 1,
        "events": 1,
        "sub": 4,
        "call": 1,
        "transaction": 2,
        "adhoc": 2,
    },
    catches={"timer": 2, "date": 1, "message": 2, "signal": 2, "condition": 2},
    guards={"timer": 1, "cycle": 1, "message": 1, "signal": 2, "condition": 2, "error": 2, "escalation": 2},
    throws={"signal": 2, "escalation": 2, "message": 1, "compensation": 3},
    chances={
        "end": 0.25,
        "cancel": 0.5,
        "mappings": 0.2,
        "undo all": 0.03,
        "directed": 0.4,
        "loop": 0.2,
        "standard loop": 0.3,
        "listeners": 0.1,
        "handlers": 0.4,
        "undo": 0.35,
        "undoing handler": 0.15,
        "multiple": 0.12,
        "all of": 0.3,
        "merges": 0.1,
        "no default": 0.05,
    },
)

FOCI = (
    ALL,
    # Much to undo, in and around event sub-processes, with few other turns.
    ALL.but(
        blocks={
            "throw": 3,
            "sub": 8,
            "transaction": 5,
            "again": 4,
            "job": 0,
            "receive": 0,
            "catch": 0,
            "events": 0,
        },
        throws={"compensation": 15},
        chances={"undo": 0.8, "undo all": 0.5, "mappings": 0.4, "end": 0.1, "handlers": 0.3, "loop": 0.15},
    ),
    # Joins and links, entered again and again by handlers drawn into the same scope.
    ALL.but(
        blocks={"and": 6, "or": 8, "link": 8, "again": 2, "adhoc": 1, "call": 0, "transaction": 0},
        chances={"handlers": 0.6, "end": 0.1, "undo": 0.1, "merges": 0.3, "loop": 0.1},
    ),
    # What is thrown inside and caught outside.
    ALL.but(
        blocks={"throw": 6, "sub": 6, "call": 5, "job": 4},
        guards={"error": 8, "escalation": 8, "signal": 4},
        throws={"signal": 6, "escalation": 10, "compensation": 1},
        chances={"end": 0.5, "handlers": 0.6},
    ),
    # Who directs an ad-hoc sub-process, with much that ends and interrupts inside of it.
    ALL.but(
        blocks={"adhoc": 12, "job": 3, "call": 0, "events": 0, "or": 0},
        guards={"error": 4},
        chances={"directed": 0.8, "handlers": 0.5, "mappings": 0.3},
    ),
)
