"""Chats with customers: the page of our own, and the messengers that bring their messages here."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("chat", __name__, url_prefix="/chat")
