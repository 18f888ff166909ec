"""The pages behind a customer's link, over HTTP. A GET or HEAD shows and changes nothing: scanners of mails open links
before people do. Only a POST from the page itself acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from engine import clock, forms, roles, settings
from engine import database as engine_database
from engine.errors import Forbidden, NotFound, Refused
from engine.sentences import _l
from processes.documents import labels
from processes.records import (
    audit,
    complaint_desk,
    customer_doors,
    customer_links,
    documents,
    quotes,
    surveys,
)
from processes.records.customer_doors import AnsweredAlready, Door, LinkOver
from webapp import access, errors, language
from webapp.database import db
from webapp.portal import answers, blueprint, complaints, queries, times, visits
from webapp.portal.answers import AnswerIncomplete
from webapp.protection import limiter

#: Somebody who guesses is soon refused; whoever has a link may open it as often as they like.
GUESSES = limiter.shared_limit(
    "30 per hour", scope="portal-guesses", deduct_when=lambda response: response.status_code == 404
)
VISITS = limiter.shared_limit("120 per minute", scope="portal")
_TEMPLATES = {purpose: f"portal/{purpose}.html" for purpose in customer_links.PURPOSES}


class StaffSignedIn(Forbidden):
    """You are signed in as a colleague, so you cannot answer for the customer here."""

    remedy = _l("Record their answer in the step itself, or open the link in a private window.")


def through_link(view: Callable[[customer_links.CustomerLink], Any]) -> Callable[..., Any]:
    """Give the view its link instead of the token, in the customer's language. Raises LinkNotFound."""

    @access.by_link
    @VISITS
    @GUESSES
    @wraps(view)
    def found(token: str, **more: Any) -> Any:
        link = customer_links.find(db.session, token)
        # Templates and redirects write addresses with this token and nothing else of the link.
        g.link_token = token
        g.calendar = settings.calendar(db.session)
        return view(link, **more)

    return found


@blueprint.get("/<token>")
@through_link
def show(link: customer_links.CustomerLink) -> Any:
    """What the link is for."""
    return _page(door_of(link))


@blueprint.get("/<token>/<any(decline, change):wanted>")
@through_link
def explain(link: customer_links.CustomerLink, wanted: str) -> Any:
    """The page on which a customer says why they decline a quote, or what they want changed."""
    door = door_of(link)
    if door.purpose != customer_links.QUOTE:
        raise NotFound
    if not door.is_asking:
        return redirect(_address())
    return _explain(door, wanted)


@blueprint.get("/<token>/times")
@blueprint.get("/<token>/times/<day>")
@through_link
def choose_time(link: customer_links.CustomerLink, day: str = "") -> Any:
    """The page on which a customer chooses another time for a visit."""
    door = door_of(link)
    if door.purpose != customer_links.BOOKING:
        raise NotFound
    if not door.is_asking:
        return redirect(_address())
    return _times(door, times.read_day(day))


@blueprint.post("/<token>")
@through_link
def answer(link: customer_links.CustomerLink) -> Any:
    """Take the answer, once."""
    if access.person() is not None:
        raise StaffSignedIn
    door = door_of(link)
    try:
        _take(door)
    except AnswerIncomplete as incomplete:
        db.session.rollback()
        door = door_of(link)
        said = request.form.get("decision", "") if door.purpose == customer_links.QUOTE else ""
        wanted = {"declined": "decline", "change": "change"}.get(said)
        page = _explain(door, wanted, incomplete) if wanted and door.is_asking else _page(door, incomplete)
        if request.form.get("visit_answer") == "move" and door.is_asking:
            page = _times(door, times.read_day(request.form.get("visit_start", "")[:10]), incomplete)
        return page, incomplete.status
    except AnsweredAlready as already:
        db.session.rollback()
        return _page(door_of(link), already), already.status
    return redirect(_address(), 303)


