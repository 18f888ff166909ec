"""The pages of signing in and out, and the first page of a new installation."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as page_session
from flask_babel import gettext

from engine import clock, roles
from engine import database as engine_database
from engine.errors import Refused
from engine.tables import Person
from webapp import access, errors, language, shell
from webapp.accounts import (
    blueprint,
    calendar_views,  # noqa: F401  (it fills the blueprint)
    deputy_views,  # noqa: F401
    links,
    me_page,
    passwords,
    sessions,
)
from webapp.database import db
from webapp.protection import limiter

OWN_LOGIN_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789._-"


@blueprint.get("/login")
@access.public
def sign_in() -> Any:
    """The sign-in form."""
    if access.person() is not None:
        return redirect(_target())
    return render_template("accounts/sign_in.html", login="", problem=None, next=request.args.get("next"))


@blueprint.post("/login")
@access.public
@limiter.limit("30 per minute")
def sign_in_now() -> Any:
    """Check login and password; the same sentence whether the login exists or not."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    now = clock.now()
    with engine_database.reading(db.engine) as session:
        known = passwords.hash_of(session, login)
        paused = passwords.is_paused(session, login, now=now)
    # Between the two units: checking takes a tenth of a second, in which nobody may be kept from writing.
    is_right = not paused and passwords.matches(known, password)
    # A unit of its own: a refused attempt must be counted although this request is rolled back.
    with engine_database.transaction(db.engine) as session:
        if is_right:
            passwords.forget_refusals(session, login)
            session_id = sessions.start(session, login, now=now)
        elif not paused:
            passwords.note_refusal(session, login, request.remote_addr or "", now=now)
    if is_right:
        return _signed_in(session_id, _target())
    refusal = passwords.TooManyAttempts() if paused else passwords.SignInRefused()
    problem = errors.of_refusal(refusal)
    page = render_template(
        "accounts/sign_in.html", login=login, problem=problem, next=request.form.get("next")
    )
    return page, problem.status


@blueprint.post("/logout")
@access.public
def sign_out() -> Any:
    """End the session of this browser."""
    person = access.person()
    if person is not None:
        sessions.end(db.session, person.session_id)
    page_session.clear()
    response = make_response(redirect(url_for("accounts.sign_in")))
    response.delete_cookie(_cookie(), secure=_settings().is_https, httponly=True, samesite="Lax")
    # Drafts and pages of this person must not stay behind for the next one at this machine.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/login/<code>")
@access.public
@limiter.limit("60 per minute")
def link(code: str) -> Any:
    """Who this one-time link signs in; nothing is used up by looking."""
    found = links.look(db.session, code, now=clock.now())
    if found.purpose == links.SET_UP:
        return render_template(
            "accounts/set_up.html", code=code, typed={}, problem=None, languages=language.names()
        )
    person = db.session.get(Person, found.login)
    return render_template("accounts/link.html", code=code, name=person.name if person else found.login)


@blueprint.post("/login/<code>")
@access.public
@limiter.limit("30 per minute")
def use_link(code: str) -> Any:
    """Use the link up and sign in; with a set-up link, make the first administrator."""
    now = clock.now()
    found = links.look(db.session, code, now=now)
    if found.purpose == links.SET_UP:
        return _set_up(code)
    links.use(db.session, code, now=now)
    roles.actor(db.session, found.login)
    return _signed_in(sessions.start(db.session, found.login, now=now), url_for("inbox.user_tasks"))


@blueprint.get("/me")
@access.signed_in
def me() -> str:
    """My name, language, roles, password and the browsers in which I am signed in."""
    return me_page.page()


@blueprint.post("/me/language")
@access.signed_in
def choose_language() -> Any:
    """Change the language of my pages."""
    wanted = request.form.get("language", "")
    if wanted not in language.languages():
        raise Refused(gettext("This language is not installed here. Choose one from the list."))
    person = db.session.get(Person, access.actor().login)
    person.language = wanted
    return redirect(access.safe_next(request.form.get("next")) or url_for("accounts.me"))


@blueprint.post("/me/look")
@access.signed_in
def choose_look() -> Any:
    """Change colours, density and one-letter keys on this device."""
    response = make_response(redirect(url_for("accounts.me")))
    shell.keep_look(response, request.form)
    return response


@blueprint.post("/me/password")
@access.signed_in
@limiter.limit("10 per minute")
def change_password() -> Any:
    """Change my password; other browsers are signed out. The old one is asked where there is one."""
    actor, now = access.actor(), clock.now()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        known = passwords.hash_of(db.session, actor.login)
        if known is not None and not passwords.matches(known, old):
            raise passwords.PasswordRefused(gettext("The old password is not right."))
        passwords.set_password(db.session, actor.login, new, now=now)
    except passwords.PasswordRefused as refused:
        return me_page.page(problem=errors.sentence_of(refused)), 422
    sessions.end_all(db.session, actor.login)
    flash(gettext("The password is changed. Other browsers are signed out."), "ok")
    return _signed_in(sessions.start(db.session, actor.login, now=now), url_for("accounts.me"))


@blueprint.post("/me/sessions/end")
@access.signed_in
def end_sessions() -> Any:
    """Sign out everywhere but here."""
    actor = access.actor()
    sessions.end_all(db.session, actor.login)
    flash(gettext("You are signed out in all other browsers."), "ok")
    return _signed_in(sessions.start(db.session, actor.login, now=clock.now()), url_for("accounts.me"))


def _set_up(code: str) -> Any:
    typed = {name: request.form.get(name, "").strip() for name in ("login", "name", "email", "language")}
    login, now = typed["login"].lower(), clock.now()
    try:
        if not login or set(login) - set(OWN_LOGIN_SIGNS) or len(login) > 60:
            raise Refused(gettext("A login of small letters, digits, dot, dash or underscore is needed."))
        if db.session.get(Person, login) is not None:
            raise Refused(gettext("This login is taken. Choose another one."))
        if not typed["name"]:
            raise Refused(gettext("A name is needed, as colleagues will read it."))
        chosen = typed["language"] if typed["language"] in language.languages() else language.languages()[0]
        links.use(db.session, code, now=now)
        roles.add_person(
            db.session,
            login,
            typed["name"],
            [access.ADMINISTRATOR],
            email=typed["email"] or None,
            language=chosen,
        )
        passwords.set_password(db.session, login, request.form.get("password", ""), now=now)
    except links.LinkRefused:
        raise
    except Refused as refused:
        page = render_template(
            "accounts/set_up.html",
            code=code,
            typed=typed,
            problem=errors.sentence_of(refused),
            languages=language.names(),
        )
        return page, 422
    return _signed_in(sessions.start(db.session, login, now=now), url_for("inbox.user_tasks"))


def _signed_in(session_id: str, target: str) -> Response:
    # A fresh page session too: nothing that an attacker planted before the sign-in may survive it.
    kept = page_session.pop("_flashes", None)
    page_session.clear()
    if kept:
        page_session["_flashes"] = kept
    response = make_response(redirect(target))
    response.set_cookie(
        _cookie(),
        session_id,
        max_age=int(sessions.ABSOLUTE.total_seconds()),
        secure=_settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _target() -> str:
    wanted = request.form.get("next") or request.args.get("next")
    return access.safe_next(wanted) or url_for("inbox.user_tasks")


def _settings() -> Any:
    return current_app.config["ORDERLANE"]


def _cookie() -> str:
    return access.cookie_name(_settings())
