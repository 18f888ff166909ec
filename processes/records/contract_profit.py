"""What contracts bring and cost: their bills without tax, less the cost of maintenance and of work on request (R: profitability)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.records import contracts, maintenance
from processes.records.contract_periods import ContractBilling
from processes.records.invoices import Invoice
from processes.records.order_costs import OrderCost
from processes.records.orders import CustomerOrder
from processes.records.receivables import ReceivableEntry


@dataclass(frozen=True, slots=True)
class Profit:
    """A contract in cents. income: billed without tax, work beyond the plan included; orders: maintenance and on request."""

    contract_no: str
    income_cents: int
    maintenance_cents: int
    request_cents: int
    orders: int

    @property
    def margin_cents(self) -> int:
        """What is left of the income."""
        return self.income_cents - self.maintenance_cents - self.request_cents


def of(session: Session, contract_no: str) -> Profit:
    """What one contract brought and cost until now."""
    contracts.get(session, contract_no)
    return report(session, contract_no)[0]


def report(session: Session, contract_no: str | None = None) -> list[Profit]:
    """What every contract that was concluded brought and cost until now, by number; three queries however many there are.

    Income counts invoices that still stand; a credited one and one of a cancelled order count for nothing.
    """
    numbers = [contract_no] if contract_no else [each.contract_no for each in contracts.concluded(session)]
    income: dict[str, int] = defaultdict(int)
    owed = (
        select(ReceivableEntry.invoice_no, func.sum(ReceivableEntry.amount_cents).label("cents"))
        .where(ReceivableEntry.kind.in_(("invoiced", "credited")))
        .group_by(ReceivableEntry.invoice_no)
        .subquery()
    )
    billed = (
        select(CustomerOrder.contract_no, func.sum(Invoice.net_cents))
        .join(CustomerOrder, CustomerOrder.order_no == Invoice.order_no)
        .join(owed, owed.c.invoice_no == Invoice.number)
        .where(CustomerOrder.contract_no.in_(numbers), owed.c.cents > 0)
        .group_by(CustomerOrder.contract_no)
    )
    for number, cents in session.execute(billed):
        income[number] = int(cents)
    served = select(maintenance.MaintenanceDue.order_no)
    is_maintenance = CustomerOrder.order_no.in_(served)
    costs: dict[tuple[str, bool], int] = defaultdict(int)
    spent = (
        select(CustomerOrder.contract_no, is_maintenance, func.sum(OrderCost.amount_cents))
        .join(CustomerOrder, CustomerOrder.order_no == OrderCost.order_no)
        .where(CustomerOrder.contract_no.in_(numbers))
        .group_by(CustomerOrder.contract_no, is_maintenance)
    )
    for number, planned, cents in session.execute(spent):
        costs[number, bool(planned)] = int(cents)
    counted = dict(
        session.execute(
            select(CustomerOrder.contract_no, func.count())
            .where(
                CustomerOrder.contract_no.in_(numbers),
                CustomerOrder.order_no != CustomerOrder.contract_no,
                CustomerOrder.order_no.not_in(select(ContractBilling.order_no)),
            )
            .group_by(CustomerOrder.contract_no)
        ).all()
    )
    return [
        Profit(number, income[number], costs[number, True], costs[number, False], counted.get(number, 0))
        for number in sorted(numbers)
    ]
