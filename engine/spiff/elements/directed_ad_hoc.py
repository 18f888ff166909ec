"""Ad-hoc sub-process that a worker directs: it is asked what to begin, when it is enough, and asked again as paths end.

Rules (Camunda 8, ad-hoc sub-processes, job worker implementation): with a zeebe:taskDefinition it is work, asked for when
the sub-process is entered and again after each inner path or event sub-process is over; there is never more than one job of
it: the older one is withdrawn, whoever works on it. The answer names elements to begin, each with variables of its own and
the same one as often as wanted, or says that it is enough; never both. Beside either it may cancel what still runs; without
that, what is enough waits for the rest and nobody is asked any more. The variables of the answer are a result of the
sub-process, which starts at its own scope. An answer that begins nothing waits for what runs; where nothing runs, for
people, who may begin steps at any time. An interrupting event sub-process withdraws the job and ends the sub-process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from engine.spiff import scopes
from engine.spiff.elements.ad_hoc_sub_process import ELEMENTS, AdHocSubProcess, NotStartableInside, interrupts
from engine.spiff.elements.job import Work, serve
from engine.spiff.facts import DIRECTION, IncidentResolved, JobWithdrawn
from engine.spiff.failures import AD_HOC_SUB_PROCESS_NO_RETRIES, EXTRACT_VALUE_ERROR, Failure
from engine.spiff.formulas import say
from engine.spiff.token import ERROR, STARTED, Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

_BEGIN, _ENOUGH, _CANCEL = "activateElements", "isCompletionConditionFulfilled", "isCancelRemainingInstances"


class Direction(Struct, frozen=True):
    """What the worker of an ad-hoc sub-process says. begin: (id of an inner element, variables of its own), in order."""

    begin: tuple[tuple[str, dict[str, Any]], ...] = ()
    is_enough: bool = False
    cancels_rest: bool = False


class DirectedAdHoc(AdHocSubProcess):
    """bpmn:adHocSubProcess with a zeebe:taskDefinition."""

    job_incident = AD_HOC_SUB_PROCESS_NO_RETRIES

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        if self.active is not None or self.condition is not None or not self.cancels_rest:
            raise source.refused(
                "Expected the worker alone to direct this ad-hoc sub-process, but it has activeElementsCollection, a "
                "completion condition or cancelRemainingInstances, too. Take them away, or the zeebe:taskDefinition."
            )
        self.cancels_rest = False  # the worker says it each time
        self.work = Work(source)

    def wired(self, source: Source) -> None:
        """Find what may be begun; the worker is told of it."""
        super().wired(source)
        self.told_to_work = {ELEMENTS: self.elements_inside}

    def execute(self, token: Token) -> bool:
        """Ask the worker what is to begin."""
        # Numbers of questions are never given twice: an operation is asked anew after an incident, too.
        self.remember(token, 0 if token.memo is None else token.memo.asked)
        return self._ask(token)

    def awaits_work(self, token: Token) -> bool:
        """Whether the worker is being asked."""
        return token.memo is not None and token.memo.is_asked

    # -- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, token: Token) -> bool:
        """Ask what comes next; True when it is over. Raises Failure."""
        self._withdraw(token)
        token.memo.asked += 1
        call = replace(self.work.call_of(token), effect_scope=f"{token.id}:{token.memo.asked}")
        result = serve(self.work, call, token, DIRECTION)
        if result is None:
            # An error of its operation may have reached an event sub-process of its own, which has taken over.
            token.memo.is_asked = not any(map(interrupts, token.children))
            return False
        return self._follow_operation(token, result)

    def _withdraw(self, token: Token) -> None:
        if self.awaits_work(token):
            token.memo.is_asked = False
            token.workflow.facts.append(JobWithdrawn(token.id))

    def ask_again(self, token: Token) -> None:
        """Ask once more, outside of entering: a path is over, or the incident of the last question is resolved."""
        self._go_on_with(token, lambda: self._ask(token))

    # -- answers ------------------------------------------------------------------------------------------------------

    def completed(self, token: Token, result: dict[str, Any]) -> None:
        """An operation that was tried again has answered."""
        token.memo.is_asked = False
        self._go_on_with(token, lambda: self._follow_operation(token, result))

    def direct(self, token: Token, variables: dict[str, Any], direction: Direction) -> None:
        """The awaited worker has answered. Raises NotStartableInside; then nothing has changed."""
        self._check(direction)
        token.memo.is_asked = False
        if self._follow(token, variables, direction):
            self.finish(token)

    def _go_on_with(self, token: Token, step: Callable[[], bool]) -> None:
        try:
            is_over = step()
        except Failure as failure:
            token.workflow.mark(token, failure.kind, failure.sentence, "direct")
            return
        if is_over:
            self.finish(token)

    def _follow_operation(self, token: Token, result: dict[str, Any]) -> bool:
        direction = _direction_in(result)
        if direction is None:
            raise Failure(
                EXTRACT_VALUE_ERROR,
                f'Expected the operation that directs "{self.name or self.element_id}" to name steps as '
                f'{_BEGIN}: [{{"elementId": …, "variables": {{…}}}}] and to give {_ENOUGH} and {_CANCEL} as true or false, '
                f"but it says {say({key: result.get(key) for key in (_BEGIN, _ENOUGH, _CANCEL)})}.",
            )
        try:
            self._check(direction)
        except NotStartableInside as refused:
            raise Failure(EXTRACT_VALUE_ERROR, str(refused)) from None
        told = (_BEGIN, _ENOUGH, _CANCEL)
        return self._follow(token, {key: each for key, each in result.items() if key not in told}, direction)

    def _check(self, direction: Direction) -> None:
        name = self.name or self.element_id
        if direction.begin and direction.is_enough:
            raise NotStartableInside(
                f'Expected the worker of "{name}" to begin something or to say that it is enough, but it says both.'
            )
        unknown = [
            element_id for element_id, _variables in direction.begin if element_id not in self.startable
        ]
        if unknown:
            raise NotStartableInside(
                f'Expected the worker of "{name}" to begin some of {", ".join(sorted(self.startable))}, but it names '
                f"{', '.join(dict.fromkeys(unknown))}."
            )

    def _follow(self, token: Token, variables: dict[str, Any], direction: Direction) -> bool:
        scopes.propagate(token, variables)
        if direction.cancels_rest and (direction.begin or direction.is_enough):
            super().terminate_inside(token)
        token.memo.is_enough = direction.is_enough
        for element_id, own in direction.begin:
            self.begin(token, [element_id], own)
        return direction.is_enough and not token._children

    # -- what happens inside --------------------------------------------------------------------------------------------

    def child_left(self, token: Token, child: Token) -> None:
        """A path or an event sub-process is over: ask what comes next, unless it is enough."""
        if interrupts(child) or token.memo.is_enough:
            if not token._children:
                self.finish(token)
            return
        if token._state == ERROR and token.incident.phase == "enter":
            return  # it is asked when its incident is resolved
        if token._state == ERROR and token.incident.phase in ("wait", "direct"):
            # The question that failed is asked anew by this one.
            token.incident = None
            token._set_state(STARTED)
            token.workflow.facts.append(IncidentResolved(token.id))
        self.ask_again(token)

    def terminate_inside(self, token: Token) -> None:
        """An interrupting event sub-process takes over: nobody is asked any more."""
        if token.memo is not None:
            self._withdraw(token)
        super().terminate_inside(token)


def _direction_in(result: dict[str, Any]) -> Direction | None:
    """What of an operation's result directs the sub-process, None when it cannot be read."""
    begin = result.get(_BEGIN) or []
    is_enough, cancels_rest = (result.get(key) or False for key in (_ENOUGH, _CANCEL))
    if not isinstance(begin, list) or not isinstance(is_enough, bool) or not isinstance(cancels_rest, bool):
        return None
    steps = []
    for each in begin:
        element_id = each.get("elementId") if isinstance(each, dict) else None
        own = (each.get("variables") or {}) if isinstance(each, dict) else None
        if not isinstance(element_id, str) or not isinstance(own, dict):
            return None
        steps.append((element_id, own))
    return Direction(tuple(steps), is_enough, cancels_rest)
