"""Complaints over HTTP: the page of an order on which its customer says what is wrong, and the post that registers it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from engine import clock
from engine.errors import NotFound
from processes.records import complaint_desk, customer_links
from processes.records.complaint_desk import ComplaintIncomplete
from webapp import access
from webapp.database import db
from webapp.portal import blueprint, complaints, views


@blueprint.get("/<token>/complaint")
@views.through_link
def complaint(link: customer_links.CustomerLink) -> Any:
    """The page on which a customer complains about the order of their link."""
    door = views.door_of(link)
    _refuse_another_door(door)
    return views.render("portal/complaint.html", door, complaints.read(db.session, door, {}))


@blueprint.post("/<token>/complaint")
@views.through_link
def complain(link: customer_links.CustomerLink) -> Any:
    """Register what the customer says, once."""
    if access.person() is not None:
        raise views.StaffSignedIn
    door = views.door_of(link)
    _refuse_another_door(door)
    sent = {name: request.form.get(name, "") for name in ("kind", "text", "wanted")}
    try:
        complaint_desk.complain(db.session, door, **sent, now=clock.now())
    except ComplaintIncomplete as incomplete:
        db.session.rollback()
        door = views.door_of(link)
        page = views.render(
            "portal/complaint.html", door, complaints.read(db.session, door, sent), incomplete
        )
        return page, incomplete.status
    return redirect(f"{url_for('portal.complaint', **views.token_and_language())}#made", 303)


def _refuse_another_door(door: views.Door) -> None:
    if not complaint_desk.is_open(door):
        raise NotFound
