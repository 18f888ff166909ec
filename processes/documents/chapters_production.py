"""What the documents of production orders say: the operation log, and the settlement sheet at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine.sentences import _l

# The rooms ask for each other: each is used only when a document is written.
from processes.documents import chapters
from processes.records import invoices, languages, production_orders, products, reversing, settlements
from processes.records import operation_log as log
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder

if TYPE_CHECKING:
    from processes.documents.chapters import Chapter


def settlement_sheet(session: Session, order: CustomerOrder, posting: Posting) -> Chapter:
    """What was ordered, what came of it, what it cost, and what is done about the difference."""
    row = settlements.find(session, order.order_no)
    if row is None:
        raise chapters.nothing(_l("Order {order} is not settled yet."), order)
    people, language = chapters.names_of_people(session), languages.of_person(session, posting.by)
    found = settlements.compare(session, order.order_no)
    return chapters.Chapter(
        {
            **_made(session, order, language),
            "ordered_milli": row.ordered_milli,
            "good_milli": row.good_milli,
            "scrap_milli": row.scrap_milli,
            "difference_milli": row.difference_milli,
            "difference_code": row.difference_code,
            "resolution": row.resolution,
            "settlement_outcome": row.outcome,
            "currency": invoices.currency(session),
            "material_cost_cents": row.material_cents,
            "labour_cost_cents": row.labour_cents,
            "unit_cost_cents": row.unit_cost_cents,
            "hours_milli": row.hours_milli,
            "first_pass_percent": row.first_pass_percent,
            "compared_by": people.get(row.compared_by, row.compared_by),
            "settled_by": people.get(row.by, row.by),
            "materials": [
                {
                    "description": products.get(session, sku).name_in(language),
                    "unit": products.get(session, sku).unit,
                    "issued_milli": issued,
                    "returned_milli": returned,
                    "used_milli": used,
                }
                for sku, (issued, returned, used) in sorted(found.materials.items())
            ],
            "operations": _log(session, order.order_no, language),
        }
    )


def operation_log(session: Session, order: CustomerOrder, posting: Posting) -> Chapter:
    """Each report of the log as it stands: input, good, scrap, rest, and who worked."""
    if production_orders.find(session, order.order_no) is None:
        raise chapters.nothing(_l("Order {order} is no production order."), order)
    language = languages.of_person(session, posting.by)
    return chapters.Chapter(
        {**_made(session, order, language), "operations": _log(session, order.order_no, language)}
    )


def _made(session: Session, order: CustomerOrder, language: str) -> dict[str, Any]:
    row = production_orders.get(session, order.order_no)
    return {
        "product": production_orders.name(session, row, language),
        "delivery_on": row.delivery_date.isoformat(),
        "requirements": row.requirements,
    }


def _log(session: Session, order_no: str, language: str) -> list[dict[str, Any]]:
    people = chapters.names_of_people(session)
    worked: dict[int, list[str]] = {}
    for each in log.hours(session, order_no):
        worked.setdefault(each.log_key, []).append(people.get(each.login, each.login))
    return [
        {
            "number": str(row.number),
            "operation_name": products.get(session, row.work_sku).name_in(language),
            "stage": row.stage,
            "input_milli": row.input_milli,
            "good_milli": row.good_milli,
            "scrap_milli": row.scrap_milli,
            "rest_milli": row.rest_milli,
            "reason": row.reason,
            "people": ", ".join(worked.get(row.key, [people.get(row.by, row.by)])),
        }
        for row in reversing.standing(log.rows(session, order_no))
    ]
