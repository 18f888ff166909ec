"""Closures for variables, paths (a.b.c) and filters (list[condition], list[index])."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..border import ATOMS, take_in
from ..builtins import BUILTINS
from ..errors import Problem
from ..kinds import shown
from ..numbers import SMALL, whole
from ..properties import property_of
from ..runtime import Run
from ..tree import Filter, Literal, Name, Path
from .scope import Closure, Frame, Scope, fetcher, find, local

if TYPE_CHECKING:
    from . import Compiler

MISSING = object()


def name(compiler: Compiler, node: Name, scope: Scope | None) -> Closure:
    text = node.name
    hops, items = find(scope, text)
    if text == "item" and hops is not None and not items:
        return _the_item(hops, scope)
    if text == "partial" and hops is not None and not items:
        return _partial(hops)
    fallback = local(hops) if hops is not None else _root(compiler, node, certain=not items)
    if not items:
        return fallback
    fetchers = [fetcher(hops) for hops in items]

    def entry_of_item(run, frame):
        for fetch in fetchers:
            item = fetch(frame)
            if type(item) is dict and text in item:
                return item[text]
        return fallback(run, frame)

    return entry_of_item


def _the_item(hops: int, scope: Scope | None) -> Closure:
    fetch = fetcher(hops)
    for _ in range(hops):
        scope = scope.outer
    if not scope.is_item:
        return local(hops)

    def read(run, frame):
        item = fetch(frame)
        # An item with an entry of that very name: the entry is meant.
        return item["item"] if type(item) is dict and "item" in item else item

    return read


def _partial(hops: int) -> Closure:
    fetch = fetcher(hops)

    def read(run, frame):
        so_far = fetch(frame)
        if type(so_far) is not list:
            return so_far
        run.spend(len(so_far))
        return list(so_far)

    return read


def _root(compiler: Compiler, node: Name, certain: bool) -> Closure:
    text, position = node.name, node.position
    builtin = BUILTINS.get(text)
    if builtin is not None and compiler.functions_are_values and not compiler.is_variable(text):
        value = builtin.value
        compiler.roots.setdefault(text, False)  # a variable of that name covers the function
    else:
        value = MISSING
        compiler.roots[text] = certain or compiler.roots.get(text, False)

    def read(run, frame):
        found = run.context.get(text, value)
        if type(found) in ATOMS:
            return found
        return entered(run, found, text, position)

    return read


def entered(run: Run, value: Any, text: str, position: int) -> Any:
    """A variable's raw value as FEEL has it; null with a note when there is none."""
    if value is MISSING:
        return run.note("no-variable", f"There is no variable '{text}'.", position)
    try:
        return take_in(run, value)
    except Problem as problem:
        return run.note(problem.code, problem.message, position)


def path(compiler: Compiler, node: Path, scope: Scope | None) -> Closure:
    steps: list[tuple[str, int]] = []
    base = node
    while isinstance(base, Path):
        steps.append((base.name, base.position))
        base = base.base
    steps.reverse()
    if isinstance(base, Name) and find(scope, base.name) == (None, []):
        return _path_from_root(compiler, base, steps)
    first = compiler.compile(base, scope)
    if len(steps) == 1:
        ((step, position),) = steps

        def one(run, frame):
            value = first(run, frame)
            if type(value) is dict and step in value:
                return value[step]
            return get(run, value, step, position)

        return one

    def several(run, frame):
        value = first(run, frame)
        for step, position in steps:
            value = get(run, value, step, position)
        return value

    return several


def _path_from_root(compiler: Compiler, base: Name, steps: list[tuple[str, int]]) -> Closure:
    """Walks plain data from outside and takes in only what stands at the end of the path."""
    root, first = base.name, _root(compiler, base, certain=True)
    step, position = steps[0]

    def walk_one(run, frame):
        value = run.context.get(root)
        if type(value) is dict:
            value = value.get(step, MISSING)
            # The most frequent kinds first: this runs for every variable of every condition.
            kind = type(value)
            if kind is str:
                return value
            if kind is int and -SMALL < value < SMALL:
                return Decimal(value)
            if kind in ATOMS:
                return value
            if value is not MISSING:
                return entered(run, value, root, position)
        return slow(run, frame)

    def walk(run, frame):
        value = run.context.get(root)
        for name, _ in steps:
            if type(value) is not dict:
                return slow(run, frame)
            value = value.get(name, MISSING)
        if type(value) in ATOMS:
            return value
        return slow(run, frame) if value is MISSING else entered(run, value, root, position)

    def slow(run: Run, frame: Frame) -> Any:
        value = first(run, frame)
        for name, place in steps:
            value = get(run, value, name, place)
        return value

    return walk if len(steps) > 1 else walk_one


def get(run: Run, value: Any, name: str, position: int) -> Any:
    """value.name; on a list, the list of its items' values."""
    kind = type(value)
    if kind is dict:
        if name in value:
            return value[name]
        return run.note("no-entry", f"The context has no entry '{name}'.", position)
    if kind is list:
        run.spend(len(value))
        return [get(run, item, name, position) for item in value]
    try:
        return property_of(value, name)
    except Problem as problem:
        return run.note(problem.code, problem.message, position)


def filter_of(compiler: Compiler, node: Filter, scope: Scope | None) -> Closure:
    base = compiler.compile(node.base, scope)
    condition = compiler.compile(node.condition, Scope("item", scope, is_item=True))
    position = node.position
    if isinstance(node.condition, Literal) and type(node.condition.value) is Decimal:
        constant = node.condition.value
        return lambda run, frame: at_index(run, as_list(base(run, frame)), constant, position)

    def select(run, frame):
        items = as_list(base(run, frame))
        if not items:
            return _of_nothing(run, condition, frame, position)
        run.spend(len(items))
        kept = []
        for item in items:
            decided = condition(run, (item, frame))
            if decided is True:
                kept.append(item)
            elif type(decided) is Decimal:
                return at_index(run, items, decided, position)
            elif decided is not False:
                message = f"Expected a filter that is true, false or a number, but it is {shown(decided)}."
                run.note("filter-not-boolean", message, position)
        return kept

    return select


def as_list(value: Any) -> list:
    """The value as a list to filter: anything but a list is its own only item, null is none."""
    if type(value) is list:
        return value
    return [] if value is None else [value]


def _of_nothing(run: Run, condition: Closure, frame: Frame, position: int) -> Any:
    # Whether this is a filter or an index shows only in the condition's value; its complaints do not count.
    before = run.diagnostics
    run.diagnostics = None
    decided = condition(run, (None, frame))
    run.diagnostics = before
    return at_index(run, [], decided, position) if type(decided) is Decimal else []


def at_index(run: Run, items: list, index: Decimal, position: int) -> Any:
    """The item at this place, counted from 1, or from the end when negative."""
    try:
        place = whole(index, "an index")
    except Problem as problem:
        return run.note(problem.code, problem.message, position)
    if place == index and 0 < abs(place) <= len(items):
        return items[place - 1] if place > 0 else items[place]
    return run.note("no-item", f"A list of {len(items)} has no item number {index}.", position)
