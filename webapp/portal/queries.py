"""Reads for the pages of the portal: only what the customer of this order may know, in words of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from engine import errors, settings, user_tasks
from engine.sentences import Money
from processes.documents import facts
from processes.records import (
    customer_links,
    documents,
    intake,
    invoices,
    money,
    order_status,
    quantities,
    quotes,
    receivables,
)
from processes.records.customer_doors import Door
from processes.records.documents import IssuedDocument
from processes.records.orders import CustomerOrder
from webapp.language import label, number
from webapp.portal import milestones
from webapp.portal.milestones import Entry

#: Which documents a link may open; a quote's or an invoice's link only its own.
DOCUMENTS = {
    customer_links.QUOTE: ("quote",),
    customer_links.INVOICE: ("invoice",),
    customer_links.STATUS: (
        "intake_receipt", "quote", "payment_request", "invoice", "completion_act", "repair_report", "warranty_card",
        "delivery_note", "acceptance_act", "waybill", "contract_act",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a quote or an invoice. note: why it costs nothing, or how many."""

    text: str
    note: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote as its customer reads it."""

    version: int
    lines: list[Line]
    total: Money
    expires_at: datetime
    findings: str | None


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as its customer reads it. open: what is still to pay."""

    number: str
    lines: list[Line]
    net: Decimal
    tax: Decimal
    tax_percent: Decimal
    total: Money
    open: Money
    due_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Status:
    """How an order stands, in plain words. is_promised: the work is still to be done. to_pay: None when nothing is owed."""

    title: str
    entries: list[Entry]
    is_promised: bool
    is_cancelled: bool
    to_pay: Money | None


def company(session: Session) -> dict[str, str]:
    """How customers reach us: name, phone, email, address in one line (the letterhead of the documents)."""
    letterhead = settings.get(session, facts.COMPANY) or {}
    lines = letterhead.get("address") or []
    address = lines if isinstance(lines, str) else ", ".join(lines)
    return {
        "name": letterhead.get("name") or "Orderlane",
        "phone": letterhead.get("phone") or "",
        "email": letterhead.get("email") or "",
        "address": " ".join(address.split()),
    }


def quote(session: Session, door: Door) -> Quote:
    """The version that the link shows. Raises NotFound."""
    version = int(door.link.record_key or 0)
    found = next(
        (each for each in quotes.versions(session, door.order.order_no) if each.version == version), None
    )
    if found is None:
        raise errors.NotFound
    total = Money(money.units(found.total_cents), invoices.currency(session))
    findings = door.order.findings or door.order.cause
    return Quote(version, [_quoted(line) for line in found.lines], total, found.expires_at, findings)


def bill(session: Session, door: Door) -> Bill:
    """The invoice that the link shows. Raises NotFound."""
    invoice = invoices.get(session, door.link.record_key or "")
    if invoice.order_no != door.order.order_no:
        raise errors.NotFound
    owed = dict(receivables.open_invoices(session, invoice.order_no)).get(invoice.number, 0)
    return Bill(
        invoice.number,
        [_billed(line) for line in invoice.lines],
        money.units(invoice.net_cents),
        money.units(invoice.tax_cents),
        invoice.tax_percent,
        Money(money.units(invoice.total_cents), invoice.currency),
        Money(money.units(owed), invoice.currency),
        invoice.due_at,
        label(invoices.STATUSES[invoices.status(session, invoice)]),
    )


def question(session: Session, door: Door) -> str:
    """What we asked, while it waits for an answer."""
    if door.user_task is None:
        return ""
    return str(user_tasks.variables(session, door.user_task).get("question") or "")


def status(session: Session, door: Door) -> Status:
    """Where the order is, what was before and what comes."""
    if door.order.order_type != "repair_intake":
        return _of_milestones(session, door)
    order_no = door.order.order_no
    changes = order_status.history(session, order_no)
    now_at = changes[-1].to_status if changes else None
    entries = [Entry(_said(each.to_status, session, order_no), at=each.at, state="done") for each in changes]
    entries += milestones.of_quotes(session, order_no)
    entries.sort(key=lambda each: each.at)
    is_cancelled = door.order.cancelled_at is not None
    is_open = not is_cancelled and now_at != order_status.ISSUED
    if is_open:
        entries += _ahead(session, door, now_at)
    is_promised = is_open and now_at != order_status.READY
    title = _title(door, now_at, is_cancelled)
    return Status(title, entries, is_promised, is_cancelled, _to_pay(session, door.order))


