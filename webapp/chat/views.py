"""Chats over HTTP: Telegram's webhook, and the page on which anybody writes to us without an account.

A browser is known by a secret in a cookie, of which only the hash is kept; it belongs to a customer when it came here from the page
of one of their links.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from flask import abort, current_app, g, redirect, render_template, request, url_for

from engine import clock, settings
from engine.errors import Forbidden, NotFound, Refused
from engine.sentences import _l
from processes import chat
from processes.chat import questions
from processes.records import chats, customer_links
from webapp import access, language
from webapp.chat import blueprint, telegram
from webapp.config import Settings
from webapp.database import db
from webapp.portal import queries
from webapp.protection import csrf, limiter

COOKIE = "chat"
_MONTH_S = 30 * 24 * 3600
_SIGNS = 43
LIMIT = limiter.shared_limit("60 per minute", scope="chat")
TELEGRAM_LIMIT = limiter.shared_limit("3000 per minute", scope="chat-telegram")


@blueprint.post("/telegram")
@csrf.exempt
@access.public
@TELEGRAM_LIMIT
def from_telegram() -> Any:
    """An update of Telegram. What is no message to us is taken and left: else it would come again and again."""
    installation: Settings = current_app.config["ORDERLANE"]
    if not installation.telegram:
        abort(404)
    said = request.headers.get(telegram.SECRET_HEADER, "")
    if not hmac.compare_digest(said.encode(), str(installation.telegram["secret"]).encode()):
        raise Forbidden(_l("This address is for Telegram alone."))
    incoming = telegram.read(request.get_json(silent=True), installation.languages)
    if incoming is not None:
        chat.receive(db.session, incoming, now=clock.now())
    return "", 204


@blueprint.get("")
@access.public
@LIMIT
def page() -> str:
    """The conversation of this browser."""
    _look()
    thread = chats.find(db.session, chats.WEB, _hashed(_cookie()))
    return _conversation(thread)


@blueprint.get("/messages")
@access.public
@LIMIT
def news() -> str:
    """The messages of this browser's conversation: what the page asks for again and again."""
    _look()
    return render_template(
        "chat/messages.html", **_said(chats.find(db.session, chats.WEB, _hashed(_cookie())))
    )


@blueprint.post("")
@access.public
@LIMIT
def write() -> Any:
    """Write a message; the page that comes holds the answer."""
    _look()
    text = request.form.get("text", "").replace("\r\n", "\n").strip()[: chats.LONGEST]
    if not text:
        raise Refused(_l("Write something first."))
    token = _cookie() or secrets.token_urlsafe(32)
    sent = request.form.get("sent", "")[:60] or secrets.token_urlsafe(8)
    _receive(token, text, sent)
    return _with_cookie(redirect(url_for("chat.page"), 303), token)


@blueprint.post("/open/<int:key>")
@access.public
@LIMIT
def open_page(key: int) -> Any:
    """Open the page of a question that this browser's own conversation has named."""
    thread = chats.find(db.session, chats.WEB, _hashed(_cookie()))
    found = chats.message(db.session, key)
    if thread is None or found is None or found.thread_key != thread.key or found.user_task_key is None:
        raise NotFound(_l("There is no such page. Write to us what you are looking for."))
    return redirect(questions.page_of_message(db.session, found, clock.now()), 303)


@blueprint.post("/from/<token>")
@access.by_link
@LIMIT
def come_from(token: str) -> Any:
    """From the page of a customer's link into the chat: from now on we know who writes."""
    customer_links.find(db.session, token)
    own = _cookie() or secrets.token_urlsafe(32)
    _receive(own, f"/start {token}", secrets.token_urlsafe(8))
    return _with_cookie(redirect(url_for("chat.page"), 303), own)


def _receive(token: str, text: str, provider_id: str) -> None:
    chat.receive(
        db.session,
        chat.Incoming(chats.WEB, _hashed(token), provider_id, text, language.page_language()),
        now=clock.now(),
    )


def _look() -> None:
    g.calendar = settings.calendar(db.session)
    language.read_in(request.args.get("lang") or language.page_language())


def _conversation(thread: chats.ChatThread | None) -> str:
    return render_template(
        "chat/page.html",
        company=queries.company(db.session),
        languages=language.names(),
        sent=secrets.token_urlsafe(8),
        **_said(thread),
    )


def _said(thread: chats.ChatThread | None) -> dict[str, Any]:
    found = chats.messages(db.session, thread.key) if thread else []
    shown = [each for each in found if not each.text.startswith("/")]
    return {"messages": shown, "now": clock.now()}


def _cookie() -> str:
    found = request.cookies.get(COOKIE, "")
    return found if len(found) == _SIGNS else ""


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _with_cookie(response: Any, token: str) -> Any:
    installation: Settings = current_app.config["ORDERLANE"]
    response.set_cookie(
        COOKIE,
        token,
        max_age=_MONTH_S,
        path="/chat",
        httponly=True,
        secure=installation.is_https,
        samesite="Lax",
    )
    return response
