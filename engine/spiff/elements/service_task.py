"""Service task and send task: work (Camunda 8 sends nothing by itself, a send task is a job)."""

from __future__ import annotations

from engine.spiff.elements.job import JobElement


class ServiceTask(JobElement):
    """bpmn:serviceTask."""


class SendTask(JobElement):
    """bpmn:sendTask."""
