"""The lists of invoices and of payments."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from engine import clock
from engine.sentences import _l
from engine.tables import Person
from processes.records.customers import Customer
from processes.records.invoices import Invoice
from processes.records.payments import Payment
from processes.records.receivables import ReceivableEntry
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing

METHODS = {"cash": _l("Cash"), "card": _l("Card"), "bank": _l("Bank transfer")}

_open = (
    select(func.coalesce(func.sum(ReceivableEntry.amount_cents), 0))
    .where(ReceivableEntry.invoice_no == Invoice.number)
    .correlate(Invoice)
    .scalar_subquery()
)


def _search_invoices(words: str) -> ColumnElement[bool]:
    return or_(
        Invoice.number.ilike(f"%{words}%"),
        Invoice.order_no.ilike(f"%{words}%"),
        Customer.search_text.contains(words.casefold(), autoescape=True),
    )


def _search_payments(words: str) -> ColumnElement[bool]:
    columns = (Payment.payment_id, Payment.order_no, Payment.invoice_no)
    return or_(*(each.ilike(f"%{words}%") for each in columns))


def _overdue() -> ColumnElement[bool]:
    return and_(Invoice.due_at < clock.now(), _open > 0)


def _under(row: Row[Any]) -> tuple[str, str] | None:
    if row.open > 0 and row.Invoice.due_at < clock.now():
        return gettext("Overdue"), "bad"
    if 0 < row.open < row.Invoice.total_cents:
        return gettext("Partly paid"), "warn"
    return None


INVOICES = Listing(
    name="invoices",
    title=_l("Invoices"),
    permission="invoices.see",
    icon="file-text",
    query=select(Invoice, Customer, _open.label("open")).join(Customer, Customer.key == Invoice.customer_key),
    key=Invoice.key,
    columns=(
        Column("number", _l("Invoice"), lambda row: row.Invoice.number, "code", Invoice.number),
        Column("order", _l("Order"), lambda row: row.Invoice.order_no, "code", Invoice.order_no),
        Column("customer", _l("Customer"), lambda row: row.Customer.name, sort=Customer.name),
        Column("total", _l("Total"), lambda row: row.Invoice.total_cents, "money", Invoice.total_cents),
        Column("open", _l("Still owed"), lambda row: row.open, "money", _open),
        Column("currency", _l("Currency"), lambda row: row.Invoice.currency),
        Column("due", _l("Due"), lambda row: row.Invoice.due_at, "moment", Invoice.due_at),
        Column("issued", _l("Issued"), lambda row: row.Invoice.at, "moment", Invoice.at),
    ),
    default="-issued",
    search_hint=_l("Invoice, order or customer"),
    search=_search_invoices,
    filters=(
        Filter("open", _l("Still owed"), lambda: _open > 0),
        Filter("overdue", _l("Overdue"), _overdue, "bad"),
        Filter("paid", _l("Nothing owed"), lambda: _open <= 0),
    ),
    empty=(_l("No invoices yet"), _l("An invoice is issued when the work of an order is completed.")),
    card=lambda row: url_for("office.invoice", number=row.Invoice.number),
    under=_under,
)

PAYMENTS = Listing(
    name="payments",
    title=_l("Payments"),
    permission="payments.see",
    icon="receipt-text",
    query=select(Payment, Person.name.label("taken_by")).outerjoin(Person, Person.login == Payment.by),
    key=Payment.key,
    columns=(
        Column("order", _l("Order"), lambda row: row.Payment.order_no, "code", Payment.order_no),
        Column("invoice", _l("Invoice"), lambda row: row.Payment.invoice_no, "code"),
        Column(
            "method", _l("Way of payment"), lambda row: METHODS[row.Payment.method], "words", Payment.method
        ),
        Column("amount", _l("Amount"), lambda row: row.Payment.amount_cents, "money", Payment.amount_cents),
        Column("currency", _l("Currency"), lambda row: row.Payment.currency),
        Column("reference", _l("Reference"), lambda row: row.Payment.payment_id, "code"),
        Column("by", _l("Taken by"), lambda row: row.taken_by),
        Column("at", _l("When"), lambda row: row.Payment.at, "moment", Payment.at),
    ),
    default="-at",
    search_hint=_l("Order, invoice or reference"),
    search=_search_payments,
    filters=(
        Filter("cash", METHODS["cash"], lambda: Payment.method == "cash"),
        Filter("card", METHODS["card"], lambda: Payment.method == "card"),
        Filter("bank", METHODS["bank"], lambda: Payment.method == "bank"),
    ),
    empty=(_l("No payments yet"), _l("Money that customers pay at the till or by bank appears here.")),
    card=lambda row: url_for("inbox.order", key=row.Payment.process_instance_key),
)
lists.add(INVOICES)
lists.add(PAYMENTS)
