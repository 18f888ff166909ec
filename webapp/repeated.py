"""A request sent again under the same `Idempotency-Key` gets the first answer, and nothing happens a second time.

For programs whose connection broke before they heard our answer. The answer is kept in the transaction of the request
itself: either both are there or neither. Refusals are not kept, because they have changed nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from engine import clock
from engine.errors import Refused
from webapp import access
from webapp.database import SAFE_METHODS, db
from webapp.tables import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT_FOR = timedelta(hours=72)
#: Says who is told, and when; each answer gets its own.
_OF_EACH = frozenset({"set-cookie", "date"})


class KeyRefused(Refused):
    """The Idempotency-Key of a request has 1 to 200 signs."""


class KeyOfAnother(Refused):
    """Something else was sent under this Idempotency-Key before. Give each request a key of its own."""

    status = 422


def once(view: Callable[[], Any]) -> Response:
    """The answer of the view, or the one that this request got before."""
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE_METHODS:
        return make_response(view())
    if not 0 < len(key) <= LONGEST:
        raise KeyRefused
    place, said = _place(key), _said()
    known = db.session.get(KeptAnswer, place) or _reserved_before(place, said)
    if known is not None:
        return _again(known, said)
    response = make_response(view())
    if response.status_code < 400:
        kept = db.session.get_one(KeptAnswer, place)
        kept.status, kept.body = response.status_code, response.get_data()
        kept.headers = {
            name: value for name, value in response.headers.items() if name.lower() not in _OF_EACH
        }
        db.session.flush()
    return response


def _reserved_before(place: bytes, said: bytes) -> KeptAnswer | None:
    """Take the place of the answer before the view begins; whoever comes second waits here until the first has ended."""
    now = clock.now()
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < now - KEPT_FOR))
    try:
        db.session.add(KeptAnswer(place=place, said=said, status=0, body=b"", headers={}, kept_at=now))
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return db.session.get_one(KeptAnswer, place)
    return None


def _again(known: KeptAnswer, said: bytes) -> Response:
    if known.said != said:
        raise KeyOfAnother
    response = Response(known.body, known.status, known.headers)
    # Nothing is left to commit: the answer is told even where a commit would fail.
    db.session.rollback()
    return response


def _place(key: str) -> bytes:
    person = access.person()
    login = person.actor.login if person is not None else ""
    return _digest(login, request.method, request.path, key)


def _said() -> bytes:
    """A digest of what the request says, without the token that each page has anew."""
    fields = [
        f"{name}={value}"
        for name, values in sorted(request.form.lists())
        if name != "csrf_token"
        for value in values
    ]
    files = [f"{name}={upload.filename}" for name, upload in sorted(request.files.items(multi=True))]
    body = request.get_data(as_text=True) if request.is_json else ""
    return _digest(request.query_string.decode(errors="replace"), *fields, *files, body)


def _digest(*parts: str) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode(errors="surrogatepass"))
    return digest.digest()
