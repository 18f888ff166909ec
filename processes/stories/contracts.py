"""What stories find and change in contracts: their state, what was billed for them, their plans, included hours."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.records import (
    contract_periods,
    contract_profit,
    contracts,
    devices,
    documents,
    invoices,
    money,
    quantities,
    tariffs,
)
from processes.records.contract_quotas import QuotaUse


def device(session: Session, serial_no: str) -> dict[str, Any]:
    """A device by its serial number: key, name, owner (key of the customer)."""
    row = devices.search(session, serial_no, limit=1)[0]
    return {"key": str(row.key), "name": row.name, "owner": str(row.owner_key)}


def contract(session: Session, order_no: str) -> dict[str, Any] | None:
    """A contract: state, days, plan of its first day, items, maintenance, suspensions; null when there is none."""
    row = contracts.find(session, order_no)
    if row is None:
        return None
    return {
        "contract_no": row.contract_no,
        "state": row.state,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "index": row.index_percent,
        "plans": [each.plan_id for each in contracts.plans(session, order_no)],
        "items": len(contracts.items(session, order_no)),
        "suspensions": [
            {"first": each.first.isoformat(), "until": each.until.isoformat() if each.until else None}
            for each in contracts.suspensions(session, order_no)
        ],
    }


def billed_periods(session: Session, contract_no: str) -> list[dict[str, Any]]:
    """The periods of a contract whose billing has begun: first, last, state, order_no, invoice_no, act_no, total, deducted, attempt."""
    return [_period(session, row) for row in contract_periods.of(session, contract_no)]


def billing_postings(session: Session, contract_no: str) -> list[dict[str, Any]]:
    """What was posted for a contract, oldest first: first, total, reverses (true for a row that takes another back)."""
    return [
        {
            "first": row.first.isoformat(),
            "total": money.units(row.total_cents),
            "reverses": row.reverses is not None,
        }
        for row in contract_periods.entries(session, contract_no)
    ]


def papers(session: Session, order_no: str) -> list[str]:
    """The kinds of the documents that were issued for an order, oldest first."""
    return [each.kind for each in documents.of(session, order_no)]


def hours_used(session: Session, contract_no: str) -> list[dict[str, Any]]:
    """Which included hours of a contract orders have used: first (of the period), sku, hours (below 0: given back), order_no."""
    rows = session.scalars(select(QuotaUse).where(QuotaUse.contract_no == contract_no).order_by(QuotaUse.key))
    return [
        {
            "first": row.period_first.isoformat(),
            "sku": row.sku,
            "hours": quantities.plain(row.hours_milli),
            "order_no": row.order_no,
        }
        for row in rows
    ]


def profit_of_contract(session: Session, contract_no: str) -> dict[str, Any]:
    """What a contract brought and cost: income, maintenance_cost, request_cost, margin, orders."""
    found = contract_profit.of(session, contract_no)
    return {
        "income": money.units(found.income_cents),
        "maintenance_cost": money.units(found.maintenance_cents),
        "request_cost": money.units(found.request_cents),
        "margin": money.units(found.margin_cents),
        "orders": found.orders,
    }


def plan_changes(
    session: Session, now: datetime, plan: str, valid_from: str, sku: str, price: Decimal
) -> None:
    """A tariff plan gets a new version from a day on, with one line at that price."""
    tariffs.publish(
        session, plan, date.fromisoformat(valid_from), [{"sku": sku, "price": price}], by="accountant", at=now
    )


def _period(session: Session, row: contract_periods.ContractPeriod) -> dict[str, Any]:
    standing = contract_periods.standing(session, row)
    lines = invoices.get(session, row.invoice_no).lines if row.invoice_no else []
    return {
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "state": row.state,
        "order_no": row.order_no,
        "invoice_no": row.invoice_no,
        "act_no": row.act_no,
        "attempt": row.attempt,
        "total": money.units(standing.total_cents) if standing else None,
        "deducted": standing.deducted_days if standing else None,
        "lines": [line["sku"] for line in lines],
    }


def contracts_in_all(session: Session, _order_no: str) -> list[str]:
    """The numbers of all contracts, whatever their state."""
    return list(
        session.scalars(select(contracts.Contract.contract_no).order_by(contracts.Contract.contract_no))
    )


FINDERS = (
    device,
    contract,
    billed_periods,
    billing_postings,
    hours_used,
    papers,
    profit_of_contract,
    contracts_in_all,
)
CHANGES = (plan_changes,)
