"""An order over HTTP: my requests, the page of one, comments, files, asking for its cancellation."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from engine import accountability, ad_hoc, clock, history, mail, messages
from engine import keys as engine_keys
from engine.errors import Conflict, Forbidden, Refused
from engine.roles import Actor
from engine.tables import ProcessInstance
from processes.documents import labels
from processes.records import attachments, comments, customer_links, products, quotes
from processes.records.orders import KIND_LABELS
from webapp import access, keys
from webapp.database import db
from webapp.errors import sentence_of
from webapp.inbox import blueprint, order_card, orders, own_questions, steps

SHORTEST_REASON = 3


@blueprint.get("/orders")
@access.signed_in
def my_orders() -> Any:
    """What I have asked for: status in words, with whom it is, until when. Nothing of others."""
    before = request.args.get("before", type=keys.read)
    now = clock.now()
    page = orders.mine(db.session, access.actor(), now=now, before=before)
    template = (
        "inbox/more_orders.html" if request.headers.get("HX-Request") and before else "inbox/my_orders.html"
    )
    return render_template(template, page=page, now=now)


@blueprint.get("/orders/<int:key>")
@access.signed_in
def order(key: int) -> Any:
    """The order: why it waits, what happened, comments, files, mails."""
    return page(see(key))


@blueprint.post("/orders/<int:key>/comments")
@access.signed_in
def add_comment(key: int) -> Any:
    """Write a comment."""
    found, actor, now = see(key), access.actor(), clock.now()
    try:
        comments.add(db.session, found.key, request.form.get("text", ""), author=actor.login, now=now)
    except Refused as refused:
        db.session.rollback()
        return page(see(key), problem=sentence_of(refused), text=request.form.get("text", "")), refused.status
    history.write(db.session, found.key, "commented", actor=actor.login, now=now)
    return redirect(_back(key, "comments"))


@blueprint.post("/orders/<int:key>/files")
@access.signed_in
def add_files(key: int) -> Any:
    """Attach photos and documents."""
    actor, now = access.actor(), clock.now()
    found = see(key)
    uploads = [each for each in request.files.getlist("files") if each.filename]
    if not uploads:
        flash(gettext("No file was chosen. Choose one, then attach it."), "warn")
        return redirect(_back(key, "files"))
    folder = current_app.config["ORDERLANE"].uploads
    try:
        for upload in uploads:
            content = upload.stream.read()
            attachments.add(
                db.session, folder, found.key, upload.filename, content, uploaded_by=actor.login, now=now
            )
    except Refused as refused:
        db.session.rollback()
        return page(see(key), problem=sentence_of(refused)), refused.status
    history.write(
        db.session, found.key, "commented", actor=actor.login, now=now, detail={"files": len(uploads)}
    )
    return redirect(_back(key, "files"))


@blueprint.post("/orders/<int:key>/cancel")
@access.signed_in
def cancel(key: int) -> Any:
    """Ask for the cancellation; the process decides what follows. The reason is kept and read by whoever decides."""
    found, actor = see(key), access.actor()
    if found.started_by != actor.login and not access.may("orders.cancel"):
        raise Forbidden("Only who asked for it, or a manager, can cancel an order. Write a comment instead.")
    reason = " ".join(request.form.get("reason", "").split())
    if len(reason) < SHORTEST_REASON:
        problem = gettext("A reason is needed: whoever decides reads it.")
        return page(found, problem=problem, reason=reason), 422
    published = messages.publish(
        db.session,
        orders.CANCEL,
        found.business_key,
        {"cancel_reason": reason, "cancelled_by": actor.login},
        actor=actor,
        now=clock.now(),
    )
    if found.key not in published.process_instance_keys:
        raise Conflict(
            "This order can no longer be cancelled: it is past that point. Write a comment instead."
        )
    flash(gettext("The cancellation is asked for. Work on the order has stopped."), "done")
    return redirect(url_for("inbox.order", key=key))


@blueprint.get("/files/<int:key>")
@access.signed_in
def file(key: int) -> Any:
    """A file of an order I may see: always a download, except pictures inside our own pages."""
    row = attachments.get(db.session, key)
    see(row.process_instance_key)
    place = attachments.open_for(current_app.config["ORDERLANE"].uploads, row)
    shows = row.media_type.startswith("image/") and request.args.get("show") == "1"
    response = send_file(
        place, row.media_type, as_attachment=not shows, download_name=row.name, conditional=True
    )
    # Whatever is in it: in our origin it may do nothing.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def see(key: int) -> ProcessInstance:
    """The order, if whoever asks may see it. Raises NotFound."""
    return orders.see(
        db.session,
        key,
        access.actor(),
        sees_all=access.may("orders.see_all"),
        sees_repairs=access.may("repairs.see"),
    )


def page(found: ProcessInstance, *, problem: str | None = None, **typed: str) -> str:
    """The page of an order; `typed` is what stays in its fields when something was refused."""
    actor, now = access.actor(), clock.now()
    may_cancel = found.started_by == actor.login or access.may("orders.cancel")
    details = order_card.of(db.session, found, now=now)
    if details and access.may("repairs.see"):
        g.place = "office.repairs" if details.device else "office.customer-orders"
    reasons = accountability.why_waiting(db.session, found.key, now)
    return render_template(
        "inbox/order.html",
        order=found,
        side=steps.side(db.session, found, actor, now=now),
        reasons=reasons,
        choices=_choices(found, actor, reasons),
        details=details,
        own_answers=own_questions.answered(db.session, found) if details else [],
        document_titles=labels.TITLES,
        payer_words=labels.CHOICES["payer"],
        unit_words=products.UNITS,
        quote_words=quotes.STATES,
        kind_words=KIND_LABELS,
        link_words=customer_links.LABELS,
        link_states=customer_links.STATES,
        letter_id=str(engine_keys.new_key()),
        mine=orders.next_for(db.session, found.key, actor),
        mails=mail.of(db.session, found.key) if may_cancel else [],
        can_cancel=may_cancel and orders.can_be_cancelled(db.session, found),
        problem=problem,
        typed=typed,
        now=now,
    )


def _choices(
    found: ProcessInstance, actor: Actor, reasons: list[accountability.Reason]
) -> list[ad_hoc.Choice]:
    """What this person may begin; only where the order has a place in which people choose."""
    chooses = any(each.kind == "choice" for each in reasons)
    offered = ad_hoc.startable(db.session, found.key) if chooses else []
    return [each for each in offered if ad_hoc.may_choose(each, actor, found.process_id)]


def _back(key: int, place: str) -> str:
    """Back to the page where the person was: the step they are doing, or the order."""
    wanted = access.safe_next(request.form.get("next"))
    return f"{wanted or url_for('inbox.order', key=key)}#{place}"
