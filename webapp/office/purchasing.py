"""The lists of purchase orders and of those we buy from."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, func, or_, select

from engine.sentences import _l
from processes.records import quantities
from processes.records.purchase_orders import CLOSED, ISSUED, PLANNED, STATE_LABELS
from processes.records.purchase_orders import PurchaseOrder as Order
from processes.records.purchase_orders import PurchaseOrderLine as Line
from processes.records.suppliers import KIND_LABELS, SERVICE_CENTRE, Supplier
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    total = select(func.coalesce(func.sum(column), 0)).where(Line.po_no == Order.number)
    return total.correlate(Order).scalar_subquery()


_total = _sum((Line.unit_cost_cents * Line.quantity_milli + 500) // 1000)
_rest = Line.quantity_milli - Line.accepted_milli - Line.refused_milli
_open = (
    select(func.coalesce(func.sum(_rest), 0))
    .where(Line.po_no == Order.number, _rest > 0)
    .correlate(Order)
    .scalar_subquery()
)


def _search_orders(words: str) -> ColumnElement[bool]:
    return or_(
        Order.number.icontains(words, autoescape=True), Supplier.name.icontains(words, autoescape=True)
    )


PURCHASE_ORDERS = Listing(
    name="purchase-orders",
    title=_l("Purchase orders"),
    permission="purchases.see",
    icon="boxes",
    query=select(Order, Supplier, _total.label("total"), _open.label("open")).join(
        Supplier, Supplier.supplier_id == Order.supplier_id
    ),
    key=Order.number,
    columns=(
        Column("number", _l("Number"), lambda row: row.Order.number, "code", Order.number),
        Column("supplier", _l("Supplier"), lambda row: row.Supplier.name, sort=Supplier.name),
        Column("state", _l("State"), lambda row: STATE_LABELS[row.Order.state], "words", Order.state),
        Column("expected", _l("Expected on"), lambda row: row.Order.expected_on, "day", Order.expected_on),
        Column("open", _l("Still to come"), lambda row: quantities.plain(int(row.open)), "number", _open),
        Column("total", _l("Total"), lambda row: int(row.total), "money", _total),
    ),
    default="-number",
    search_hint=_l("Number or supplier"),
    search=_search_orders,
    filters=(
        Filter("planned", _l("Planned"), lambda: Order.state == PLANNED),
        Filter("open", _l("On the way"), lambda: Order.state == ISSUED),
        Filter("over", _l("Complete"), lambda: Order.state == CLOSED),
    ),
    empty=(_l("No purchase orders yet"), _l("They appear here when the buyer plans the first one.")),
    card=lambda row: url_for("inbox.order", key=row.Order.process_instance_key),
)

SUPPLIERS = Listing(
    name="suppliers",
    title=_l("Suppliers and service centres"),
    permission="purchases.see",
    icon="users",
    query=select(Supplier),
    key=Supplier.supplier_id,
    columns=(
        Column("name", _l("Name"), lambda row: row.Supplier.name, sort=Supplier.name),
        Column("code", _l("Code"), lambda row: row.Supplier.supplier_id, "code", Supplier.supplier_id),
        Column("kind", _l("Kind"), lambda row: KIND_LABELS[row.Supplier.kind], "words", Supplier.kind),
        Column("phone", _l("Phone"), lambda row: row.Supplier.phone),
        Column("email", _l("E-mail"), lambda row: row.Supplier.email),
        Column(
            "lead", _l("Days they take"), lambda row: row.Supplier.lead_days, "number", Supplier.lead_days
        ),
    ),
    default="name",
    search_hint=_l("Name or code"),
    search=lambda words: or_(
        Supplier.name.icontains(words, autoescape=True),
        Supplier.supplier_id.icontains(words, autoescape=True),
    ),
    filters=(
        Filter("centres", _l("Service centres"), lambda: Supplier.kind == SERVICE_CENTRE),
        Filter("gone", _l("Not offered any more"), lambda: ~Supplier.is_active),
    ),
    empty=(_l("No suppliers yet"), _l("They appear here when the first one is added.")),
)

for _listing in (PURCHASE_ORDERS, SUPPLIERS):
    lists.add(_listing)
