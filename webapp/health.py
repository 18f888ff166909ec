"""For the machine that watches us: /healthz (the process answers) and /readyz (it can do its work)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp import access, schema
from webapp.database import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access.public
def healthz() -> Any:
    """The process answers. Asks nothing else, so that a slow database does not restart us."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access.public
def readyz() -> Any:
    """Database reachable, migrations current, clock alive; 503 with what is missing."""
    checks = {"database": _is_reachable()}
    checks["migrations"] = checks["database"] and schema.is_current(db.engine)
    clock = current_app.extensions.get("orderlane_clock")
    # A web process beside a separate `orderlane worker` has no clock, and needs none.
    if clock is not None:
        checks["clock"] = clock.is_alive()
    ready = all(checks.values())
    return jsonify(status="ok" if ready else "not ready", checks=checks), 200 if ready else 503


def _is_reachable() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
