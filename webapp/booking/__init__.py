"""The public page on which customers book a visit by themselves, without an account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("booking", __name__, url_prefix="/book")
