"""Versions of a quote: lines and prices frozen when sent, answered once, and only the newest can be answered (I33)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, PlainJson, Word
from engine.keys import new_key
from engine.sentences import Label, Sentence, _l
from processes.records import audit, billing, frozen
from processes.records.ledger import Posting

SUPERSEDED = "QUOTE_SUPERSEDED"
CLOSED = "QUOTE_CLOSED"
#: What the customer can answer, and the state that the version has then.
DECISIONS = {"approved": "approved", "declined": "declined", "change": "changed", "expired": "expired"}
#: How the answer came: through the customer's link, by telephone, in person at the counter.
WAYS = ("link", "phone", "office")
#: {state: what people read}
STATES = {
    "draft": _l("Needs no consent"),
    "sent": _l("Waits for an answer"),
    "approved": _l("Approved"),
    "declined": _l("Declined"),
    "changed": _l("Change asked for"),
    "expired": _l("Expired"),
    "superseded": _l("Replaced"),
}
_REPLACED = _l(
    "Version {version} of the quote is replaced by version {newest}. Look at that one and answer it."
)
_NOT_ASKED = _l("Version {version} of the quote costs the customer nothing, so it waits for no answer.")
_OVER = _l("Version {version} of the quote was open until {at}. Send a new one.")
_TAKEN_BACK = _l("Version {version} of the quote was taken back and takes no answer. Send a new one.")
_ANSWERED = _l("Version {version} of the quote was answered on {at}: {answer}. Send a new one to ask again.")


class QuoteVersion(audit.Audited, Base):
    """What a customer was offered: the order's lines as they were, a total and a time to answer.

    lines: [{key, kind, sku, description, quantity_milli, unit, price_cents, payer, amount_cents}].
    state: draft (the client pays nothing, so nobody is asked), sent, approved, declined, changed, expired, superseded.
    """

    __tablename__ = "quote_version"
    __table_args__ = (
        UniqueConstraint("order_no", "version"),
        # Two versions never wait for an answer side by side.
        Index(
            "uq_quote_version_sent",
            "order_no",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("total_cents >= 0", name="total"),
        CheckConstraint(
            "state IN ('draft', 'sent', 'approved', 'declined', 'changed', 'expired', 'superseded')",
            name="state",
        ),
        CheckConstraint("answered_through IN ('link', 'phone', 'office')", name="answered_through"),
        CheckConstraint(
            "state IN ('draft', 'sent', 'superseded') OR (decided_at IS NOT NULL AND decided_by IS NOT NULL)",
            name="decided",
        ),
        # A consent that did not come through the customer's own link needs something to show for it.
        CheckConstraint(
            "state <> 'approved' OR coalesce(answered_through, '') = 'link' OR evidence IS NOT NULL",
            name="evidence",
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"))
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    effect_key: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    lines: Mapped[list[Any]] = mapped_column(PlainJson)
    total_cents: Mapped[int]
    state: Mapped[str] = mapped_column(Word)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    answered_through: Mapped[str | None]
    evidence: Mapped[str | None]
    reason: Mapped[str | None]

    def decide(
        self,
        decision: str,
        posting: Posting,
        *,
        reason: str | None = None,
        answered_through: str | None = None,
        evidence: str | None = None,
    ) -> None:
        """Write the answer to this version. Raises BusinessError: QUOTE_CLOSED, and QUOTE_SUPERSEDED for an old version.

        decision: approved, declined, change, expired. An answer that did not come through the link needs evidence.
        """
        if decision not in DECISIONS:
            raise errors.Refused(
                f'Expected a decision of {", ".join(DECISIONS)}, but found "{decision}". Choose one of them.'
            )
        _refuse_unless_open(self, decision, posting.at)
        if decision == "expired":
            answered_through = None
        elif answered_through not in WAYS:
            raise errors.Refused(
                f'Expected an answer through {", ".join(WAYS)}, but found "{answered_through}". Say how it came.'
            )
        elif answered_through != "link" and not (evidence or "").strip():
            raise errors.Refused(
                "An answer by telephone or at the counter needs something to show for it: a note or a file."
            )
        self.state = DECISIONS[decision]
        self.decided_at, self.decided_by = posting.at, posting.by
        self.answered_through, self.evidence, self.reason = answered_through, evidence, reason

    def is_over(self, now: datetime) -> bool:
        """Whether nobody can answer it any more: it was answered, replaced or taken back, or its time has passed."""
        return self.state not in ("draft", "sent") or self.expires_at <= now

    def supersede(self, reason: str | None = None) -> None:
        """Take the offer back, because a newer one takes its place or the order ends; an answered one stays as it is."""
        if self.state in ("draft", "sent"):
            self.state, self.reason = "superseded", reason


frozen.keep(
    QuoteVersion.__table__,
    "order_no",
    "version",
    "lines",
    "total_cents",
    "frozen_at",
    "sent_at",
    "expires_at",
)


_NEWEST = (
    select(QuoteVersion)
    .where(QuoteVersion.order_no == bindparam("order_no"))
    .order_by(QuoteVersion.version.desc())
    .limit(1)
)
_HELD = _NEWEST.with_for_update().execution_options(populate_existing=True)
_IN_FORCE = _NEWEST.where(QuoteVersion.state == "approved")


def freeze(
    session: Session, posting: Posting, lines: Iterable[billing.Line], expires_at: datetime
) -> QuoteVersion:
    """Freeze the planned lines of an order as its next version; an older one that waits for an answer is superseded.

    Where the client pays nothing the version stays a draft: nobody is asked. Freezing in one effect again gives the first
    version.
    """
    known = session.scalar(select(QuoteVersion).where(QuoteVersion.effect_key == posting.effect_key))
    if known is not None:
        return known
    lines = billing.planned(lines)
    total_cents = billing.client_planned_cents(lines)
    last = newest(session, posting.order_no, hold=True)
    if last is not None:
        last.supersede()
        session.flush()
    row = QuoteVersion(
        order_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        effect_key=posting.effect_key,
        version=1 if last is None else last.version + 1,
        lines=[billing.frozen(line) for line in lines],
        total_cents=total_cents,
        state="sent" if total_cents else "draft",
        frozen_at=posting.at,
        frozen_by=posting.by,
        sent_at=posting.at if total_cents else None,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


#: Built once, because building a statement costs more than running it.
_THIS = (
    select(QuoteVersion)
    .where(QuoteVersion.order_no == bindparam("order"), QuoteVersion.version == bindparam("wanted"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def get(session: Session, order_no: str, version: int) -> QuoteVersion:
    """That version, read anew and held until the transaction ends, so that two answers cannot both be first."""
    found = session.scalar(_THIS, {"order": order_no, "wanted": version})
    if found is None:
        raise errors.NotFound(f"Order {order_no} has no quote of version {version}.")
    return found


def decide(
    session: Session,
    posting: Posting,
    version: int,
    decision: str,
    *,
    reason: str | None = None,
    answered_through: str | None = None,
    evidence: str | None = None,
) -> QuoteVersion:
    """Write the answer to a version of the order of `posting`.

    Raises BusinessError QUOTE_SUPERSEDED (with newest_version) when there is a newer one, QUOTE_CLOSED when it is answered
    or its time is over.
    """
    found = get(session, posting.order_no, version)
    last = newest(session, posting.order_no)
    if last.version != version:
        raise errors.BusinessError(
            SUPERSEDED,
            Sentence(_REPLACED, version=version, newest=last.version),
            {"newest_version": last.version},
        )
    found.decide(decision, posting, reason=reason, answered_through=answered_through, evidence=evidence)
    session.flush()
    return found


def withdraw(session: Session, order_no: str, reason: str | None) -> None:
    """Take back an offer that still waits for an answer, because its order ends."""
    last = newest(session, order_no, hold=True)
    if last is not None:
        last.supersede(reason)
        session.flush()


def versions(session: Session, order_no: str) -> list[QuoteVersion]:
    """All versions of an order's quote, oldest first."""
    query = select(QuoteVersion).where(QuoteVersion.order_no == order_no)
    return list(session.scalars(query.order_by(QuoteVersion.version)))


