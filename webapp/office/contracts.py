"""Contracts, tariff plans and maintenance: the lists, and the cards of a contract and of a plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select

from engine import clock
from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.records import (
    contract_periods,
    contract_profit,
    contract_quotas,
    contracts,
    customers,
    invoices,
    maintenance,
    quantities,
    tariffs,
)
from processes.records.contract_periods import ContractPeriod
from processes.records.contracts import Contract, ContractPlan
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.maintenance import MaintenanceDue, MaintenancePlan
from processes.records.orders import day
from processes.records.products import Product
from processes.records.tariffs import TariffLine, TariffPlan, TariffVersion
from webapp import access
from webapp.database import db
from webapp.language import page_language
from webapp.office import blueprint, lists
from webapp.office.listing import Column, Filter, Listing

_AHEAD = timedelta(days=30)


def _today() -> date:
    return day(db.session, clock.now())


def _ends_soon() -> ColumnElement[bool]:
    today = _today()
    return and_(Contract.state == contracts.ACTIVE, Contract.ends_on.between(today, today + _AHEAD))


def _words(*columns: Any) -> Any:
    def search(words: str) -> ColumnElement[bool]:
        return and_(
            *(or_(*(each.icontains(word, autoescape=True) for each in columns)) for word in words.split())
        )

    return search


_plan_of = (
    select(TariffPlan.name)
    .join(ContractPlan, ContractPlan.plan_id == TariffPlan.plan_id)
    .where(ContractPlan.contract_no == Contract.contract_no)
    .order_by(ContractPlan.valid_from.desc())
    .limit(1)
    .correlate(Contract)
    .scalar_subquery()
)
_billed_to = (
    select(func.max(ContractPeriod.last))
    .where(
        ContractPeriod.contract_no == Contract.contract_no, ContractPeriod.state == contract_periods.BILLED
    )
    .correlate(Contract)
    .scalar_subquery()
)

CONTRACTS = Listing(
    name="contracts",
    title=_l("Contracts"),
    permission="contracts.see",
    icon="file-text",
    query=select(Contract, Customer, _plan_of.label("plan"), _billed_to.label("billed_to")).join(
        Customer, Customer.key == Contract.customer_key
    ),
    key=Contract.contract_no,
    columns=(
        Column(
            "contract", _l("Contract"), lambda row: row.Contract.contract_no, "code", Contract.contract_no
        ),
        Column("customer", _l("Customer"), lambda row: row.Customer.name, sort=Customer.name),
        Column(
            "state",
            _l("Status"),
            lambda row: contracts.STATE_LABELS[row.Contract.state],
            "words",
            Contract.state,
        ),
        Column("plan", _l("Tariff plan"), lambda row: row.plan),
        Column("from", _l("From"), lambda row: row.Contract.starts_on, "day", Contract.starts_on),
        Column("to", _l("Until"), lambda row: row.Contract.ends_on, "day"),
        Column(
            "billing_day",
            _l("Billing day"),
            lambda row: row.Contract.billing_day,
            "number",
            Contract.billing_day,
        ),
        Column("timing", _l("Billed"), lambda row: contracts.TIMING_LABELS[row.Contract.timing], "words"),
        Column("billed_to", _l("Billed until"), lambda row: row.billed_to, "day"),
    ),
    default="-contract",
    search_hint=_l("Number or customer"),
    search=_words(Contract.contract_no, Customer.name),
    filters=(
        Filter("active", _l("Active"), lambda: Contract.state == contracts.ACTIVE),
        Filter("suspended", _l("Suspended"), lambda: Contract.state == contracts.SUSPENDED, "warn"),
        Filter("ends", _l("Ends within 30 days"), _ends_soon, "warn"),
        Filter("draft", _l("Draft"), lambda: Contract.state == contracts.DRAFT),
        Filter("ended", _l("Ended"), lambda: Contract.state == contracts.ENDED),
    ),
    empty=(_l("No contracts yet"), _l("A contract manager starts one with a new order: Service contract.")),
    card=lambda row: url_for("office.contract", contract_no=row.Contract.contract_no),
)


def _holds_today() -> ColumnElement[bool]:
    later = (
        select(TariffVersion.version)
        .where(
            TariffVersion.plan_id == TariffLine.plan_id,
            TariffVersion.valid_from <= _today(),
            TariffVersion.version > TariffLine.version,
        )
        .correlate(TariffLine)
    )
    return and_(TariffVersion.valid_from <= _today(), ~exists(later))


TARIFFS = Listing(
    name="tariffs",
    title=_l("Tariff plans"),
    permission="contracts.see",
    icon="list",
    query=select(TariffLine, TariffVersion, TariffPlan, Product)
    .join(
        TariffVersion,
        and_(TariffVersion.plan_id == TariffLine.plan_id, TariffVersion.version == TariffLine.version),
    )
    .join(TariffPlan, TariffPlan.plan_id == TariffLine.plan_id)
    .join(Product, Product.sku == TariffLine.sku),
    key=TariffLine.key,
    columns=(
        Column("plan", _l("Tariff plan"), lambda row: row.TariffPlan.name, sort=TariffPlan.name),
        Column(
            "version", _l("Version"), lambda row: row.TariffVersion.version, "number", TariffVersion.version
        ),
        Column(
            "from",
            _l("Valid from"),
            lambda row: row.TariffVersion.valid_from,
            "day",
            TariffVersion.valid_from,
        ),
        Column(
            "period",
            _l("Period"),
            lambda row: tariffs.PERIODS[row.TariffPlan.months],
            "words",
            TariffPlan.months,
        ),
        Column(
            "kind", _l("Kind"), lambda row: tariffs.KIND_LABELS[row.TariffLine.kind], "words", TariffLine.kind
        ),
        Column("code", _l("Code"), lambda row: row.TariffLine.sku, "code", TariffLine.sku),
        Column(
            "quantity", _l("Quantity"), lambda row: quantities.plain(row.TariffLine.quantity_milli), "number"
        ),
        Column("price", _l("Price"), lambda row: row.TariffLine.price_cents, "money", TariffLine.price_cents),
        Column(
            "included",
            _l("Hours included"),
            lambda row: quantities.plain(row.TariffLine.included_milli),
            "number",
        ),
        Column("currency", _l("Currency"), lambda row: row.TariffPlan.currency),
    ),
    default="plan",
    search_hint=_l("Plan or code"),
    search=_words(TariffPlan.name, TariffPlan.plan_id, TariffLine.sku),
    filters=(
        Filter("valid", _l("Valid today"), _holds_today),
        Filter("offered", _l("Offered"), lambda: TariffPlan.active.is_(True)),
    ),
    empty=(_l("No tariff plans yet"), _l("Tariff plans say what contracts are billed with.")),
    card=lambda row: url_for("office.tariff", plan_id=row.TariffPlan.plan_id),
)


def _is_overdue() -> ColumnElement[bool]:
    return and_(MaintenancePlan.active.is_(True), MaintenancePlan.next_due < _today())


def _under_due(row: Row[Any]) -> tuple[str, str] | None:
    if row.MaintenancePlan.active and row.MaintenancePlan.next_due < _today():
        return gettext("Overdue"), "bad"
    return (gettext("Being arranged"), "") if row.order_no else None


MAINTENANCE = Listing(
    name="maintenance",
    title=_l("Maintenance"),
    permission="maintenance.see",
    icon="wrench",
    query=select(
        MaintenancePlan,
        Device,
        Customer,
        MaintenanceDue.order_no.label("order_no"),
        ProcessInstance.key.label("order_key"),
    )
    .join(Device, Device.key == MaintenancePlan.device_key)
    .join(Customer, Customer.key == Device.owner_key)
    .outerjoin(
        MaintenanceDue,
        and_(
            MaintenanceDue.device_key == MaintenancePlan.device_key,
            MaintenanceDue.due_on == MaintenancePlan.next_due,
        ),
    )
    .outerjoin(ProcessInstance, ProcessInstance.business_key == MaintenanceDue.order_no),
    key=MaintenancePlan.key,
    columns=(
        Column("device", _l("Device"), lambda row: row.Device.name, sort=Device.search_text),
        Column("serial", _l("Serial number"), lambda row: row.Device.serial_no, "code", Device.serial_no),
        Column("customer", _l("Customer"), lambda row: row.Customer.name, sort=Customer.name),
        Column(
            "next", _l("Next due"), lambda row: row.MaintenancePlan.next_due, "day", MaintenancePlan.next_due
        ),
        Column("last", _l("Last done"), lambda row: row.MaintenancePlan.last_done, "day"),
        Column(
            "every",
            _l("Every, months"),
            lambda row: row.MaintenancePlan.months,
            "number",
            MaintenancePlan.months,
        ),
        Column(
            "basis",
            _l("Counts from"),
            lambda row: maintenance.BASIS_LABELS[row.MaintenancePlan.basis],
            "words",
        ),
        Column(
            "contract",
            _l("Contract"),
            lambda row: row.MaintenancePlan.contract_no,
            "code",
            MaintenancePlan.contract_no,
        ),
        Column("order", _l("Order"), lambda row: row.order_no, "code"),
    ),
    default="next",
    search_hint=_l("Device, serial number, customer or contract"),
    search=_words(Device.search_text, Device.serial_no, Customer.name, MaintenancePlan.contract_no),
    filters=(
        Filter("overdue", _l("Overdue"), _is_overdue, "bad"),
        Filter(
            "soon",
            _l("Due within 30 days"),
            lambda: and_(MaintenancePlan.active.is_(True), MaintenancePlan.next_due <= _today() + _AHEAD),
            "warn",
        ),
        Filter("arranged", _l("Being arranged"), lambda: MaintenanceDue.state == maintenance.OPEN),
    ),
    empty=(_l("Nothing to maintain yet"), _l("A contract says which devices are maintained, and how often.")),
    card=lambda row: (
        url_for("inbox.order", key=row.order_key)
        if row.order_key
        else url_for("office.contract", contract_no=row.MaintenancePlan.contract_no)
    ),
    under=_under_due,
)
for _shown in (CONTRACTS, TARIFFS, MAINTENANCE):
    lists.add(_shown)


@blueprint.get("/contracts/<contract_no>")
@access.needs("contracts.see")
def contract(contract_no: str) -> str:
    """A contract: what is agreed, what is covered, what was billed, what it brought and cost."""
    session, found = db.session, contracts.get(db.session, contract_no)
    plans = contracts.plans(session, contract_no)
    covered = session.scalars(
        select(Device).where(
            Device.key.in_([each.device_key for each in contracts.items(session, contract_no)])
        )
    ).all()
    instances = dict(
        session.execute(
            select(ProcessInstance.business_key, ProcessInstance.key)
            .join(ContractPeriod, ContractPeriod.order_no == ProcessInstance.business_key)
            .where(ContractPeriod.contract_no == contract_no)
        ).all()
    )
    return render_template(
        "office/contract.html",
        contract=found,
        customer=customers.get(session, found.customer_key),
        states=contracts.STATE_LABELS,
        timings=contracts.TIMING_LABELS,
        lengths=tariffs.PERIODS,
        plans=[(each.valid_from, tariffs.get(session, each.plan_id)) for each in plans],
        devices=covered,
        maintained={each.device_key: each for each in maintenance.of_contract(session, contract_no)},
        suspensions=contracts.suspensions(session, contract_no),
        periods=[
            (row, contract_periods.standing(session, row), instances.get(row.order_no))
            for row in reversed(contract_periods.of(session, contract_no))
        ],
        period_words=contract_periods.STATE_LABELS,
        hours={
            sku: quantities.plain(max(0, milli))
            for sku, milli in contract_quotas.left(session, found, _today()).items()
        },
        profit=contract_profit.of(session, contract_no),
        currency=invoices.currency(session),
        now=clock.now(),
    )


@blueprint.get("/tariffs/<plan_id>")
@access.needs("contracts.see")
def tariff(plan_id: str) -> str:
    """A tariff plan: every version with its lines, the newest first."""
    found = tariffs.get(db.session, plan_id)
    versions = [
        (each, tariffs.lines_of(db.session, each)) for each in reversed(tariffs.versions(db.session, plan_id))
    ]
    names = {
        line.sku: line.description or db.session.get_one(Product, line.sku)
        for _version, lines in versions
        for line in lines
    }
    return render_template(
        "office/tariff.html",
        plan=found,
        versions=versions,
        names=names,
        language=page_language(),
        kinds=tariffs.KIND_LABELS,
        lengths=tariffs.PERIODS,
    )
