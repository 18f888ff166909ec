"""One user task over HTTP: its page, take, give back, draft, complete. The verbs decide; here they are only called."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import format_time, gettext

from engine import clock, forms, user_tasks, versions
from engine.errors import Refused, UserTaskClosed
from engine.tables import ProcessInstance, UserTask
from webapp import access, errors, headers
from webapp.database import db
from webapp.inbox import blueprint, comparing, lists, orders, steps, submissions
from webapp.language import say
from webapp.plain_json import wants_json


@blueprint.get("/user-tasks/<int:key>")
@access.signed_in
def step(key: int) -> Any:
    """The user task with its form, between the list and its order."""
    return _page(key)


@blueprint.get("/user-tasks/<int:key>/state")
@access.signed_in
def step_state(key: int) -> Any:
    """Whether somebody else has taken or closed the user task meanwhile: a banner, or nothing."""
    user_task, _ = _see(key)
    shown = request.args.get("version", type=int)
    return render_template(
        "inbox/step_state.html",
        user_task=user_task,
        notice=steps.notice(db.session, user_task, access.actor(), shown, now=clock.now()),
        list_url=lists.address(request.args),
    )


@blueprint.post("/user-tasks/<int:key>/claim")
@access.signed_in
def claim(key: int) -> Any:
    """Take it."""
    return _verb(key, user_tasks.claim)


@blueprint.post("/user-tasks/<int:key>/release")
@access.signed_in
def release(key: int) -> Any:
    """Give it back."""
    return _verb(key, user_tasks.release)


@blueprint.put("/user-tasks/<int:key>/draft")
@access.signed_in
def save_draft(key: int) -> Any:
    """Keep what has been typed."""
    submission = submissions.draft_of(request)
    kept = user_tasks.save_draft(db.session, key, submission, actor=access.actor(), now=clock.now())
    return jsonify(saved=gettext("Draft saved at %(time)s", time=format_time(kept.saved_at, "HH:mm")))


@blueprint.post("/user-tasks/<int:key>/complete")
@access.signed_in
def complete(key: int) -> Any:
    """Complete it and go to the next useful thing. A refusal keeps every answer on the page."""
    actor, now = access.actor(), clock.now()
    sent = submissions.of(request)
    user_task = user_tasks.get(db.session, key)
    try:
        files = submissions.keep_files(db.session, sent, user_task, actor=actor, now=now)
        order = user_tasks.complete(
            db.session, key, sent.answers, actor=actor, now=now, version=sent.version, files=files
        )
    except forms.SubmissionInvalid as invalid:
        return _invalid(key, sent, invalid)
    except UserTaskClosed as closed:
        return _conflict(user_task, sent, closed)
    except Refused as refused:
        if not wants_json():
            db.session.rollback()
            return _page(key, problem=errors.of_refusal(refused)), refused.status
        raise
    address = _next_address(order, user_task)
    return jsonify(go_to=address) if wants_json() else redirect(address)


def _page(key: int, *, problem: errors.Problem | None = None) -> str:
    actor, now = access.actor(), clock.now()
    user_task, order = _see(key)
    headers.allow_inline_styles()
    return render_template(
        "inbox/step.html",
        list=lists.read(request.args, now=now),
        step=steps.read(db.session, user_task, order, actor, now=now, time_zone=g.calendar.time_zone),
        problem=problem,
        now=now,
    )


def _see(key: int) -> tuple[UserTask, ProcessInstance]:
    # Who may open every repair is told, too, that a colleague has completed the step they have before them.
    return steps.see(
        db.session,
        key,
        access.actor(),
        sees_all=access.may("orders.see_all"),
        sees_repairs=access.may("repairs.see"),
    )


def _verb(key: int, verb: Any) -> Any:
    wanted = lists.queries.Filter.read(request.form.get("chip"), request.form.get("q"))
    try:
        verb(db.session, key, actor=access.actor(), now=clock.now())
    except UserTaskClosed as closed:
        # A sentence on the list, not an error page: the person wanted work, and there is more of it.
        flash(comparing.who_closed(closed, access.actor().login, now=clock.now()), "warn")
        return redirect(lists.address(request.form))
    except Refused as refused:
        if refused.status != 409:
            raise
        flash(say(refused.sentence), "warn")
    return redirect(lists.step_url(key, wanted))


def _invalid(key: int, sent: submissions.Sent, invalid: forms.SubmissionInvalid) -> Any:
    found = submissions.sentences(invalid)
    if wants_json():
        return jsonify(errors=found), 422
    db.session.rollback()
    first = gettext("The answers need a change.")
    problem = errors.Problem(422, first, " ".join(found.values()))
    return _page(key, problem=problem), 422


def _conflict(user_task: UserTask, sent: submissions.Sent, closed: UserTaskClosed) -> Any:
    actor, now = access.actor(), clock.now()
    db.session.rollback()
    title = comparing.who_closed(closed, actor.login, now=now)
    detail = gettext("Your answers were not sent; they are kept below.")
    form = versions.form_of(db.session, user_task)
    difference = comparing.difference(db.session, user_task, sent.answers, form, actor.login)
    problem = errors.Problem(409, title, detail)
    html = render_template("inbox/conflict.html", problem=problem, difference=difference)
    if wants_json():
        return errors.answer(problem, html=html)
    return _page(user_task.key, problem=problem), 409


def _next_address(order: ProcessInstance, done: UserTask) -> str:
    """Where the person goes on: the next step of the same order if it is theirs, else the list."""
    actor = access.actor()
    waiting = steps.held_up(db.session, done)
    if waiting is not None:
        flash(waiting, "warn")
        return url_for("inbox.user_tasks")
    flash(steps.done_sentence(db.session, order, done, actor), "done")
    following = orders.next_for(db.session, order.key, actor)
    wanted = lists.queries.Filter.read(request.args.get("chip"), request.args.get("q"))
    if following is not None:
        return lists.step_url(following.key, wanted)
    return url_for("inbox.user_tasks")
