"""Payments: booked once, never more than owed at the counter, and every ledger tells the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, exc, func, select, text
from sqlalchemy.orm import Session

from engine import database, errors, roles
from processes import demo
from processes.records import cash, invoices, journal, orders, payments, receivables
from tests.conftest import begin_with
from tests.processes import charged
from tests.processes.at_once import all_at_once
from tests.processes.company import NOW, posting


def _sums(session: Session) -> dict[str, int]:
    """What the ledgers say about the same money."""
    return {
        "till": cash.get(session, "TILL").balance_cents,
        "bank": cash.get(session, "BANK").balance_cents,
        "journal cash": journal.balance_cents(session, journal.CASH),
        "journal bank": journal.balance_cents(session, journal.BANK),
        "journal receivables": journal.balance_cents(session, journal.RECEIVABLES),
        "journal advances": journal.balance_cents(session, journal.ADVANCES),
    }


def _take(session: Session, amount_cents: int, method: str = "bank", payment_id: str = "T-1", **more: object):
    return payments.take(
        session, "R-0001", amount_cents, method, payment_id, actor=roles.SYSTEM, now=NOW, **more
    )


def test_a_partial_payment_leaves_the_rest_owed(company: Session) -> None:
    row = charged.charged(company)

    taken = payments.book(company, posting(row, "payment 1"), 11_00, "cash")

    assert (taken.balance_cents, taken.surplus_cents) == (200_00, 0)
    assert receivables.balance(company, "R-0001") == 200_00
    assert _sums(company) == {
        "till": 11_00,
        "bank": 0,
        "journal cash": 11_00,
        "journal bank": 0,
        "journal receivables": 200_00,
        "journal advances": 0,
    }


@pytest.mark.parametrize("method", ["cash", "card"])
def test_nobody_takes_more_at_the_counter_than_is_owed(company: Session, method: str) -> None:
    row = charged.charged(company)

    with pytest.raises(
        payments.PaymentRefused, match=r"Only 211\.00 is owed, but 211\.01 was given"
    ) as refused:
        payments.book(company, posting(row, "payment 1"), charged.TOTAL + 1, method)

    assert refused.value.code == payments.ABOVE_BALANCE
    assert payments.entries(company, "R-0001") == []


def test_what_a_bank_transfer_brings_too_much_waits_as_an_advance(company: Session) -> None:
    row = charged.charged(company)

    taken = payments.book(company, posting(row, "payment 1"), charged.TOTAL + 9_00, "bank", "T-1")

    assert (taken.balance_cents, taken.surplus_cents) == (-9_00, 9_00)
    assert _sums(company)["journal advances"] == -9_00
    assert _sums(company)["journal receivables"] == 0


def test_an_advance_is_settled_once_by_the_next_invoice(company: Session) -> None:
    row = charged.repair(company)
    payments.book(company, posting(row, "payment 1"), 250_00, "bank", "T-1")

    first = charged.invoice(company, row, "completion 1")
    second = charged.invoice(company, row, "completion 2")

    assert invoices.status(company, first) == "paid"
    assert invoices.status(company, second) == "part_paid"
    assert receivables.balance(company, "R-0001") == 2 * charged.TOTAL - 250_00
    assert receivables.advance_cents(company, "R-0001") == 0
    assert _sums(company)["journal advances"] == 0


@pytest.mark.parametrize("method", ["cheque", "", "CASH"])
def test_an_unknown_method_is_refused(company: Session, method: str) -> None:
    row = charged.charged(company)

    with pytest.raises(errors.Refused, match="cash, card, bank"):
        payments.book(company, posting(row, "payment 1"), 1_00, method)


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_an_amount_of_nothing_is_refused(company: Session, amount_cents: int) -> None:
    row = charged.charged(company)

    with pytest.raises(errors.Refused, match="above 0"):
        payments.book(company, posting(row, "payment 1"), amount_cents, "cash")


def test_nothing_is_taken_at_the_counter_where_nothing_is_owed(company: Session) -> None:
    charged.repair(company)

    with pytest.raises(payments.PaymentRefused) as refused:
        _take(company, 1_00, "cash", "slip 1")

    assert refused.value.code == payments.NOTHING_DUE


def test_the_same_payment_again_changes_nothing(company: Session) -> None:
    charged.charged(company)
    first = _take(company, 100_00)

    again = _take(company, 100_00)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.payment is first.payment
    assert again.balance_cents == charged.TOTAL - 100_00
    assert len(payments.entries(company, "R-0001")) == 1


@pytest.mark.parametrize(("order_no", "amount_cents"), [("R-0001", 50_00), ("R-0002", 100_00)])
def test_an_id_that_stands_for_another_payment_is_refused(
    company: Session, order_no: str, amount_cents: int
) -> None:
    charged.charged(company)
    charged.invoice(company, charged.repair(company, "R-0002"), "completion 2")
    _take(company, 100_00)

    with pytest.raises(
        payments.PaymentRefused, match=r"T-1 is booked already: 100\.00 for order R-0001"
    ) as refused:
        payments.take(company, order_no, amount_cents, "bank", "T-1", actor=roles.SYSTEM, now=NOW)

    assert refused.value.code == payments.KNOWN


def test_two_providers_may_use_the_same_id(company: Session) -> None:
    charged.charged(company)

    taken = [_take(company, 1_00, provider=provider).is_new for provider in ("maib", "victoriabank")]

    assert taken == [True, True]


def test_an_unknown_order_is_not_found(company: Session) -> None:
    with pytest.raises(errors.NotFound, match="R-0001"):
        _take(company, 1_00)


def test_what_is_owed_can_be_given_up_with_a_reason(company: Session) -> None:
    row = charged.charged(company)
    payments.book(company, posting(row, "payment 1"), 11_00, "cash")
    given_up = posting(row, "given up")

    cents = payments.write_off(company, given_up, "Moved away")
    again = payments.write_off(company, given_up, "Moved away")

    assert (cents, again) == (200_00, 200_00)
    assert receivables.balance(company, "R-0001") == 0
    assert journal.balance_cents(company, journal.BAD_DEBTS) == 200_00
    with pytest.raises(payments.PaymentRefused) as refused:
        payments.write_off(company, posting(row, "once more"), "Moved away")
    assert refused.value.code == payments.NOTHING_DUE


def test_a_hand_out_needs_payment_or_a_permission_for_what_is_owed(company: Session) -> None:
    row = charged.charged(company)
    seen = [payments.may_hand_out(company, "R-0001")]

    permission = payments.allow_credit(company, posting(row, "credit"), "A regular customer")
    seen.append(payments.may_hand_out(company, "R-0001"))
    charged.invoice(company, row, "completion 2")
    seen.append(payments.may_hand_out(company, "R-0001"))
    payments.book(company, posting(row, "payment 1"), 2 * charged.TOTAL, "bank")
    seen.append(payments.may_hand_out(company, "R-0001"))

    assert seen == [False, True, False, True]
    assert (permission.amount_cents, permission.by) == (charged.TOTAL, row.started_by)


def test_no_credit_is_allowed_where_nothing_is_owed(company: Session) -> None:
    row = charged.repair(company)

    with pytest.raises(payments.PaymentRefused) as refused:
        payments.allow_credit(company, posting(row, "credit"), "To be nice")

    assert refused.value.code == payments.NOTHING_DUE


def test_a_credited_invoice_frees_what_was_paid_for_the_next_one(company: Session) -> None:
    row = charged.repair(company)
    payments.book(company, posting(row, "advance"), 30_00, "bank")
    first = charged.invoice(company, row, "completion 1")
    payments.book(company, posting(row, "payment 1"), 70_00, "cash")
    reopened = posting(row, "reopened")

    for _twice in range(2):
        invoices.credit(company, reopened, first.number, "Works were added")

    assert receivables.balance(company, "R-0001") == -100_00
    assert _sums(company)["journal advances"] == -100_00
    assert journal.balance_cents(company, journal.REVENUE) == 0
    second = charged.invoice(company, row, "completion 2")
    assert receivables.balance(company, "R-0001") == charged.TOTAL - 100_00
    assert invoices.status(company, second) == "part_paid"
    assert _sums(company)["journal receivables"] == charged.TOTAL - 100_00


def test_a_credited_invoice_takes_its_write_off_back(company: Session) -> None:
    row = charged.charged(company)
    payments.write_off(company, posting(row, "given up"), "Moved away")

    invoices.credit(company, posting(row, "reopened"), invoices.latest(company, "R-0001").number, "Wrong")

    assert receivables.balance(company, "R-0001") == 0
    assert journal.balance_cents(company, journal.BAD_DEBTS) == 0
    assert journal.balance_cents(company, journal.RECEIVABLES) == 0


def test_a_cancelled_order_leaves_no_money_behind(company: Session) -> None:
    row = charged.repair(company)
    before = {account: journal.balance_cents(company, account) for account in journal.ACCOUNTS}
    payments.book(company, posting(row, "advance"), 30_00, "bank")
    charged.invoice(company, row)
    payments.book(company, posting(row, "payment 1"), 70_00, "cash")
    payments.write_off(company, posting(row, "given up"), "Moved away")
    undo = posting(row, "undo")

    given_back = payments.reverse_order(company, undo, "Cancelled")
    again = payments.reverse_order(company, posting(row, "undo again"), "Cancelled")

    assert (given_back, again) == (100_00, 0)
    assert set(_sums(company).values()) == {0}
    assert {account: journal.balance_cents(company, account) for account in journal.ACCOUNTS} == before
    assert receivables.balance(company, "R-0001") == 0
    for rows in (
        payments.entries(company, "R-0001"),
        receivables.entries(company, "R-0001"),
        cash.entries(company, "R-0001"),
        journal.entries(company, "R-0001"),
    ):
        assert sum(each.amount_cents for each in rows) == 0
    assert invoices.status(company, invoices.latest(company, "R-0001")) == "credited"


def test_a_till_gives_nothing_back_that_it_does_not_hold(company: Session) -> None:
    row = charged.charged(company)
    payments.book(company, posting(row, "payment 1"), 70_00, "cash")
    other = charged.repair(company, "R-0002")
    cash.move(company, posting(other, "to the bank"), cash.get(company, "TILL"), -60_00, "cash", None)

    with pytest.raises(errors.Refused, match=r"holds 10\.00 MDL, so 70\.00 cannot be taken out"):
        payments.reverse_order(company, posting(row, "undo"), "Cancelled")


def test_the_database_itself_refuses_an_empty_till_to_give(company: Session) -> None:
    with pytest.raises(exc.IntegrityError):
        company.execute(text("UPDATE cash_account SET balance_cents = -1 WHERE account_id = 'TILL'"))


def test_money_of_an_order_without_an_invoice_is_the_money_of_its_customer(company: Session) -> None:
    row = charged.repair(company)

    payments.book(company, posting(row, "advance"), 30_00, "bank")

    customer_key = orders.get(company, "R-0001").customer_key
    assert receivables.customer_balance(company, customer_key) == -30_00


def _all_at_once(engine: Engine, given: list[tuple[str, str, str, int]]) -> list[str]:
    """What each process says that books one of the payments: (order, method, id, cents)."""

    def pay(session: Session, number: int) -> str:
        order_no, method, payment_id, cents = given[number]
        now = NOW + timedelta(hours=1)
        try:
            taken = payments.take(session, order_no, cents, method, payment_id, actor=roles.SYSTEM, now=now)
        except payments.PaymentRefused as refused:
            return refused.code
        return "new" if taken.is_new else "known"

    return all_at_once(engine, pay)


@pytest.fixture
def owed(any_database: Engine) -> Engine:
    """A database where 211.00 is owed for each of R-0001 and R-0002."""
    with database.transaction(any_database) as session:
        begin_with(session, "company", demo.company)
        for number in (1, 2):
            row = charged.repair(session, f"R-000{number}")
            charged.invoice(session, row, f"completion {number}")
            # No token waits for it: what is tested here is the booking.
            row.state = "completed"
    return any_database


def test_eight_processes_that_book_at_once_book_each_payment_once(owed: Engine) -> None:
    one = _all_at_once(owed, [("R-0001", "bank", "T-0", 20_00)] * 8)
    eight = _all_at_once(owed, [(f"R-000{n % 2 + 1}", "bank", f"T-{n}", 20_00) for n in range(1, 9)])

    assert one == ["known"] * 7 + ["new"]
    assert eight == ["new"] * 8
    with database.reading(owed) as session:
        assert session.scalar(select(func.count()).select_from(payments.Payment)) == 9
        assert receivables.balance(session, "R-0001") == charged.TOTAL - 5 * 20_00
        assert receivables.balance(session, "R-0002") == charged.TOTAL - 4 * 20_00
        assert _sums(session)["bank"] == _sums(session)["journal bank"] == 9 * 20_00


def test_a_customer_who_pays_at_eight_counters_at_once_pays_once(owed: Engine) -> None:
    # The till and the card terminal are different accounts: only the order itself can keep them apart.
    methods = ["cash", "card"] * 4

    said = _all_at_once(owed, [("R-0001", each, f"T-{n}", charged.TOTAL) for n, each in enumerate(methods)])

    assert said == [payments.NOTHING_DUE] * 7 + ["new"]
    with database.reading(owed) as session:
        assert receivables.balance(session, "R-0001") == 0
