"""Cash accounts: the right one takes a payment, and a till is never below nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine import errors, settings
from processes.records import cash, journal
from tests.processes.company import order, posting


def test_the_setting_says_which_account_takes_what(company: Session) -> None:
    taking = {method: cash.for_method(company, method).account_id for method in cash.METHODS}

    assert taking == {"cash": "TILL", "card": "BANK", "bank": "BANK"}


def test_without_the_setting_the_first_account_of_the_kind_takes_it(company: Session) -> None:
    settings.put(company, cash.SETTING, {})
    company.add(cash.CashAccount(account_id="A-TILL", kind="cash", name="A till", currency="MDL"))
    company.flush()

    assert cash.for_method(company, "cash").account_id == "A-TILL"
    assert cash.for_method(company, "card").account_id == "BANK"


def test_an_installation_without_an_account_is_told_what_to_add(company: Session) -> None:
    settings.put(company, cash.SETTING, {})
    company.execute(delete(cash.CashAccount).where(cash.CashAccount.kind == "cash"))

    with pytest.raises(errors.Refused, match='Add one of kind "cash"'):
        cash.for_method(company, "cash")


def test_an_account_that_the_setting_names_must_exist(company: Session) -> None:
    settings.put(company, cash.SETTING, {"cash": "SAFE"})

    with pytest.raises(errors.NotFound, match="SAFE"):
        cash.for_method(company, "cash")


def test_the_balance_is_kept_with_each_move(company: Session) -> None:
    row = order(company)
    till = cash.get(company, "TILL")

    cash.move(company, posting(row, "in"), till, 5_00, "cash", None)
    cash.move(company, posting(row, "out"), till, -2_00, "cash", None)

    assert till.balance_cents == cash.moved_cents(company, "TILL") == 3_00
    assert till.journal_account == journal.CASH
    assert cash.get(company, "BANK").journal_account == journal.BANK


def test_a_till_refuses_to_give_what_it_does_not_hold(company: Session) -> None:
    row = order(company)

    with pytest.raises(errors.Refused, match="Put cash in first"):
        cash.move(company, posting(row), cash.get(company, "TILL"), -1, "cash", None)


def test_a_bank_account_may_be_overdrawn(company: Session) -> None:
    row = order(company)

    cash.move(company, posting(row), cash.get(company, "BANK"), -1, "bank", None)

    assert cash.get(company, "BANK").balance_cents == -1
