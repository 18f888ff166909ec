"""Booking a visit over HTTP: choose a service, then one of its free times, then say who you are. Only the last page changes anything."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from engine import clock, settings
from engine.errors import NotFound, Refused
from processes.records import appointments, bookable_services, web_bookings
from processes.records.bookable_services import BookableService
from processes.records.web_bookings import BookingIncomplete, Contact, SlotTaken
from webapp import access, errors, language
from webapp.booking import blueprint
from webapp.database import db
from webapp.portal import queries, times
from webapp.protection import limiter

VISITS = limiter.shared_limit("120 per minute", scope="booking")
#: What was refused for a missing name does not count: only who books again and again is slowed down.
BOOKINGS = limiter.shared_limit(
    "10 per hour", scope="bookings", deduct_when=lambda response: response.status_code == 303
)
_FIELDS = ("name", "phone", "email", "address", "subject")


def anybody(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for everybody, in the language that they chose on it or that their browser asks for."""

    @access.public
    @VISITS
    @wraps(view)
    def found(**more: Any) -> Any:
        g.calendar = settings.calendar(db.session)
        language.read_in(_chosen_language())
        return view(**more)

    return found


@blueprint.get("")
@anybody
def services() -> str:
    """What can be booked."""
    return _page("services", services=bookable_services.offered(db.session), spoken=language.page_language())


@blueprint.get("/<service_id>")
@blueprint.get("/<service_id>/<day>")
@anybody
def choose_time(service_id: str, day: str = "") -> str:
    """The free times of a service on a day; without one, on the first that has some."""
    return _times(bookable_services.get(db.session, service_id), day)


@blueprint.get("/<service_id>/at/<start>")
@anybody
def who(service_id: str, start: str) -> Any:
    """The page on which a customer says who they are, for a time that is free."""
    service, starts_at = bookable_services.get(db.session, service_id), times.read(start)
    if starts_at is None:
        raise NotFound
    slots = web_bookings.free(db.session, service, clock.now())
    if starts_at not in {each.starts_at for each in slots}:
        return _times(service, start[:10], SlotTaken()), SlotTaken.status
    return _who(service, start, secrets.token_urlsafe(16))


@blueprint.post("/<service_id>/at/<start>")
@BOOKINGS
@anybody
def book(service_id: str, start: str) -> Any:
    """Book the time, with the order that it is for; whoever comes too late hears so and sees other times."""
    service = bookable_services.get(db.session, service_id)
    # Whoever came too late chooses another time on this very page.
    start = request.form.get("start") or start
    starts_at = times.read(start)
    if starts_at is None:
        raise NotFound
    request_id = request.form.get("request_id", "")[:64] or secrets.token_urlsafe(16)
    contact = Contact(*(request.form.get(each, "") for each in _FIELDS), language.page_language())
    try:
        booking = web_bookings.book(
            db.session,
            service,
            starts_at,
            contact,
            consent=request.form.get("consent") == "1",
            request_id=request_id,
            now=clock.now(),
        )
    except (SlotTaken, BookingIncomplete) as refused:
        db.session.rollback()
        service = bookable_services.get(db.session, service_id)
        return _who(service, start, request_id, refused), refused.status
    return redirect(url_for("booking.booked", request_id=booking.request_id, **_language()), 303)


@blueprint.get("/booked/<request_id>")
@anybody
def booked(request_id: str) -> str:
    """What was booked. The address is known to who booked; who they are does not stand here."""
    booking = web_bookings.find(db.session, request_id)
    if booking is None:
        raise NotFound
    found = appointments.current(db.session, booking.appointment_key, hold=False)
    return _page(
        "booked",
        booking=booking,
        is_open=found.is_open,
        when=times.in_words(found.starts_at, found.ends_at),
        service=_name(db.session.get_one(BookableService, booking.service_id)),
    )


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Any:
    """A clear page for what cannot be booked."""
    db.session.rollback()
    return _closed(errors.of_refusal(error))


@blueprint.errorhandler(CSRFError)
def too_old(_error: CSRFError) -> Any:
    """The form was loaded in another session: the page once more."""
    sentence = gettext(
        "This page was open for too long, or your browser keeps no cookies. Load it again and repeat your answer."
    )
    return _closed(errors.Problem(400, gettext("Not sent"), sentence), again=request.path)


@blueprint.errorhandler(TooManyRequests)
def too_many(_error: TooManyRequests) -> Any:
    """Somebody books again and again, or a machine runs wild."""
    sentence = gettext("Too many attempts from this address. Wait a while, or call us.")
    return _closed(errors.Problem(429, gettext("Too many attempts"), sentence))


def _times(service: BookableService, day: str, problem: Refused | None = None) -> str:
    slots = web_bookings.free(db.session, service, clock.now())
    listed = times.days(slots)
    with_times, wanted = [each.day for each in listed if each.free], times.read_day(day) if day else None
    chosen = wanted if wanted in with_times else next(iter(with_times), None)
    return _page(
        "times",
        service=service,
        name=_name(service),
        hint=service.hint_in(language.page_language()),
        days=listed,
        chosen=chosen,
        parts=times.parts(slots, chosen) if chosen else [],
        day_address=lambda each: _address("choose_time", service, day=each.isoformat()),
        time_address=lambda value: _address("who", service, start=value),
        problem=errors.of_refusal(problem) if problem else None,
    )


def _who(service: BookableService, start: str, request_id: str, problem: Refused | None = None) -> str:
    starts_at = times.read(start)
    is_taken = isinstance(problem, SlotTaken)
    others = []
    if is_taken:
        slots = web_bookings.free(db.session, service, clock.now())
        listed = [each.day for each in times.days(slots) if each.free]
        day = next((each for each in listed if each >= times.local(starts_at).date()), None)
        others = times.parts(slots, day) if day else []
    return _page(
        "who",
        service=service,
        name=_name(service),
        start=start,
        when=times.in_words(starts_at, starts_at + service.visit().length),
        request_id=request_id,
        typed={each: request.form.get(each, "") for each in _FIELDS},
        consented=request.form.get("consent") == "1",
        is_taken=is_taken,
        others=others,
        times_address=_address("choose_time", service, day=start[:10]),
        problem=errors.of_refusal(problem) if problem else None,
        field=problem.field if isinstance(problem, BookingIncomplete) else None,
    )


def _page(template: str, **values: Any) -> str:
    return render_template(
        f"booking/{template}.html",
        **values,
        company=queries.company(db.session),
        languages=language.names(),
        address=_address,
    )


def _closed(problem: errors.Problem, *, again: str | None = None) -> tuple[str, int]:
    g.calendar = settings.calendar(db.session)
    language.read_in(_chosen_language())
    page = render_template(
        "portal/closed.html",
        company=queries.company(db.session),
        languages=language.names(),
        problem=problem,
        newest=None,
        again=again,
    )
    return page, problem.status


def _name(service: BookableService) -> str:
    return service.name_in(language.page_language())


def _address(page: str, service: BookableService | None = None, **places: str) -> str:
    if service is not None:
        places["service_id"] = service.service_id
    return url_for(f"booking.{page}", **places, **_language())


def _language() -> dict[str, str]:
    chosen = _chosen_language()
    return {"lang": chosen} if chosen else {}


def _chosen_language() -> str | None:
    chosen = request.args.get("lang")
    return chosen if chosen in language.languages() else None
