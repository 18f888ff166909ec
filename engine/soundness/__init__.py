"""Soundness: is a process drawn so that every instance can come to its end, with no token stuck, doubled or left behind?

A bounded search over the markings of each scope (the process, each sub-process, each event sub-process) answers. Well-built
parts are reduced before (`reducing.py`), a sub-process is one step of its scope (`scopes.py`); conditions are free
choices. Each finding carries its counter-example as a path of ids; what is too large is told as "not decided".
"""

from __future__ import annotations

from collections.abc import Callable

from engine.dialect.model import Model, Node
from engine.dialect.report import DialectReport
from engine.findings import Finding
from engine.soundness import circles, messages, scopes, sentences, throws
from engine.soundness.scopes import MOST_MOVES

__all__ = ["MOST_MOVES", "check"]

_WAITING = frozenset({"userTask", "receiveTask", "eventBasedGateway"})


def check(
    model: Model, file: str, waits: Callable[[Node], bool] | None = None, most_moves: int = MOST_MOVES
) -> list[Finding]:
    """All findings on the soundness of one BPMN file.

    waits: whether a token may stop at a node (a job without an operation here, a call): asked beside what always waits.
    most_moves: the bound of the search, for the whole file.
    """

    def may_wait(node: Node) -> bool:
        is_event = node.type == "intermediateCatchEvent" and node.trigger != "link"
        return node.type in _WAITING or is_event or (waits is not None and waits(node))

    report = DialectReport(file, model)
    never: set[Node] = set()
    for process in model.checked:
        looked = scopes.look(process, may_wait, most_moves)
        for each in looked:
            most_moves -= each.moves
            if each.visited is not None:
                never.update(node for node in process.scope(each.parent) if node not in each.visited)
        sentences.say(report, process, looked)
        throws.check(report, process)
    messages.check(report, model, lambda node: node not in never, scopes.way_to)
    circles.check(report, model, messages.drawn_senders(model))
    return report.findings
