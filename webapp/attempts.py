"""Refused attempts: whoever tries what they may not do leaves a row in the audit (L17), and nothing else.

An attempt is: an answer 403; an unsafe request to an address that does not take it (a program that tries to write what
follows from the steps, such as a status); and what a room notes here by itself, such as another's order or an answer that
the form does not ask for. The request's own transaction is rolled back, so the row is written in one of its own.
Strangers leave a line in the log only: the audit names people, and must not grow at anybody's wish.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from engine import clock
from engine import database as engine_database
from processes.records import audit
from webapp import access
from webapp.database import SAFE_METHODS, db

#: Columns of the audit are read by people: nobody fills them with a book.
_LONGEST = 200


def init_app(app: Flask) -> None:
    """Write down the refused attempts of every request."""
    app.after_request(_write_down)


def note(what: str) -> None:
    """Say what the person of this request tried and may not; it is written down when the request is answered."""
    g.refused_attempt = what


def where() -> str:
    """The address of this request. One that is a key in itself (a login link, a customer's link) is not written down."""
    is_secret = {"token", "code"} & (request.view_args or {}).keys()
    return str(request.url_rule) if is_secret else request.path


def _write_down(response: Response) -> Response:
    found = access.person()
    if found is None or not _is_attempt(response):
        return response
    tried = f"{request.method} {g.get('refused_attempt', '')}".strip()
    # Whatever the page of the refusal has read is no longer needed, and on SQLite it would hold the one write lock.
    db.session.rollback()
    with engine_database.transaction(db.engine) as session:
        audit.refused(
            session,
            found.actor.login,
            tried[:_LONGEST],
            where()[:_LONGEST],
            clock.now(),
            ip=request.remote_addr,
        )
    return response


def _is_attempt(response: Response) -> bool:
    if response.status_code < 400:
        return False
    is_write = request.method not in SAFE_METHODS
    return (
        response.status_code == 403
        or "refused_attempt" in g
        or (is_write and response.status_code in {404, 405})
    )
