"""The journal: debit equals credit by construction, a document without value says so, corrections are reversals."""

from __future__ import annotations

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors
from processes.records import journal, ledger
from processes.records.journal import REVENUE, STOCK, SUPPLIERS, WORK_IN_PROGRESS, Line
from tests.processes.company import order, posting


def test_each_row_is_a_debit_and_a_credit_of_one_amount(session: Session) -> None:
    row = order(session)

    journal.post(
        session, posting(row), "DOC-1", [Line(WORK_IN_PROGRESS, STOCK, 7_00), Line(STOCK, SUPPLIERS, 9_00)]
    )

    assert journal.balance_cents(session, STOCK) == 2_00
    assert sum(journal.balance_cents(session, account) for account in journal.ACCOUNTS) == 0


def test_a_document_that_moves_nothing_says_so(session: Session) -> None:
    row = order(session)

    (entry,) = journal.post(session, posting(row), "DOC-1", [Line(STOCK, SUPPLIERS, 0)])

    assert (entry.no_value, entry.amount_cents, entry.account_debit) == (True, 0, None)


def test_a_document_is_posted_once_in_an_effect(session: Session) -> None:
    row = order(session)
    first = journal.post(session, posting(row), "DOC-1", [Line(STOCK, SUPPLIERS, 9_00)])
    other = journal.post(session, posting(row), "DOC-2", [Line(STOCK, SUPPLIERS, 9_00)])

    again = journal.post(session, posting(row), "DOC-1", [Line(STOCK, SUPPLIERS, 9_00)])

    assert again == first
    assert journal.entries(session, row.business_key) == first + other


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (Line("petty", STOCK, 1), 'found "petty"'),
        (Line(STOCK, "petty", 1), 'found "petty"'),
        (Line(STOCK, STOCK, 1), "from stock to stock"),
        (Line(STOCK, SUPPLIERS, -1), "found -1"),
    ],
)
def test_a_line_that_cannot_be_posted_is_refused(session: Session, line: Line, sentence: str) -> None:
    row = order(session)

    with pytest.raises(errors.Refused, match=sentence):
        journal.post(session, posting(row), "DOC-1", [Line(STOCK, SUPPLIERS, 5), line])

    assert journal.entries(session, row.business_key) == []


def test_a_document_is_taken_back_by_the_same_rows_with_their_amounts_negative(session: Session) -> None:
    row = order(session)
    journal.post(session, posting(row), "DOC-1", [Line(STOCK, SUPPLIERS, 9_00)])
    journal.post(session, posting(row), "DOC-2", [Line(STOCK, SUPPLIERS, 0)])

    new = journal.reverse_document(session, posting(row, "undo"), "DOC-1", "Wrong supplier")
    again = journal.reverse_order(session, posting(row, "undo all"), "Cancelled")

    assert [(each.account_debit, each.account_credit, each.amount_cents) for each in new] == [
        (STOCK, SUPPLIERS, -9_00)
    ]
    assert again == []
    assert journal.balance_cents(session, STOCK) == 0


@pytest.mark.parametrize(
    ("debit", "credit", "amount_cents", "no_value"),
    [
        (STOCK, None, 5, False),
        (STOCK, STOCK, 5, False),
        (STOCK, REVENUE, -5, False),
        (STOCK, REVENUE, 5, True),
        (None, None, 5, True),
    ],
)
def test_the_database_refuses_a_row_with_one_side(
    session: Session, debit: str | None, credit: str | None, amount_cents: int, no_value: bool
) -> None:
    row = order(session)
    session.add(
        journal.JournalEntry(
            document="DOC-1",
            line_no=1,
            account_debit=debit,
            account_credit=credit,
            amount_cents=amount_cents,
            no_value=no_value,
            **ledger.columns(posting(row)),
        )
    )

    with pytest.raises(exc.IntegrityError):
        session.flush()
