"""The product, deliberately broken: a fault test that does not notice one of these is void."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import database, operations


def commit_effects_alone(put: Callable[[object, str, object], None] = setattr) -> None:
    """What an operation does is durable although its step may still fail, and has no effect key."""

    def attempt(
        session: Session, found: operations.Operation, step: operations.Step, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        result = found.run(session, step, **{name: variables[name] for name in found.inputs}) or {}
        database.commit(session)
        database.begin_write(session)
        return result

    put(operations, "attempt", attempt)
