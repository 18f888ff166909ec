"""The inbox: my user tasks and my roles', the form, the order beside it, new requests and my own orders."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("inbox", __name__)
