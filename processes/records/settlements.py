"""Settlement of a production order: what was ordered against what was made, why they differ, and nothing left in work (I27).

Compared by planning, settled by accounting: two persons. A difference needs a code and a resolution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, settings
from engine.columns import Base
from engine.sentences import Sentence, _l, in_language
from processes.records import (
    documents,
    journal,
    languages,
    ledger,
    operation_log,
    orders,
    production_orders,
    products,
    quantities,
    reversing,
    stock_documents,
    stock_ledger,
    wages,
)
from processes.records.journal import JournalEntry
from processes.records.production_orders import ProductionOrder

NOT_READY = "NOT_READY_TO_SETTLE"
#: The setting with the percent of the ordered quantity that may be made more or less without a decision.
TOLERANCE_SETTING = "production_tolerance_percent"
TOLERANCE = 5
#: Why more or less was made than ordered.
CODES = {
    "scrap": _l("Scrap in production"),
    "material": _l("Material was short or faulty"),
    "reserve": _l("More was made as a reserve"),
    "counting": _l("Counted wrongly before"),
    "stopped": _l("Production was stopped early"),
    "other": _l("Something else"),
}
#: What is done about the difference.
OUTCOMES = {
    "equal": _l("As ordered"),
    "within_tolerance": _l("Within the tolerance"),
    "supplementary": _l("The rest is ordered again"),
    "reduced": _l("The order is reduced to what was made"),
    "surplus": _l("The surplus stays in the store"),
}
_CODES, _OUTCOMES = tuple(CODES), tuple(OUTCOMES)


class Settlement(ledger.LedgerRow, Base):
    """How a production order came out, as it was settled. materials: rows of part, name, issued, returned, used.

    compared_by: who compared; `by`: who settled.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("order_no"),
        CheckConstraint("difference_milli = good_milli - ordered_milli", name="difference"),
        CheckConstraint(f"outcome IN {_OUTCOMES!r}", name="outcome"),
        CheckConstraint("difference_milli = 0 OR difference_code IS NOT NULL", name="difference_has_a_code"),
        CheckConstraint(f"difference_code IS NULL OR difference_code IN {_CODES!r}", name="difference_code"),
        CheckConstraint("difference_code IS NULL OR coalesce(length(resolution), 0) > 0", name="resolution"),
        CheckConstraint("(difference_milli = 0) = (outcome = 'equal')", name="equal"),
        CheckConstraint("compared_by <> by", name="two_persons"),
    )
    ordered_milli: Mapped[int]
    good_milli: Mapped[int]
    scrap_milli: Mapped[int]
    difference_milli: Mapped[int]
    tolerance_milli: Mapped[int]
    difference_code: Mapped[str | None]
    resolution: Mapped[str | None]
    outcome: Mapped[str]
    material_cents: Mapped[int]
    labour_cents: Mapped[int]
    unit_cost_cents: Mapped[int | None]
    hours_milli: Mapped[int]
    materials: Mapped[dict[str, Any]]
    on_time: Mapped[bool] = mapped_column(Boolean)
    first_pass_percent: Mapped[int | None] = mapped_column(Integer)
    compared_by: Mapped[str] = mapped_column(ForeignKey("person.login"))


