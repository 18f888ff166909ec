"""Operations on stock: what an order's parts need of the store, from the check to the return of what was not used.

Names of parts in a result are in the language of those who read them next: of the role in the header `reader`, else of the
role that does this work in a repair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, roles
from engine.operations import Step, operation
from engine.sentences import Sentence, _l
from processes.records import audit, documents, parts_requests, products, quantities, reservations, stock
from processes.records.ledger import Posting

_SHORT = {reservations.STOCK_SHORT: "The store has too little; shortages says of what."}
_BUYER, _STOREKEEPER = "Buyer", "Storekeeper"


@operation("stock.check")
def check(session: Session, step: Step) -> dict[str, Any]:
    """Check what the order's parts need of the store. Parts that are reserved for it or issued to it are settled already.

    Result: parts_needed (whether anything is still to be issued), parts_short (whether the store has too little for that),
    shortages (list of part, name, missing, expected).
    """
    short = reservations.missing(session, step.business_key)
    return {
        "parts_needed": bool(reservations.to_issue(session, step.business_key)),
        "parts_short": bool(short),
        "shortages": reservations.shortages(session, short, _language(session, step, _BUYER)),
    }


@operation("stock.reserve", errors=_SHORT)
def reserve(session: Session, step: Step) -> dict[str, Any]:
    """Reserve the parts that the order still needs, all of them or none. What it needs no more is released.

    Result: reserved (how many reservations hold now). The error STOCK_SHORT carries shortages.
    """
    audit.acting(session, step.actor, step.now)
    language = _language(session, step, _BUYER)
    found = reservations.reserve_order(session, Posting.of_step(step), language)
    parts_requests.end(session, Posting.of_step(step), parts_requests.SERVED)
    return {"reserved": len(found)}


@operation("stock.release")
def release(session: Session, step: Step) -> dict[str, Any]:
    """Release everything that is reserved for the order, so that others may take it.

    Result: released (how many reservations ended).
    """
    audit.acting(session, step.actor, step.now)
    parts_requests.end(session, Posting.of_step(step))
    return {"released": len(reservations.release_order(session, Posting.of_step(step)))}


@operation("stock.pick_list")
def pick_list(session: Session, step: Step) -> dict[str, Any]:
    """List what the storekeeper is to issue to the order now, and from which lots.

    Result: pick_list (list of part, name, quantity, lots).
    """
    return {"pick_list": stock.pick_list(session, step.business_key, _language(session, step, _STOREKEEPER))}


@operation(
    "stock.issue",
    errors={**_SHORT, stock.ISSUE_ABOVE_PLAN: "More was to be issued than the order plans."},
)
def issue(session: Session, step: Step, picks: list[dict[str, Any]], receiver: str) -> dict[str, Any]:
    """Issue picked parts to the order, against an issue note that names who took them. Lines of 0 are left out.

    picks: list of part and quantity. Result: issue_no (null when nothing was picked), issued (list of part, quantity).
    The error STOCK_SHORT carries shortages, ISSUE_ABOVE_PLAN carries above_plan.
    """
    audit.acting(session, step.actor, step.now)
    posting, picked = Posting.of_step(step), _quantities(picks)
    if not picked:
        return {"issue_no": None, "issued": []}
    note = stock.issue(session, posting, picked, receiver, _language(session, step, _STOREKEEPER))
    documents.issue(session, "issue_note", posting)
    return {"issue_no": note.number, "issued": _plain(picked)}


@operation(
    "stock.return_unused",
    errors={stock.RETURN_TOO_MUCH: "More was to come back than the order has in work."},
)
def return_unused(session: Session, step: Step, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Take parts that the order did not use back into the store, at the cost they were issued at. Lines of 0 are left out.

    parts: list of part and quantity. Result: return_no (null when nothing comes back). The error RETURN_TOO_MUCH carries
    returnable (list of part, name, quantity).
    """
    returned = _quantities(parts)
    if not returned:
        return {"return_no": None}
    language = _language(session, step, _STOREKEEPER)
    return {"return_no": stock.return_unused(session, Posting.of_step(step), returned, language).number}


@operation("products.offer")
def offer(session: Session, step: Step) -> dict[str, Any]:
    """Offer the works and the spare parts that an order can have on its lines, as options for a form.

    Result: offered_works, offered_parts (lists of value and label, names in the language of the readers, the masters').
    """
    language = _language(session, step, "Master")
    return {
        "offered_works": products.choices(session, "work", language),
        "offered_parts": products.choices(session, "part", language),
    }


def _quantities(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        milli = quantities.milli(row.get("quantity"))
        if milli < 0:
            raise errors.Refused(
                Sentence(
                    _l('Expected a quantity of 0 or more of "{part}", but found {found}. Count again.'),
                    part=row["part"],
                    found=row["quantity"],
                )
            )
        if milli:
            found[row["part"]] = found.get(row["part"], 0) + milli
    return found


def _plain(by_product: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"part": sku, "quantity": quantities.plain(milli)} for sku, milli in sorted(by_product.items())]


def _language(session: Session, step: Step, reader: str) -> str:
    """The language that most of those speak who read the result next."""
    spoken = Counter(each.language for each in roles.members(session, step.headers.get("reader", reader)))
    return min(spoken, key=lambda language: (-spoken[language], language), default="en")
