"""What a fault is called: one sentence with the path in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.dialect.model import Flow, Node, Process
from engine.dialect.report import DialectReport, called, sentence_case
from engine.soundness.faults import DEAD, DEADLOCK, DOUBLED, ENDLESS, NO_END, Fault
from engine.soundness.scopes import Looked

MOST_NAMES = 14
MOST_FINDINGS = 5  # of one kind in one scope
_LONGEST_NAME = 40
_REMEDIES = {
    DEADLOCK: "Join with the kind of gateway that split the paths: exclusive after exclusive, parallel after parallel. Let "
    "no path that is joined end or branch off before.",
    DOUBLED: "Bring the parallel paths together with a parallel or inclusive gateway before they go on as one.",
    ENDLESS: "Give the loop a way out with an exclusive gateway, and let it wait for somebody or something.",
    NO_END: "Give the loop a way out with an exclusive gateway, or an event that ends it.",
    DEAD: "Correct what stops the tokens before it, or take it away.",
}

Ids = Mapping[str, Node | Flow]


def say(report: DialectReport, process: Process, every: Iterable[Looked]) -> None:
    """Put the faults of the scopes of a process into the report."""
    ids: dict[str, Node | Flow] = {each.id: each for each in (*process.flows, *process.nodes) if each.id}
    for looked in every:
        _say_scope(report, process, looked, ids)


def _say_scope(report: DialectReport, process: Process, looked: Looked, ids: Ids) -> None:
    """The first few faults of each kind in one scope, and whether everything was seen."""
    told: dict[str, int] = {}
    for fault in looked.faults:
        told[fault.kind] = told.get(fault.kind, 0) + 1
        if told[fault.kind] <= MOST_FINDINGS and fault.node is not None:
            path = looked.way_in + (fault.path or report.way_to(fault.node))
            if fault.kind == DEADLOCK and fault.node.id:
                path += (fault.node.id,)  # where the token that came waits
            sentence = f"{_sentence(fault, fault.node, ids)} The path: {in_words(path + fault.loop, ids)}."
            report.at(fault.node.element, fault.kind, sentence, _REMEDIES[fault.kind], path + fault.loop)
    if not looked.is_decided:
        _say_undecided(report, process, looked)


def in_words(path: Iterable[str], ids: Ids) -> str:
    """The nodes of a path in words: "Order received → Check → Pay"; of a long one the beginning and the end."""
    words = [_on_the_diagram(ids[each]) for each in path if isinstance(ids.get(each), Node)]
    if len(words) > MOST_NAMES:
        words[MOST_NAMES // 2 : -(MOST_NAMES // 2)] = ["…"]
    return " → ".join(words)


def _on_the_diagram(thing: Node | Flow) -> str:
    text = " ".join((thing.name or "").split()) or thing.id or "?"
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _sentence(fault: Fault, node: Node, ids: Ids) -> str:
    flow = ids.get(fault.flow or "")
    if fault.kind == DEADLOCK:
        missing = ""
        if isinstance(flow, Flow) and flow.source is not None:
            missing = f' for a token from "{_on_the_diagram(flow.source)}"'
        return f"{sentence_case(called(node))} waits for ever{missing}, which can no longer come."
    if fault.kind == DOUBLED:
        doubled = f"{called(flow)} behind it" if flow is not None else "the flow behind it"
        return f"{sentence_case(called(node))} is passed twice at once: {doubled} carries two tokens, and all that follows happens twice."
    if fault.kind == ENDLESS:
        return (
            f"The loop through {called(node)} has no way out and waits for nobody: it would run for ever within one "
            f"step ({in_words(fault.loop, ids)})."
        )
    if fault.kind == NO_END:
        return f"From {called(node)} on no end can be reached any more ({in_words(fault.loop, ids)}, again and again)."
    return f"No token ever comes to {called(node)}, although the drawing leads there."


def _say_undecided(report: DialectReport, process: Process, looked: Looked) -> None:
    scope = process if looked.parent is None else looked.parent
    seen = "its paths are too many and too tangled to begin"
    if looked.markings:
        seen = f"{looked.markings} positions of its tokens were looked at, and there are more"
    report.at(
        scope.element,
        "not_decided",
        f"Whether {called(scope)} is sound was not decided: {seen}.",
        "Put parallel parts that belong together into sub-processes: each is then looked at on its own.",
    )
