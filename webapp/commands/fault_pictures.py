"""orderlane check --pictures DIR: the way to each fault, marked on the drawing of its model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine import layout, xml
from engine.findings import Finding

_SHOWN = frozenset(
    "deadlock lack_of_synchronisation dead_step endless_loop end_unreachable message_never_sent "
    "messages_in_a_circle".split()
)
_MOST_BYTES = 400_000
"""A model without a drawing is drawn first, up to this size."""


def draw(folder: Path, resources: Mapping[str, bytes], findings: Iterable[Finding]) -> Iterator[str]:
    """Write one SVG for each finding on soundness; a line about each."""
    taken: set[str] = set()
    for finding in findings:
        if finding.rule in _SHOWN and finding.path and finding.file in resources:
            drawn = _drawn(resources[finding.file], layout.Marks(finding.path, finding.element_id))
            if drawn is None:
                yield f"{finding.file}: there is no drawing to show the way on. Draw the model, or divide it."
                continue
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / _name(finding, taken)
            file.write_bytes(drawn)
            yield f"{file}: drawn."


def _drawn(model: bytes, marks: layout.Marks) -> bytes | None:
    try:
        return layout.picture(model, marks)
    except ValueError:  # without a drawing
        if len(model) > _MOST_BYTES:
            return None
    try:
        return layout.picture(layout.layout(model), marks)
    except (ValueError, xml.XmlRefused):
        return None


def _name(finding: Finding, taken: set[str]) -> str:
    words = (Path(finding.file).stem, finding.rule, finding.element_id or "")
    name = "-".join(re.sub(r"\W+", "_", word)[:60] for word in words if word)
    number = 1
    while (file := f"{name}.svg" if number == 1 else f"{name}-{number}.svg") in taken:
        number += 1
    taken.add(file)
    return file
