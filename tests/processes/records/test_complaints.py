"""Complaints: one open of an order and a kind, offers in versions, credit notes, violations, causes that are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from engine import database, errors
from processes.demo import money
from processes.records import (
    complaints,
    completion,
    credit_notes,
    journal,
    ledger,
    order_lines,
    order_plan,
    orders,
    payments,
    quotes,
    receivables,
    violations,
    work_reports,
)
from processes.records.complaints import Complaint
from tests.processes import at_once, repair_shop
from tests.processes.company import NOW


@pytest.fixture
def shop(session: Session) -> Session:
    repair_shop.open_shop(session)
    money.add(session)
    return session


def _complaint(session: Session, number: str = "CP-0001", **facts: str) -> Complaint | None:
    posting = repair_shop.posting(session, "register", number)
    told = {"about_order_no": "R-0001", "kind": "service", "text": "It leaks", **facts}
    return complaints.register(session, posting, **told)


def _completed(session: Session, *, paid: bool) -> None:
    """The order R-0001, cleaned for 250.00 and invoiced."""
    order = repair_shop.repair(session)
    order_plan.diagnose(session, order, [{"work": "T-CLEAN"}], [], orders.day(session, NOW))
    lines = order_lines.planned(session, "R-0001")
    quote = quotes.freeze(session, repair_shop.posting(session, "quote"), lines, NOW + timedelta(14))
    posting = repair_shop.posting(session, "consent")
    quotes.decide(session, posting, quote.version, "approved", answered_through="office", evidence="Signed")
    work_reports.write(
        session,
        repair_shop.posting(session, "report"),
        hours=[{"employee": "master", "hours": 1}],
        parts_used=[],
        operations_done=["T-CLEAN"],
    )
    completion.complete(session, repair_shop.posting(session, "close"), "repaired")
    if paid:
        payments.book(session, repair_shop.posting(session, "pay"), 250_00, "card", "T-1")


def test_a_complaint_is_an_order_of_its_own_about_the_same_customer_and_device(shop: Session) -> None:
    about = repair_shop.repair(shop)

    _complaint(shop)

    order = orders.get(shop, "CP-0001")
    assert (order.order_type, order.parent_order_no) == ("complaint", "R-0001")
    assert (order.customer_key, order.device_key) == (about.customer_key, about.device_key)


def test_of_an_order_and_a_kind_one_complaint_is_open_until_it_is_closed(shop: Session) -> None:
    repair_shop.repair(shop)
    first = _complaint(shop)

    assert _complaint(shop, "CP-0002") is None
    assert _complaint(shop, "CP-0003", kind="billing") is not None
    first.close(complaints.UNRESOLVED, NOW)
    shop.flush()
    assert _complaint(shop, "CP-0004") is not None


def test_the_database_itself_refuses_a_second_open_complaint(shop: Session) -> None:
    repair_shop.repair(shop)
    _complaint(shop)
    repair_shop.repair(shop, "R-0002")

    row = Complaint(
        complaint_no="R-0002",
        process_instance_key=repair_shop.instance(shop, "R-0002").key,
        about_order_no="R-0001",
        kind="service",
        text="Again",
        channel="phone",
        registered_at=NOW,
        registered_by="master",
        offered=[],
    )

    with pytest.raises(exc.IntegrityError), shop.begin_nested():
        shop.add(row)
        shop.flush()


@pytest.mark.parametrize("number", ["R-9999", "", "CP-0001"])
def test_a_complaint_is_about_an_order_and_not_about_a_complaint(shop: Session, number: str) -> None:
    repair_shop.repair(shop)
    _complaint(shop)

    with pytest.raises(errors.BusinessError, match="no order"):
        _complaint(shop, "CP-0002", about_order_no=number)


def test_of_eight_that_complain_at_the_same_moment_one_complaint_is_open(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        repair_shop.open_shop(session)
        repair_shop.repair(session)
        for number in range(at_once.AT_ONCE):
            repair_shop.instance(session, f"CP-000{number}")

    def act(session: Session, number: int) -> str:
        return "registered" if _complaint(session, f"CP-000{number}") else "joined"

    answers = at_once.all_at_once(any_database, act)

    assert answers == ["joined"] * 7 + ["registered"]


def test_an_offer_says_what_the_customer_gets_and_what_it_is_worth(shop: Session) -> None:
    repair_shop.repair(shop)
    complaint = _complaint(shop)

    assert complaint.offer(["explanation", "repair"], "We repair it", 0, 90_00) == 1
    assert complaint.offered == ["repair", "explanation"]
    with pytest.raises(errors.Refused, match="amount above 0"):
        complaint.offer(["refund"], "Money", 0, 0)
    with pytest.raises(errors.Refused, match="at least one remedy"):
        complaint.offer([], "Nothing", 0, 0)


def test_what_is_solved_has_a_cause_and_causes_are_counted(shop: Session) -> None:
    repair_shop.repair(shop)
    complaint = _complaint(shop)

    with pytest.raises(errors.Refused, match="what the cause was"):
        complaint.close(complaints.SOLVED, NOW)
    complaint.find_out("transport", "Dented on the way")
    complaint.offer(["refund"], "Some of it", 40_00, 55_00)
    complaint.close(complaints.SOLVED, NOW)
    shop.flush()

    assert complaints.root_causes(shop) == [complaints.Cause("service", "transport", 1, 55_00)]
    assert complaints.root_causes(shop, since=NOW + timedelta(1)) == []


def test_a_credit_note_lowers_the_debt_first_and_gives_back_only_what_was_paid(shop: Session) -> None:
    _completed(shop, paid=False)
    _complaint(shop)
    payments.book(shop, repair_shop.posting(shop, "part"), 200_00, "card", "T-2")

    note = credit_notes.give(shop, repair_shop.posting(shop, "credit"), "CP-0001", 80_00, "It leaked", "card")

    assert (note.lowered_cents, note.refunded_cents) == (50_00, 30_00)
    assert receivables.balance(shop, "R-0001") == 0
    assert journal.balance_cents(shop, journal.RECEIVABLES) == 0
    again = credit_notes.give(shop, repair_shop.posting(shop, "credit"), "CP-0001", 80_00, "It leaked")
    assert again is note


def test_more_than_is_left_of_the_invoice_is_not_credited(shop: Session) -> None:
    _completed(shop, paid=True)
    _complaint(shop)
    credit_notes.give(shop, repair_shop.posting(shop, "credit"), "CP-0001", 200_00, "-", "card")

    with pytest.raises(errors.BusinessError, match="at most 50"):
        credit_notes.give(shop, repair_shop.posting(shop, "more"), "CP-0001", 50_01, "-", "card")


def test_a_withdrawn_complaint_takes_its_credit_back_once(shop: Session) -> None:
    _completed(shop, paid=True)
    _complaint(shop)
    credit_notes.give(shop, repair_shop.posting(shop, "credit"), "CP-0001", 100_00, "-", "card")
    bank = journal.balance_cents(shop, journal.BANK)

    taken = credit_notes.take_back(shop, repair_shop.posting(shop, "cancel", "CP-0001"), "Withdrawn")

    assert taken == 1
    assert journal.balance_cents(shop, journal.BANK) == bank + 100_00
    assert journal.balance_cents(shop, journal.ALLOWANCES) == 0
    assert credit_notes.take_back(shop, repair_shop.posting(shop, "again", "CP-0001"), None) == 0


def test_nobody_decides_about_a_violation_of_their_own(shop: Session) -> None:
    repair_shop.repair(shop)
    _complaint(shop)
    posting = repair_shop.posting(shop, "violation", "CP-0001")
    said = {"rule": "Seals are checked", "loss_cents": 10_00, "measure": "talk", "reason": "First time"}

    with pytest.raises(errors.Refused, match="violation of their own"):
        violations.decide(shop, posting, "master", **said)
    row = violations.decide(shop, posting, "receiver", **said)

    assert violations.decide(shop, posting, "receiver", **said) is row
    with pytest.raises(exc.IntegrityError), shop.begin_nested():
        shop.add(violations.Violation(login="master", **said, **_columns(posting)))
        shop.flush()


def _columns(posting: repair_shop.Posting) -> dict[str, object]:
    return ledger.columns(posting)
