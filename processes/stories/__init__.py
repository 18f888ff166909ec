"""The stage of this company's stories: its people and records, what a story may find in them and change in them.

Each module of this package offers some of both, for a record family: FINDERS are functions (session, order_no), CHANGES are
functions (session, now, **what the story gives), both by the name that the story uses.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import scenarios
from processes import catalogue, demo

_MODULES = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]


def stage() -> scenarios.Stage:
    """A stage with the demo company on it, all packages deployed, nothing running."""
    return scenarios.Stage(
        prepare=_prepare,
        finders={finder.__name__: finder for each in _MODULES for finder in each.FINDERS},
        changes={change.__name__: change for each in _MODULES for change in each.CHANGES},
    )


def report(names: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Play the stories of these packages (of all, without names): one entry a process, with coverage."""
    return scenarios.report(catalogue.find(names), stage())


def _prepare(session: Session, now: datetime) -> None:
    demo.company(session)
    catalogue.deploy_all(session, now=now)
