"""Documents as they were handed out: numbered without gaps, and kept as the facts of that moment (I31, I32).

A document is never changed. Where the facts change, a new version is issued that replaces it; both can be printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, series, settings
from engine.columns import Base, key_column
from engine.sentences import Sentence, _l
from processes.documents import facts
from processes.documents import render as paper
from processes.records import ledger

#: {kind: letters of its series}: "AC-2026-0001" is the first completion act of that year.
SERIES = {
    "intake_receipt": "RC",
    "quote": "QT",
    "work_order": "WO",
    "invoice": "INV",
    "completion_act": "AC",
    "repair_report": "RR",
    "warranty_card": "WC",
    "issue_note": "IN",
    "contract_act": "CA",
    "delivery_note": "DN",
    "acceptance_act": "AA",
    "credit_note": "CN",
    "payment_request": "PR",
    "waybill": "WB",
    "purchase_order": "PU",
    "goods_receipt": "GR",
    "return_note": "RN",
    "request_note": "IN",
    "transfer_note": "TN",
    "settlement_sheet": "SS",
    "operation_log": "OL",
}
#: Parts are issued several times for one order; each note stands beside the others.
_STANDS_ALONE = {
    "issue_note",
    "delivery_note",
    "credit_note",
    "goods_receipt",
    "return_note",
    "request_note",
    "transfer_note",
}


class IssuedDocument(Base):
    """A document of an order. `data` holds everything that is printed, as it was known when the document was issued.

    version: a document that replaces another under the same number is its next version.
    """

    __tablename__ = "issued_document"
    __table_args__ = (
        UniqueConstraint("series", "year", "sequence", "version"),
        UniqueConstraint("number", "version"),
        UniqueConstraint("effect_key", "kind"),
        UniqueConstraint("replaces"),
        CheckConstraint("sequence > 0 AND version > 0", name="sequence"),
    )
    key: Mapped[int] = key_column()
    kind: Mapped[str]
    series: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str]
    version: Mapped[int]
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    order_no: Mapped[str] = mapped_column(index=True)
    effect_key: Mapped[str]
    language: Mapped[str]
    data: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    replaces: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("issued_document.key"))

    @property
    def full_number(self) -> str:
        """The number with the version, where it is not the first: "QT-2026-0001/2"."""
        return self.number if self.version == 1 else f"{self.number}/{self.version}"


ledger.only_grows(IssuedDocument.__table__)


_OF_EFFECT = select(IssuedDocument).where(
    IssuedDocument.effect_key == bindparam("effect_key"), IssuedDocument.kind == bindparam("kind")
)
_OF_ORDER = (
    select(IssuedDocument)
    .where(IssuedDocument.order_no == bindparam("order_no"))
    .order_by(IssuedDocument.issued_at, IssuedDocument.key)
)
_LATEST = (
    select(IssuedDocument)
    .where(IssuedDocument.order_no == bindparam("order_no"), IssuedDocument.kind == bindparam("kind"))
    .order_by(IssuedDocument.issued_at.desc(), IssuedDocument.key.desc())
    .limit(1)
)


def issue(session: Session, kind: str, posting: ledger.Posting) -> IssuedDocument:
    """Issue a document of the order of `posting`, from what the records say now, in its customer's language.

    The same kind for the same effect again gives the first document. An earlier document of this kind is replaced: under
    the same number, unless the record behind it has a new one (an invoice); issue notes stand side by side.
    Raises NotFound when the order has not what such a document tells of.
    """
    known = session.scalar(_OF_EFFECT, {"effect_key": posting.effect_key, "kind": kind})
    if known is not None:
        return known
    _refuse_unknown(kind)
    found = facts.gather(session, kind, posting)
    earlier = None if kind in _STANDS_ALONE else latest(session, posting.order_no, kind)
    number = found.number or (earlier.number if earlier else next_number(session, kind, posting.at))
    letters, year, sequence = number.rsplit("-", 2)
    row = IssuedDocument(
        kind=kind,
        series=letters,
        year=int(year),
        sequence=int(sequence),
        number=number,
        version=earlier.version + 1 if earlier and earlier.number == number else 1,
        process_instance_key=posting.process_instance_key,
        order_no=posting.order_no,
        effect_key=posting.effect_key,
        language=found.language,
        data=found.data,
        issued_at=posting.at,
        issued_by=posting.by,
        replaces=earlier.key if earlier else None,
    )
    session.add(row)
    session.flush()
    return row


def render(session: Session, document: IssuedDocument, *, is_copy: bool = False) -> bytes:
    """The document as PDF: the same bytes each time, until another one replaces it; then it says by which."""
    earlier = session.get(IssuedDocument, document.replaces) if document.replaces else None
    later = replacement(session, document)
    marks = paper.Marks(
        document.full_number,
        replaces=earlier.full_number if earlier else None,
        replaced_by=later.full_number if later else None,
        is_copy=is_copy,
    )
    return paper.pdf(document.kind, document.data, document.language, document.issued_at, marks)


def draft(session: Session, kind: str, posting: ledger.Posting) -> bytes:
    """What a document of that kind would say now, as PDF; nothing is kept. Device labels are only this.

    Raises NotFound as `issue` does.
    """
    found = facts.gather(session, kind, posting)
    return paper.pdf(kind, found.data, found.language, posting.at, paper.Marks(found.number))


def next_number(session: Session, kind: str, at: datetime) -> str:
    """The next number of a kind, "INV-2026-0001", in the year that it is at the shop; held until the transaction ends.

    A record that has a number of its own on paper (an invoice, a work order) takes it here and is printed with it.
    """
    _refuse_unknown(kind)
    year = at.astimezone(ZoneInfo(settings.calendar(session).time_zone)).year
    name = f"{SERIES[kind]}-{year}"
    return f"{name}-{series.next_number(session, name):04}"


def get(session: Session, document_key: int) -> IssuedDocument:
    """The document of that key. Raises NotFound."""
    found = session.get(IssuedDocument, document_key)
    if found is None:
        raise errors.NotFound("There is no such document, or you may not see it.")
    return found


def of(session: Session, order_no: str) -> list[IssuedDocument]:
    """All documents of an order, replaced ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def latest(session: Session, order_no: str, kind: str) -> IssuedDocument | None:
    """The newest document of a kind, the one that holds."""
    return session.scalar(_LATEST, {"order_no": order_no, "kind": kind})


def replaced(documents: Iterable[IssuedDocument]) -> set[int]:
    """The keys of those that a later one of the same list replaces."""
    return {each.replaces for each in documents if each.replaces is not None}


def replacement(session: Session, document: IssuedDocument) -> IssuedDocument | None:
    """The document that replaces this one."""
    return session.scalar(select(IssuedDocument).where(IssuedDocument.replaces == document.key))


def _refuse_unknown(kind: str) -> None:
    if kind not in SERIES:
        raise errors.NotFound(Sentence(_l('There is no kind of document "{kind}".'), kind=kind))
