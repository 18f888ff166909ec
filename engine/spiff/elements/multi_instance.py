"""Multi-instance: a body around an activity, and one token inside it for each item of a collection.

Rules (Camunda 8, multi-instance): the collection is evaluated once, when the body is entered, and must be a list; item,
loopCounter (from 1) and the output variable are locals of the instance; the output list is a local of the body, filled by
index, handed up when the body leaves. After each instance: its output is collected, then the completion condition is
asked in its scope. If either fails nothing is changed and the instance has the incident. Instead of a collection a
loopCardinality may say how many instances there are (BPMN 2.0.2, 10.3.8).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lxml import etree
from msgspec import Struct, convert

from engine.spiff import scopes
from engine.spiff.elements.repetition import Repetition
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure
from engine.spiff.formulas import say
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

_ZEEBE_LOOP = "{*}extensionElements/{http://camunda.org/schema/zeebe/1.0}loopCharacteristics"


MOST_INSTANCES = 100_000
"""A loop cardinality above this is taken for a mistake."""


class Progress(Struct, array_like=True):
    """What a body remembers. waiting: the items of a sequential body that have not begun yet."""

    total: int
    begun: int = 0
    completed: int = 0
    waiting: list[Any] = []


class MultiInstance(Repetition):
    """The body; `inner` is the activity itself, whose token is a child of the body's."""

    body_type = "multiInstanceBody"

    def __init__(self, process: Process, source: Source, loop: etree._Element):
        super().__init__(process, source, loop)
        self.is_sequential = loop.get("isSequential") in ("true", "1")
        characteristics = loop.find(_ZEEBE_LOOP)
        collection = source.attribute(characteristics, "inputCollection")
        self.collection = None if collection is None else source.formula(collection)
        self.cardinality = source.formula_in(loop, "loopCardinality")
        if (self.collection is None) == (self.cardinality is None):
            raise source.refused(
                "Expected zeebe:loopCharacteristics with an inputCollection on this multi-instance activity (or a "
                f"loopCardinality), but there is {'neither' if collection is None else 'both'}. "
                "For a number of times write =for i in 1..n return i."
            )
        self.input_element = source.attribute(characteristics, "inputElement")
        self.output_collection = source.attribute(characteristics, "outputCollection")
        output = source.attribute(characteristics, "outputElement")
        self.output_element = (
            None if output is None or self.output_collection is None else source.formula(output)
        )
        self.output_variable = _variable_of(output) if self.output_element is not None else None
        self.condition = source.formula_in(loop, "completionCondition")

    def execute(self, token: Token) -> bool:
        """Begin all instances, or the first one."""
        items = self._counted(token) if self.collection is None else self._listed(token)
        if self.output_collection is not None:
            scopes.assign(token, {self.output_collection: [None] * len(items)})
        token.memo = Progress(len(items))
        if not items:
            return True
        if self.is_sequential:
            token.memo.waiting = items
            self._begin_next(token)
        else:
            for item in items:
                self._begin(token, item)
        return False

    def _listed(self, token: Token) -> list[Any]:
        items = self.collection.of(token)
        if isinstance(items, list):
            return items
        raise Failure(
            EXTRACT_VALUE_ERROR,
            "Expected the input collection "
            f"{self.collection.quoted(scopes.read(token, self.collection.names))} to be a list, "
            f"but it is {say(items)}.",
        )

    def _counted(self, token: Token) -> list[int]:
        number = self.cardinality.of(token)
        is_whole = (
            not isinstance(number, bool) and isinstance(number, int | Decimal) and number == int(number)
        )
        if is_whole and 0 <= number <= MOST_INSTANCES:
            return list(range(1, int(number) + 1))
        raise Failure(
            EXTRACT_VALUE_ERROR,
            f"Expected the loop cardinality {self.cardinality.text} to be a whole number up to {MOST_INSTANCES}, "
            f"but it is {say(number)}.",
        )

    def _begin_next(self, token: Token) -> None:
        self._begin(token, token.memo.waiting[token.memo.begun])

    def _begin(self, token: Token, item: Any) -> None:
        token.memo.begun += 1
        variables = {"loopCounter": token.memo.begun}
        if self.input_element is not None:
            variables[self.input_element] = item
        if self.output_variable is not None and self.output_variable not in variables:
            variables[self.output_variable] = None
        token.workflow.spawn(token, self.inner, variables).index = token.memo.begun

    # -- an instance leaves -----------------------------------------------------------------------------------------

    def child_leaving(self, token: Token, child: Token) -> bool:
        """Collect the output, ask the condition; only then change anything. Raises Failure."""
        collected = self._collected(token, child)
        is_enough = self.condition is not None and self._is_enough(token, child, collected)
        token.memo.completed += 1
        if collected is not None:
            scopes.assign(token, {self.output_collection: collected})
        if is_enough:
            token.memo.waiting = []
            token.workflow.cut_inside(token, but=child)
        return True

    def _collected(self, token: Token, child: Token) -> list[Any] | None:
        if self.output_element is None:
            return None
        held = (token.variables or {}).get(self.output_collection)
        # A new list each time, because other variables may hold the old one; and a person may have written into it.
        is_ours = isinstance(held, list) and len(held) == token.memo.total
        collected = list(held) if is_ours else [None] * token.memo.total
        collected[child.index - 1] = self.output_element.of(child)
        return collected

    def _is_enough(self, token: Token, child: Token, collected: list[Any] | None) -> bool:
        progress: Progress = token.memo
        extra = {
            "numberOfInstances": progress.total,
            "numberOfActiveInstances": len(token._children) - 1,
            "numberOfCompletedInstances": progress.completed + 1,
            "numberOfTerminatedInstances": 0,
        }
        if collected is not None:
            extra[self.output_collection] = collected
        return self.condition.holds(child, extra, EXTRACT_VALUE_ERROR)

    def child_left(self, token: Token, child: Token) -> None:
        """Begin the next one, or leave when all are done."""
        if token.memo.begun < len(token.memo.waiting):
            self._begin_next(token)
        elif not token._children:
            self.finish(token)

    def may_leave(self, token: Token) -> bool:
        """Hand the output list up."""
        token.leaving = True
        if self.output_collection is not None and token.variables is not None:
            scopes.propagate(token._parent, {self.output_collection: token.variables[self.output_collection]})
        return True

    def restore_memo(self, memo: Any) -> Progress:
        """Progress from the stored state."""
        return convert(memo, Progress)


def _variable_of(output_element: str) -> str | None:
    """The variable that an output element which is a plain name or path reads."""
    path = output_element.removeprefix("=").strip().split(".")
    return path[0] if all(part.isidentifier() for part in path) else None
