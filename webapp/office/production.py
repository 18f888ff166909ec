"""Production orders: the list with progress in numbers, and the card of one order with plan, log, checks and problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.sentences import _l
from engine.tables import Person, ProcessInstance
from processes.records import (
    documents,
    invoices,
    operation_log,
    orders,
    production_orders,
    production_plans,
    production_problems,
    production_progress,
    products,
    quantities,
    reversing,
    settlements,
)
from processes.records.customers import Customer
from processes.records.orders import CustomerOrder, day
from processes.records.production_catalogue import ProductionDepartment
from processes.records.production_orders import ProductionOrder
from processes.records.products import Product
from webapp import access
from webapp.database import db
from webapp.language import page_language
from webapp.office import blueprint, lists
from webapp.office.listing import Column, Filter, Listing


def _search(words: str) -> ColumnElement[bool]:
    return and_(
        *(
            or_(
                ProductionOrder.order_no.icontains(each, autoescape=True),
                Product.search_text.contains(each.casefold(), autoescape=True),
                Customer.name.icontains(each, autoescape=True),
            )
            for each in words.split()
        )
    )


def _is_running() -> ColumnElement[bool]:
    return and_(ProductionOrder.settled_at.is_(None), ProductionOrder.cancelled_at.is_(None))


def _is_late() -> ColumnElement[bool]:
    today = day(db.session, clock.now())
    over = or_(
        ProductionOrder.delivery_date < today,
        ProductionOrder.predicted_finish > ProductionOrder.delivery_date,
    )
    return and_(_is_running(), ProductionOrder.finished_at.is_(None), over)


def _made(row: Row[Any]) -> str:
    return gettext(
        "%(good)s of %(ordered)s %(unit)s",
        good=quantities.plain(row.ProductionOrder.good_milli),
        ordered=quantities.plain(row.ProductionOrder.ordered_milli),
        unit=row.Product.unit,
    )


def _under(row: Row[Any]) -> tuple[str, str] | None:
    order = row.ProductionOrder
    if order.at_risk:
        return gettext("At risk: %(reason)s", reason=order.risk_reason or gettext("no reason given")), "bad"
    if order.returned_reason:
        return gettext("Returned: %(reason)s", reason=order.returned_reason), "warn"
    return None


PRODUCTION = Listing(
    name="production",
    title=_l("Production"),
    permission="production.see",
    icon="route",
    query=select(ProductionOrder, Product, Customer.name.label("customer"), ProductionDepartment)
    .join(Product, Product.sku == ProductionOrder.sku)
    .join(CustomerOrder, CustomerOrder.order_no == ProductionOrder.order_no)
    .join(Customer, Customer.key == CustomerOrder.customer_key)
    .outerjoin(ProductionDepartment, ProductionDepartment.department_id == ProductionOrder.department_id),
    key=ProductionOrder.order_no,
    columns=(
        Column(
            "order", _l("Order"), lambda row: row.ProductionOrder.order_no, "code", ProductionOrder.order_no
        ),
        Column(
            "product",
            _l("Product"),
            lambda row: row.Product.name_in(page_language()),
            sort=Product.search_text,
        ),
        Column("customer", _l("For"), lambda row: row.customer, sort=Customer.name),
        Column(
            "status",
            _l("Status"),
            lambda row: production_orders.STATUSES[row.ProductionOrder.status],
            "words",
        ),
        Column("made", _l("Good"), _made, "text"),
        Column(
            "scrap",
            _l("Scrap"),
            lambda row: quantities.plain(row.ProductionOrder.scrap_milli),
            "number",
            ProductionOrder.scrap_milli,
        ),
        Column(
            "done",
            _l("Done, %"),
            lambda row: row.ProductionOrder.percent_done,
            "number",
            ProductionOrder.percent_done,
        ),
        Column(
            "department",
            _l("Department"),
            lambda row: row.ProductionDepartment and row.ProductionDepartment.name_in(page_language()),
            "text",
        ),
        Column(
            "score",
            _l("Score"),
            lambda row: row.ProductionOrder.score,
            "number",
            func.coalesce(ProductionOrder.score, 0),
        ),
        Column(
            "delivery",
            _l("Delivery"),
            lambda row: row.ProductionOrder.delivery_date,
            "day",
            ProductionOrder.delivery_date,
        ),
        Column("predicted", _l("Predicted"), lambda row: row.ProductionOrder.predicted_finish, "day"),
    ),
    default="delivery",
    search_hint=_l("Order, product or customer"),
    search=_search,
    filters=(
        Filter("running", _l("Running"), _is_running),
        Filter("late", _l("Late"), _is_late, "bad"),
        Filter("risk", _l("At risk"), lambda: and_(_is_running(), ProductionOrder.at_risk), "warn"),
        Filter(
            "to_settle",
            _l("To be settled"),
            lambda: and_(ProductionOrder.received_at.is_not(None), ProductionOrder.settled_at.is_(None)),
        ),
    ),
    empty=(_l("No production orders yet"), _l("They appear here when sales releases the first of them.")),
    card=lambda row: url_for("office.production_order", number=row.ProductionOrder.order_no),
    under=_under,
)


@dataclass(frozen=True, slots=True)
class ProductionCard:
    """A production order with everything that belongs to it. operations: each with what waits and what it gave."""

    order: ProductionOrder
    product: Product
    customer: Customer
    department: ProductionDepartment | None
    instance: ProcessInstance
    operations: list[dict[str, Any]]
    log: list[operation_log.OperationLogRow]
    checks: list[production_progress.ProgressCheck]
    decisions: list[production_progress.DelayDecision]
    problems: list[production_problems.ProductionProblem]
    comparison: settlements.Comparison
    settlement: settlements.Settlement | None
    papers: list[documents.IssuedDocument]
    people: dict[str, str]
    names: dict[str, str]


@blueprint.get("/production/<number>")
@access.needs("production.see")
def production_order(number: str) -> str:
    """A production order: how far it is in numbers, its plan, its log, checks, problems and what it costs."""
    return render_template(
        "office/production_order.html",
        card=read_card(db.session, number),
        statuses=production_orders.STATUSES,
        decisions=production_progress.DECISIONS,
        answers=production_progress.ANSWERS,
        codes=settlements.CODES,
        outcomes=settlements.OUTCOMES,
        currency=invoices.currency(db.session),
        language=page_language(),
        now=clock.now(),
    )


def read_card(session: Session, number: str) -> ProductionCard:
    """The card of a production order. Raises NotFound."""
    order = production_orders.get(session, number)
    row = orders.get(session, number)
    logged = reversing.standing(operation_log.rows(session, number))
    planned = production_plans.operations(session, number)
    waits, language = operation_log.waits(session, number), page_language()
    return ProductionCard(
        order=order,
        product=products.get(session, order.sku),
        customer=session.get_one(Customer, row.customer_key),
        department=order.department_id and session.get_one(ProductionDepartment, order.department_id),
        instance=session.get_one(ProcessInstance, row.process_instance_key),
        operations=[_operation(session, each, logged, waits, language) for each in planned],
        log=logged,
        checks=production_progress.checks(session, number),
        decisions=production_progress.decisions(session, number),
        problems=production_problems.of(session, number),
        comparison=settlements.compare(session, number),
        settlement=settlements.find(session, number),
        papers=documents.of(session, number),
        people=dict(session.execute(select(Person.login, Person.name)).all()),
        names={each.work_sku: products.get(session, each.work_sku).name_in(language) for each in planned},
    )


def _operation(
    session: Session,
    planned: production_plans.PlannedOperation,
    logged: list[operation_log.OperationLogRow],
    waits: dict[tuple[int, str], int],
    language: str,
) -> dict[str, Any]:
    own = [row for row in logged if row.number == planned.number]
    last = operation_log.INSPECTION if planned.is_inspected else operation_log.WORK
    return {
        "number": planned.number,
        "name": products.get(session, planned.work_sku).name_in(language),
        "people": planned.logins,
        "machine": planned.machine,
        "starts_on": planned.starts_on,
        "ends_on": planned.ends_on,
        "planned_milli": planned.quantity_milli,
        "good_milli": sum(row.good_milli for row in own if row.stage == last),
        "scrap_milli": sum(row.scrap_milli for row in own),
        "waiting_milli": sum(waits.get((planned.number, stage), 0) for stage in operation_log.STAGES),
    }


lists.add(PRODUCTION)
