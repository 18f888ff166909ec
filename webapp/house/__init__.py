"""What the company has chosen, for who may change it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("house", __name__)
