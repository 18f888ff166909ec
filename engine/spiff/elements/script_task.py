"""Script task: a FEEL expression and the variable its value goes to; with a task definition it is work for a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.element import Element
from engine.spiff.elements.job import Work, do_work
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class ScriptTask(Element):
    """bpmn:scriptTask."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        script = source.zeebe("script")
        self.work = Work(source) if script is None else None
        self.is_completed_from_outside = self.work is not None
        self.result_variable = source.attribute(script, "resultVariable")
        self.expression = None if script is None else source.formula(source.attribute(script, "expression"))

    def execute(self, token: Token) -> bool:
        """Evaluate; the value is the result."""
        if self.work is not None:
            return do_work(self.work, token)
        value = self.expression.of(token)
        if self.result_variable:
            self.take_result(token, {self.result_variable: value})
        return True
