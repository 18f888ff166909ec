"""The list of complaints: what about, what was found, how it ended, what it cost; sorted by cause it shows where they come from."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Row, func, or_, select

from engine.sentences import _l
from processes.records.complaints import CAUSES, KINDS, OUTCOME_LABELS, Complaint
from processes.records.customers import Customer
from processes.records.orders import CustomerOrder
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing


def _search(words: str) -> ColumnElement[bool]:
    return or_(
        Complaint.complaint_no.ilike(f"%{words}%"),
        Complaint.about_order_no.ilike(f"%{words}%"),
        Customer.search_text.contains(words.casefold(), autoescape=True),
        Complaint.text.icontains(words, autoescape=True),
    )


def _state(row: Row[Any]) -> str:
    found = row.Complaint
    if found.outcome is not None:
        return OUTCOME_LABELS[found.outcome]
    return _l("Being made good") if found.decision == "accepted" else _l("Open")


COMPLAINTS = Listing(
    name="complaints",
    title=_l("Complaints"),
    permission="complaints.see",
    icon="message-square",
    query=select(Complaint, Customer)
    .join(CustomerOrder, CustomerOrder.order_no == Complaint.complaint_no)
    .join(Customer, Customer.key == CustomerOrder.customer_key),
    key=Complaint.complaint_no,
    columns=(
        Column("number", _l("Number"), lambda row: row.Complaint.complaint_no, sort=Complaint.complaint_no),
        Column("about", _l("About order"), lambda row: row.Complaint.about_order_no, "code"),
        Column("customer", _l("Customer"), lambda row: row.Customer.name, sort=Customer.name),
        Column("kind", _l("Kind"), lambda row: KINDS[row.Complaint.kind], "words", Complaint.kind),
        Column("state", _l("State"), _state, "words"),
        Column(
            "cause",
            _l("Cause"),
            lambda row: CAUSES[row.Complaint.cause] if row.Complaint.cause else None,
            "words",
            func.coalesce(Complaint.cause, ""),
        ),
        Column("cost", _l("Cost"), lambda row: row.Complaint.cost_cents, "money", Complaint.cost_cents),
        Column(
            "since", _l("Since"), lambda row: row.Complaint.registered_at, "moment", Complaint.registered_at
        ),
    ),
    default="-since",
    search_hint=_l("Number, order, customer or words"),
    search=_search,
    filters=(
        Filter("open", _l("Open"), lambda: Complaint.closed_at.is_(None), "warn"),
        Filter("unsolved", _l("Not solved"), lambda: Complaint.outcome == "unresolved", "bad"),
        Filter("solved", _l("Solved"), lambda: Complaint.outcome == "solved"),
    ),
    empty=(_l("No complaints yet"), _l("Each complaint that a customer makes appears here.")),
    card=lambda row: url_for("inbox.order", key=row.Complaint.process_instance_key),
    under=lambda row: (row.Complaint.text[:80], ""),
)
lists.add(COMPLAINTS)
