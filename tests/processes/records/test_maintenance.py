"""Planned maintenance: each due day once, the next one by the calendar or by the day it was done; included hours of a contract."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import exc, text
from sqlalchemy.orm import Session

from engine import errors
from processes.records import (
    contract_offers,
    contract_profit,
    contract_quotas,
    contracts,
    maintenance,
    order_lines,
    order_plan,
    orders,
    reversing,
    tariffs,
)
from processes.records.maintenance import MaintenancePlan
from tests.processes import contracted
from tests.processes.company import NOW
from tests.processes.contracted import conclude, posting_of


def _plan(session: Session, first_due: date, **facts: Any) -> MaintenancePlan:
    conclude(session)
    given = {"months": 12, "work": "W-CLEAN", **facts}
    return maintenance.plan(session, contracted.device(session).key, "SC-0001", first_due=first_due, **given)


def _open(session: Session, plan: MaintenancePlan, order_no: str, today: date) -> Any:
    return maintenance.open_due(session, plan.key, lambda: order_no, today)


def test_a_due_day_is_opened_its_lead_ahead_and_once(company: Session) -> None:
    plan = _plan(company, date(2026, 12, 20), lead_days=14)

    assert _open(company, plan, "MT-1", date(2026, 12, 5)) is None
    assert _open(company, plan, "MT-1", date(2026, 12, 6)).due_on == date(2026, 12, 20)
    assert _open(company, plan, "MT-2", date(2026, 12, 7)) is None
    with pytest.raises(exc.IntegrityError), company.begin_nested():
        company.execute(
            text(
                "INSERT INTO maintenance_due SELECT key + 1, plan_key, device_key, contract_no, due_on, 'MT-2', checklist_id, "
                "checklist_version, state, done_on, skip_reason, closed_at, overdue_at, repair_order_no, repair_covered "
                "FROM maintenance_due"
            )
        )


def test_by_the_calendar_the_next_day_follows_the_due_day_and_by_completion_the_day_it_was_done(
    company: Session,
) -> None:
    plan = _plan(company, date(2027, 1, 31), months=1)
    days = []
    for number, done_on in enumerate((date(2027, 1, 20), date(2027, 2, 28), date(2027, 5, 3))):
        _open(company, plan, f"MT-{number}", plan.next_due)
        days.append(maintenance.done(company, f"MT-{number}", done_on, NOW))

    # Early, on the day, and so late that a day has passed meanwhile: never a day that lies before the last maintenance.
    assert days == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 5, 31)]
    assert maintenance.done(company, "MT-2", date(2027, 6, 1), NOW) == date(2027, 5, 31)

    plan.basis = maintenance.COMPLETION
    _open(company, plan, "MT-9", plan.next_due)
    assert maintenance.done(company, "MT-9", date(2027, 5, 10), NOW) == date(2027, 6, 10)
    with pytest.raises(exc.IntegrityError), company.begin_nested():
        company.execute(text("UPDATE maintenance_plan SET next_due = last_done"))


def test_what_is_let_pass_needs_a_reason_and_has_its_next_day_at_once(company: Session) -> None:
    plan = _plan(company, date(2026, 12, 1))
    _open(company, plan, "MT-1", date(2026, 12, 1))

    with pytest.raises(errors.Refused, match="reason"):
        maintenance.skip(company, "MT-1", " ", NOW)
    assert maintenance.skip(company, "MT-1", "Holiday", NOW) == date(2027, 12, 1)
    assert plan.last_done is None


def test_a_contract_that_rests_or_ends_has_no_maintenance(company: Session) -> None:
    plan = _plan(company, date(2026, 12, 1))
    contract = contracts.get(company, "SC-0001")
    contracts.suspend(company, contract, date(2026, 11, 20), None, "Closed", NOW.date())
    assert maintenance.to_open(company, date(2026, 11, 25)) == []

    contracts.resume(company, contract, date(2026, 11, 25), date(2026, 11, 25))
    assert maintenance.to_open(company, date(2026, 11, 25)) == [plan]
    contract_offers.end_on(company, contract, date(2026, 11, 30), "Over", NOW.date())
    assert maintenance.to_open(company, date(2026, 11, 25)) == []


def test_a_device_has_one_plan_and_only_under_a_contract_that_covers_it(company: Session) -> None:
    plan = _plan(company, date(2026, 12, 1))

    for serial_no, sentence in ((contracted.WASHER, "already"), (contracted.DRYER, "does not cover")):
        with pytest.raises(errors.BusinessError, match=sentence):
            maintenance.plan(
                company,
                contracted.device(company, serial_no).key,
                "SC-0001",
                first_due=date(2026, 12, 1),
                months=1,
                work="W-CLEAN",
            )
    assert maintenance.of_contract(company, "SC-0001") == [plan]


def _on_request(session: Session, order_no: str, hours: int) -> list[tuple[str, int, int]]:
    """Work of so many hours on request: (payer, hours in thousandths, cents to pay) of its lines, once covered."""
    contract = contracts.get(session, "SC-0001")
    posting = posting_of(session, order_no, NOW, "asked for")
    order = orders.open_order(
        session,
        posting,
        order_type="repair_on_site",
        customer_key=contract.customer_key,
        device_key=None,
        repair_kind=orders.CONTRACT,
        complaint="Please come",
        contract_no="SC-0001",
    )
    order_plan.plan(session, order, [{"work": "W-DIAG", "hours": hours}], [], [], NOW.date())
    contract_offers.cover(session, posting_of(session, order_no, NOW, "covered"), NOW.date())
    lines = order_lines.planned(session, order_no)
    return [(each.payer, each.norm_milli, each.price_cents * each.quantity_milli // 1000) for each in lines]


def test_work_on_request_is_the_contracts_until_its_hours_are_used_up(company: Session) -> None:
    conclude(company, quota_milli=5000)

    assert _on_request(company, "OS-1", 3) == [("contract", 3000, 0)]
    assert _on_request(company, "OS-2", 3) == [("contract", 2000, 0), ("client", 1000, 260_00)]
    assert _on_request(company, "OS-3", 1) == [("client", 1000, 260_00)]

    contract = contracts.get(company, "SC-0001")
    assert contract_quotas.left(company, contract, NOW.date()) == {"*": 0}
    assert contract_quotas.left(company, contract, date(2026, 12, 5)) == {"*": 5000}
    reversing.cancel(company, posting_of(company, "OS-1", NOW, "cancelled"), "Not needed")
    assert contract_quotas.left(company, contract, NOW.date()) == {"*": 3000}


def test_hours_of_the_plan_count_for_their_work_first(company: Session) -> None:
    lines = [{"sku": "S-CARE", "price": 10}, {"sku": "W-DIAG", "price": 0, "included": 2}]
    tariffs.add(company, "HOURS", "With hours", months=1, currency="MDL")
    tariffs.publish(company, "HOURS", date(2026, 1, 1), lines, by="x", at=NOW)
    conclude(company, plan="HOURS", quota_milli=1000)

    assert _on_request(company, "OS-1", 2) == [("contract", 2000, 0)]
    assert contract_quotas.left(company, contracts.get(company, "SC-0001"), NOW.date()) == {
        "W-DIAG": 0,
        "*": 1000,
    }


def test_what_a_contract_brings_is_its_bills_without_tax(company: Session) -> None:
    contract = conclude(company)
    contracted.post(company, contract, 1, contracted.later(8))
    conclude(company, "SC-0002", serial_nos=("SA-AUL-1190",))

    found = contract_profit.report(company)

    assert [(each.contract_no, each.income_cents, each.margin_cents) for each in found] == [
        ("SC-0001", 416_67, 416_67),
        ("SC-0002", 0, 0),
    ]
