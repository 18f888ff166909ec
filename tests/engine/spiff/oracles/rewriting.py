"""What a block process must do, as a rewriting of its block term. Shares nothing with the engine.

A running block is a term. `begin` turns a block into a term (or into an outcome, if it is over at once); `act` rewrites
the term after a task was completed or an event happened. Outcomes: DONE, Thrown(code), TERMINATED.
"""

from __future__ import annotations

from itertools import count

from tests.engine.spiff.oracles import blocks, terms
from tests.engine.spiff.oracles.terms import DONE, TERMINATED, Frame


class Oracle:
    """One process instance."""

    def __init__(self, block: blocks.Block, variables: dict):
        self.numbers = count()
        self.variables = dict(variables)
        self.term = terms.Scope(self, block, Frame(self.variables)).begun()

    @property
    def is_finished(self) -> bool:
        return self.term in (DONE, TERMINATED)

    def tasks(self) -> list[tuple[str, int]]:
        """(user task or stuck end, number of the instance), oldest first."""
        return [] if self.is_finished else sorted(self.term.tasks(), key=lambda t: t[1])

    def waits(self) -> list[tuple[str, int]]:
        """(event id, number of its owner), oldest owner first."""
        return [] if self.is_finished else sorted(self.term.waits(), key=lambda w: w[1])

    def act(self, number: int, event: str | None, given: dict) -> None:
        """Complete a task, or let an event happen to the owner of this number."""
        self.term = self.term.act(number, event, given)

    # -- blocks become terms ----------------------------------------------------------------------------------------

    def begin(self, block: blocks.Block, frame: Frame):
        match block:
            case blocks.Task():
                task = (
                    terms.Caught(self, block, frame) if block.is_fired else terms.Task(self, block.id, frame)
                )
                return self._guard(block, task, frame)
            case blocks.Attempt():
                return terms.Attempt(self, block, frame)
            case blocks.Seq():
                return terms.Seq(self, block, frame).next(0)
            case blocks.Split():
                return self._split(block, frame)
            case blocks.Loop():
                return terms.Loop(self, block, frame).again()
            case blocks.Scope():
                number = next(self.numbers)
                inner_frame = Frame(frame.variables, [], tuple(block.guards) + frame.catchers)
                if block.called:
                    inner_frame.variables = dict(frame.variables)
                    term = terms.Call(self, block.body, inner_frame, frame)
                else:
                    term = terms.Scope(self, block.body, inner_frame)
                return self._guard(block, term.begun(), frame, number)
            case blocks.Many():
                number = next(self.numbers)
                return self._guard(block, terms.Many(self, block, frame).begun(), frame, number)
            case blocks.Events():
                return terms.Events(self, block, frame)
            case blocks.DeadEnd():
                return terms.DeadEnd(self, block, frame)
        raise TypeError(block)

    def _guard(self, block, inner, frame: Frame, number: int | None = None):
        if inner == DONE or not block.guards:
            return inner
        return terms.Guarded(self, block, inner, frame, inner.number if number is None else number)

    def _split(self, block: blocks.Split, frame: Frame):
        branches = block.branches
        if block.kind == "xor":
            chosen = frame.variables[f"v_{block.id}"]
            return self.begin(branches[chosen if chosen < len(branches) - 1 else -1], frame)
        if block.kind == "or":
            true = [b for n, b in enumerate(branches[:-1]) if frame.variables[f"v_{block.id}_{n}"] == 1]
            branches = true or branches[-1:]
        return terms.Branches([self.begin(branch, frame) for branch in branches]).reduced()
