"""The blocks of a random process: what stands where, as a tree that can be made up, drawn, played and made smaller."""

from __future__ import annotations

from dataclasses import dataclass, field

DATA = ("x", "y", "z")
"""Variables that mappings and results shadow and hand on."""
CHOICES = ("c1", "c2", "c3")
"""Variables that gateways ask: 0, 1 or 2."""
LEVELS = ("k1", "k2")
"""Variables that conditional events ask: 0, 1 or 2."""
ERRORS = ("e1", "e2")
ESCALATIONS = ("n1", "n2")
SIGNALS = ("s1", "s2")


@dataclass(frozen=True)
class Trigger:
    """What an event catches or throws.

    kind: timer, date, cycle, message, signal, condition, error, escalation, compensation, cancel. text: the ISO 8601
    text, the name, the FEEL condition, the code ("" catches all), the id of the activity to compensate ("" is all).
    """

    kind: str
    text: str = ""


@dataclass(eq=False)
class Event:
    """A boundary event or an event sub-process, and what it leads to.

    all_of: it needs all of its triggers. merges: although it does not interrupt, its path joins that of the activity.
    """

    id: str
    triggers: list[Trigger]
    interrupting: bool
    path: Block
    outputs: list[tuple[str, str]] = field(default_factory=list)
    all_of: bool = False
    merges: bool = False


@dataclass(frozen=True)
class Times:
    """A multi-instance mark. enough: instances after which it ends; output: what each gives to the list."""

    count: int
    sequential: bool = False
    enough: int | None = None
    output: str | None = None


@dataclass(frozen=True)
class Again:
    """A standard loop mark: while `variable` is 1, at most `most` times (None: no bound)."""

    variable: str
    before: bool = False
    most: int | None = None


@dataclass(eq=False)
class Block:
    """A piece of a process with one way in and at most one way out.

    Activities: user, job, script, receive, sub, transaction, call, adhoc. Events: mark, catch, throw, link. Structure:
    seq, xor, and, or, again, events. Ends without a way out: end (its triggers are what it throws; none and
    `terminate` are plain and terminate ends). parts: what is inside, or the branches.

    all_of: a catch event needs all of its triggers; a split has a condition on every flow.
    Of an ad-hoc sub-process: active are the parts that begin at once, until the variable that ends it by being 1, or the
    number of results (output: what each path gives to their list) that are enough. directed: a worker says all that.
    """

    kind: str
    id: str
    parts: list[Block] = field(default_factory=list)
    guards: list[Event] = field(default_factory=list)
    handlers: list[Event] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    listeners: list[str] = field(default_factory=list)
    loop: Times | Again | None = None
    undo: Block | None = None
    choice: str = ""
    all_of: bool = False
    terminate: bool = False
    source: str = ""
    all_in: bool = True
    all_out: bool = True
    active: list[int] = field(default_factory=list)
    until: str | int = ""
    output: str = ""
    cancel_rest: bool = True
    directed: bool = False

    def __str__(self) -> str:
        return "\n".join(described(self, 0))


def described(block: Block, depth: int) -> list[str]:
    """The block as indented lines, for people who look for a mistake."""
    told = {
        name: value
        for name, value in vars(block).items()
        if name not in ("kind", "id", "parts", "guards", "handlers", "undo")
        and value not in ([], None, "", False)
        and not (name in ("all_in", "all_out", "cancel_rest") and value)
    }
    words = " ".join(f"{name}={value}" for name, value in told.items())
    lines = [f"{'  ' * depth}{block.kind} {block.id} {words}".rstrip()]
    for part in block.parts:
        lines += described(part, depth + 1)
    for side, events in (("guard", block.guards), ("handler", block.handlers)):
        for event in events:
            kinds = " ".join(f"{t.kind}:{t.text}" for t in event.triggers)
            mode = ("interrupting" if event.interrupting else "beside") + (" all of" if event.all_of else "")
            lines.append(f"{'  ' * depth}  {side} {event.id} {mode} [{kinds}] {event.outputs or ''}".rstrip())
            lines += described(event.path, depth + 2)
    if block.undo is not None:
        lines.append(f"{'  ' * depth}  undone by")
        lines += described(block.undo, depth + 2)
    return lines
