"""The counter: a device is taken in while its customer waits. One page, no more than five things to type."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("counter", __name__, url_prefix="/counter")
