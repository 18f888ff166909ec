"""Signing in: passwords, one-time links, server-side sessions, and the first administrator."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
