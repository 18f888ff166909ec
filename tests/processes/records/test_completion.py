"""Completing a work order: everything at once, once, and back again (I29, I30, R-111)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from engine import errors, settings
from processes.records import (
    completion,
    documents,
    invoices,
    journal,
    order_costs,
    order_lines,
    orders,
    receivables,
    reservations,
    stock,
    wages,
    warranties,
    work_orders,
)
from processes.records.wage_schemes import WageScheme
from tests.processes import repaired
from tests.processes.company import counts
from tests.processes.repaired import HOSE, PUMP, REPLACE, of, ready


def _complete(session: Session, row, effect: str = "completion", outcome: str = "repaired", hours: int = 1):
    return completion.complete(session, of(row, effect, hours=hours), outcome)


def _refusal(session: Session, row, outcome: str = "repaired") -> list[str]:
    """Why it cannot be completed."""
    with pytest.raises(errors.BusinessError) as refused:
        _complete(session, row, outcome=outcome)
    assert refused.value.code == "NOT_READY_TO_COMPLETE"
    return refused.value.variables["reasons"]


def test_completion_posts_every_ledger_of_the_order(session: Session) -> None:
    row = repaired.begin_ready(session)

    done = _complete(session, row)

    assert (done.invoice_total_cents, done.balance_cents) == (281_00, 281_00)
    assert invoices.latest(session, "R-0001").number == done.invoice_no
    assert receivables.balance(session, "R-0001") == 281_00
    assert order_costs.total_cents(session, "R-0001", "parts") == 43_00
    assert order_costs.total_cents(session, "R-0001", "labour") == 200_00
    assert [(each.login, each.operation, each.amount_cents) for each in wages.entries(session, "R-0001")] == [
        ("anna", "order", 200_00)
    ]
    assert [(each.sku, each.quantity_milli) for each in warranties.entries(session, "R-0001")] == [
        (PUMP, 2000)
    ]
    assert stock.in_work(session, "R-0001") == {}
    assert reservations.active(session, "R-0001") == []
    assert [each.kind for each in documents.of(session, "R-0001")] == [
        "invoice",
        "work_order",
        "completion_act",
        "repair_report",
        "warranty_card",
    ]
    work_order = work_orders.find(session, "R-0001")
    assert (work_order.state, work_order.outcome, work_order.completed_by) == (
        "completed",
        "repaired",
        "anna",
    )


def test_before_completion_the_work_order_is_a_plan_without_any_posting(session: Session) -> None:
    repaired.begin_ready(session)

    assert receivables.entries(session, "R-0001") == []
    assert wages.entries(session, "R-0001") == []
    assert order_costs.entries(session, "R-0001") == []
    assert warranties.entries(session, "R-0001") == []
    assert invoices.of_order(session, "R-0001") == []
    assert stock.in_work(session, "R-0001") == {PUMP: 2000, HOSE: 1000}


def test_the_journal_takes_parts_and_wages_out_of_work_and_into_cost(shop: Session) -> None:
    row = ready(shop, pump="warranty")

    _complete(shop, row)

    number = work_orders.find(shop, "R-0001").number
    moved = {
        (each.account_debit, each.account_credit): each.amount_cents
        for each in journal.of_document(shop, number)
    }
    assert moved == {
        (journal.WARRANTY_COST, journal.WORK_IN_PROGRESS): 40_00,
        (journal.COST_OF_REPAIRS, journal.WORK_IN_PROGRESS): 3_00,
        (journal.WAGE_COST, journal.WAGES_PAYABLE): 200_00,
    }


def test_of_a_mixed_repair_the_client_is_invoiced_his_own_lines_only(shop: Session) -> None:
    row = ready(shop, pump="warranty", clean="company")

    _complete(shop, row)

    lines = invoices.latest(shop, "R-0001").lines
    assert [(line["sku"], line["total_cents"]) for line in lines] == [(REPLACE, 120_00), (HOSE, 10_00)]
    assert order_costs.total_cents(shop, "R-0001", "parts", "warranty") == 40_00
    # The wage of the whole order is shared out by what the works come to: 120 to the client, 60 to the company.
    assert order_costs.total_cents(shop, "R-0001", "labour", "client") == 133_33
    assert order_costs.total_cents(shop, "R-0001", "labour", "company") == 66_67


@pytest.mark.parametrize(("kind", "payer"), [("warranty", "warranty"), ("at_own_cost", "company")])
def test_what_the_client_does_not_pay_makes_no_invoice_and_its_cost_is_ours(
    shop: Session, kind: str, payer: str
) -> None:
    row = ready(shop, kind=kind)

    done = _complete(shop, row)

    assert (done.invoice_no, done.invoice_total_cents, done.balance_cents) == (None, 0, 0)
    assert "invoice" not in {each.kind for each in documents.of(shop, "R-0001")}
    assert order_costs.total_cents(shop, "R-0001") == order_costs.total_cents(shop, "R-0001", payer=payer)
    assert order_costs.total_cents(shop, "R-0001") == 243_00


def test_the_client_pays_for_the_parts_that_were_used_not_for_those_that_came_back(session: Session) -> None:
    row = repaired.begin_ready(session)
    repaired.reported(session, row, parts_used=[{"part": PUMP, "quantity": 1}, {"part": HOSE, "quantity": 1}])
    stock.return_unused(session, of(row, "return"), {PUMP: 1000})

    done = _complete(session, row)

    assert done.invoice_total_cents == 281_00 - 45_50
    assert order_costs.total_cents(session, "R-0001", "parts") == 23_00
    assert [each.quantity_milli for each in warranties.entries(session, "R-0001")] == [1000]


def test_work_that_was_not_done_is_not_billed(session: Session) -> None:
    row = repaired.begin_ready(session)
    repaired.reported(session, row, operations_done=[REPLACE])

    assert _complete(session, row).invoice_total_cents == 281_00 - 60_00


def test_the_surcharge_counts_for_the_work_that_was_done(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    orders.get(shop, "R-0001").make_urgent(repaired.NOW)
    repaired.order_plan.follow_urgency(shop, orders.get(shop, "R-0001"))
    repaired.quoted(shop, row)
    repaired.agreed(shop, row)
    repaired.issued(shop, row)
    repaired.reported(shop, row, operations_done=[REPLACE])

    done = _complete(shop, row)

    # Half of 180.00 was agreed to; two thirds of the work was done (quantities have three decimals).
    surcharge = next(line for line in invoices.latest(shop, "R-0001").lines if line["kind"] == "surcharge")
    assert (surcharge["quantity_milli"], surcharge["total_cents"]) == (666, 59_94)
    assert done.invoice_total_cents == 120_00 + 101_00 + 59_94


def test_what_is_still_reserved_is_released(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    repaired.agreed(shop, row)
    reservations.reserve_order(shop, of(row, "reserve"))
    repaired.issued(shop, row, pumps=1, hoses=1)
    repaired.reported(shop, row, parts_used=[{"part": PUMP, "quantity": 1}, {"part": HOSE, "quantity": 1}])
    assert [each.quantity_milli for each in reservations.active(shop, "R-0001")] == [1000]

    _complete(shop, row)

    assert reservations.active(shop, "R-0001") == []
    assert reservations.free_milli(shop, PUMP) == 9000


def test_no_cost_is_booked_on_a_completed_work_order(session: Session) -> None:
    row = repaired.begin_ready(session)
    order_costs.book(session, of(row, "partner"), "third_party", "partner_act:1", {"client": 5_00})
    _complete(session, row)

    again = order_costs.book(session, of(row, "partner"), "third_party", "partner_act:1", {"client": 5_00})
    with pytest.raises(errors.Refused, match="so its cost stands"):
        order_costs.book(session, of(row, "late"), "third_party", "partner_act:2", {"client": 5_00})

    assert [each.amount_cents for each in again] == [5_00]


def test_completing_again_in_the_same_effect_posts_nothing_and_gives_the_first_result(
    session: Session,
) -> None:
    row = repaired.begin_ready(session)
    first = _complete(session, row)
    before = counts(session)

    again = _complete(session, row)

    assert again == first
    assert counts(session) == before


def test_a_completed_work_order_is_not_completed_by_another_effect(session: Session) -> None:
    row = repaired.begin_ready(session)
    _complete(session, row)

    with pytest.raises(errors.BusinessError, match=r"is not open \(Completed\)"):
        _complete(session, row, "another completion")


def test_without_a_report_there_is_nothing_to_complete(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    repaired.agreed(shop, row)

    assert "Nobody has reported the work yet" in _refusal(shop, row)[0]


def test_a_repair_without_any_work_done_is_not_completed(session: Session) -> None:
    row = repaired.begin_ready(session)
    repaired.reported(session, row, operations_done=[])

    assert ["No work of the order" in each for each in _refusal(session, row)] == [True]


def test_parts_that_are_neither_used_nor_returned_stop_the_completion(session: Session) -> None:
    row = repaired.begin_ready(session)
    repaired.reported(session, row, parts_used=[{"part": PUMP, "quantity": 2}])

    assert _refusal(session, row) == [f"1 of {HOSE} was issued and not used. Return it to the store."]


def test_parts_that_went_back_after_the_report_stop_the_completion(session: Session) -> None:
    row = repaired.begin_ready(session)
    stock.return_unused(session, of(row, "return"), {PUMP: 1000})

    assert _refusal(session, row) == [
        f"1 of {PUMP} was used and not issued. Issue it, or correct the report."
    ]


def test_nothing_is_billed_that_the_client_has_not_agreed_to(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    repaired.issued(shop, row)
    repaired.reported(shop, row)

    assert _refusal(shop, row) == [
        "The customer agreed to 0.00, but 281.00 is to be billed. Send a new version of the quote."
    ]


def test_a_missing_wage_scheme_is_named(session: Session) -> None:
    row = repaired.begin_ready(session)
    session.execute(WageScheme.__table__.delete())
    repaired.scheme(session, basis="piece", rate_cents=1, login="boris")

    assert _refusal(session, row) == [
        'No wage scheme is in force for anna and the operation "order". Add one, or let somebody else report the work.'
    ]


def test_a_company_without_schemes_pays_no_wage_by_work(session: Session) -> None:
    row = repaired.begin_ready(session)
    session.execute(WageScheme.__table__.delete())

    _complete(session, row)

    assert wages.entries(session, "R-0001") == []
    assert order_costs.total_cents(session, "R-0001", "labour") == 0


def test_a_refused_completion_changes_nothing(session: Session) -> None:
    row = repaired.begin_ready(session)
    repaired.reported(session, row, parts_used=[])
    session.flush()
    before = counts(session)

    _refusal(session, row)

    assert counts(session) == before
    assert work_orders.find(session, "R-0001").state == "open"


def test_a_device_that_goes_back_unrepaired_costs_the_fee_and_needs_no_consent(shop: Session) -> None:
    row = repaired.diagnosed(shop)
    repaired.quoted(shop, row)
    for line in order_lines.planned(shop, "R-0001"):
        line.state = "dropped"
    shop.add(
        order_lines.OrderLine(
            order_no="R-0001",
            kind="fee",
            sku="X-FEE",
            description="Diagnosis",
            quantity_milli=1000,
            unit="pc",
            price_cents=150_00,
            list_price_cents=150_00,
            payer="client",
        )
    )
    shop.flush()

    done = _complete(shop, row, outcome="without_repair")

    assert done.invoice_total_cents == 150_00
    assert work_orders.find(shop, "R-0001").outcome == "without_repair"
    assert journal.of_document(shop, done.work_order.number)[0].no_value


def test_the_invoice_is_due_when_the_setting_says(shop: Session) -> None:
    settings.put(shop, completion.DUE_SETTING, "P14D")

    _complete(shop, ready(shop), hours=0)

    assert invoices.latest(shop, "R-0001").due_at.date() == date(2026, 12, 7)
