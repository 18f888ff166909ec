"""Message throw and end events: sending is work (Camunda 8: a job; the engine correlates nothing by itself)."""

from __future__ import annotations

from engine.spiff.elements.job import JobElement


class MessageThrowEvent(JobElement):
    """bpmn:intermediateThrowEvent with a message."""


class MessageEndEvent(JobElement):
    """bpmn:endEvent with a message."""
