"""Operations on requests to the store: open one, let it have less, hand its goods out, give it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import mail
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from engine.tables import Person
from processes.records import (
    audit,
    cost_centres,
    documents,
    languages,
    products,
    quantities,
    reservations,
    stock,
    stock_requests,
)
from processes.records.ledger import Posting

_REFUSED = {stock_requests.REFUSED: "The request does not fit; the sentence says why."}
_STOREKEEPER = "Storekeeper"
_HEAD = _l("Your goods were handed out: {request}")
_TEXT = _l("{receiver} has taken the goods of your request {request} over, against issue note {note}.")


@operation("stock_requests.offer")
def offer(session: Session, step: Step) -> dict[str, Any]:
    """Offer what a request can ask for and whom it can be charged to, as options for a form.

    Result: offered_parts, offered_cost_centres (lists of value and label).
    """
    return {
        "offered_parts": products.choices(session, "part", languages.of_person(session, step.actor)),
        "offered_cost_centres": cost_centres.choices(session),
    }


@operation("stock_requests.open", errors=_REFUSED)
def open_request(
    session: Session,
    step: Step,
    wanted: list[dict[str, Any]],
    purpose: str,
    cost_centre: str | None = None,
    for_order_no: str | None = None,
    wanted_on: str | None = None,
) -> dict[str, Any]:
    """Open a request to the store. wanted: list of part and quantity; it is charged to a cost centre or to an order.

    Result: request_no.
    """
    audit.acting(session, step.actor, step.now)
    charged = stock_requests.Charged(cost_centre or None, (for_order_no or "").strip() or None)
    row = stock_requests.open_request(
        session,
        Posting.of_step(step),
        _wanted(wanted),
        charged,
        purpose,
        date.fromisoformat(wanted_on) if wanted_on else None,
    )
    return {"request_no": row.number}


@operation("stock_requests.reduce", errors=_REFUSED)
def reduce(session: Session, step: Step, wanted: list[dict[str, Any]], reason: str) -> dict[str, Any]:
    """Let the request have less, with a reason. wanted: list of part and quantity, 0 for none of it.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    less = {row["part"]: quantities.milli(row.get("quantity")) for row in wanted}
    stock_requests.reduce(session, Posting.of_step(step), less, reason)
    return {}


@operation(
    "stock_requests.issue",
    errors={
        reservations.STOCK_SHORT: "The store has too little; shortages says of what.",
        cost_centres.CLOSED: "The cost centre takes no bookings any more.",
    },
)
def issue(session: Session, step: Step, receiver: str) -> dict[str, Any]:
    """Hand the goods of the request out against an issue note, charge them, and tell whoever has asked for them.

    Result: issue_no, issued (list of part, name, quantity).
    """
    audit.acting(session, step.actor, step.now)
    posting, language = Posting.of_step(step), languages.of_role(session, _STOREKEEPER)
    planned = reservations.planned(session, step.business_key)
    note = stock_requests.issue(session, posting, receiver, language)
    documents.issue(session, "request_note", posting)
    _tell(session, step, stock_requests.find(session, step.business_key), note.number, receiver)
    return {"issue_no": note.number, "issued": stock.rows(session, planned, language)}


@operation("stock_requests.charge_another")
def charge_another(session: Session, step: Step, cost_centre: str) -> dict[str, Any]:
    """Let another cost centre pay for the request.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    stock_requests.get(session, step.business_key).cost_centre_id = cost_centre
    return {}


@operation("stock_requests.give_up")
def give_up(session: Session, step: Step) -> dict[str, Any]:
    """Close the request without handing anything out; nothing stays reserved for it.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    stock_requests.give_up(session, Posting.of_step(step))
    return {}


def _wanted(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        milli = quantities.positive_milli(row.get("quantity"), row["part"])
        found[row["part"]] = found.get(row["part"], 0) + milli
    return found


def _tell(
    session: Session, step: Step, request: stock_requests.StockRequest, note: str, receiver: str
) -> None:
    asked = session.get(Person, request.asked_by)
    if asked is None or not asked.email:
        return
    taken_by = session.get(Person, receiver)
    places = {
        "request": request.number,
        "note": note,
        "receiver": taken_by.name if taken_by else receiver,
    }
    mail.write(
        session,
        to=asked.email,
        subject=in_language(Sentence(_HEAD, request=request.number), asked.language),
        body=in_language(Sentence(_TEXT, **places), asked.language),
        process_instance_key=step.process_instance_key,
        now=step.now,
    )
