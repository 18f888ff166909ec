"""Service task: work for an operation or an outside worker."""

from __future__ import annotations

from engine.spiff.elements.job import JobElement


class ServiceTask(JobElement):
    """bpmn:serviceTask."""
