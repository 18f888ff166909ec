"""The stage of this company's stories: its people and records, what a story may find in them and change in them.

Each module of this package offers some of both, for a record family: FINDERS are functions (session, order_no), CHANGES are
functions (session, now, **what the story gives), both by the name that the story uses.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import scenarios
from processes import catalogue, demo
from processes.records import system_checks

_MODULES = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]


def stage() -> scenarios.Stage:
    """A stage with the demo company on it, all packages deployed, nothing running."""
    return scenarios.Stage(
        prepare=_deploy,
        found=_found,
        finders={finder.__name__: finder for each in _MODULES for finder in each.FINDERS},
        changes={change.__name__: change for each in _MODULES for change in each.CHANGES},
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A name that stories may use. kind: finder or change; signature: what a story gives it; doc: what it finds or does."""

    kind: str
    name: str
    signature: str
    doc: str


def names() -> list[Named]:
    """Every finder and change that there is, by name; finders first."""
    found = stage()
    return [
        Named(kind, name, _signature(function, given), inspect.getdoc(function).partition("\n")[0])
        for kind, functions, given in (("finder", found.finders, 1), ("change", found.changes, 2))
        for name, function in sorted(functions.items())
    ]


def _signature(function: Callable[..., Any], given: int) -> str:
    whole = inspect.signature(function, eval_str=True)
    own = list(whole.parameters.values())[given:]
    written = str(whole.replace(parameters=own, return_annotation=inspect.Signature.empty))
    return re.sub(r"\b(decimal|typing|datetime)\.", "", written)


def report(names: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Play the stories of these packages (of all, without names): one entry a process, with coverage."""
    return scenarios.report(catalogue.find(names), stage())


def _found(session: Session) -> None:
    demo.company(session)
    # A story sees only the steps it is about: the checks of the house begin where a story says so.
    system_checks.pause(session)


def _deploy(session: Session, now: datetime) -> None:
    catalogue.deploy_all(session, now=now)
