"""A process instance under test: every verb is followed by dump and load, so nothing may live in memory only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import spiff
from engine.xml import parse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ENDED = (spiff.Left, spiff.Terminated)
_OPENED = (spiff.UserTaskOpened, spiff.JobOpened, spiff.IncidentRaised)


class House:
    """The surroundings of a step: operations and decisions as functions, called processes by id, a clock to move."""

    def __init__(self, processes: dict[str, spiff.Process]):
        self.now = NOON
        self.processes = processes
        self.operations: dict[str, Callable[[spiff.ServiceCall], dict | None]] = {}
        self.decisions: dict[str, Callable[[dict], object]] = {}
        self.calls: list[spiff.ServiceCall] = []

    def serve(self, call: spiff.ServiceCall) -> dict | None:
        self.calls.append(call)
        operation = self.operations.get(call.type)
        return None if operation is None else operation(call)

    def decide(self, reference: spiff.DecisionReference, variables: dict) -> object:
        if reference.decision_id not in self.decisions:
            raise spiff.Failure(
                spiff.CALLED_DECISION_ERROR, f'There is no decision "{reference.decision_id}".'
            )
        return self.decisions[reference.decision_id](variables)

    def process(self, reference: spiff.CalledReference) -> spiff.Process:
        for process in self.processes.values():
            if process.key == reference.key and process.key is not None:
                return process
        if reference.process_id not in self.processes:
            raise spiff.Failure(spiff.CALLED_ELEMENT_ERROR, f'There is no process "{reference.process_id}".')
        return self.processes[reference.process_id]


class Play:
    """Plays one instance of the first process of a document."""

    def __init__(self, document: bytes, *others: bytes, **variables: Any):
        self.processes = spiff.read(parse(document))
        self.process = next(iter(self.processes.values()))
        for other in others:
            self.processes.update(spiff.read(parse(other)))
        self.house = House(self.processes)
        self.variables = variables
        self.facts: list[Any] = []
        self.entered: set[int] = set()
        self.open_tokens: set[int] = set()
        self.instance: spiff.Instance

    def start(self, start_event: str | None = None) -> Play:
        self.instance = spiff.Instance.start(self.process, self.house, self.variables, start_event)
        return self._reload()

    def _reload(self) -> Play:
        self.facts = self.instance.facts
        self._follow_the_facts()
        self.finished_variables = next(
            (f.variables for f in self.facts if isinstance(f, spiff.Finished)), None
        )
        state = spiff.dump(self.instance)
        self.instance = spiff.load(state, self.process, self.house)
        assert spiff.dump(self.instance) == state, "a state must come back as it went"
        return self

    def _follow_the_facts(self) -> None:
        """Every token is entered once and left or terminated once; the facts alone tell what is open."""
        for fact in self.facts:
            if isinstance(fact, spiff.Entered):
                assert fact.token_id not in self.entered, "a token is entered once"
                assert fact.scope_id is None or fact.scope_id in self.open_tokens, "a scope is entered first"
                self.entered.add(fact.token_id)
                self.open_tokens.add(fact.token_id)
            elif isinstance(fact, _ENDED):
                self.open_tokens.remove(fact.token_id)
            elif isinstance(fact, spiff.JobOpened) and fact.variables is not None:
                assert fact.token_id in self.entered  # a canceling listener is told of what is gone
            elif isinstance(fact, _OPENED):
                assert fact.token_id in self.open_tokens
        assert self.open_tokens == {t.token_id for t in self.instance.tokens() if t.state != "join"}

    # -- verbs ------------------------------------------------------------------------------------------------------

    def complete(self, element_id: str, at: int = 0, **variables: Any) -> Play:
        self.instance.complete(self.token(element_id, at), variables)
        return self._reload()

    def answer(
        self, element_id: str, at: int = 0, said: spiff.Answer | None = None, **variables: Any
    ) -> Play:
        """The listener that the token at an element waits for has answered."""
        said = said or spiff.Answer(variables=variables)
        self.instance.answer_listener(self.token(element_id, at), said)
        return self._reload()

    def fail(self, element_id: str, code: str, message: str | None = None, **variables: Any) -> bool:
        caught = self.instance.throw_error(self.token(element_id), code, message, variables)
        self._reload()
        return caught

    def send(self, event_id: str, at: int = 0, **variables: Any) -> Play:
        """Answer the wait of an event: a message with variables, or a timer."""
        wait = [w for w in self.instance.waits() if w.event_id == event_id][at]
        self.instance.fire(wait.token_id, event_id, variables)
        return self._reload()

    def signal(self, name: str, **variables: Any) -> int:
        """A signal comes from elsewhere; how many waits of this instance it met."""
        met = self.instance.signal(name, variables)
        self._reload()
        return met

    def wait(self, **duration: float) -> Play:
        """Move the clock and fire what is due, earliest first, each in a step of its own."""
        until = self.house.now + timedelta(**duration)
        while due := [w for w in self.instance.waits() if w.due_at is not None and w.due_at <= until]:
            earliest = min(due, key=lambda w: w.due_at)
            self.house.now = max(self.house.now, earliest.due_at)
            self.instance.fire(earliest.token_id, earliest.event_id)
            self._reload()
        self.house.now = until
        return self

    def retry(self, element_id: str, at: int = 0) -> Play:
        self.instance.retry(self.token(element_id, at))
        return self._reload()

    def activate(self, element_id: str, *inner: str, at: int = 0, **variables: Any) -> Play:
        """Start inner elements of an ad-hoc sub-process."""
        self.instance.activate(self.token(element_id, at), list(inner), variables)
        return self._reload()

    def direct(
        self,
        element_id: str,
        *begin: str | tuple[str, dict[str, Any]],
        at: int = 0,
        enough: bool = False,
        cancel: bool = False,
        **variables: Any,
    ) -> Play:
        """The worker of an ad-hoc sub-process answers. begin: inner elements, each with or without variables of its own."""
        steps = tuple((each, {}) if isinstance(each, str) else each for each in begin)
        said = spiff.Direction(steps, enough, cancel)
        self.instance.direct(self.token(element_id, at), variables, said)
        return self._reload()

    @property
    def asked(self) -> list[str]:
        """The elements for which this step opened a job that is still wanted at its end."""
        wanted: dict[int, str] = {}
        for fact in self.facts:
            if isinstance(fact, spiff.JobOpened):
                wanted[fact.token_id] = fact.element_id
            elif isinstance(fact, spiff.JobWithdrawn | spiff.Left | spiff.Terminated):
                wanted.pop(fact.token_id, None)
        return sorted(wanted.values())

    def write(self, **variables: Any) -> Play:
        self.instance.set_variables(variables)
        return self._reload()

    # -- questions --------------------------------------------------------------------------------------------------

    def token(self, element_id: str, at: int = 0) -> int:
        """The number of the open token at an element, innermost first for a multi-instance activity."""
        found = [t for t in self.instance.tokens() if t.element_id == element_id and t.state != "join"]
        inner = [t for t in found if not t.type.endswith(("Body", "InnerInstance"))]
        return (inner or found)[at].token_id

    @property
    def open(self) -> list[str]:
        """What is open, scopes left out; a join with `+`, an incident with `!` behind it."""
        marks = {"waiting": "", "join": "+", "incident": "!"}
        return sorted(
            t.element_id + marks[t.state]
            for t in self.instance.tokens()
            if not (t.is_scope and t.state == "waiting")
        )

    @property
    def waits(self) -> list[str]:
        """The events now waited for."""
        return sorted(w.event_id for w in self.instance.waits())

    @property
    def is_finished(self) -> bool:
        return self.instance.is_finished

    def thrown_by(self, element_id: str) -> int:
        """The number of the last token that entered an element in the last step."""
        return [f for f in self.facts if isinstance(f, spiff.Entered) and f.element_id == element_id][
            -1
        ].token_id

    @property
    def taken(self) -> list[str]:
        """The flows taken in the last step."""
        return [f.flow_id for f in self.facts if isinstance(f, spiff.FlowTaken)]

    def incident(self) -> tuple[str, str]:
        """Kind and sentence of the last incident of the last step."""
        raised = [f for f in self.facts if isinstance(f, spiff.IncidentRaised)]
        return raised[-1].kind, raised[-1].sentence

    def sees(self, element_id: str, at: int = 0) -> dict[str, Any]:
        return self.instance.variables(self.token(element_id, at))

    @property
    def root(self) -> dict[str, Any]:
        return self.instance.root_variables if self.finished_variables is None else self.finished_variables


def play(document: bytes, *others: bytes, **variables: Any) -> Play:
    """Start an instance of the first process of a document."""
    return Play(document, *others, **variables).start()