@blueprint.post("/<token>/newest")
@through_link
def newest(link: customer_links.CustomerLink) -> Any:
    """From the link of an old quote to the one that waits for an answer."""
    now = clock.now()
    if link.state(now) in ("withdrawn", "expired") or not customer_doors.is_newer_asked(db.session, link):
        raise LinkOver(_l("This link is over. Open the link in our latest mail, or call us."))
    quote = quotes.newest(db.session, link.order_no)
    made = customer_links.make(
        db.session,
        customer_links.QUOTE,
        order_no=link.order_no,
        process_instance_key=quote.process_instance_key,
        now=now,
        record_key=str(quote.version),
        expires_at=quote.expires_at,
    )
    return redirect(url_for("portal.show", token=made.address.rpartition("/")[2], **_language()), 303)


@blueprint.get("/<token>/documents/<int:key>")
@through_link
def document(link: customer_links.CustomerLink, key: int) -> Response:
    """A document of the order that this link may open, as PDF."""
    try:
        found = queries.paper(db.session, door_of(link), key)
    except NotFound:
        _write_down(link)
        raise
    response = make_response(documents.render(db.session, found))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@blueprint.after_request
def keep_the_token(response: Response) -> Response:
    """The address is a key: no other page may learn it as referrer, no search engine may keep it."""
    # Not "no-referrer": the check against forged requests asks where an https form came from.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Any:
    """A clear page for every link that does not open, without a word about any order."""
    if "chosen_language" not in g:
        language.read_in(request.args.get("lang"))
    # Whatever the view had read or done is not part of the answer.
    db.session.rollback()
    token = g.get("link_token") if isinstance(error, LinkOver) and error.has_newer else None
    problem = errors.of_refusal(error)
    if isinstance(error, LinkOver):
        problem = replace(problem, title=gettext("This link is over"))
    return _closed(problem, token=token)


@blueprint.errorhandler(CSRFError)
def too_old(_error: CSRFError) -> Any:
    """The form was loaded in another session: the page once more."""
    language.read_in(request.args.get("lang"))
    sentence = gettext(
        "This page was open for too long, or your browser keeps no cookies. Load it again and repeat your answer."
    )
    return _closed(errors.Problem(400, gettext("Not sent"), sentence), again=request.path)


@blueprint.errorhandler(TooManyRequests)
def too_many(_error: TooManyRequests) -> Any:
    """Somebody tries links, or a machine runs wild."""
    language.read_in(request.args.get("lang"))
    sentence = gettext("Too many attempts from this address. Wait a while, then open the link again.")
    return _closed(errors.Problem(429, gettext("Too many attempts"), sentence))


def _take(door: Door) -> None:
    """The answer that was sent, into the order. Raises AnswerIncomplete, AnsweredAlready."""
    submission = answers.read(door.purpose, request.form)
    if "visit_start" in submission and door.is_asking:
        visits.refuse_taken(db.session, door, submission["visit_start"], clock.now())
    try:
        customer_doors.answer(db.session, door, submission, now=clock.now())
    except forms.SubmissionInvalid as invalid:
        raise AnswerIncomplete(next(iter(invalid.errors.values()))) from invalid


def _write_down(link: customer_links.CustomerLink) -> None:
    """Somebody with a working link tried to open what it does not open: that is kept, in a unit of its own."""
    db.session.rollback()
    with engine_database.transaction(db.engine) as session:
        audit.refused(
            session,
            roles.CUSTOMER_LOGIN,
            f"open {request.path.rpartition('/c/')[2].partition('/')[2]}",
            link.order_no,
            clock.now(),
            object_table="customer_link",
            ip=request.remote_addr,
        )


def door_of(link: customer_links.CustomerLink) -> Door:
    """What stands behind a link now; the page is in its customer's language. Raises LinkOver."""
    door = customer_doors.open_door(db.session, link, clock.now())
    g.chosen_language = request.args.get("lang")
    is_known = g.chosen_language in language.languages()
    language.read_in(g.chosen_language if is_known else door.customer.language)
    return door


