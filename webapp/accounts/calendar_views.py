"""The calendar of a person for their telephone: make its secret address, withdraw it, and what the address answers."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from flask_babel import gettext

from engine import clock
from engine.tables import Person
from processes.records import audit, calendar_feeds, visits
from webapp import access
from webapp.accounts import blueprint, me_page
from webapp.database import db
from webapp.language import label, read_in
from webapp.protection import limiter

#: As the customers' links: who guesses is soon refused, a telephone may ask as often as telephones do.
GUESSES = limiter.shared_limit(
    "30 per hour", scope="calendar-guesses", deduct_when=lambda response: response.status_code == 404
)
VISITS = limiter.shared_limit("120 per minute", scope="calendar")


@blueprint.get("/calendar/<token>.ics")
@access.by_link
@VISITS
@GUESSES
def calendar_feed(token: str) -> Response:
    """The visits of the person whose address this is, as an iCalendar text. A person who left has none."""
    now = clock.now()
    person = db.session.get_one(Person, calendar_feeds.owner(db.session, token))
    read_in(person.language)
    found = calendar_feeds.of_person(db.session, person.login, now) if person.active else []
    titles = {kind: label(words) for kind, words in visits.LABELS.items()}
    text = calendar_feeds.as_ical(found, now, titles, current_app.config["ORDERLANE"].address)
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="orderlane.ics"'
    return response


@blueprint.post("/me/calendar")
@access.signed_in
@limiter.limit("10 per minute")
def make_calendar() -> Any:
    """A new address, told on this page only; the one before opens nothing any more."""
    actor, now = access.actor(), clock.now()
    audit.acting(db.session, actor.login, now)
    token = calendar_feeds.make(db.session, actor.login, now)
    settings = current_app.config["ORDERLANE"]
    return me_page.page(calendar_address=settings.address + url_for("accounts.calendar_feed", token=token))


@blueprint.post("/me/calendar/withdraw")
@access.signed_in
def withdraw_calendar() -> Any:
    """Let the address open nothing any more."""
    actor, now = access.actor(), clock.now()
    audit.acting(db.session, actor.login, now)
    calendar_feeds.revoke(db.session, actor.login, now)
    flash(gettext("The calendar address opens nothing any more."), "done")
    return redirect(url_for("accounts.me", _anchor="calendar"))
