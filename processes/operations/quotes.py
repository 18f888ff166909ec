"""Operations on quotes: freeze a version for the customer, write down the answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import calendars, settings
from engine.operations import Step, operation
from processes.records import audit, documents, money, order_lines, terms
from processes.records import quotes as records
from processes.records.ledger import Posting


@operation("quotes.freeze")
def freeze(session: Session, step: Step) -> dict[str, Any]:
    """Freeze the lines and prices of the order as the next version of its quote, for the customer to answer.

    A version that still waits for an answer is superseded. Where the client pays nothing nobody needs to be asked.

    Result: quote_version, quote_total, quote_expires_at, quote_is_zero.
    """
    audit.acting(session, step.actor, step.now)
    lines = order_lines.planned(session, step.business_key)
    open_for = calendars.duration(terms.of(session)["quote_expiry"])
    expires_at = open_for.after(step.now, settings.calendar(session).time_zone)
    version = records.freeze(session, Posting.of_step(step), lines, expires_at)
    documents.issue(session, "quote", Posting.of_step(step))
    return {
        "quote_version": version.version,
        "quote_total": money.units(version.total_cents),
        "quote_expires_at": version.expires_at.isoformat(),
        "quote_is_zero": version.total_cents == 0,
    }


@operation(
    "quotes.decide",
    errors={
        records.SUPERSEDED: "There is a newer version of the quote; only that one can be answered.",
        records.CLOSED: "The quote was answered already, or its time to answer is over.",
    },
)
def decide(
    session: Session,
    step: Step,
    quote_version: int,
    decision: str,
    reason: str | None = None,
    answered_through: str = "link",
    evidence: str | None = None,
) -> dict[str, Any]:
    """Write down what the customer decided on a version of the quote: approved, declined, change or expired.

    An answer by phone or at the office needs evidence: a note or a file. QUOTE_SUPERSEDED carries newest_version,
    QUOTE_CLOSED carries quote_state.

    Result: decision.
    """
    audit.acting(session, step.actor, step.now)
    records.decide(
        session,
        Posting.of_step(step),
        int(quote_version),
        decision,
        reason=reason,
        answered_through=answered_through,
        evidence=evidence,
    )
    return {"decision": decision}
