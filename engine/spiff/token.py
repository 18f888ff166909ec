"""A token: one element instance of a running process, as a task of SpiffWorkflow's tree.

A child in the tree is an element *inside* this scope, never the successor. A finished token is removed at once and the
next one is added beside it, so the tree holds what is open and nothing else. `Task.data` is not used (variables live in
scopes, see scopes.py): whoever writes to it fails loudly.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.spiff.elements.element import Element
    from engine.spiff.process import Flow
    from engine.spiff.tree import Tree
    from engine.spiff.waits import Subscription

FUTURE = TaskState.FUTURE
"""It was just made."""
READY = TaskState.READY
"""It was just spawned and lies in the queue of the step."""
STARTED = TaskState.STARTED
"""It waits: for a person, a job, a timer, a message, or for what happens inside it."""
WAITING = TaskState.WAITING
"""It is the waiting room of a joining gateway: tokens arrived, others are missing."""
ERROR = TaskState.ERROR
"""It has an incident."""


class Incident(Struct, array_like=True):
    """Why a token cannot go on, and where a retry takes up the work.

    phase: enter, leave, reopen (a user task), listen (at the listener that refused),
    ask (a condition that waits could not be asked), direct (the worker of an ad-hoc sub-process could not be asked, or
    said what cannot be), or wait (just waiting on).
    """

    kind: str
    sentence: str
    phase: str


class Transition(Struct, array_like=True):
    """A change of a user task that its listeners are asked about before it comes into force.

    before, after: its attributes (assignee, candidate_groups, candidate_users, due_date, follow_up_date, priority). action:
    what was asked for (claim, assign, complete …), by whom; detail: for the history; result: the answers of a completion.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    action: str = ""
    actor: str | None = None
    detail: dict[str, Any] = {}
    result: dict[str, Any] | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """{attribute: new value} of what is to be different afterwards."""
        return {name: value for name, value in self.after.items() if value != self.before.get(name)}


class Listening(Struct, array_like=True):
    """How far the listeners of one event of an element have come.

    done: how many have answered; is_open: the next one has a job. turn: the how-manieth asking of this token (a user task
    is assigned more than once). transition: what becomes of a user task when all have agreed.
    """

    event: str
    done: int = 0
    is_open: bool = False
    turn: int = 0
    transition: Transition | None = None


class Token(Task):
    """One element instance. `task_spec` is its element, `workflow` its instance."""

    data = MappingProxyType({})
    internal_data = MappingProxyType({})

    # Most tokens never get any of these, so they are class attributes until then.
    variables: dict[str, Any] | None = None
    waits: dict[str, Subscription] | None = None
    memo: Any = None  # what the element of this token remembers; its element alone reads and writes it
    incident: Incident | None = None
    fired = False  # an event that has already happened: it does not wait
    leaving = False  # the work is done; what fails from here on is repeated from the output mappings on
    index: int | None = None  # which instance of a multi-instance activity it is, from 1
    # Of a scope: what was completed in it and can be undone (compensation.py).
    records: list[Any] | None = None
    given: dict[str, Any] | None = None  # its variables before the input mappings (while it is being entered)
    listening: Listening | None = None  # the listeners that were asked last; None where there are none
    # The flows a gateway decided for; only between deciding and leaving.
    chosen: tuple[Flow, ...] | None = None

    def __init__(self, tree: Tree, element: Element, parent: Token | None, token_id: int, state: int):
        self.id = token_id
        self.workflow = tree
        self.task_spec = element
        self._parent = parent
        self._state = state
        self._children: dict[int, Token] = {}
        tree.tasks[token_id] = self
        if parent is not None:
            parent._children[token_id] = self

    @property
    def parent(self) -> Token | None:
        """The token of the scope this one lies in."""
        return self._parent

    @property
    def children(self) -> list[Token]:
        """The tokens inside this scope, oldest first."""
        return list(self._children.values())

    def _set_state(self, value: int) -> None:
        self._state = value

    def __repr__(self) -> str:
        return f"Token({self.id} at {self.task_spec.spec_id})"
