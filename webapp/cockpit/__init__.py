"""The cockpit: what needs a manager, where every running order waits, and on whom."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cockpit", __name__, url_prefix="/cockpit")
