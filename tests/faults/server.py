"""The real server with the operations of these tests; with an argument, deliberately broken in one way.

    python -m tests.faults.server [effect_outside]

effect_outside: an operation's effect is committed by itself, before the step that it belongs to, and has no effect key.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import database, operations
from tests.engine import house  # noqa: F401 - registers the operation test.post
from webapp import config, server


def commit_effects_alone(put: Callable[[object, str, object], None] = setattr) -> None:
    """Break the promise: what an operation does is durable although its step may still fail."""

    def attempt(
        session: Session, found: operations.Operation, step: operations.Step, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        result = found.run(session, step, **{name: variables[name] for name in found.inputs}) or {}
        database.commit(session)
        database.begin_write(session)
        return result

    put(operations, "attempt", attempt)


if __name__ == "__main__":
    if "effect_outside" in sys.argv:
        commit_effects_alone()
    server.serve(config.load())
