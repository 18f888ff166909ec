"""What may be true of a model, as it is written down before the checker is asked: SOUND, or the rules and elements."""

from __future__ import annotations

from tests.engine.spiff.diagrams import error_end, on_message, start, starts

Truth = tuple[tuple[str, str | None], ...]
"""(rule, element) of each finding; no element: wherever it is said."""

SOUND: Truth = ()
TELL = starts("told", on_message("M"))
FAIL = (start("i"), error_end("f", "E"))
NO_END: Truth = (("end_unreachable", None),)


def deadlock(*nodes: str) -> Truth:
    return tuple(("deadlock", node) for node in nodes)


def doubled(node: str) -> Truth:
    return (("lack_of_synchronisation", node),)


def dead(*nodes: str) -> Truth:
    return tuple(("dead_step", node) for node in nodes)
