"""The status of an order in plain words, derived from the flow, for the lists that show many of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask
from flask_babel import gettext

from webapp.inbox.orders import Own
from webapp.language import say
from webapp.words import Term, day, term


@dataclass(frozen=True, slots=True)
class Status:
    """Light, one sentence, pills."""

    term: Term
    words: str
    pills: list[tuple[str, str, str]] = field(default_factory=list)


def init_app(app: Flask) -> None:
    """Give templates `order_status`."""
    app.jinja_env.filters["order_status"] = of


def of(own: Own, now: datetime) -> Status:
    """What the requester reads: with whom it is, since when, until when; or how it ended."""
    order = own.order
    if order.state != "active":
        ended = day(order.ended_at, now) if order.ended_at else ""
        name, tone, icon = (
            (gettext("Finished"), "ok", "check")
            if order.state == "completed"
            else (gettext("Cancelled"), "", "x")
        )
        return Status(Term("none", ended), "", [(name, tone, icon)])
    pills = [(gettext("Stuck"), "bad", "triangle-alert")] if any(each.stuck for each in own.reasons) else []
    sentence = say(own.reasons[0].sentence) if own.reasons else ""
    dated = [each for each in own.open_tasks if each.due_at is not None]
    first = min(dated, key=lambda each: each.due_at, default=None)
    light = term(first, now) if first is not None else Term("none", "")
    return Status(light, sentence, pills)
