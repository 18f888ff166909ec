"""What every form and every address is protected with: the CSRF token and the limit of requests."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
# Counted in memory, by process: a brake on floods. What must hold over processes (wrong passwords) is counted in tables.
limiter = Limiter(get_remote_address, storage_uri="memory://")


def init_app(app: Flask) -> None:
    """Ask for the token on every unsafe request; obey the limits that views declare."""
    csrf.init_app(app)
    limiter.init_app(app)
