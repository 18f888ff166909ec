"""How a mail is shown on pages: what opens a door stays closed, except where nobody else could ever use it."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext

from engine import mail
from engine.tables import Mail
from webapp import access


def init_app(app: Flask) -> None:
    """Give templates `mail_text`."""
    app.jinja_env.filters["mail_text"] = text


def text(written: Mail) -> str:
    """The text of a mail; the address of a customer's link shows only where it was kept, to whom it may be shown."""
    return mail.shown(written, gettext("(link)"), with_link=access.may("customer_links.see"))
