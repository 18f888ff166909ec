"""What is done on the order card of a repair to reach its customer: write to them, send a link again, withdraw one (R-063)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from engine import clock
from engine import keys as engine_keys
from engine.errors import Forbidden, NotFound, Refused
from processes.records import customer_letters, orders
from processes.records.orders import CustomerOrder
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.inbox import blueprint, order_views


@blueprint.post("/orders/<int:key>/letters")
@access.needs("counter.use")
def write_to_customer(key: int) -> Any:
    """Mail a letter to the customer. What was typed stays on the page when it is refused."""
    subject, text = request.form.get("letter_subject", ""), request.form.get("letter_text", "")
    try:
        customer_letters.write(
            db.session,
            _repair(key),
            subject,
            text,
            request_id=request.form.get("letter", "")[:40] or str(engine_keys.new_key()),
            author=access.actor(),
            now=clock.now(),
        )
    except Refused as refused:
        db.session.rollback()
        page = order_views.page(
            order_views.see(key), problem=sentence_of(refused), letter_subject=subject, letter_text=text
        )
        return page, refused.status
    flash(gettext("The letter is on its way to the customer."), "done")
    return redirect(url_for("inbox.order", key=key))


@blueprint.post("/orders/<int:key>/links/<int:link_key>/again")
@access.needs("counter.use")
def send_link_again(key: int, link_key: int) -> Any:
    """Mail a new link in the place of this one."""
    try:
        customer_letters.send_link_again(
            db.session, _repair(key), link_key, author=access.actor(), now=clock.now()
        )
    except Refused as refused:
        db.session.rollback()
        flash(sentence_of(refused), "warn")
    else:
        flash(gettext("A new link is on its way; those before it no longer work."), "done")
    return redirect(url_for("inbox.order", key=key))


@blueprint.post("/orders/<int:key>/links/<int:link_key>/withdraw")
@access.needs("counter.use")
def withdraw_link(key: int, link_key: int) -> Any:
    """Let a link open nothing any more."""
    customer_letters.withdraw(db.session, _repair(key), link_key, author=access.actor(), now=clock.now())
    flash(gettext("The link is withdrawn."), "done")
    return redirect(url_for("inbox.order", key=key))


def _repair(key: int) -> CustomerOrder:
    """The repair, for who may see all repairs and deals with customers."""
    if not access.may("repairs.see"):
        raise Forbidden("You may not open this order.")
    found = orders.find(db.session, order_views.see(key).business_key)
    if found is None:
        raise NotFound("Only repair orders have a customer to write to.")
    return found
