"""Ad-hoc sub-process: its inner elements are started by a list or by people, in any order and as often as wanted.

Rules (Camunda 8, ad-hoc sub-processes): activeElementsCollection is evaluated on entering, after the input mappings, and
names the inner elements that begin at once; without it, or with an empty list, nothing begins and the sub-process waits
for `Instance.activate`. Each started element begins a path of its own (itself and what its flows lead to), and what is
written inside stays local to the path. When a path is over its output is collected, then the completion condition is
asked: true ends the sub-process (the rest is cancelled, or waited for with cancelRemainingInstances="false"). Without
a condition it ends when all that was started is done. The output list is handed up at the end.

An interrupting event sub-process ends it (Camunda 8). adHocSubProcessElements can be read in its expressions; it is no
variable of the process instance, where Camunda keeps a copy with every instance. One that a worker directs: directed_ad_hoc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, convert

from engine import feel
from engine.errors import Refused
from engine.spiff import scopes
from engine.spiff.elements.element import Element
from engine.spiff.elements.intermediate_catch_event import LinkCatchEvent
from engine.spiff.elements.scope import Scope
from engine.spiff.elements.triggered import Handler
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure, NotWaiting
from engine.spiff.formulas import Formula, say
from engine.spiff.token import STARTED, Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

ELEMENTS = "adHocSubProcessElements"
"""What is told of the inner elements that can be begun."""


class NotStartableInside(Refused):
    """This cannot be started in this ad-hoc sub-process."""


class Progress(Struct, array_like=True):
    """What an ad-hoc sub-process remembers. begun: paths so far; is_enough: the completion condition was true.

    asked: how often its worker was asked, if it has one; is_asked: an answer is awaited.
    """

    begun: int = 0
    is_enough: bool = False
    asked: int = 0
    is_asked: bool = False


class AdHocPath(Scope):
    """One started element and what its flows lead to. Its memo: the element that begins it, until it has begun."""

    keeps_results = True

    def __init__(self, process: Process, source: Source, ad_hoc: AdHocSubProcess):
        super().__init__(process, source)
        self.type = "adHocSubProcessInnerInstance"
        self.ad_hoc = ad_hoc

    def execute(self, token: Token) -> bool:
        """Begin with the started element."""
        element, token.memo = self.ad_hoc.startable[token.memo], None
        token.workflow.spawn(token, element.body or element)
        return False

    def may_leave(self, token: Token) -> bool:
        """Let the sub-process collect and decide, before anything is changed."""
        super().may_leave(token)
        self.ad_hoc.path_leaving(token._parent, token)
        return True


class AdHocSubProcess(Scope):
    """bpmn:adHocSubProcess. startable: {element id: inner element that a path may begin with}."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        if source.node.get("ordering", "Parallel") != "Parallel":
            raise source.refused(
                "Expected the inner elements to be independent of each other, but the ordering is sequential. "
                "Draw sequence flows between those that follow each other."
            )
        self.cancels_rest = source.node.get("cancelRemainingInstances", "true") not in ("false", "0")
        extension = source.zeebe("adHoc")
        active = source.attribute(extension, "activeElementsCollection")
        self.active = None if active is None else source.formula(active)
        self.output_collection = source.attribute(extension, "outputCollection")
        output = source.attribute(extension, "outputElement")
        self.output_element = (
            None if output is None or self.output_collection is None else source.formula(output)
        )
        self.condition = source.formula_in(source.node, "completionCondition")
        self.path = AdHocPath(process, source.bare(f"{source.spec_id}#innerInstance"), self)
        self.startable: dict[str, Element] = {}

    def layers(self) -> tuple[Element, ...]:
        """Besides itself and the body around it: each path."""
        return (*super().layers(), self.path)

    def wired(self, source: Source) -> None:
        """Find what may be started."""
        super().wired(source)
        inside = [e for e in self.process.elements.values() if e.parent == self.element_id]
        for element in inside:
            if element.type in ("startEvent", "endEvent"):
                raise source.refused(
                    "Expected no start and end events in an ad-hoc sub-process, but "
                    f'"{element.name or element.element_id}" is one. Take it away.'
                )
        self.startable = {e.element_id: e for e in inside if _may_begin(e)}
        if not self.startable:
            raise source.refused(
                "Expected an ad-hoc sub-process to have something that can be started, but it has no activity "
                "without incoming flow."
            )
        self.elements_inside = [
            {
                "elementId": element.element_id,
                "elementName": element.name,
                "documentation": element.documentation,
                "properties": dict(element.properties),
                "parameters": _parameters(element),
            }
            for element in self.startable.values()
        ]

    # -- enter ------------------------------------------------------------------------------------------------------

    def execute(self, token: Token) -> bool:
        """Start what the list names; wait for people if it names nothing."""
        element_ids = self._named(token)
        self.remember(token)
        self.begin(token, element_ids, {})
        return False

    def remember(self, token: Token, asked: int = 0) -> None:
        """It is entered: nothing has begun, nothing is collected."""
        token.memo = Progress(asked=asked)
        if self.output_collection is not None:
            scopes.assign(token, {self.output_collection: []})

    def activate(self, token: Token, element_ids: list[str], variables: dict[str, Any]) -> None:
        """Start these inner elements, each with the variables as its own. Raises Refused, NotWaiting."""
        name = self.name or self.element_id
        if not self.is_open(token):
            raise NotWaiting(f'Expected "{name}" to be open for further steps, but it is not any more.')
        unknown = [element_id for element_id in element_ids if element_id not in self.startable]
        if unknown or not element_ids or len(set(element_ids)) != len(element_ids):
            raise NotStartableInside(
                f'Expected some of {", ".join(sorted(self.startable))}, each once, to be started in "{name}", but '
                f"{', '.join(unknown or element_ids) or 'nothing'} was named."
            )
        self.begin(token, element_ids, variables)

    def is_open(self, token: Token) -> bool:
        """Whether more can be started."""
        has_begun = token._state == STARTED and token.memo is not None
        return has_begun and not (
            token.leaving or token.memo.is_enough or any(map(interrupts, token.children))
        )

    def begin(self, token: Token, element_ids: list[str], variables: dict[str, Any]) -> None:
        """A path for each of these elements, with the variables as its own."""
        for element_id in element_ids:
            token.memo.begun += 1
            token.workflow.spawn(token, self.path, variables).memo = element_id

    def _named(self, token: Token) -> list[str]:
        if self.active is None:
            return []
        named = self.active.of(token, self._extra())
        wrong = "no list of texts"
        if isinstance(named, list) and all(isinstance(one, str) for one in named):
            unknown = [one for one in named if one not in self.startable]
            if not unknown:
                return list(dict.fromkeys(named))
            wrong = f"names {say(unknown[0])}, which cannot be started there"
        seen = self.active.quoted(scopes.read(token, self.active.names))
        raise Failure(
            EXTRACT_VALUE_ERROR,
            f"Expected the active elements {seen} to be a list of inner elements ({', '.join(sorted(self.startable))}), "
            f"but it is {wrong}.",
        )

    def _extra(self) -> dict[str, Any]:
        return {ELEMENTS: self.elements_inside}

    # -- a path is over ---------------------------------------------------------------------------------------------

    def path_leaving(self, token: Token, path: Token) -> None:
        """Collect the output, ask the condition; only then change anything. Raises Failure."""
        collected = None
        if self.output_element is not None:
            held = (token.variables or {}).get(self.output_collection)
            collected = [*(held if isinstance(held, list) else []), self.output_element.of(path)]
        is_enough = token.memo.is_enough
        if self.condition is not None and not is_enough:
            extra = self._extra() | ({} if collected is None else {self.output_collection: collected})
            is_enough = self.condition.holds(token, extra, EXTRACT_VALUE_ERROR)
        if collected is not None:
            scopes.assign(token, {self.output_collection: collected})
        token.memo.is_enough = is_enough
        if is_enough and self.cancels_rest:
            token.workflow.cut_inside(token, but=path)

    def child_left(self, token: Token, child: Token) -> None:
        """Leave when enough is done, else wait on."""
        if token._children:
            return
        progress: Progress = token.memo
        if progress.is_enough or interrupts(child) or (self.condition is None and progress.begun):
            self.finish(token)

    def may_leave(self, token: Token) -> bool:
        """Hand the output list up."""
        if self.output_collection is not None and not token.leaving:
            held = (token.variables or {}).get(self.output_collection)
            scopes.propagate(token._parent, {self.output_collection: held})
        return super().may_leave(token)

    def restore_memo(self, memo: Any) -> Progress:
        """Progress from the stored state."""
        return convert(memo, Progress)


def _parameters(element: Element) -> list[dict[str, Any]]:
    """What the mappings of an inner element want an agent to fill in: the calls of fromAi, each name once."""
    found: dict[str, dict[str, Any]] = {}
    for mapping in (*element.input_mappings, *element.output_mappings):
        if isinstance(mapping.source, Formula):
            for each in feel.asked_of_agents(mapping.source.text.removeprefix("=")):
                found.setdefault(each["name"], each)
    return list(found.values())


def interrupts(token: Token) -> bool:
    """Whether this is an event sub-process that has taken its scope over."""
    element = token.task_spec
    return element.is_event_sub_process and element.start_event.is_interrupting


def _may_begin(element: Element) -> bool:
    is_elsewhere = isinstance(element, LinkCatchEvent | Handler) or element.is_event_sub_process
    return not (element.incoming or is_elsewhere or element.is_handler)
