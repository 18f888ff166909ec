"""The page about the person who is signed in, drawn from several views."""

from __future__ import annotations

from flask import render_template

from engine.tables import Person
from processes.records import calendar_feeds
from webapp import access, language
from webapp.accounts import passwords
from webapp.database import db


def page(*, problem: str | None = None, calendar_address: str = "") -> str:
    """My name, language, roles, password and calendar. calendar_address: one just made, shown this once."""
    actor = access.actor()
    return render_template(
        "accounts/me.html",
        person=db.session.get(Person, actor.login),
        roles=sorted(actor.roles),
        languages=language.names(),
        has_password=passwords.hash_of(db.session, actor.login) is not None,
        problem=problem,
        shortest=passwords.SHORTEST,
        calendar=calendar_feeds.working(db.session, actor.login),
        calendar_address=calendar_address,
    )