def _of_milestones(session: Session, door: Door) -> Status:
    """How an order stands for which no device is taken in."""
    is_cancelled = door.order.cancelled_at is not None
    return Status(
        milestones.title(session, door),
        milestones.of(session, door),
        milestones.is_open(session, door.order),
        is_cancelled,
        _to_pay(session, door.order),
    )


def _to_pay(session: Session, order: CustomerOrder) -> Money | None:
    owed = receivables.balance(session, order.order_no)
    if owed <= 0 or order.cancelled_at is not None:
        return None
    return Money(money.units(owed), invoices.currency(session))


def papers(session: Session, door: Door) -> list[IssuedDocument]:
    """The documents that this link opens, the newest of each kind."""
    allowed = DOCUMENTS.get(door.purpose, ())
    found = documents.of(session, door.order.order_no)
    old = documents.replaced(found)
    return [each for each in found if each.kind in allowed and each.key not in old and _is_shown(door, each)]


def paper(session: Session, door: Door, document_key: int) -> IssuedDocument:
    """One of `papers`. Raises NotFound for any other document, of this order or another."""
    found = next((each for each in papers(session, door) if each.key == document_key), None)
    if found is None:
        raise errors.NotFound
    return found


def _is_shown(door: Door, document: IssuedDocument) -> bool:
    """The link of an invoice opens that invoice; the newest quote is the one that a quote's link is for."""
    return door.purpose != customer_links.INVOICE or document.number == door.link.record_key


def _quoted(line: dict[str, Any]) -> Line:
    note = _quantity(line["quantity_milli"], line["unit"])
    if line["payer"] == "warranty":
        note = gettext("Under warranty, you do not pay")
    elif line["payer"] == "company":
        note = gettext("At our cost, you do not pay")
    is_paid = line["payer"] == "client"
    return Line(line["description"], note, money.units(line["amount_cents"] if is_paid else 0))


def _billed(line: dict[str, Any]) -> Line:
    note = _quantity(line["quantity_milli"], line["unit"])
    return Line(line["description"], note, money.units(line["total_cents"]))


def _quantity(quantity_milli: int, unit: str) -> str:
    if quantity_milli == 1000:
        return ""
    return f"{number(quantities.plain(quantity_milli))}\N{NO-BREAK SPACE}{label(unit)}"


def _title(door: Door, now_at: str | None, is_cancelled: bool) -> str:
    device = door.subject
    if is_cancelled:
        return gettext("Order cancelled: %(device)s", device=device)
    titles = {
        None: gettext("We have your order: %(device)s", device=device),
        order_status.ACCEPTED: gettext("We are looking at your %(device)s", device=device),
        order_status.IN_WORK: gettext("We are working on your %(device)s", device=device),
        order_status.READY: gettext("Your %(device)s is ready", device=device),
        order_status.ISSUED: gettext("You have your %(device)s back", device=device),
    }
    return titles[now_at]


def _said(status_id: str, session: Session, order_no: str) -> str:
    """A status that was reached, as the customer tells it."""
    if status_id == order_status.READY:
        taken_in = intake.of(session, order_no)
        if taken_in is not None and taken_in.outcome == intake.WITHOUT_REPAIR:
            return gettext("Ready to be fetched, not repaired")
    sentences = {
        order_status.ACCEPTED: gettext("We took it in"),
        order_status.IN_WORK: gettext("We looked at it and began"),
        order_status.READY: gettext("Ready to be fetched"),
        order_status.ISSUED: gettext("Handed out to you"),
    }
    return sentences[status_id]


def _ahead(session: Session, door: Door, now_at: str | None) -> list[Entry]:
    """What it waits for now, then what comes until it is handed out."""
    current = milestones.awaited(session, door) or Entry(_now(now_at), state="current")
    ahead: Sequence[str] = {
        None: (gettext("Repair"), gettext("Ready to be fetched")),
        order_status.ACCEPTED: (gettext("Repair"), gettext("Ready to be fetched")),
        order_status.IN_WORK: (gettext("Ready to be fetched"),),
    }.get(now_at, ())
    return [current, *(Entry(text) for text in ahead)]


def _now(now_at: str | None) -> str:
    sentences = {
        None: gettext("We prepare to take it in"),
        order_status.ACCEPTED: gettext("We are finding out what is wrong"),
        order_status.IN_WORK: gettext("We are working on it"),
        order_status.READY: gettext("Waiting for you to fetch it"),
    }
    return sentences[now_at]
