"""Running blocks as terms: each knows its open tasks and waits, and rewrites itself when something happens to it.

`act(number, event, given)` says: the task of this number was completed (event None), its event happened, or it was
retried. It returns the term that stands there now, or an outcome: DONE, TERMINATED or Thrown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.engine.spiff.oracles import blocks

if TYPE_CHECKING:
    from tests.engine.spiff.oracles.rewriting import Oracle

DONE = "done"
TERMINATED = "terminated"


@dataclass(frozen=True)
class Thrown:
    code: str


@dataclass
class Frame:
    """Where a term runs: its process' variables, its scope's extra paths, the guards that would catch an error."""

    variables: dict
    extras: list = field(default_factory=list)
    catchers: tuple[blocks.Guard, ...] = ()


class Task:
    def __init__(self, oracle: Oracle, label: str, frame: Frame):
        self.number, self.label, self.frame = next(oracle.numbers), label, frame

    def tasks(self) -> Iterator:
        yield self.label, self.number

    def waits(self) -> Iterator:
        return iter(())

    def act(self, number, event, given):
        if number != self.number or event is not None:
            return self
        self.frame.variables.update(given)
        return DONE


class Caught(Task):
    """A receive task or catch event: its own event is what it waits for."""

    def __init__(self, oracle: Oracle, block: blocks.Task, frame: Frame):
        super().__init__(oracle, block.id, frame)
        self.brings_variables = block.form != "timer"

    def waits(self):
        yield self.label, self.number

    def act(self, number, event, given):
        if number != self.number or event != self.label:
            return self
        if self.brings_variables:
            self.frame.variables.update(given)
        return DONE


class Attempt(Task):
    """First its user task; then the operation succeeds, throws, or is stuck and can be retried."""

    def __init__(self, oracle: Oracle, block: blocks.Attempt, frame: Frame):
        super().__init__(oracle, block.id, frame)
        self.oracle, self.block = oracle, block

    def act(self, number, event, given):
        expected = "retry" if self.label.endswith("!") else None
        if number != self.number or event != expected:
            return self
        self.frame.variables.update(given)
        if self.frame.variables[f"v_{self.block.id}"] != 1:
            return DONE
        code = self.block.code
        for own in (code, None):
            for guard in self.block.guards:
                if guard.code == own:
                    return self.oracle.begin(guard.handler, self.frame)
        if any(guard.kind == "error" and guard.code in (code, None) for guard in self.frame.catchers):
            return Thrown(code)
        self.label = f"{self.block.id}_operation!"
        self.number = next(self.oracle.numbers)
        return self


class Stuck(Task):
    """An error nobody catches."""

    def act(self, number, event, given):
        return self


class DeadEnd(Task):
    def __init__(self, oracle: Oracle, block: blocks.DeadEnd, frame: Frame):
        super().__init__(oracle, block.id, frame)
        self.oracle, self.block = oracle, block

    def act(self, number, event, given):
        if super().act(number, event, given) is self:
            return self
        code = self.block.code
        if code is None:
            return TERMINATED
        if any(guard.kind == "error" and guard.code in (code, None) for guard in self.frame.catchers):
            return Thrown(code)
        return Stuck(self.oracle, f"{self.block.id}_end!", self.frame)


class Seq:
    def __init__(self, oracle: Oracle, block: blocks.Seq, frame: Frame):
        self.oracle, self.block, self.frame = oracle, block, frame

    def next(self, at: int):
        for position in range(at, len(self.block.parts)):
            self.at = position
            self.current = self.oracle.begin(self.block.parts[position], self.frame)
            if self.current != DONE:
                return self
        return DONE

    def tasks(self):
        return self.current.tasks()

    def waits(self):
        return self.current.waits()

    def act(self, number, event, given):
        self.current = self.current.act(number, event, given)
        if self.current == DONE:
            return self.next(self.at + 1)
        return self.current if is_signal(self.current) else self


class Branches:
    """Parallel or inclusive: all must be done."""

    def __init__(self, terms: list):
        self.terms = terms

    def reduced(self):
        signals = [term for term in self.terms if is_signal(term)]
        if signals:
            return signals[0]
        self.terms = [term for term in self.terms if term != DONE]
        return self if self.terms else DONE

    def tasks(self):
        for term in self.terms:
            yield from term.tasks()

    def waits(self):
        for term in self.terms:
            yield from term.waits()

    def act(self, number, event, given):
        self.terms = [term.act(number, event, given) for term in self.terms]
        return self.reduced()


class Loop:
    def __init__(self, oracle: Oracle, block: blocks.Loop, frame: Frame):
        self.oracle, self.block, self.frame = oracle, block, frame

    def again(self):
        self.current = self.oracle.begin(self.block.body, self.frame)
        return self

    def tasks(self):
        return self.current.tasks()

    def waits(self):
        return self.current.waits()

    def act(self, number, event, given):
        self.current = self.current.act(number, event, given)
        if self.current == DONE:
            return self.again() if self.frame.variables[f"v_{self.block.id}"] == 1 else DONE
        return self.current if is_signal(self.current) else self


class Scope:
    """A process or sub-process: its main path, and extra paths begun by non-interrupting events."""

    def __init__(self, oracle: Oracle, body: blocks.Block, frame: Frame):
        self.oracle, self.body, self.frame = oracle, body, frame

    def begun(self):
        self.frame.extras.append(self.oracle.begin(self.body, self.frame))
        return self._reduced()

    def _reduced(self):
        paths = self.frame.extras
        for path in paths:
            if isinstance(path, Thrown):
                return path
            if path == TERMINATED:
                return DONE
        paths[:] = [path for path in paths if path != DONE]
        return self if paths else DONE

    def tasks(self):
        for path in self.frame.extras:
            yield from path.tasks()

    def waits(self):
        for path in self.frame.extras:
            yield from path.waits()

    def act(self, number, event, given):
        before = list(self.frame.extras)
        after = [path.act(number, event, given) for path in before]
        begun_meanwhile = self.frame.extras[len(before) :]
        self.frame.extras[:] = after + begun_meanwhile
        return self._reduced()


class Call(Scope):
    """A called process has its own variables and hands all of them back."""

    def __init__(self, oracle: Oracle, body: blocks.Block, frame: Frame, caller: Frame):
        super().__init__(oracle, body, frame)
        self.caller = caller

    def _reduced(self):
        result = super()._reduced()
        if result == DONE:
            self.caller.variables.update(self.frame.variables)
        return result


class Many:
    def __init__(self, oracle: Oracle, block: blocks.Many, frame: Frame):
        self.oracle, self.block, self.frame = oracle, block, frame
        self.catchers = tuple(block.guards) + frame.catchers
        self.output = [None] * block.times
        self.running: dict[int, object] = {}
        self.completed = 0

    def begun(self):
        if not self.block.times:
            return self._over()
        for index in range(1 if self.block.sequential else self.block.times):
            self._begin(index)
        return self._reduced()

    def _begin(self, index: int) -> None:
        if self.block.body is None:
            self.running[index] = Task(self.oracle, self.block.id, self.frame)
        else:
            inner = Frame(self.frame.variables, [], self.catchers)
            self.running[index] = Scope(self.oracle, self.block.body, inner).begun()

    def _over(self):
        self.frame.variables[f"out_{self.block.id}"] = self.output
        return DONE

    def tasks(self):
        for term in self.running.values():
            yield from term.tasks()

    def waits(self):
        for term in self.running.values():
            yield from term.waits()

    def act(self, number, event, given):
        for index, term in self.running.items():
            self.running[index] = term.act(number, event, given)
        return self._reduced()

    def _reduced(self):
        while ended := [index for index, term in self.running.items() if term == DONE or is_signal(term)]:
            index = ended[0]
            term = self.running.pop(index)
            if is_signal(term):
                return term
            self.completed += 1
            self.output[index] = index + 1
            if self.completed == self.block.enough:
                return self._over()
            if self.block.sequential and index + 1 < self.block.times:
                self._begin(index + 1)
        return self if self.running else self._over()


class Events:
    def __init__(self, oracle: Oracle, block: blocks.Events, frame: Frame):
        self.oracle, self.block, self.frame, self.number = oracle, block, frame, next(oracle.numbers)

    def tasks(self):
        yield self.block.id, self.number

    def waits(self):
        for event in self.block.options:
            yield event, self.number

    def act(self, number, event, given):
        if number != self.number:
            return self
        self.frame.variables.update(given)
        return self.oracle.begin(self.block.options[event], self.frame)


class Guarded:
    """An activity with boundary events."""

    def __init__(self, oracle: Oracle, block, inner, frame: Frame, number: int):
        self.oracle, self.inner, self.frame, self.number = oracle, inner, frame, number
        self.guards = {guard.id: guard for guard in block.guards}
        self.left = {
            g.id: {"timer": 1, "cycle": 2, "message": -1}[g.kind] for g in block.guards if g.kind != "error"
        }

    def tasks(self):
        return self.inner.tasks()

    def waits(self):
        for event, left in self.left.items():
            if left:
                yield event, self.number
        yield from self.inner.waits()

    def act(self, number, event, given):
        if number == self.number and event in self.guards:
            return self._happened(self.guards[event], given)
        self.inner = self.inner.act(number, event, given)
        if isinstance(self.inner, Thrown):
            return self._caught(self.inner)
        return self.inner if self.inner == DONE or is_signal(self.inner) else self

    def _happened(self, guard: blocks.Guard, given):
        if guard.kind == "message":
            self.frame.variables.update(given)
        if guard.interrupting:
            return self.oracle.begin(guard.handler, self.frame)
        self.left[guard.id] -= 1
        self.frame.extras.append(self.oracle.begin(guard.handler, self.frame))
        return self

    def _caught(self, thrown: Thrown):
        errors = [guard for guard in self.guards.values() if guard.kind == "error"]
        for code in (thrown.code, None):
            for guard in errors:
                if guard.code == code:
                    return self.oracle.begin(guard.handler, self.frame)
        return thrown


def is_signal(term) -> bool:
    return term == TERMINATED or isinstance(term, Thrown)
