"""Built-in functions on contexts (DMN 1.5, 10.3.4.10); a context is never changed, always copied."""

from __future__ import annotations

from typing import Any

from ..errors import Problem
from ..kinds import shown
from ..runtime import Run
from .registry import builtin

Context = dict[str, Any]
_BYTES_OF_A_CONTEXT = 240


@builtin("get value(m: context, key: string?)")
def get_value(run: Run, m: Context, key: str | None) -> Any:
    if key not in m:
        raise Problem(f"The context has no entry {shown(key)}.", "no-entry")
    return m[key]


@builtin("get value(context: context, keys: list)")
def get_value_deep(run: Run, context: Context, keys: list[Any]) -> Any:
    """Camunda's addition: along a path of keys."""
    value: Any = context
    for key in keys:
        if type(value) is not dict or key not in value:
            raise Problem(f"The context has no entry {shown(key)}.", "no-entry")
        value = value[key]
    return value


@builtin("get entries(m: context) -> list")
def get_entries(run: Run, m: Context) -> list[Context]:
    run.spend(len(m))
    run.made(_BYTES_OF_A_CONTEXT * len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context(entries: list) -> context")
def context(run: Run, entries: list[Any]) -> Context:
    built: Context = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise Problem(f"Expected entries with a key and a value, but found {shown(entry)}.")
        if entry["key"] in built:
            raise Problem(f"Expected every key once, but found {entry['key']!r} twice.")
        built[entry["key"]] = entry["value"]
    return built


@builtin("context put(context: context, key: string, value: Any?) -> context")
def context_put(run: Run, context: Context, key: str, value: Any) -> Context:
    run.spend(len(context))
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: Any?) -> context")
def context_put_deep(run: Run, context: Context, keys: list[Any], value: Any) -> Context:
    if not keys or not all(type(key) is str for key in keys):
        raise Problem("Expected a list of keys that are texts, but it is empty or holds something else.")
    first, *rest = keys
    run.spend(len(context))
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    if type(inner) is not dict:
        if first in context and inner is not None:
            raise Problem(f"Expected the entry {first!r} to be a context, but it is {shown(inner)}.")
        inner = {}
    return {**context, first: context_put_deep(run, inner, rest, value)}


@builtin("context merge(contexts: list) -> context")
def context_merge(run: Run, contexts: list[Any]) -> Context:
    merged: Context = {}
    for one in contexts:
        if type(one) is not dict:
            raise Problem(f"Expected a list of contexts, but it holds {shown(one)}.")
        run.spend(len(one))
        merged.update(one)
    return merged
