"""The search of every page: the number of an order opens it, anything else is looked for where the person may look."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import select

from engine.errors import NotFound
from engine.tables import ProcessInstance
from webapp import access
from webapp.database import db
from webapp.inbox import orders
from webapp.office import blueprint


@blueprint.get("/find")
@access.signed_in
def find() -> Any:
    """Open the order of that number, or go to the list that is searched. A scanner types a number and Enter."""
    words = " ".join(request.args.get("q", "").split())[:100]
    # The code on a label is an address that ends with the number.
    number = words.rsplit("/", 1)[-1]
    rows = select(ProcessInstance.key).where(ProcessInstance.business_key == number.upper()).limit(1)
    key = db.session.scalar(rows) if number else None
    if key is not None:
        try:
            found = orders.see(
                db.session,
                key,
                access.actor(),
                sees_all=access.may("orders.see_all"),
                sees_repairs=access.may("repairs.see"),
            )
        except NotFound:
            pass  # it looks like a number of ours, but is none of theirs: search as for any other words
        else:
            return redirect(url_for("inbox.order", key=found.key))
    place = "office.repairs" if access.may("repairs.see") else "inbox.user_tasks"
    return redirect(url_for(place, q=words or None))
