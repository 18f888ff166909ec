"""None intermediate throw event: a mark on the path (milestones, output mappings)."""

from __future__ import annotations

from engine.spiff.elements.element import Element


class NoneThrowEvent(Element):
    """bpmn:intermediateThrowEvent without definition."""
