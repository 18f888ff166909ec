"""Production orders: what is to be made, how much, until when, for whom; how far it is follows from what happened (E10, E21).

The order itself (customer, terms, number) is the CustomerOrder of the same number. Pieces are counted by `operation_log`, which
keeps the sums here, where the database itself compares them: what was begun is good, scrap or still in work (I27).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import audit, products, quantities

#: How far an order is, with its name for people, in their order; `returned` stands beside them.
STATUSES = {
    "received": _l("Received"),
    "returned": _l("Returned to sales"),
    "verified": _l("Verified"),
    "assigned": _l("Assigned"),
    "planned": _l("Planned"),
    "in_execution": _l("In execution"),
    "produced": _l("Produced"),
    "settled": _l("Settled"),
    "cancelled": _l("Cancelled"),
}


class ProductionOrder(audit.Audited, Base):
    """What is to be made on an order. Quantities in thousandths of the product's unit.

    sales_order_no or stock_reason: where it comes from; one of them is always there. delivery_date: what sales has agreed on,
    first_date: what was agreed on at first. begun_milli = good_milli + scrap_milli + in_work_milli at every moment; a settled order
    has nothing in work. returned_reason: why planning has sent it back, until sales has answered.
    """

    __tablename__ = "production_order"
    __table_args__ = (
        CheckConstraint("ordered_milli > 0", name="ordered"),
        CheckConstraint(
            "(coalesce(length(sales_order_no), 0) > 0) <> (coalesce(length(stock_reason), 0) > 0)",
            name="source",
        ),
        CheckConstraint("good_milli >= 0 AND scrap_milli >= 0 AND in_work_milli >= 0", name="never_negative"),
        # I27
        CheckConstraint("begun_milli = good_milli + scrap_milli + in_work_milli", name="balance"),
        CheckConstraint("settled_at IS NULL OR in_work_milli = 0", name="nothing_left_in_work"),
        CheckConstraint("settled_at IS NULL OR received_at IS NOT NULL", name="received_before_settled"),
        CheckConstraint("urgency IS NULL OR urgency BETWEEN 1 AND 5", name="urgency"),
        CheckConstraint("complexity IS NULL OR complexity BETWEEN 1 AND 5", name="complexity"),
        CheckConstraint("(department_id IS NULL) = (score IS NULL)", name="assigned"),
    )
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    ordered_milli: Mapped[int]
    delivery_date: Mapped[date]
    first_date: Mapped[date]
    requirements: Mapped[str | None]
    sales_order_no: Mapped[str | None]
    stock_reason: Mapped[str | None]
    released_by: Mapped[str]
    returned_reason: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None]
    department_id: Mapped[str | None] = mapped_column(ForeignKey("production_department.department_id"))
    urgency: Mapped[int | None] = mapped_column(Integer)
    complexity: Mapped[int | None] = mapped_column(Integer)
    load_percent: Mapped[int | None] = mapped_column(Integer)
    score: Mapped[int | None] = mapped_column(Integer)
    planned_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    at_risk: Mapped[bool] = mapped_column(Boolean, default=False)
    risk_reason: Mapped[str | None]
    predicted_finish: Mapped[date | None]
    percent_done: Mapped[int] = mapped_column(Integer, default=0)
    begun_milli: Mapped[int] = mapped_column(default=0)
    good_milli: Mapped[int] = mapped_column(default=0)
    scrap_milli: Mapped[int] = mapped_column(default=0)
    in_work_milli: Mapped[int] = mapped_column(default=0)

    @property
    def status(self) -> str:
        """How far it is: follows from what has happened, never set (W1)."""
        reached = (
            ("cancelled", self.cancelled_at),
            ("settled", self.settled_at),
            ("produced", self.finished_at),
            ("in_execution", self.started_at),
            ("returned", self.returned_reason),
            ("planned", self.planned_at),
            ("assigned", self.department_id),
            ("verified", self.verified_at),
        )
        return next((name for name, fact in reached if fact), "received")

    def return_to_sales(self, reason: str) -> None:
        """Planning cannot make it as it stands: sales is asked."""
        self.returned_reason, self.verified_at, self.verified_by = reason, None, None

    def verify(self, by: str, at: datetime) -> None:
        """Planning has looked at it: it can be made."""
        self.returned_reason, self.verified_at, self.verified_by = None, at, by

    def assign(self, department_id: str, urgency: int, complexity: int, load_percent: int) -> None:
        """Give it to a department. The score lets the urgent ones come first, then the complex ones, then where there is room."""
        self.department_id, self.urgency, self.complexity = department_id, urgency, complexity
        self.load_percent = load_percent
        self.score = score(urgency, complexity, load_percent)

    def is_risky(self, reason: str | None) -> None:
        """Mark it as at risk, with the newest reason where somebody gave one."""
        self.at_risk, self.risk_reason = True, reason

    def is_safe(self) -> None:
        """Nothing endangers it any more."""
        self.at_risk, self.risk_reason = False, None


def score(urgency: int, complexity: int, load_percent: int) -> int:
    """In which order orders are proposed, the highest first: urgency, then complexity, then how much room there is."""
    return urgency * 1000 + complexity * 100 + max(0, 100 - load_percent)


def add(
    session: Session,
    order_no: str,
    *,
    sku: str,
    ordered_milli: int,
    delivery_date: date,
    requirements: str | None,
    sales_order_no: str | None,
    stock_reason: str | None,
    released_by: str,
) -> ProductionOrder:
    """Write down what is to be made on an order that is open. One that is there already is changed to this."""
    product = products.get(session, sku)
    product.refuse_fraction(ordered_milli)
    known = find(session, order_no)
    if known is not None:
        known.sku, known.ordered_milli, known.delivery_date = sku, ordered_milli, delivery_date
        known.requirements, known.first_date = requirements, delivery_date
        known.sales_order_no, known.stock_reason = sales_order_no, stock_reason
        session.flush()
        return known
    row = ProductionOrder(
        order_no=order_no,
        sku=sku,
        ordered_milli=ordered_milli,
        delivery_date=delivery_date,
        first_date=delivery_date,
        requirements=requirements,
        sales_order_no=sales_order_no,
        stock_reason=stock_reason,
        released_by=released_by,
        at_risk=False,
        percent_done=0,
        begun_milli=0,
        good_milli=0,
        scrap_milli=0,
        in_work_milli=0,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, order_no: str, *, hold: bool = False) -> ProductionOrder:
    """The production order of that number; with `hold` nobody else changes it until the transaction ends. Raises NotFound."""
    found = session.get(ProductionOrder, order_no, populate_existing=hold, with_for_update=hold or None)
    if found is None:
        raise errors.NotFound(Sentence(_l("There is no production order {order}."), order=order_no))
    return found


def find(session: Session, order_no: str) -> ProductionOrder | None:
    """The production order of that number, or None."""
    return session.get(ProductionOrder, order_no)


def name(session: Session, row: ProductionOrder, language: str) -> str:
    """What is made, in a few words: "100 Bracket"."""
    product = products.get(session, row.sku)
    return f"{quantities.plain(row.ordered_milli)} {product.unit} {product.name_in(language)}"


def load_milli(session: Session, department_id: str, norms: dict[str, int]) -> int:
    """The hours that a department still has before it: of its open orders, what is not done yet by the norm.

    norms: {product: hours for one piece, in thousandths}.
    """
    query = select(ProductionOrder.sku, func.sum(ProductionOrder.ordered_milli - ProductionOrder.good_milli))
    found = session.execute(
        query.where(
            ProductionOrder.department_id == department_id,
            ProductionOrder.finished_at.is_(None),
            ProductionOrder.cancelled_at.is_(None),
        ).group_by(ProductionOrder.sku)
    )
    return sum(norms.get(sku, 0) * max(0, int(milli)) // 1000 for sku, milli in found)
