"""Documents over HTTP: what was issued for an order, and what is printed of it now."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("documents", __name__)