ledger.only_grows(Settlement.__table__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was ordered and what came of it; quantities in thousandths. materials: {part: (issued, returned, used)}."""

    ordered_milli: int
    good_milli: int
    scrap_milli: int
    tolerance_milli: int
    material_cents: int
    labour_cents: int
    hours_milli: int
    materials: dict[str, tuple[int, int, int]]
    on_time: bool
    first_pass_percent: int | None

    @property
    def difference_milli(self) -> int:
        """More (or, below 0, less) than ordered."""
        return self.good_milli - self.ordered_milli

    @property
    def verdict(self) -> str:
        """equal, within_tolerance, short or over."""
        if self.difference_milli == 0:
            return "equal"
        if abs(self.difference_milli) <= self.tolerance_milli:
            return "within_tolerance"
        return "short" if self.difference_milli < 0 else "over"

    @property
    def unit_cost_cents(self) -> int | None:
        """What one good piece cost; None where there is none."""
        if not self.good_milli:
            return None
        return (self.material_cents + self.labour_cents) * 1000 // self.good_milli


def compare(session: Session, order_no: str) -> Comparison:
    """Compare an order with what came of it. Changes nothing."""
    order = production_orders.get(session, order_no)
    percent = Decimal(str(settings.get(session, TOLERANCE_SETTING, TOLERANCE)))
    finished = orders.day(session, order.finished_at) if order.finished_at else None
    moves = _moves(session, order_no)
    return Comparison(
        ordered_milli=order.ordered_milli,
        good_milli=order.good_milli,
        scrap_milli=order.scrap_milli,
        tolerance_milli=int(order.ordered_milli * percent / 100),
        material_cents=_used_cents(session, order_no),
        labour_cents=sum(row.amount_cents for row in reversing.standing(wages.entries(session, order_no))),
        hours_milli=sum(row.hours_milli for row in operation_log.hours(session, order_no)),
        materials=moves,
        on_time=finished is not None and finished <= order.delivery_date,
        first_pass_percent=operation_log.first_pass_percent(session, order_no),
    )


def settle(
    session: Session,
    posting: ledger.Posting,
    *,
    compared_by: str,
    outcome: str,
    difference_code: str | None,
    resolution: str | None,
) -> Settlement:
    """Settle the order of `posting`, once, with its sheet and its log. No cost can be booked on it any more.

    Raises BusinessError NOT_READY_TO_SETTLE with reasons: goods not received, material in work, a difference without a code,
    the same person twice.
    """
    known = find(session, posting.order_no)
    if known is not None:
        return known
    order = production_orders.get(session, posting.order_no, hold=True)
    found = compare(session, order.order_no)
    _refuse_unless_ready(session, posting, order, found, compared_by, difference_code, resolution)
    row = Settlement(
        ordered_milli=found.ordered_milli,
        good_milli=found.good_milli,
        scrap_milli=found.scrap_milli,
        difference_milli=found.difference_milli,
        tolerance_milli=found.tolerance_milli,
        difference_code=difference_code if found.difference_milli else None,
        resolution=(resolution or "").strip() or None if found.difference_milli else None,
        outcome=_outcome(found, outcome),
        material_cents=found.material_cents,
        labour_cents=found.labour_cents,
        unit_cost_cents=found.unit_cost_cents,
        hours_milli=found.hours_milli,
        materials={"rows": material_rows(session, found, languages.of_person(session, posting.by))},
        on_time=found.on_time,
        first_pass_percent=found.first_pass_percent,
        compared_by=compared_by,
        **ledger.columns(posting),
    )
    session.add(row)
    order.settled_at = posting.at
    order.is_safe()
    session.flush()
    for kind in ("settlement_sheet", "operation_log"):
        documents.issue(session, kind, posting)
    return row


def find(session: Session, order_no: str) -> Settlement | None:
    """The settlement of an order, or None."""
    return session.scalar(select(Settlement).where(Settlement.order_no == order_no))


def material_rows(session: Session, found: Comparison, language: str) -> list[dict[str, Any]]:
    """The material of a comparison as the rows of a form: part, name, issued, returned, used."""
    return [
        {
            "part": sku,
            "name": products.get(session, sku).name_in(language),
            "issued": quantities.plain(issued),
            "returned": quantities.plain(returned),
            "used": quantities.plain(used),
        }
        for sku, (issued, returned, used) in sorted(found.materials.items())
    ]


def left_in_work(session: Session, order_no: str) -> tuple[int, int]:
    """What of an order is in work: thousandths of pieces and material together, and cents on the account of production."""
    order = production_orders.get(session, order_no)
    material = sum(abs(each.quantity_milli) for each in stock_ledger.held_by_order(session, order_no, "wip"))
    return order.in_work_milli + material, production_cents(session, order_no)


def production_cents(session: Session, order_no: str) -> int:
    """What stands of an order on the accounts of work in progress and of production."""
    accounts = (journal.PRODUCTION, journal.WORK_IN_PROGRESS)
    debit, credit = (
        int(
            session.scalar(
                select(func.coalesce(func.sum(JournalEntry.amount_cents), 0)).where(
                    JournalEntry.order_no == order_no, side.in_(accounts)
                )
            )
        )
        for side in (JournalEntry.account_debit, JournalEntry.account_credit)
    )
    return debit - credit


def _outcome(found: Comparison, outcome: str) -> str:
    if found.verdict in ("equal", "within_tolerance"):
        return found.verdict
    return "surplus" if found.verdict == "over" else outcome


def _refuse_unless_ready(
    session: Session,
    posting: ledger.Posting,
    order: ProductionOrder,
    found: Comparison,
    compared_by: str,
    difference_code: str | None,
    resolution: str | None,
) -> None:
    reasons = []
    if order.received_at is None:
        reasons.append(Sentence(_l("The goods are not in the store yet. Receive them first.")))
    rest_milli, rest_cents = left_in_work(session, order.order_no)
    if rest_milli or rest_cents:
        reasons.append(Sentence(_l("Something of the order is still in work. Use it up or return it first.")))
    if found.difference_milli and not (difference_code and (resolution or "").strip()):
        reasons.append(
            Sentence(
                _l("{ordered} were ordered, {good} are good: the difference needs a code and a resolution."),
                ordered=quantities.plain(found.ordered_milli),
                good=quantities.plain(found.good_milli),
            )
        )
    if compared_by == posting.by:
        reasons.append(Sentence(_l("Whoever compared may not settle. Somebody else has to.")))
    if reasons:
        language = languages.of_person(session, posting.by)
        said = [in_language(each, language) for each in reasons]
        raise errors.BusinessError(NOT_READY, " ".join(said), {"reasons": said})


def _moves(session: Session, order_no: str) -> dict[str, tuple[int, int, int]]:
    """What of each material was issued, returned and used."""
    found: dict[str, list[int]] = {}
    kinds = {document.key: document.kind for document in stock_documents.of(session, order_no)}
    places = {place.location_id: place.kind for place in _places(session)}
    for move in stock_ledger.moves(session, order_no):
        kind = kinds[move.document_key]
        column = {"issue": 0, "return": 1}.get(kind)
        if kind == "production" and places[move.from_location_id] == "wip":
            column = 2
        if column is not None:
            found.setdefault(move.sku, [0, 0, 0])[column] += move.quantity_milli
    return {sku: (row[0], row[1], row[2]) for sku, row in found.items()}


def _used_cents(session: Session, order_no: str) -> int:
    places = {place.location_id: place.kind for place in _places(session)}
    return sum(
        move.cost_cents
        for move in stock_ledger.moves(session, order_no)
        if places[move.from_location_id] == "wip" and places[move.to_location_id] == "production"
    )


def _places(session: Session) -> Iterable[stock_ledger.StockLocation]:
    return session.scalars(select(stock_ledger.StockLocation)).all()
