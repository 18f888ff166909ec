"""Reading `scenarios.toml`: the stories of a process, each a list of steps, with parts that several stories share."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine import errors

#: A Monday morning, before anybody in Europe has come to work.
STARTS_AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

# What a step may do -> the other keys that it understands.
_STEPS = {
    "start": {"by", "submit", "variables", "as", "order_no", "refused"},
    "complete": {"by", "submit", "order", "refused"},
    "claim": {"by", "order", "refused"},
    "release": {"by", "order", "refused"},
    "wait": set(),
    "message": {"by", "key", "order", "variables", "as", "refused"},
    "change": {"with", "refused"},
    "expect": {"order"},
}
_SCENARIO = {"clocks", "name", "starts_at", "steps", "then"}


class ScenariosRefused(errors.Refused):
    """This file of scenarios cannot be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done (a key of the table in docs/scenarios.md), to what, and the rest of its line."""

    number: int
    kind: str
    what: Any
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How a report calls the step."""
        by = f" by {self.more['by']}" if "by" in self.more else ""
        what = f' "{self.what}"' if isinstance(self.what, str) else ""
        return f"Step {self.number} ({self.kind}{what}{by})"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story: its steps in order, and what must be true at the end (FEEL).

    clocks: processes of other packages that the clock starts in this story too.
    """

    name: str
    steps: tuple[Step, ...]
    then: tuple[str, ...] = ()
    starts_at: datetime = STARTS_AT
    clocks: tuple[str, ...] = ()


def read(text: str, file: str = "scenarios.toml") -> list[Scenario]:
    """The scenarios of a file, parts filled in. Raises ScenariosRefused with the scenario, the step and the remedy."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise ScenariosRefused(f"{file} is not TOML: {broken}") from broken
    _known(document, {"scenario", "part"}, file, "Write [[scenario]] and [[part]].")
    parts: dict[str, list[Any]] = {}
    for part in document.get("part", []):
        _known(part, {"name", "steps"}, file, "A part has a name and steps.")
        parts[_name(part, file)] = part.get("steps", [])
    scenarios = [_scenario(found, parts, file) for found in document.get("scenario", [])]
    names = [each.name for each in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise ScenariosRefused(f'{file} has two scenarios named "{name}". Give each its own name.')
    return scenarios


def _scenario(found: Mapping[str, Any], parts: Mapping[str, list[Any]], file: str) -> Scenario:
    name = _name(found, file)
    where = f'{file}, "{name}"'
    _known(found, _SCENARIO, where, f"A scenario has {', '.join(sorted(_SCENARIO))}.")
    steps = tuple(
        _step(number, line, where) for number, line in enumerate(_filled(found, parts, where), start=1)
    )
    if not steps:
        raise ScenariosRefused(f"{where} has no steps. Say who starts what.")
    then = tuple(_texts(found.get("then", []), where))
    return Scenario(name, steps, then, _moment(found, where), _clocks(found, where))


def _filled(
    found: Mapping[str, Any], parts: Mapping[str, list[Any]], where: str, depth: int = 0
) -> Iterator[Any]:
    for line in found.get("steps", []):
        name = line.get("part") if isinstance(line, dict) else None
        if name is None:
            yield line
        elif name not in parts or set(line) != {"part"}:
            raise ScenariosRefused(
                f'{where}: there is no part "{name}", or its line says more than the name. '
                f"The parts are: {', '.join(sorted(parts)) or 'none'}."
            )
        elif depth > 10:
            raise ScenariosRefused(f'{where}: the part "{name}" contains itself.')
        else:
            yield from _filled({"steps": parts[name]}, parts, where, depth + 1)


def _step(number: int, line: Any, where: str) -> Step:
    kinds = [kind for kind in _STEPS if isinstance(line, dict) and kind in line]
    if len(kinds) != 1:
        found = ", ".join(line) if isinstance(line, dict) else repr(line)
        raise ScenariosRefused(
            f"{where}, step {number}: expected exactly one of {', '.join(_STEPS)}, but found {found}."
        )
    (kind,) = kinds
    more = {key: value for key, value in line.items() if key != kind}
    allowed = ", ".join(sorted(_STEPS[kind])) or "nothing"
    _known(more, _STEPS[kind], f"{where}, step {number}", f'Beside "{kind}" it may say: {allowed}.')
    what = _texts(line[kind], f"{where}, step {number}") if kind == "expect" else line[kind]
    return Step(number, kind, what, more)


def _texts(value: Any, where: str) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ScenariosRefused(f"{where}: expected FEEL conditions as texts, but found {value!r}.")
    return texts


def _clocks(found: Mapping[str, Any], where: str) -> tuple[str, ...]:
    clocks = found.get("clocks", [])
    if not isinstance(clocks, list) or not all(isinstance(each, str) for each in clocks):
        raise ScenariosRefused(f"{where}: clocks is a list of process ids, but found {clocks!r}.")
    return tuple(clocks)


def _moment(found: Mapping[str, Any], where: str) -> datetime:
    moment = found.get("starts_at", STARTS_AT)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ScenariosRefused(
            f"{where}: starts_at is a moment with its offset, such as 2026-11-23T09:00:00+02:00."
        )
    return moment.astimezone(UTC)


def _name(found: Mapping[str, Any], file: str) -> str:
    name = found.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ScenariosRefused(f"{file}: each scenario and each part needs a name, but one has none.")
    return name


def _known(found: Mapping[str, Any], allowed: set[str], where: str, remedy: str) -> None:
    for key in found:
        if key not in allowed:
            raise ScenariosRefused(f'{where}: "{key}" means nothing here. {remedy}')
