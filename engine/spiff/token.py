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
    """Why a token cannot go on, and where a retry takes up the work: on entering, on leaving, or just waiting on."""

    kind: str
    sentence: str
    phase: str


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
    given: dict[str, Any] | None = None  # its variables before the input mappings (while it is being entered)
    chosen: tuple[Flow, ...] | None = (
        None  # the flows a gateway decided for (only between deciding and leaving)
    )

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