def render(template: str, door: Door, facts: dict[str, Any], problem: Refused | None = None) -> str:
    """A page behind an open door."""
    shown = errors.of_refusal(problem) if problem else None
    return render_template(template, **_frame(door), **facts, problem=shown)


def token_and_language() -> dict[str, str]:
    """What an address of this link holds besides its page."""
    return {"token": g.link_token, **_language()}


def _page(door: Door, problem: Refused | None = None) -> str:
    return render(_TEMPLATES[door.purpose], door, _READS[door.purpose](door), problem)


def _explain(door: Door, wanted: str, problem: Refused | None = None) -> str:
    return render_template(
        "portal/explain.html",
        **_frame(door),
        quote=queries.quote(db.session, door),
        wanted=wanted,
        typed=request.form.get("reason", ""),
        problem=errors.of_refusal(problem) if problem else None,
    )


def _times(door: Door, day: date | None, problem: Refused | None = None) -> str:
    return render_template(
        "portal/times.html",
        **_frame(door),
        **visits.choices(db.session, door, day, clock.now()),
        times_address=_times_address,
        problem=errors.of_refusal(problem) if problem else None,
    )


def _frame(door: Door) -> dict[str, Any]:
    return {
        "door": door,
        "company": queries.company(db.session),
        "papers": queries.papers(db.session, door),
        "address": _address,
        "complaint_address": _complaint_address(door),
        "paper_address": _paper_address,
        "paper_name": lambda kind: labels.title(kind, language.page_language()),
        "languages": language.names(),
        "is_staff": access.person() is not None,
        "now": clock.now(),
    }


def _closed(
    problem: errors.Problem, *, token: str | None = None, again: str | None = None
) -> tuple[str, int]:
    page = render_template(
        "portal/closed.html",
        company=queries.company(db.session),
        languages=language.names(),
        problem=problem,
        newest=url_for("portal.newest", token=token, **_language()) if token else None,
        again=again,
    )
    return page, problem.status


def _survey(door: Door) -> dict[str, Any]:
    chosen = request.form.get("score") or request.args.get("score", "")
    return {
        "scores": list(surveys.SCORES),
        "score": int(chosen) if chosen in {"1", "2", "3", "4", "5"} else None,
        "typed": request.form.get("comment", ""),
    }


_READS: dict[str, Callable[[Door], dict[str, Any]]] = {
    customer_links.QUOTE: lambda door: {"quote": queries.quote(db.session, door)},
    customer_links.STATUS: lambda door: {"status": queries.status(db.session, door)},
    customer_links.INVOICE: lambda door: {"bill": queries.bill(db.session, door)},
    customer_links.CLARIFY: lambda door: {
        "question": queries.question(db.session, door),
        "typed": request.form.get("customer_answer", ""),
    },
    customer_links.SURVEY: _survey,
    customer_links.COMPLAINT: lambda door: complaints.read(db.session, door, {}),
    customer_links.SOLUTION: lambda door: complaints.offer(db.session, door),
    customer_links.BOOKING: lambda door: {
        "visit": visits.shown(db.session, door),
        "times_address": _times_address,
    },
}


def _address(page: str = "", lang: str | None = None) -> str:
    """The address of this link's page, in the language that was chosen on it."""
    chosen = {"lang": lang} if lang else _language()
    if page:
        return url_for("portal.explain", token=g.link_token, wanted=page, **chosen)
    return url_for("portal.show", token=g.link_token, **chosen)


def _complaint_address(door: Door) -> str | None:
    return url_for("portal.complaint", **token_and_language()) if complaint_desk.is_open(door) else None


def _times_address(day: date | None = None) -> str:
    chosen = {"day": day.isoformat()} if day else {}
    return url_for("portal.choose_time", token=g.link_token, **chosen, **_language())


def _paper_address(key: int) -> str:
    return url_for("portal.document", token=g.link_token, key=key)


def _language() -> dict[str, str]:
    chosen = request.args.get("lang")
    return {"lang": chosen} if chosen in language.languages(current_app) else {}


from webapp.portal import complaint_views  # noqa: E402, F401  (it adds its pages to the blueprint)
