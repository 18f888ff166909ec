"""Every failure of a request ends here, as a page or as problem+json: a sentence, a remedy, never a traceback.

Refused (anything the engine or a page says no to) keeps its status and its sentence. Everything unexpected is our fault:
it is logged with its traceback under a short code, and the person gets the code.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException

from engine.errors import Refused
from engine.sentences import Sentence, _l
from webapp.attempts import note, where
from webapp.language import say
from webapp.plain_json import wants_json

log = logging.getLogger("orderlane.web")

_CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_TITLES = {
    401: _l("Sign in first"),
    403: _l("This is not open to you"),
    404: _l("Nothing is here"),
    409: _l("Somebody was faster"),
    413: _l("This is too large"),
    429: _l("Too many attempts"),
}
_NOT_DONE = _l("This was not done")
_OF_HTTP = {
    400: _l("The request could not be read. Go back, load the page again and repeat what you wanted to do."),
    404: _l("There is no page at this address. It may have been moved, or the address is incomplete."),
    405: _l("This address cannot be used in this way. Go back and use the buttons of the page."),
    413: _l("The files are larger than this installation accepts. Choose smaller ones and send them again."),
    415: _l("This kind of content is not understood here. Send JSON or a form."),
    429: _l("Too many attempts from this address. Wait a minute, then try again."),
}
_CSRF = _l(
    "This page was opened in another session and is too old to be sent. Load it again; what you typed is still in the browser."
)
_BUSY = _l("The database is busy with something long. Nothing was changed. Try again in a moment.")
_LOST = _l(
    "The database went away at this moment. What you sent was done as a whole or not at all: look at it before you send it again."
)
#: When a program should ask again, in seconds.
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in the words a person and a program get."""

    status: int
    title: str
    sentence: str
    remedy: str | None = None
    code: str | None = None


def init_app(app: Flask) -> None:
    """Answer all failures of the application here."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def answer(problem: Problem, **places: Any) -> tuple[Response | str, int]:
    """The problem as page or as problem+json, whichever was asked for."""
    if wants_json():
        body = {"type": "about:blank", "title": problem.title, "status": problem.status}
        body["detail"] = problem.sentence
        if problem.remedy:
            body["remedy"] = problem.remedy
        if problem.code:
            body["code"] = problem.code
        response = jsonify(body | places)
        response.mimetype = "application/problem+json"
        return response, problem.status
    template = "errors/fault.html" if problem.code else "errors/refused.html"
    # A page about a fault must not ask the database for its frame.
    frame = {"shell": {}} if problem.code else {}
    return render_template(template, problem=problem, **frame), problem.status


def of_refusal(error: Refused) -> Problem:
    """The words of a refusal in the reader's language."""
    title = gettext(_TITLES.get(error.status, _NOT_DONE))
    remedy = getattr(error, "remedy", None)
    return Problem(error.status, title, say(error.sentence), say(remedy) or None)


def _refused(error: Refused) -> tuple[Response | str, int]:
    if error.status in {401, 403}:
        log.warning("refused %s %s: %s", request.method, where(), type(error).__name__)
    if error.facts.get("hidden"):
        note("of others")
    return answer(of_refusal(error))


def _csrf(error: CSRFError) -> tuple[Response | str, int]:
    return answer(Problem(400, gettext("This page is too old"), gettext(_CSRF)))


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error  # a redirect of the router, not a failure
    if status >= 500:
        return _unexpected(error)
    sentence = gettext(_OF_HTTP.get(status, _OF_HTTP[400]))
    problem = Problem(status, gettext(_TITLES.get(status, _NOT_DONE)), sentence)
    body, code = answer(problem)
    # 405 must keep Allow, 429 Retry-After: programs read them.
    kept = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
    return body, code, kept


def _unexpected(error: Exception) -> Any:
    code = "E-" + "".join(secrets.choice(_CODE_SIGNS) for _ in range(4))
    if _is_of_the_database(error):
        log.warning("%s on %s %s: %s", code, request.method, where(), getattr(error, "orig", None) or error)
        sentence = _LOST if getattr(error, "connection_invalidated", False) else _BUSY
        busy = Problem(503, gettext("Try again in a moment"), gettext(sentence), code=code)
        return *answer(busy), {"Retry-After": str(RETRY_AFTER_S)}
    log.error("%s on %s %s", code, request.method, where(), exc_info=error)
    sentence = gettext("The fault is ours. Nothing was changed; what you typed is kept as a draft.")
    title = gettext("This page could not be built")
    return answer(Problem(500, title, sentence, code=code))


def _is_of_the_database(error: Exception) -> bool:
    """The database is locked, restarting or away, or all connections are in use: it will pass, and nobody has to mend it."""
    away = isinstance(error, exc.DBAPIError) and error.connection_invalidated
    return away or isinstance(error, (exc.OperationalError, exc.InterfaceError, exc.TimeoutError))


def sentence_of(error: Refused) -> str:
    """Only the sentence, for a banner on a page that goes on."""
    return say(error.sentence if isinstance(error.sentence, (str, Sentence)) else str(error))
