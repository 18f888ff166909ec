"""Undefined and manual tasks: the engine passes through them."""

from __future__ import annotations

from engine.spiff.elements.element import Element


class Task(Element):
    """bpmn:task, bpmn:manualTask."""
