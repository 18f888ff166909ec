"""The cards over HTTP, and the few things that are done on them: mend a customer's card, take a payment."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock, errors
from engine import keys as engine_keys
from engine.sentences import _l
from processes.records import audit, customers, devices, invoices, money, order_status, payments, products
from processes.records.orders import KIND_LABELS, day
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.language import names, page_language, say
from webapp.office import blueprint, cards
from webapp.office.money import METHODS
from webapp.office.people import KINDS

_FACTS = ("name", "kind", "phone", "email", "language", "preferred_channel", "tax_id", "notes")


@blueprint.get("/customers/<int:key>")
@access.needs("customers.see")
def customer(key: int) -> str:
    """A customer: how to reach them, their devices, repairs, invoices, what they owe."""
    return _customer_page(customers.get(db.session, key))


@blueprint.post("/customers/<int:key>")
@access.needs("customers.edit")
def change_customer(key: int) -> Any:
    """Mend the card. What was typed stays on the page when something is missing."""
    found = customers.get(db.session, key)
    typed = {name: request.form.get(name, "") for name in _FACTS}
    audit.acting(db.session, access.actor().login, clock.now())
    try:
        found.change(**typed)
        db.session.flush()
    except (errors.BusinessError, errors.Refused) as refused:
        sentence = say(refused.sentence)
        db.session.rollback()
        return _customer_page(customers.get(db.session, key), problem=sentence, typed=typed), 422
    flash(gettext("The card is changed."), "done")
    return redirect(url_for("office.customer", key=key))


@blueprint.get("/devices/<int:key>")
@access.needs("devices.see")
def device(key: int) -> str:
    """A device: its owner, every repair with the parts fitted, and the warranties that run."""
    found = devices.get(db.session, key)
    today = day(db.session, clock.now())
    return render_template(
        "office/device.html",
        card=cards.device(db.session, found, today),
        is_covered=found.under_sale_warranty(today),
        statuses=order_status.LABELS,
        kinds=KIND_LABELS,
        now=clock.now(),
    )


@blueprint.get("/stock/<sku>")
@access.needs("stock.see")
def product(sku: str) -> str:
    """A part: where it lies, who it is kept for, what came and went."""
    found = products.get(db.session, sku)
    return render_template(
        "office/product.html",
        card=cards.product(db.session, found, day(db.session, clock.now())),
        language=page_language(),
        currency=invoices.currency(db.session),
        units=products.UNITS,
        now=clock.now(),
    )


@blueprint.get("/invoices/<number>")
@access.needs("invoices.see")
def invoice(number: str) -> str:
    """An invoice: its lines, its state, its payments."""
    return _invoice_page(invoices.get(db.session, number))


@blueprint.post("/invoices/<number>/payments")
@access.needs("payments.take")
def take_payment(number: str) -> Any:
    """Book a payment on the order of this invoice. The reference makes the same payment count once."""
    found = invoices.get(db.session, number)
    typed = {name: request.form.get(name, "").strip() for name in ("amount", "method", "reference")}
    try:
        cents = _cents(typed["amount"])
        if typed["method"] not in METHODS:
            raise errors.Refused(_l("Choose how it was paid."))
        if typed["method"] == "bank" and not typed["reference"]:
            raise errors.Refused(_l("A bank transfer needs its reference, so that it is booked once."))
        # Cash and card slips without a reference of their own are named by the page they were typed on.
        reference = typed["reference"] or request.form.get("page", "")[:40] or str(engine_keys.new_key())
        taken = payments.take(
            db.session,
            found.order_no,
            cents,
            typed["method"],
            reference,
            actor=access.actor(),
            now=clock.now(),
        )
    except errors.Refused as refused:
        sentence = sentence_of(refused)
        db.session.rollback()
        return _invoice_page(invoices.get(db.session, number), problem=sentence, typed=typed), 422
    flash(
        gettext("The payment is booked.")
        if taken.is_new
        else gettext("This payment was booked before; nothing has changed."),
        "done",
    )
    return redirect(url_for("office.invoice", number=number))


def _customer_page(
    found: customers.Customer, *, problem: str | None = None, typed: dict[str, str] | None = None
) -> str:
    written = {name: getattr(found, name) or "" for name in _FACTS}
    return render_template(
        "office/customer.html",
        card=cards.customer(db.session, found),
        written=typed or written,
        problem=problem,
        kinds=KINDS,
        channels={"email": gettext("By e-mail"), "phone": gettext("By telephone")},
        languages=names(),
        currency=invoices.currency(db.session),
        statuses=order_status.LABELS,
        repair_kinds=KIND_LABELS,
        invoice_words=invoices.STATUSES,
        now=clock.now(),
    )


def _invoice_page(
    found: invoices.Invoice, *, problem: str | None = None, typed: dict[str, str] | None = None
) -> str:
    card = cards.invoice(db.session, found)
    usual = {"amount": str(money.units(max(card.owed_cents, 0))), "method": "cash", "reference": ""}
    return render_template(
        "office/invoice.html",
        card=card,
        typed=typed or usual,
        problem=problem,
        methods={name: gettext(text) for name, text in METHODS.items()},
        words=invoices.STATUSES,
        page=str(engine_keys.new_key()),
        now=clock.now(),
    )


def _cents(text: str) -> int:
    """An amount as people type it ("1 360,50") in cents. Raises Refused."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or not 0 < amount < 10**10 or amount != round(amount, 2):
        raise errors.Refused(_l("Type the amount with at most two decimals, like 1360.50."))
    return money.cents(amount)
