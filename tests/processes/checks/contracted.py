"""A contract in the healthy shop, billed and with a device that was maintained, and how each promise is broken by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, roles
from processes.records import (
    audit,
    checklists,
    contract_billing,
    contract_offers,
    contracts,
    devices,
    maintenance,
    tariffs,
)
from processes.records.ledger import Posting
from tests.processes.company import NOW

_SIGNED = NOW - timedelta(days=54)


def build(session: Session) -> None:
    """A contract since October: its first period is billed; its device was maintained in November and is due in a year."""
    audit.acting(session, "anna", _SIGNED)
    tariffs.add(session, "CARE", "Care", months=1, currency="MDL")
    lines = [{"sku": "X-CLEAN", "price": 100}]
    tariffs.publish(session, "CARE", date(2026, 1, 1), lines, by="anna", at=_SIGNED)
    device = session.scalars(select(devices.Device).order_by(devices.Device.key).limit(1)).one()
    posting = _posting(session, "SC-0001")
    contract_offers.open_order(session, posting, "contract_setup", device.owner_key, "1 Example Street")
    contract = contracts.draft(
        session,
        "SC-0001",
        customer_key=device.owner_key,
        plan_id="CARE",
        starts_on=date(2026, 10, 1),
        ends_on=None,
        billing_day=1,
        timing="arrears",
        device_keys=[device.key],
        index_percent=Decimal(0),
        quota_milli=0,
        notice_days=30,
        address="1 Example Street",
        needs_review=False,
        at=_SIGNED,
        by="anna",
    )
    contract.activate(_SIGNED)
    period = contract_billing.begin(session, "SC-0001", 1, NOW.date())
    billing = _posting(session, period.order_no)
    contract_offers.open_billing_order(session, billing, "contract_billing", contract, period)
    contract_billing.post(session, billing)
    checklists.publish(session, "ANY", "Any device", device.item_type, [{"text": "It runs"}])
    plan = maintenance.plan(
        session, device.key, "SC-0001", first_due=date(2026, 11, 10), months=12, work="X-CLEAN"
    )
    maintenance.open_due(session, plan.key, lambda: "MT-0001", date(2026, 11, 9))
    maintenance.done(session, "MT-0001", date(2026, 11, 9), NOW)


def _posting(session: Session, order_no: str) -> Posting:
    row = instances.start(session, "flow", business_key=order_no, actor=roles.SYSTEM, now=NOW)
    return Posting(row.key, order_no, f"{order_no} posted", _SIGNED, "anna")


_BILLED = (
    "order_no, effect_key, at, by, process_instance_key, contract_no, first, plan_id, plan_version, days, of_days, "
    "deducted_days, total_cents"
)
_DUE = "plan_key, device_key, contract_no, due_on, checklist_id, checklist_version, state, done_on, closed_at"

CONTRACTS = {
    "_twice": (
        [
            f"INSERT INTO contract_billing (key, attempt, {_BILLED}) SELECT key + 1, 2, {_BILLED} FROM contract_billing"
        ],
        "SC-0001",
    ),
    "_gaps": (["DELETE FROM contract_period"], "SC-0001"),
    "_documents": (["UPDATE contract_period SET act_no = 'CA-2026-9999'"], "SC-0001:2026-10-01"),
    "_reversals": (["UPDATE contract_period SET state = 'waived'"], "SC-0001:2026-10-01"),
    "_served_twice": (
        [
            f"INSERT INTO maintenance_due (key, order_no, {_DUE}) SELECT key + 1, 'MT-0002', {_DUE} FROM maintenance_due"
        ],
        "",
    ),
    "_next_days": (["UPDATE maintenance_plan SET next_due = '2026-01-01'"], ""),
    "_closed_and_next": (["UPDATE maintenance_due SET due_on = (SELECT next_due FROM maintenance_plan)"], ""),
}
