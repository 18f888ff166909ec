"""What is done on the order card of a repair beside its steps."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from engine import clock
from engine.errors import NotFound, Refused
from processes.records import audit, comments, order_plan, orders
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.inbox import blueprint
from webapp.inbox.orders import see


@blueprint.post("/orders/<int:key>/waive-surcharge")
@access.needs("repairs.waive")
def waive_surcharge(key: int) -> Any:
    """Charge nothing more for urgency; the reason stays on the order as a comment (R-036)."""
    actor, now = access.actor(), clock.now()
    row = see(
        db.session, key, actor, sees_all=access.may("orders.see_all"), sees_repairs=access.may("repairs.see")
    )
    order = orders.find(db.session, row.business_key)
    if order is None:
        raise NotFound("Only repair orders have a surcharge.")
    reason = " ".join(request.form.get("reason", "").split())
    audit.acting(db.session, actor.login, now)
    try:
        order_plan.waive_surcharge(db.session, order, reason)
        comments.add(
            db.session,
            key,
            gettext("The surcharge is waived: %(reason)s", reason=reason),
            author=actor.login,
            now=now,
        )
    except Refused as refused:
        db.session.rollback()
        flash(sentence_of(refused), "warn")
        return redirect(url_for("inbox.order", key=key))
    flash(gettext("The surcharge is waived."), "done")
    return redirect(url_for("inbox.order", key=key))
