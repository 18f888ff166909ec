"""The dialect as a page for designers, made of the same tables that the check and the engine go by: it cannot lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.dialect import attributes, table
from engine.dialect.extensions import EXTENSIONS, Attribute, Extension
from engine.dialect.table import EVENTS, Meaning

_PLACES = {
    "startEvent": "start",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
    "endEvent": "end",
}
_KINDS = {
    table.ACTIVITY: "Activities",
    table.GATEWAY: "Gateways",
    table.EVENT: "Events in general",
    table.PART: "Parts of elements",
    table.DEFINITION: "Definitions of a file",
}
_HEAD = """\
# What a model means here

This page is made by `orderlane dialect` of the tables that the check and the engine go by; a test keeps it the same.
What stands here as executed does what the standard says; what stands here as refused, or does not stand here at all,
does not get past the gate: the finding names the element, its line and the remedy. *Follows* names the page of Camunda
8's documentation whose rule is followed, below `docs/components/`, and says where we take BPMN 2.0.2 instead.
"""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield from _event_matrix()
    yield "\n## Each event\n"
    yield from _meanings(
        (f"{trigger}, `{place}`", EVENTS[place, trigger])
        for place in _PLACES
        for trigger in _triggers()
        if (place, trigger) in EVENTS
    )
    for kind, title in _KINDS.items():
        yield f"\n## {title}\n"
        yield from _meanings((f"`{name}`", meaning) for name, meaning in _elements() if meaning.kind == kind)
    yield "\n## Attributes with restricted values\n"
    yield "| element | attribute | executed values | otherwise |\n|---|---|---|---|"
    for element, restricted in attributes.RESTRICTED.items():
        for name, allowed in restricted.items():
            yield _row(f"`{element}`", f"`{name}`", ", ".join(sorted(allowed.values)), allowed.remedy)
    yield "\n## Extensions (`zeebe:`)\n"
    yield "| extension | on | meaning, or remedy | attributes |\n|---|---|---|---|"
    for name, extension in EXTENSIONS.items():
        yield _row(f"`zeebe:{name}`", _hosts(extension), _text(extension), _attributes(extension.attributes))
    yield "\n`=` before a value makes it a FEEL expression; *value* is either, *expression* always."


def _triggers() -> tuple[str, ...]:
    return tuple(dict.fromkeys(trigger for _place, trigger in EVENTS))


def _elements() -> Iterator[tuple[str, Meaning]]:
    for name, meaning in table.ELEMENTS.items():
        yield name, meaning
        if name == "subProcess":
            yield "subProcess triggeredByEvent", table.EVENT_SUB_PROCESS


def _event_matrix() -> Iterator[str]:
    yield "## Events: place and trigger\n"
    yield "● executed · blank: no event of BPMN 2.0\n"
    yield "| trigger | " + " | ".join(_PLACES.values()) + " |"
    yield "|---" * (len(_PLACES) + 1) + "|"
    for trigger in _triggers():
        yield _row(trigger, *("●" if (place, trigger) in EVENTS else "" for place in _PLACES))


def _meanings(rows: Iterable[tuple[str, Meaning]]) -> Iterator[str]:
    yield "| element | word | | meaning, or remedy | follows |\n|---|---|---|---|---|"
    for name, meaning in rows:
        verdict = "executed" if meaning.executed else "refused"
        yield _row(name, meaning.word, verdict, meaning.text, meaning.source)


def _hosts(extension: Extension) -> str:
    return ", ".join(f"`{host}`" for host in sorted(extension.hosts))


def _text(extension: Extension) -> str:
    return extension.text if extension.executed else f"*refused.* {extension.text}"


def _attributes(found: dict[str, Attribute]) -> str:
    return ", ".join(
        f"`{name}` {each.kind}{', required' if each.required else ''}" for name, each in found.items()
    )


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