def newest(session: Session, order_no: str, *, hold: bool = False) -> QuoteVersion | None:
    """The version made last, whatever became of it; with `hold` nobody answers it until the transaction ends."""
    return session.scalar(_HELD if hold else _NEWEST, {"order_no": order_no})


def in_force(session: Session, order_no: str) -> QuoteVersion | None:
    """The version the customer has agreed to: the newest approved one."""
    return session.scalar(_IN_FORCE, {"order_no": order_no})


def _refuse_unless_open(quote: QuoteVersion, decision: str, now: datetime) -> None:
    """Refuse an answer that comes too late: after another one, after the time to answer, or where nobody is asked."""
    if quote.state == "sent" and (decision == "expired" or now < quote.expires_at):
        return
    if quote.state in ("sent", "expired"):
        sentence = Sentence(_OVER, version=quote.version, at=quote.expires_at)
    elif quote.state == "draft":
        sentence = Sentence(_NOT_ASKED, version=quote.version)
    elif quote.state == "superseded":
        sentence = Sentence(_TAKEN_BACK, version=quote.version)
    else:
        answer = Label(STATES[quote.state])
        sentence = Sentence(_ANSWERED, version=quote.version, at=quote.decided_at, answer=answer)
    raise errors.BusinessError(CLOSED, sentence, {"quote_state": quote.state})
