"""Operations on the stock in a technician's van, and on the fee for coming."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, call_out, documents, languages, orders, quantities, stock, warranties
from processes.records import van_stock as records
from processes.records.ledger import Posting

_STOREKEEPER = "Storekeeper"


@operation("van_stock.reserve")
def reserve(session: Session, step: Step, login: str) -> dict[str, Any]:
    """Promise to the order what lies free in the van of a person, as much as it still needs.

    Result: van_covers (whether nothing is missing then), van_lacks (rows of part, name, quantity).
    """
    audit.acting(session, step.actor, step.now)
    lacking = records.reserve(session, Posting.of_step(step), login)
    language = languages.of_role(session, _STOREKEEPER)
    return {"van_covers": not lacking, "van_lacks": stock.rows(session, lacking, language)}


@operation("van_stock.take")
def take(session: Session, step: Step, login: str) -> dict[str, Any]:
    """Take out of the van of a person what is promised to the order there, against an issue note.

    Result: van_issue_no (null when nothing was promised).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    note = records.take(session, posting, login)
    if note is None:
        return {"van_issue_no": None}
    documents.issue(session, "issue_note", posting)
    return {"van_issue_no": note.number}


@operation("van_stock.put_back")
def put_back(session: Session, step: Step, login: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Put parts that the order did not use into the van of a person, at the cost they came at.

    parts: rows of part and quantity. Result: van_return_no (null when nothing comes back).
    """
    audit.acting(session, step.actor, step.now)
    unused: dict[str, int] = {}
    for row in parts:
        unused[row["part"]] = unused.get(row["part"], 0) + quantities.milli(row.get("quantity"))
    document = records.put_back(session, Posting.of_step(step), login, unused)
    return {"van_return_no": document.number if document else None}


@operation("van_stock.put_all_back")
def put_all_back(session: Session, step: Step, login: str) -> dict[str, Any]:
    """Put everything that the order has in work into the van of a person: nothing of it is used.

    Result: van_return_no (null when nothing comes back).
    """
    audit.acting(session, step.actor, step.now)
    here = stock.in_work(session, step.business_key)
    document = records.put_back(session, Posting.of_step(step), login, here)
    return {"van_return_no": document.number if document else None}


@operation("van_stock.load")
def load(session: Session, step: Step, login: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Move parts from the store into the van of a person, against a transfer note.

    parts: rows of part and quantity. Result: transfer_no.
    """
    audit.acting(session, step.actor, step.now)
    wanted: dict[str, int] = {}
    for row in parts:
        milli = quantities.positive_milli(row.get("quantity"), row["part"])
        wanted[row["part"]] = wanted.get(row["part"], 0) + milli
    return {"transfer_no": records.load(session, Posting.of_step(step), login, wanted).number}


@operation("visits.call_out_fee")
def call_out_fee(session: Session, step: Step) -> dict[str, Any]:
    """Look up the fee for our coming, as rows for orders.plan_lines. Changes nothing.

    Result: call_out_fees (rows of fee and quantity; empty where we ask for none).
    """
    return {"call_out_fees": call_out.fees(session)}


@operation("warranties.start")
def start_warranties(session: Session, step: Step) -> dict[str, Any]:
    """Let the warranties on the parts of the order run from today: the customer has the repaired device.

    A part that a warranty paid for keeps the end of the first one. Result: warranties_running (how many).
    """
    running = warranties.start(session, step.business_key, orders.day(session, step.now))
    if running:
        documents.issue(session, "warranty_card", Posting.of_step(step))
    return {"warranties_running": len(running)}
