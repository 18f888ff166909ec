"""Contracts: each period billed once and none left out (I19), each due day served once and the next one set (I20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.sentences import _l
from processes.checks.check import Check, asked
from processes.records import contract_periods, contracts, invoices, orders, periods, reversing
from processes.records.contract_periods import ContractBilling, ContractPeriod
from processes.records.documents import IssuedDocument
from processes.records.maintenance import MaintenanceDue, MaintenancePlan

#: A period is begun by the next run of the morning; so long it may take.
_GRACE = timedelta(days=2)


@asked
def _twice() -> Executable:
    back = select(ContractBilling.reverses).where(ContractBilling.reverses.is_not(None))
    return (
        select(
            ContractBilling.contract_no.label("row"),
            ContractBilling.first.label("first"),
            func.count().label("times"),
        )
        .where(ContractBilling.reverses.is_(None), ContractBilling.key.not_in(back))
        .group_by(ContractBilling.contract_no, ContractBilling.first)
        .having(func.count() > 1)
    )


def _gaps(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Periods that are due and not begun, that begin on another day than reckoned, or that leave days out."""
    today = orders.day(session, now - _GRACE)
    begun: dict[str, dict[int, ContractPeriod]] = {}
    for row in session.scalars(select(ContractPeriod)):
        begun.setdefault(row.contract_no, {})[row.number] = row
    for contract in contracts.concluded(session):
        # What was due before it was concluded is begun by the next run after that.
        if contract.activated_at > now - _GRACE:
            continue
        known = begun.get(contract.contract_no, {})
        due = periods.due(
            contract.starts_on,
            contract.ends_on,
            contract.billing_day,
            contract.months,
            contract.timing,
            today,
        )
        for each in due:
            row = known.get(each.number)
            if row is None or row.first != each.first:
                yield {"row": contract.contract_no, "first": each.first, "last": each.last}


def _documents(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Billed periods whose documents are not there, or say other amounts."""
    query = select(ContractPeriod).where(ContractPeriod.state == contract_periods.BILLED)
    for row in session.scalars(query):
        standing = contract_periods.standing(session, row)
        total = invoices.get(session, row.invoice_no).total_cents if row.invoice_no else 0
        acts = session.scalar(
            select(func.count()).where(
                IssuedDocument.kind == "contract_act", IssuedDocument.number == row.act_no
            )
        )
        if standing is None or standing.total_cents != total or not acts:
            yield {"row": row.order_no, "invoice": row.invoice_no, "act": row.act_no}


@asked
def _served_twice() -> Executable:
    return (
        select(
            MaintenanceDue.device_key.label("row"),
            MaintenanceDue.due_on.label("due_on"),
            func.count().label("times"),
        )
        .group_by(MaintenanceDue.device_key, MaintenanceDue.due_on)
        .having(func.count() > 1)
    )


@asked
def _next_days() -> Executable:
    done = func.max(MaintenanceDue.done_on)
    return (
        select(
            MaintenancePlan.device_key.label("row"),
            MaintenancePlan.next_due.label("next_due"),
            done.label("last_done"),
        )
        .join(MaintenanceDue, MaintenanceDue.plan_key == MaintenancePlan.key)
        .where(MaintenancePlan.active.is_(True))
        .group_by(MaintenancePlan.key, MaintenancePlan.device_key, MaintenancePlan.next_due)
        .having(or_(MaintenancePlan.next_due <= done, MaintenancePlan.last_done != done))
    )


@asked
def _closed_and_next() -> Executable:
    return (
        select(MaintenancePlan.device_key.label("row"), MaintenancePlan.next_due.label("next_due"))
        .join(
            MaintenanceDue,
            and_(
                MaintenanceDue.device_key == MaintenancePlan.device_key,
                MaintenanceDue.due_on == MaintenancePlan.next_due,
            ),
        )
        .where(MaintenancePlan.active.is_(True), MaintenanceDue.state != "open")
    )


def _reversals(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Periods that are waived or open although something of them still counts."""
    query = select(ContractPeriod).where(
        ContractPeriod.state.in_((contract_periods.WAIVED, contract_periods.OPEN))
    )
    for row in session.scalars(query):
        rows = [
            each for each in contract_periods.entries(session, row.contract_no) if each.first == row.first
        ]
        if reversing.standing(rows):
            yield {"row": row.order_no, "times": len(reversing.standing(rows))}


_ASK = _l("Ask for help before more is booked on it; correct it by reversing rows.")

CHECKS = (
    Check(
        "I19",
        _l("Each period of a contract is billed at most once."),
        _twice,
        _l("The period from {first} of contract {row} is billed {times} times."),
        _ASK,
    ),
    Check(
        "I19",
        _l("No period of a contract is left out: from its first day on each one that is due is begun."),
        _gaps,
        _l("The period from {first} to {last} of contract {row} is due and its billing has not begun."),
        _l("Start the billing run; it begins what is unbilled."),
    ),
    Check(
        "I19",
        _l("A billed period has an act, and an invoice of the amount that was posted."),
        _documents,
        _l("The billing {row} names the invoice {invoice} and the act {act}, which do not belong together."),
        _ASK,
    ),
    Check(
        "I19",
        _l("Of a period that is waived or billed anew nothing counts."),
        _reversals,
        _l("Of the billing {row}, which is not billed, {times} postings still count."),
        _ASK,
    ),
    Check(
        "I20",
        _l("Each due day of a device is served once."),
        _served_twice,
        _l("The maintenance of device {row} due on {due_on} was opened {times} times."),
        _l("Cancel all but one of the orders."),
    ),
    Check(
        "I20",
        _l("The next maintenance of a device lies after its last one."),
        _next_days,
        _l("Device {row} is due next on {next_due}, though it was maintained on {last_done}."),
        _l("Set the next due day of its plan."),
    ),
    Check(
        "I20",
        _l("When a due day is done or skipped, the next one is set."),
        _closed_and_next,
        _l("Device {row} is still due on {next_due}, which is done or skipped."),
        _l("Set the next due day of its plan."),
    ),
)
