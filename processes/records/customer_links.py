"""Customer links: what a customer may open without an account. Each opens one thing of one order, for a time.

The address holds a token of 256 bits; only its hash is kept, so that nobody can read a working link out of this table.
A link is over when it has expired, was withdrawn, or belongs to an older version of what it asks about (an older quote).
Using a link does not end it: who opens it again reads what was answered.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Select, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import calendars, errors, outside, settings
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import _l
from processes.records import terms

QUOTE, STATUS, INVOICE, SURVEY, CLARIFY = "quote", "status", "invoice", "survey", "clarify"
COMPLAINT, SOLUTION, BOOKING = "complaint", "solution", "booking"
PURPOSES = (QUOTE, STATUS, INVOICE, SURVEY, CLARIFY, COMPLAINT, SOLUTION, BOOKING)
LABELS = {
    QUOTE: _l("Answer to a quote"),
    STATUS: _l("How the order stands"),
    INVOICE: _l("The invoice"),
    SURVEY: _l("How it was"),
    CLARIFY: _l("Answer to a question"),
    COMPLAINT: _l("A complaint"),
    SOLUTION: _l("Answer to our solution"),
    BOOKING: _l("The appointment"),
}
#: What `CustomerLink.state` says, in words.
STATES = {
    "open": _l("works"),
    "used": _l("answered"),
    "withdrawn": _l("withdrawn"),
    "expired": _l("expired"),
    "superseded": _l("replaced by a newer link"),
}
#: How long a link works when nothing else says it; the setting `customer_link_terms` overrides a line.
TERMS = {
    QUOTE: "P14D",
    STATUS: "P180D",
    INVOICE: "P90D",
    CLARIFY: "P30D",
    COMPLAINT: "P180D",
    SOLUTION: "P30D",
    BOOKING: "P30D",
}
#: Where customers reach us, when the installation has not said it (the web writes its address at each start).
ADDRESS = "http://127.0.0.1:8000"
#: A token as `secrets.token_urlsafe(32)` writes it; anything else was never one of ours.
_TOKEN_SIGNS = 43


class LinkNotFound(errors.NotFound):
    """This link is not known here. Open the newest mail about your order, or call us."""


class CustomerLink(Base):
    """A link that was sent. record_key: the version or number of what it shows (quote 2, invoice 17), if it has one.

    used_at, answer: when the open question of its page (quote, clarify, survey) was answered through this link, and how.
    superseded_at: a newer version was sent, the link only says so from then on.
    """

    __tablename__ = "customer_link"
    __table_args__ = (
        CheckConstraint("length(token_hash) = 64", name="token_hash"),
        CheckConstraint(f"purpose IN {PURPOSES!r}", name="purpose"),
        CheckConstraint("expires_at > made_at", name="term"),
        Index("ix_customer_link_instance", "process_instance_key", "purpose"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    order_no: Mapped[str] = mapped_column(index=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    record_key: Mapped[str | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]

    def state(self, now: datetime) -> str:
        """withdrawn, expired, superseded, used or open; the first that is true."""
        if self.revoked_at is not None:
            return "withdrawn"
        if self.expires_at <= now:
            return "expired"
        if self.superseded_at is not None:
            return "superseded"
        return "open" if self.used_at is None else "used"


@dataclass(frozen=True, slots=True)
class Made:
    """A new link. `address` holds the token: it goes into a mail and nowhere else."""

    link: CustomerLink
    address: str


def make(
    session: Session,
    purpose: str,
    *,
    order_no: str,
    process_instance_key: int,
    now: datetime,
    record_key: str | None = None,
    expires_at: datetime | None = None,
) -> Made:
    """A new link of that purpose. Links to an older version of the same thing are superseded by it.

    expires_at: when what it shows expires; else the term of the purpose, see TERMS.
    """
    if purpose not in PURPOSES:
        raise errors.Refused(
            f'Expected the purpose of a link to be one of {", ".join(PURPOSES)}, but found "{purpose}".'
        )
    token = secrets.token_urlsafe(32)
    link = CustomerLink(
        token_hash=fingerprint(token),
        purpose=purpose,
        order_no=order_no,
        process_instance_key=process_instance_key,
        record_key=record_key,
        made_at=now,
        expires_at=expires_at or _end_of(session, purpose, now),
    )
    session.add(link)
    if record_key is not None:
        supersede(session, order_no, purpose, newest=record_key, now=now)
    session.flush()
    return Made(link, f"{address(session)}/c/{token}")


def address(session: Session) -> str:
    """Where customers reach this installation, without a slash at the end (the setting `public_url`)."""
    return str(settings.get(session, "public_url", ADDRESS)).rstrip("/")


#: Built once, because building a statement costs more than running it.
_OPENED = (
    select(CustomerLink)
    .where(CustomerLink.token_hash == bindparam("fingerprint"))
    .execution_options(populate_existing=True)
)


def find(session: Session, token: str) -> CustomerLink:
    """The link that this token opens, whatever its state. Raises LinkNotFound."""
    if len(token) != _TOKEN_SIGNS:
        raise LinkNotFound
    link = session.scalar(_OPENED, {"fingerprint": fingerprint(token)})
    if link is None:
        raise LinkNotFound
    return link


def use(session: Session, link: CustomerLink, answer: dict[str, Any], *, now: datetime) -> None:
    """Note what was answered through the link, and when; the first answer stays."""
    session.execute(
        update(CustomerLink)
        .where(CustomerLink.key == link.key, CustomerLink.used_at.is_(None))
        .values(used_at=now, answer=answer)
    )
    session.refresh(link)


def supersede(session: Session, order_no: str, purpose: str, *, newest: str, now: datetime) -> None:
    """From now on links to another version than the newest only say that there is a newer one."""
    session.execute(
        update(CustomerLink)
        .where(
            CustomerLink.order_no == order_no,
            CustomerLink.purpose == purpose,
            CustomerLink.record_key != newest,
            CustomerLink.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )


def replace(session: Session, link: CustomerLink) -> None:
    """From now on the earlier links to the same thing, as far as nobody has answered through them, only say that this is newer."""
    session.execute(
        update(CustomerLink)
        .where(
            CustomerLink.order_no == link.order_no,
            CustomerLink.purpose == link.purpose,
            CustomerLink.record_key == link.record_key,
            CustomerLink.key != link.key,
            CustomerLink.used_at.is_(None),
            CustomerLink.superseded_at.is_(None),
        )
        .values(superseded_at=link.made_at)
    )


def get(session: Session, order_no: str, key: int) -> CustomerLink:
    """A link of an order; nobody else changes it until the transaction ends. Raises NotFound."""
    query = select(CustomerLink).where(CustomerLink.key == key, CustomerLink.order_no == order_no)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise errors.NotFound("There is no such link, or you may not see it.")
    return found


def revoke(session: Session, order_no: str, *, now: datetime, purpose: str | None = None) -> int:
    """Withdraw the links of an order (of one purpose, or all); returns how many worked until now."""
    query = update(CustomerLink).where(
        CustomerLink.order_no == order_no, CustomerLink.revoked_at.is_(None), CustomerLink.expires_at > now
    )
    if purpose is not None:
        query = query.where(CustomerLink.purpose == purpose)
    return session.execute(query.values(revoked_at=now)).rowcount


def of(session: Session, order_no: str) -> list[CustomerLink]:
    """The links that were made for an order, oldest first."""
    query = select(CustomerLink).where(CustomerLink.order_no == order_no)
    return list(session.scalars(query.order_by(CustomerLink.key)))


def fingerprint(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _end_of(session: Session, purpose: str, now: datetime) -> datetime:
    # A survey closes by a term of the house; its link must not die first, or the question would wait for nobody.
    survey = {SURVEY: terms.of(session)["survey_closes"]} if purpose == SURVEY else {}
    lengths = {**TERMS, **survey, **settings.get(session, "customer_link_terms", {})}
    end = calendars.duration(lengths[purpose]).after(now, settings.calendar(session).time_zone)
    return end + timedelta(days=1) if purpose == SURVEY else end


def _open_links() -> Select[Any]:
    """What accountability asks: which orders have a link that may still be answered, for which page, until when."""
    return select(CustomerLink.process_instance_key, CustomerLink.purpose, CustomerLink.expires_at).where(
        CustomerLink.revoked_at.is_(None),
        CustomerLink.superseded_at.is_(None),
        CustomerLink.used_at.is_(None),
    )


outside.links_are(_open_links)
