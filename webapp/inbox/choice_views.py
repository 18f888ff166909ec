"""What is done next in orders whose steps are not put in order beforehand (ad-hoc sub-processes): who may choose, chooses."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import ad_hoc, clock
from engine.errors import Refused
from webapp import access, keys
from webapp.database import db
from webapp.errors import sentence_of
from webapp.inbox import blueprint, order_views, orders
from webapp.language import label


@blueprint.get("/inbox/choices")
@access.signed_in
def choices() -> Any:
    """The orders that wait for my choice, each with its steps. The inbox says that there are some."""
    found = ad_hoc.undecided(db.session, access.actor())
    return render_template("inbox/choices.html", found=found, now=clock.now())


@blueprint.post("/inbox/choices/<int:key>")
@access.signed_in
def choose(key: int) -> Any:
    """Begin one step of this order, and go to it if it is mine to do."""
    actor, element_id = access.actor(), request.form.get("step", "")
    token_id = request.form.get("token", default=0, type=keys.read)
    # 404 for who may not see the order, as everywhere; who may is told why it cannot be begun.
    order_views.see(key)
    names = {
        each.element_id: each.name for choice in ad_hoc.startable(db.session, key) for each in choice.steps
    }
    try:
        ad_hoc.activate(db.session, key, token_id, [element_id], actor=actor, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        flash(sentence_of(refused), "warn")
        return redirect(_back())
    flash(gettext("“%(step)s” has begun.", step=label(names.get(element_id, element_id))), "done")
    following = orders.next_for(db.session, key, actor)
    return redirect(url_for("inbox.step", key=following.key) if following else _back())


def _back() -> str:
    return access.safe_next(request.form.get("next")) or url_for("inbox.choices")
