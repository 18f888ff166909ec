"""Closures for `for`, `some` and `every`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import comparing
from ..errors import Problem
from ..kinds import shown
from ..limits import MAX_LIST, check_length
from ..numbers import CONTEXT, ONE, SMALL, is_whole
from ..ranges import Range
from ..runtime import Run
from ..temporal import Date
from ..tree import For, Node, Quantified
from .scope import Closure, Frame, Scope

if TYPE_CHECKING:
    from . import Compiler

Domain = Callable[[Run, Frame], Iterable[Any]]


def for_loop(compiler: Compiler, node: For, scope: Scope | None) -> Closure:
    scope = Scope("partial", scope)
    domains, scope = _domains(compiler, node.iterators, scope)
    body, position = compiler.compile(node.body, scope), node.position

    def loop(run, frame):
        results: list[Any] = []
        try:
            for inner in _combinations(run, (results, frame), domains):
                if len(results) >= MAX_LIST:
                    check_length(len(results) + 1)
                results.append(body(run, inner))
        except Problem as problem:
            return run.note(problem.code, problem.message, position)
        return results

    return loop


def quantified(compiler: Compiler, node: Quantified, scope: Scope | None) -> Closure:
    domains, scope = _domains(compiler, node.iterators, scope)
    condition, position, decisive = compiler.compile(node.condition, scope), node.position, not node.every

    def decide(run, frame):
        result: bool | None = not decisive
        try:
            for inner in _combinations(run, frame, domains):
                value = condition(run, inner)
                if value is decisive:
                    return decisive
                if type(value) is not bool:
                    # A null leaves the question open; any other value is no answer at all.
                    result = None
                    if value is not None:
                        return None
        except Problem as problem:
            return run.note(problem.code, problem.message, position)
        return result

    return decide


def _combinations(run: Run, frame: Frame, domains: list[Domain]) -> Iterable[Frame]:
    """The frame of every combination, one by one, the last iterator running fastest."""
    frames: Iterable[Frame] = (frame,)
    for domain in domains:
        frames = _within(run, domain, frames)
    return frames


def _within(run: Run, domain: Domain, frames: Iterable[Frame]) -> Iterator[Frame]:
    for frame in frames:
        for value in domain(run, frame):
            run.spend()
            yield value, frame


def _domains(
    compiler: Compiler, iterators: list[tuple[str, Node, Node | None]], scope: Scope | None
) -> tuple[list[Domain], Scope | None]:
    domains = []
    for name, start, end in iterators:
        first = compiler.compile(start, scope)
        domains.append(_items_of(first) if end is None else _from_to(first, compiler.compile(end, scope)))
        scope = Scope(name, scope)
    return domains, scope


def _items_of(value: Closure) -> Domain:
    def items(run: Run, frame: Frame) -> Iterable[Any]:
        found = value(run, frame)
        if type(found) is list:
            return found
        if found is None:
            raise Problem("Expected a list to go through, but it is null.", "not-iterable")
        if type(found) is Range:
            if comparing.less_or_equal(found.start, found.end) is not True:
                raise Problem("Expected a range that starts before it ends to go through.", "not-iterable")
            return _through_range(found)
        return [found]

    return items


def _from_to(start: Closure, end: Closure) -> Domain:
    return lambda run, frame: _count(start(run, frame), end(run, frame))


def _through_range(bounds: Range) -> Iterator[Any]:
    for item in _count(bounds.start, bounds.end):
        if (item == bounds.start and not bounds.start_included) or (
            item == bounds.end and not bounds.end_included
        ):
            continue
        yield item


def _count(start: Any, end: Any) -> Iterator[Any]:
    """From start to end, up or down, both included; lazily, so that a loop may stop before 1..10**9 is through."""
    if type(start) is Decimal and type(end) is Decimal and is_whole(start) and is_whole(end):
        step = ONE if start <= end else -ONE
        return _numbers(start, end, step)
    if type(start) is Date and type(end) is Date:
        return _days(start.days, end.days)
    raise Problem(
        f"Expected whole numbers or dates to count through, but found {shown(start)} and {shown(end)}.",
        "not-iterable",
    )


def _numbers(start: Decimal, end: Decimal, step: Decimal) -> Iterator[Decimal]:
    if start.same_quantum(ONE) and -SMALL < end < SMALL:
        # Whole numbers without an exponent, as nearly all are: counted by Python, which is many times as fast.
        return map(Decimal, range(int(start), int(end) + int(step), int(step)))
    return _added_up(start, end, step)


def _added_up(start: Decimal, end: Decimal, step: Decimal) -> Iterator[Decimal]:
    value = start
    while (value <= end) if step > 0 else (value >= end):
        yield value
        value = CONTEXT.add(value, step)


def _days(start: int, end: int) -> Iterator[Date]:
    step = 1 if start <= end else -1
    return (Date.from_days(day) for day in range(start, end + step, step))
