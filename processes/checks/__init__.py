"""What must always be true, one check a promise: the invariants of our records (I1 ...) and the engine's own promises (E1 ...).

Each module has a tuple CHECKS. A new module is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil

from processes.checks.check import Check

_MODULES = [
    importlib.import_module(f"{__name__}.{each.name}")
    for each in pkgutil.iter_modules(__path__)
    if each.name != "check"
]

CHECKS: tuple[Check, ...] = tuple(
    sorted((check for each in _MODULES for check in each.CHECKS), key=lambda check: check.order)
)

__all__ = ["CHECKS", "Check"]
