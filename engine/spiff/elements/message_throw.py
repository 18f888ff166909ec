"""Message throw and end events, send tasks: they publish their message, or are work that sends it (see publications.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.element import Element
from engine.spiff.elements.job import Work, do_work
from engine.spiff.publications import Publication
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Sending(Element):
    """With a zeebe:taskDefinition it is a job, as in Camunda 8; without one the house publishes the message."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        is_work = source.zeebe("taskDefinition") is not None
        self.work = Work(source) if is_work else None
        self.publication = None if is_work else Publication(source, self._referrer(source))
        self.is_completed_from_outside = is_work

    @staticmethod
    def _referrer(source: Source):
        return source.event_definition()

    def execute(self, token: Token) -> bool:
        """Publish and go on, or do the work."""
        return self.publication.throw(token) if self.work is None else do_work(self.work, token)


class MessageThrowEvent(Sending):
    """bpmn:intermediateThrowEvent with a message."""


class MessageEndEvent(Sending):
    """bpmn:endEvent with a message."""


class SendTask(Sending):
    """bpmn:sendTask."""

    @staticmethod
    def _referrer(source: Source):
        return source.node
