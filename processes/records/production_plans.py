"""Detailed production plans: which operation when, by whom, on which machine, how much; checked against quantity and date (E21).

A plan is never changed: a new one takes its place as the next version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import (
    ledger,
    order_lines,
    orders,
    production_catalogue,
    production_orders,
    products,
    quantities,
)
from processes.records.order_lines import OrderLine

PLAN_REFUSED = "PLAN_REFUSED"


class PlannedOperation(ledger.LedgerRow, Base):
    """One operation of one version of a plan. people: the logins that are to do it."""

    __tablename__ = "planned_operation"
    __table_args__ = (
        UniqueConstraint("order_no", "version", "number"),
        CheckConstraint("number > 0 AND version > 0", name="number"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint(
            "operation_group IN ('processing', 'assembly', 'inspection')", name="operation_group"
        ),
    )
    version: Mapped[int]
    number: Mapped[int]
    work_sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    operation_group: Mapped[str]
    machine: Mapped[str | None]
    people: Mapped[dict[str, Any]]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    quantity_milli: Mapped[int]
    norm_milli: Mapped[int]
    is_inspected: Mapped[bool] = mapped_column(Boolean)

    @property
    def logins(self) -> list[str]:
        """Who is to do it."""
        return list(self.people["logins"])


ledger.only_grows(PlannedOperation.__table__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An operation as the plan wants it."""

    work_sku: str
    operation_group: str
    machine: str | None
    people: tuple[str, ...]
    starts_on: date
    ends_on: date
    quantity_milli: int
    is_inspected: bool


def write(
    session: Session, posting: ledger.Posting, wanted: Sequence[Wanted], materials: Mapping[str, int]
) -> int:
    """Write the plan of the order of `posting` and let the order have its material; returns the version.

    materials: {sku: thousandths}. Raises BusinessError PLAN_REFUSED, its sentence says what does not fit.
    """
    known = session.scalar(
        select(PlannedOperation.version).where(PlannedOperation.effect_key == posting.effect_key).limit(1)
    )
    if known is not None:
        return known
    order = production_orders.get(session, posting.order_no, hold=True)
    _check(session, order, wanted)
    version = newest_version(session, order.order_no) + 1
    norms = {step.work_sku: step.norm_milli for step in production_catalogue.steps(session, order.sku)}
    for number, each in enumerate(wanted, start=1):
        session.add(
            PlannedOperation(
                version=version,
                number=number,
                work_sku=each.work_sku,
                operation_group=each.operation_group,
                machine=each.machine,
                people={"logins": list(each.people)},
                starts_on=each.starts_on,
                ends_on=each.ends_on,
                quantity_milli=each.quantity_milli,
                norm_milli=norms.get(each.work_sku, 0),
                is_inspected=each.is_inspected,
                **ledger.columns(posting),
            )
        )
    _plan_material(session, order.order_no, materials)
    order.planned_at = posting.at
    session.flush()
    return version


def newest_version(session: Session, order_no: str) -> int:
    """The version of the plan that holds; 0 before there is one."""
    query = select(func.max(PlannedOperation.version)).where(PlannedOperation.order_no == order_no)
    return session.scalar(query) or 0


def operations(session: Session, order_no: str) -> list[PlannedOperation]:
    """The operations of the plan that holds, in their order."""
    query = select(PlannedOperation).where(
        PlannedOperation.order_no == order_no, PlannedOperation.version == newest_version(session, order_no)
    )
    return list(session.scalars(query.order_by(PlannedOperation.number)))


def operation(session: Session, order_no: str, number: int) -> PlannedOperation:
    """One operation of the plan that holds. Raises NotFound."""
    found = next((each for each in operations(session, order_no) if each.number == number), None)
    if found is None:
        raise errors.NotFound(f"The plan of {order_no} has no operation {number}.")
    return found


def ends_on(session: Session, order_no: str) -> date:
    """The day on which the plan that holds is done."""
    return max(each.ends_on for each in operations(session, order_no))


def _check(session: Session, order: production_orders.ProductionOrder, wanted: Sequence[Wanted]) -> None:
    if not wanted:
        raise _refused(Sentence(_l("The plan has no operation. Write at least one.")))
    route = [step.work_sku for step in production_catalogue.steps(session, order.sku)]
    planned = [each.work_sku for each in wanted]
    if planned != route:
        raise _refused(
            Sentence(
                _l("Expected the operations of the route in its order ({route}), but found {found}."),
                route=", ".join(route),
                found=", ".join(planned),
            )
        )
    before: Wanted | None = None
    for each in wanted:
        shown = products.get(session, each.work_sku).name_in("en")
        if each.quantity_milli < order.ordered_milli:
            raise _refused(
                Sentence(
                    _l(
                        "{operation} is planned for {found}, but {ordered} are ordered. Plan the whole quantity."
                    ),
                    operation=shown,
                    found=quantities.plain(each.quantity_milli),
                    ordered=quantities.plain(order.ordered_milli),
                )
            )
        if each.ends_on < each.starts_on:
            raise _refused(
                Sentence(_l("{operation} ends before it starts. Look at its days."), operation=shown)
            )
        if before is not None and each.starts_on < before.starts_on:
            raise _refused(
                Sentence(
                    _l("{operation} starts before the operation in front of it. Look at its days."),
                    operation=shown,
                )
            )
        if before is not None and each.quantity_milli > before.quantity_milli:
            raise _refused(
                Sentence(
                    _l("{operation} is planned for more than the operation in front of it gives."),
                    operation=shown,
                )
            )
        if not each.people:
            raise _refused(
                Sentence(_l("Nobody is planned for {operation}. Name who does it."), operation=shown)
            )
        before = each


def _refused(sentence: Sentence) -> errors.BusinessError:
    return errors.BusinessError(PLAN_REFUSED, sentence)


def _plan_material(session: Session, order_no: str, materials: Mapping[str, int]) -> None:
    """Let the order have exactly this material on its lines, at no price: what it costs, the goods cost later."""
    order = orders.get(session, order_no, hold=True)
    standing = {line.sku: line for line in order_lines.planned(session, order.order_no)}
    for sku, line in standing.items():
        if materials.get(sku) != line.quantity_milli:
            line.state = "dropped"
    session.flush()
    for sku, milli in sorted(materials.items()):
        if sku in standing and standing[sku].quantity_milli == milli:
            continue
        product = products.get(session, sku)
        if not product.is_stocked:
            raise _refused(
                Sentence(_l('Only what lies in the store is a material, but "{part}" does not.'), part=sku)
            )
        session.add(
            OrderLine(
                order_no=order.order_no,
                kind=order_lines.PART,
                sku=sku,
                description=product.name_in("en"),
                quantity_milli=milli,
                unit=product.unit,
                price_cents=0,
                list_price_cents=0,
                payer=order_lines.COMPANY,
            )
        )
    session.flush()
