"""Billing of contracts: each period once, by the plan of its first day, less suspended days (I19)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import exc, select, text
from sqlalchemy.orm import Session

from engine import errors
from processes.records import (
    contract_billing,
    contract_offers,
    contract_periods,
    contracts,
    documents,
    invoices,
    receivables,
    reversing,
    tariffs,
)
from processes.records.contract_periods import ContractPeriod
from tests.processes import contracted
from tests.processes.company import NOW
from tests.processes.contracted import conclude, later, post, posting_of, run, totals


@pytest.fixture
def running(session: Session) -> Session:
    """The demo company with its processes."""
    contracted.company(session)
    return session


def test_a_run_that_is_started_24_times_a_day_makes_one_invoice_and_one_act(running: Session) -> None:
    conclude(running)

    for hour in range(24):
        run(running, later(8) + timedelta(hours=hour / 2))

    order_no = "SC-0001:2026-11-01"
    assert totals(running) == [("2026-11-01", 500_00)]
    (invoice,) = invoices.of_order(running, order_no)
    acts = [each for each in documents.of(running, order_no) if each.kind == "contract_act"]
    assert [act.data["invoice_no"] for act in acts] == [invoice.number]
    assert [line["amount_cents"] for line in acts[0].data["lines"]] == [500_00]
    assert documents.render(running, acts[0]).startswith(b"%PDF")


def test_after_two_periods_without_a_server_both_are_billed(running: Session) -> None:
    conclude(running)

    run(running, later(45))

    assert totals(running) == [("2026-11-01", 500_00), ("2026-12-01", 500_00)]


def test_two_customers_with_different_plans_are_billed_differently_in_the_same_run(running: Session) -> None:
    conclude(running)
    conclude(running, "SC-0002", plan="FULL", serial_nos=("SA-AUL-1190",), index_percent=Decimal(10))

    run(running, later(8))

    assert totals(running) == [("2026-11-01", 500_00)]
    assert totals(running, "SC-0002") == [("2026-11-01", (900 + 150 + 2 * 55 + 100) * 110)]
    lines = invoices.of_order(running, "SC-0002:2026-11-01")[0].lines
    assert [line["sku"] for line in lines] == ["S-CARE", "S-HOTLINE", "P-FILTER", "W-CLEAN"]


def test_a_plan_that_changes_today_leaves_what_is_issued_as_it_is(company: Session) -> None:
    contract = conclude(company)
    post(company, contract, 1, later(8))
    before = invoices.of_order(company, "SC-0001:2026-11-01")[0].lines

    tariffs.publish(company, "BASIC", date(2026, 12, 1), [{"sku": "S-CARE", "price": 800}], by="x", at=NOW)
    company.expire_all()

    assert invoices.of_order(company, "SC-0001:2026-11-01")[0].lines == before
    assert post(company, contract, 2, later(39)).total_cents == 800_00
    assert post(company, contract, 1, later(39)) is None


def test_the_pieces_at_the_edges_and_suspended_days_are_taken_off_to_the_cent(company: Session) -> None:
    contract = conclude(company, starts_on=date(2026, 11, 20), ends_on=date(2027, 1, 10))
    contracts.suspend(company, contract, date(2026, 12, 10), date(2026, 12, 19), "Closed", NOW.date())

    for number in (1, 2, 3):
        post(company, contract, number, later(60))

    # 11 of 30 days; 21 of 31; 10 of 31. Half a cent is rounded up.
    assert [cents for _first, cents in totals(company)] == [183_33, 338_71, 161_29]
    assert post(company, contract, 4, later(400)) is None


def test_days_suspended_after_they_were_billed_in_advance_are_taken_off_the_next_bill(
    company: Session,
) -> None:
    contract = conclude(company, timing="advance")
    post(company, contract, 1, NOW)
    contracts.suspend(company, contract, date(2026, 11, 24), date(2026, 12, 6), "Closed", NOW.date())

    # 7 days of November and 6 of December, of 31.
    second, third = post(company, contract, 2, later(10)), post(company, contract, 3, later(45))

    assert (second.deducted_days, second.total_cents) == (13, 290_32)
    assert (third.deducted_days, third.total_cents) == (0, 500_00)


def test_a_suspended_contract_has_no_documents_and_an_ended_one_none_after_its_last_period(
    running: Session,
) -> None:
    contract = conclude(running)
    contracts.suspend(running, contract, date(2026, 11, 1), None, "Closed", NOW.date())
    ended = conclude(running, "SC-0002", serial_nos=("SA-AUL-1190",))
    contract_offers.end_on(running, ended, date(2026, 11, 30), "Moved away", NOW.date())

    run(running, later(75))

    assert [row.state for row in contract_periods.of(running, "SC-0001")] == ["nothing"] * 3
    assert invoices.of_order(running, "SC-0001:2026-11-01") == []
    assert totals(running, "SC-0002") == [("2026-11-01", 500_00)]
    assert ended.state == contracts.ENDED


def test_a_contract_cannot_end_before_what_is_billed(company: Session) -> None:
    contract = conclude(company, timing="advance")
    post(company, contract, 1, NOW)

    with pytest.raises(errors.BusinessError, match="billed until 2026-11-30"):
        contract_offers.end_on(company, contract, date(2026, 11, 25), "Now", NOW.date())


def test_what_is_taken_back_is_posted_anew_for_the_same_period_and_nothing_is_owed_twice(
    company: Session,
) -> None:
    contract = conclude(company)
    post(company, contract, 1, later(8))
    order_no = "SC-0001:2026-11-01"

    contract_billing.take_back(company, posting_of(company, order_no, later(9), "back"), "Wrong plan")
    again = contract_billing.post(company, posting_of(company, order_no, later(9), "again"))

    assert [row.total_cents for row in contract_periods.entries(company, "SC-0001")] == [
        500_00,
        -500_00,
        500_00,
    ]
    assert receivables.balance(company, order_no) == 500_00
    assert contract_periods.get(company, order_no).invoice_no == again.invoice_no
    assert reversing.cancel(company, posting_of(company, order_no, later(9), "cancel"), "A mistake") > 0
    assert contract_periods.get(company, order_no).state == "waived"
    assert contract_billing.unbilled(company, contract, date(2026, 12, 15)) == []


def test_the_database_keeps_one_row_a_period_and_leaves_none_out(company: Session) -> None:
    contract = conclude(company)
    post(company, contract, 1, later(8))
    copied = "INSERT INTO contract_period SELECT contract_no, {first}, last, {number}, {previous}, {order_no}, 1, 'open', NULL, NULL, NULL FROM contract_period"

    for broken in (
        {"first": "first", "number": 2, "previous": 1, "order_no": "'x'"},
        {"first": "'2026-10-01'", "number": 1, "previous": "NULL", "order_no": "'x'"},
        {"first": "'2026-11-02'", "number": 3, "previous": 2, "order_no": "'x'"},
        {"first": "'2026-11-02'", "number": 2, "previous": 1, "order_no": "order_no"},
    ):
        with pytest.raises(exc.IntegrityError), company.begin_nested():
            company.execute(text(copied.format(**broken)))
    with pytest.raises(exc.DatabaseError), company.begin_nested():
        company.execute(text("UPDATE contract_billing SET total_cents = 1"))


def test_each_contract_needs_what_belongs_together(company: Session) -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    for facts, sentence in (
        ({"ends_on": date(2026, 10, 1)}, "before it begins"),
        ({"billing_day": 32}, "1 to 31"),
        ({"device_keys": [contracted.device(company, contracted.FOREIGN).key]}, "another customer"),
        ({"starts_on": date(2019, 1, 1)}, "no version"),
    ):
        with pytest.raises(errors.BusinessError, match=sentence), company.begin_nested():
            conclude(company, at=moment, **facts)


def test_an_overlapping_contract_for_the_same_device_is_named(company: Session) -> None:
    first = conclude(company, ends_on=date(2026, 12, 31))
    second = conclude(company, "SC-0002", starts_on=date(2026, 12, 1))
    third = conclude(company, "SC-0003", starts_on=date(2027, 12, 1), serial_nos=(contracted.DRYER,))

    assert contracts.overlapping(company, second) == [first.contract_no]
    assert contracts.overlapping(company, third) == []
    assert contracts.covering(company, contracted.device(company).key, date(2026, 12, 5)) is first


def test_a_contract_goes_through_its_states_and_no_other_way(company: Session) -> None:
    contract = conclude(company, ends_on=date(2026, 12, 31))

    with pytest.raises(errors.Refused, match="cannot become"):
        contract.go(contracts.DRAFT)
    contract.follow(date(2027, 1, 1))
    assert contract.state == contracts.ENDED
    with pytest.raises(errors.Refused, match="cannot become"):
        contract.go(contracts.ACTIVE)


def test_three_plans_stand_side_by_side_and_a_version_never_changes(company: Session) -> None:
    assert [each.plan_id for each in tariffs.offered(company)] == ["BASIC", "QUARTER", "FULL"]

    with pytest.raises(exc.DatabaseError), company.begin_nested():
        company.execute(text("UPDATE tariff_line SET price_cents = 1"))
    with pytest.raises(errors.Refused, match="already"):
        tariffs.publish(company, "BASIC", date(2020, 1, 1), [{"sku": "S-CARE", "price": 1}], by="x", at=NOW)
    assert company.scalar(select(ContractPeriod.number)) is None
