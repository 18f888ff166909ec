"""The list of the inbox over HTTP: pages, the "3 new" bar, taking several at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from engine import clock, user_tasks
from engine.errors import Refused
from webapp import access, keys
from webapp.database import db
from webapp.errors import sentence_of
from webapp.inbox import (  # noqa: F401
    blueprint,
    choice_views,
    customer_views,
    lists,
    order_views,
    queries,
    repair_views,
    start_views,
    step_views,
)

MOST_AT_ONCE = 50


@blueprint.get("/")
@access.signed_in
def home() -> Any:
    """The inbox is everybody's first page."""
    return redirect(url_for("inbox.user_tasks"))


@blueprint.get("/inbox", endpoint="user_tasks")
@access.signed_in
def list_user_tasks() -> Any:
    """My user tasks and my roles'. With `after` and htmx only the rows that follow."""
    after = queries.Cursor.read(request.args.get("after"))
    shown = lists.read(request.args, now=clock.now(), after=after)
    if after is not None and request.headers.get("HX-Request"):
        return render_template("inbox/more.html", list=shown)
    return render_template("inbox/user_tasks.html", list=shown)


@blueprint.get("/inbox/news")
@access.signed_in
def news() -> Any:
    """What has changed since the rows on the page were drawn: a bar for new ones, the gone ones say who has them."""
    shown = lists.shown_keys(request.args)
    return render_template(
        "inbox/news.html",
        news=lists.news(request.args, shown, now=clock.now()),
        list_url=lists.address(request.args),
    )


@blueprint.post("/inbox/claim")
@access.signed_in
def claim_selected() -> Any:
    """Take all selected user tasks that can be taken; the others are named."""
    actor, now = access.actor(), clock.now()
    selected = request.form.getlist("selected", type=keys.read)[:MOST_AT_ONCE]
    taken, refusals = 0, []
    for key in sorted(set(selected)):
        try:
            with db.session.begin_nested():
                user_tasks.claim(db.session, key, actor=actor, now=now)
            taken += 1
        except Refused as refused:
            refusals.append(sentence_of(refused))
    if taken:
        flash(ngettext("%(num)s step is yours now.", "%(num)s steps are yours now.", taken), "done")
    if not selected:
        flash(gettext("Nothing was selected. Tick the rows you want to take."), "warn")
    for sentence in refusals[:5]:
        flash(sentence, "warn")
    return redirect(lists.address(request.form))
