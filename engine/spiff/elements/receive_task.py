"""Receive task: a message catch event that may carry boundary events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.intermediate_catch_event import Catching

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class ReceiveTask(Catching):
    """bpmn:receiveTask."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.wait_for((source.message(source.node),))
