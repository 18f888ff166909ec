"""Standard loop: an activity that is repeated as long as its condition is true (BPMN 2.0.2, 10.3.8; Camunda 8 has none).

testBefore: the condition is asked before each round, else after it. loopMaximum: the most rounds; without a condition
exactly so many. The number of the round, from 1, is the local variable loopCounter; a condition asked before a round
reads the number that this round would have, one asked after it sees all that the round sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from engine.spiff.elements.repetition import Repetition
from engine.spiff.failures import EXTRACT_VALUE_ERROR
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class StandardLoop(Repetition):
    """The body of a looping activity. Its memo: [rounds begun, whether another one comes]."""

    body_type = "standardLoopBody"

    def __init__(self, process: Process, source: Source, loop: etree._Element):
        super().__init__(process, source, loop)
        self.tests_before = loop.get("testBefore", "false") in ("true", "1")
        maximum = loop.get("loopMaximum")
        if maximum is not None and not (maximum.strip().isdecimal() and int(maximum) > 0):
            raise source.refused(
                f'Expected loopMaximum to be a whole number from 1 on, but it is "{maximum}". Correct it or leave it out.'
            )
        self.maximum = None if maximum is None else int(maximum)
        self.condition = source.formula_in(loop, "loopCondition")
        if self.condition is None and self.maximum is None:
            raise source.refused(
                "Expected a loopCondition or a loopMaximum on this looping activity, but there is neither. "
                "Say when the loop ends."
            )

    def execute(self, token: Token) -> bool:
        """Begin the first round, if there is one."""
        if self.tests_before and not self._is_wanted(token, 1):
            return True
        token.memo = [0, True]
        self._begin_next(token)
        return False

    def _begin_next(self, token: Token) -> None:
        round_number = token.memo[0] + 1
        token.memo = [round_number, False]
        token.workflow.spawn(token, self.inner, {"loopCounter": round_number}).index = round_number

    def child_leaving(self, token: Token, child: Token) -> bool:
        """Ask whether another round comes, before anything is changed. Raises Failure."""
        begun = token.memo[0]
        if self.maximum is not None and begun >= self.maximum:
            return True
        is_wanted = self._is_wanted(token, begun + 1) if self.tests_before else self._holds(child, None)
        token.memo = [begun, is_wanted]
        return True

    def _is_wanted(self, token: Token, round_number: int) -> bool:
        return self._holds(token, {"loopCounter": round_number})

    def _holds(self, token: Token, extra: dict[str, Any] | None) -> bool:
        return self.condition is None or self.condition.holds(token, extra, EXTRACT_VALUE_ERROR)

    def child_left(self, token: Token, child: Token) -> None:
        """Begin the next round, or leave."""
        if token.memo[1]:
            self._begin_next(token)
        else:
            self.finish(token)
