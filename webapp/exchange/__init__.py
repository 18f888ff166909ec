"""Import and export of records as tables (CSV, XLSX): a page with every table, a check before anything is written."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("exchange", __name__)

from webapp.exchange import views  # noqa: E402, F401  (they fill the blueprint)
