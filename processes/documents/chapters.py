"""What each kind of document says beyond whose order it is: one reader a kind, in `OF_KIND`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.documents import (
    chapters_aftersales,
    chapters_contracts,
    chapters_production,
    chapters_purchases,
    chapters_service,
)
from processes.records import (
    billing,
    intake,
    invoices,
    order_lines,
    orders,
    products,
    quotes,
    reversing,
    stock_documents,
    stock_ledger,
    taxes,
    wages,
    warranties,
    work_orders,
)
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is particular about one document; the number is that of its record, when that has one."""

    data: dict[str, Any]
    number: str | None = None


def _receipt(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    taken = intake.of(session, order.order_no)
    if taken is None:
        raise nothing(_l("Order {order} has no intake document. Take the device in first."), order)
    return Chapter({"intake": _marks(taken)}, taken.number)


def _quote(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    version = quotes.newest(session, order.order_no)
    if version is None:
        raise nothing(_l("There is no quote for order {order} yet."), order)
    lines = [_line(line, line["quantity_milli"], line["amount_cents"]) for line in version.lines]
    return Chapter({"expires_at": _moment(version.expires_at), **priced(session, lines)})


def _work_order(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    row = _work(session, order)
    lines = order_lines.planned(session, order.order_no)
    shown = [_line(billing.frozen(line), line.quantity_milli, billing.planned_cents(line)) for line in lines]
    names = {line.sku: line.description for line in lines}
    people = names_of_people(session)
    return Chapter(
        {
            "work_order": {
                "state": row.state,
                "version": row.version,
                "completed_at": _moment(row.completed_at),
            },
            "employees": [
                {
                    "name": people.get(each.login, each.login),
                    "operation": names.get(each.operation),
                    "hours_milli": each.hours_milli,
                }
                for each in work_orders.employees(session, order.order_no)
            ],
            "wages": [
                {
                    "name": people.get(each.login, each.login),
                    "operation": names.get(each.operation),
                    "amount_cents": each.amount_cents,
                }
                for each in reversing.standing(wages.entries(session, order.order_no))
            ],
            **priced(session, shown),
        },
        row.number,
    )


def _invoice(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    invoice = invoices.latest(session, order.order_no)
    if invoice is None:
        raise nothing(_l("There is no invoice for order {order} yet."), order)
    lines = [
        _line({**line, "payer": order_lines.CLIENT}, line["quantity_milli"], line["total_cents"])
        for line in invoice.lines
    ]
    return Chapter(
        {
            "due_on": orders.day(session, invoice.due_at).isoformat(),
            "lines": lines,
            "currency": invoice.currency,
            "tax_rate_percent": invoice.tax_percent,
            **{name: getattr(invoice, name) for name in ("net_cents", "tax_cents", "total_cents")},
        },
        invoice.number,
    )


def _act(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    return Chapter({"is_repaired": _is_repaired(session, order), **priced(session, done(session, order))})


def _report(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    people = names_of_people(session)
    worked = {each.login: None for each in work_orders.employees(session, order.order_no)}
    lines = done(session, order)
    return Chapter(
        {
            "intake": _marks(intake.of(session, order.order_no)),
            "works": [line for line in lines if line["kind"] in (order_lines.WORK, order_lines.THIRD_PARTY)],
            "parts": [line for line in lines if line["kind"] == order_lines.PART],
            "employees": [people.get(login, login) for login in worked],
        }
    )


def _warranty(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    rows = reversing.standing(warranties.entries(session, order.order_no))
    if not rows:
        raise nothing(_l("Order {order} has no part or work under warranty."), order)
    term = warranties.PartWarrantyTerm
    found = session.scalars(select(term).where(term.warranty_key.in_([row.key for row in rows])))
    terms = {each.warranty_key: each for each in found}
    return Chapter(
        {
            "warranties": [
                {
                    "description": row.description,
                    "quantity_milli": row.quantity_milli,
                    "months": row.months,
                    "from_on": terms[row.key].starts_on.isoformat() if row.key in terms else None,
                    "until_on": terms[row.key].ends_on.isoformat()
                    if row.key in terms
                    else row.kept_until and row.kept_until.isoformat(),
                }
                for row in rows
            ]
        }
    )


def _issue_note(session: Session, order: CustomerOrder, posting: Posting) -> Chapter:
    note = stock_documents.of_effect(session, posting, "issue")
    if note is None:
        raise nothing(_l("No parts were issued for order {order} in this step."), order)
    move, lot, product = stock_ledger.StockMove, stock_ledger.Lot, products.Product
    rows = session.execute(
        select(move, lot, product)
        .join(lot, lot.key == move.lot_key)
        .join(product, product.sku == move.sku)
        .where(move.document_key == note.key)
        .order_by(move.position)
    )
    names = {line.sku: line.description for line in order_lines.of(session, order.order_no)}
    return Chapter(
        {
            "receiver": names_of_people(session).get(note.receiver, note.receiver),
            "issued": [
                {
                    "sku": row.sku,
                    "description": names.get(row.sku) or product.name_in("en"),
                    "lot": lot.lot_no,
                    "quantity_milli": row.quantity_milli,
                    "unit": product.unit,
                }
                for row, lot, product in rows
            ],
        },
        note.number,
    )


def _label(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    taken = intake.of(session, order.order_no)
    return Chapter({"accessories": taken.accessories if taken else None})


#: {kind: what reads it}
OF_KIND: dict[str, Callable[[Session, CustomerOrder, Posting], Chapter]] = {
    "intake_receipt": _receipt,
    "quote": _quote,
    "work_order": _work_order,
    "invoice": _invoice,
    "completion_act": _act,
    "repair_report": _report,
    "warranty_card": _warranty,
    "issue_note": _issue_note,
    "delivery_note": chapters_aftersales.delivery_note,
    "acceptance_act": chapters_aftersales.acceptance_act,
    "credit_note": chapters_aftersales.credit_note,
    "device_label": _label,
    "contract_act": chapters_contracts.act,
    "payment_request": chapters_service.payment_request,
    "waybill": chapters_service.waybill,
    "settlement_sheet": chapters_production.settlement_sheet,
    "operation_log": chapters_production.operation_log,
    "transfer_note": chapters_purchases.transfer_note,
}
#: Papers of the house that no customer's order stands behind.
OF_HOUSE: dict[str, Callable[[Session, Posting], Chapter]] = {
    "purchase_order": chapters_purchases.purchase_order,
    "goods_receipt": chapters_purchases.goods_receipt,
    "return_note": chapters_purchases.return_note,
    "request_note": chapters_purchases.request_note,
}
#: What customers do not get: it is in the language of whoever prints it.
INTERNAL = frozenset({"work_order", "issue_note", "device_label", "settlement_sheet", "operation_log"})


def _work(session: Session, order: CustomerOrder) -> work_orders.WorkOrder:
    found = work_orders.find(session, order.order_no)
    if found is None:
        raise nothing(_l("Order {order} has no work order yet. Open one first."), order)
    return found


def _marks(taken: intake.IntakeDocument | None) -> dict[str, Any]:
    """The marks of an intake document; of an order without one (repaired on site) nothing is known."""
    marks = ("completeness", "appearance", "accessories", "outcome", "outcome_reason", "recipient")
    if taken is None:
        return dict.fromkeys(("accepted_at", "done_at", "handed_out_at", *marks))
    return {
        "accepted_at": _moment(taken.accepted_at),
        "done_at": _moment(taken.repair_done_at or taken.accepted_back_at),
        "handed_out_at": _moment(taken.issued_at),
        **{name: getattr(taken, name) for name in marks},
    }


def _is_repaired(session: Session, order: CustomerOrder) -> bool:
    return _work(session, order).outcome != "without_repair"


def done(session: Session, order: CustomerOrder) -> list[dict[str, Any]]:
    """What was done and used, as it is billed."""
    return [
        _line(billing.frozen(each.line), each.quantity_milli, each.amount_cents)
        for each in billing.billed(order_lines.of(session, order.order_no))
    ]


def _line(frozen: dict[str, Any], quantity_milli: int, amount_cents: int) -> dict[str, Any]:
    is_charged = frozen["payer"] == order_lines.CLIENT
    return {
        **{name: frozen[name] for name in ("kind", "sku", "description", "unit", "price_cents", "payer")},
        "quantity_milli": quantity_milli,
        "amount_cents": amount_cents if is_charged else 0,
        "is_charged": is_charged,
    }


def priced(session: Session, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Lines with their sums; the tax is rounded per line, as the invoice does it."""
    rate: Decimal = taxes.percent(session)
    total = sum(line["amount_cents"] for line in lines)
    tax = sum(taxes.included_cents(line["amount_cents"], rate) for line in lines)
    return {
        "lines": lines,
        "currency": invoices.currency(session),
        "tax_rate_percent": rate,
        "tax_cents": tax,
        "net_cents": total - tax,
        "total_cents": total,
    }


def names_of_people(session: Session) -> dict[str, str]:
    """{login: name} of everybody."""
    return dict(session.execute(select(Person.login, Person.name)).all())


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def nothing(sentence: str, order: CustomerOrder) -> errors.NotFound:
    """What is raised where an order has not what a document tells of; the sentence may name {order}."""
    return errors.NotFound(Sentence(sentence, order=order.order_no))
