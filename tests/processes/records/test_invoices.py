"""Invoices: numbers without a gap, lines that add up, a status that nobody sets."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc, update
from sqlalchemy.orm import Session

from engine import errors, settings
from processes.records import invoices, journal, orders, payments, receivables, taxes
from tests.processes import charged
from tests.processes.company import NOW, posting


def test_an_invoice_adds_up_line_by_line(company: Session) -> None:
    issued = charged.invoice(company, charged.repair(company))

    assert [(line["total_cents"], line["net_cents"], line["tax_cents"]) for line in issued.lines] == [
        (120_00, 100_00, 20_00),
        (91_00, 75_83, 15_17),
    ]
    assert (issued.net_cents, issued.tax_cents, issued.total_cents) == (175_83, 35_17, charged.TOTAL)
    assert issued.currency == "MDL"


@given(
    prices=st.lists(
        st.tuples(st.integers(1, 10_000_00), st.integers(1, 50_000)).filter(
            lambda each: each[0] * each[1] >= 1000
        ),
        min_size=1,
        max_size=12,
    ),
    rate=st.decimals(0, 99, places=2),
)
def test_the_lines_of_any_invoice_add_up_to_its_total(prices: list[tuple[int, int]], rate: Decimal) -> None:
    lines = [invoices.Line("X", "X", "part", milli, "pcs", cents) for cents, milli in prices]

    taxed = [(line.total_cents, taxes.included_cents(line.total_cents, rate)) for line in lines]

    for total, tax in taxed:
        assert 0 <= tax < total
        # What the tax is of the net amount, to half a cent.
        assert abs(Decimal(tax) - (total - tax) * rate / 100) <= Decimal("0.5") * (1 + rate / 100)


def test_numbers_of_invoices_have_no_gap(company: Session) -> None:
    first = charged.invoice(company, charged.repair(company, "R-0001"), "completion 1")
    second = charged.invoice(company, charged.repair(company, "R-0002"), "completion 2")

    assert (first.number, second.number) == ("INV-2026-0001", "INV-2026-0002")


def test_an_effect_that_is_repeated_issues_and_charges_once(company: Session) -> None:
    row = charged.repair(company)
    first = charged.invoice(company, row)
    booked = len(receivables.entries(company, "R-0001")), len(journal.entries(company, "R-0001"))

    again = charged.invoice(company, row)

    assert again is first
    assert (
        (
            len(receivables.entries(company, "R-0001")),
            len(journal.entries(company, "R-0001")),
        )
        == booked
        == (1, 2)
    )


def test_there_is_no_invoice_when_there_is_nothing_to_pay(company: Session) -> None:
    row = charged.repair(company)
    customer_key = orders.get(company, "R-0001").customer_key
    free = invoices.Line("W-PUMP", "Under warranty", "work", 1000, "h", 0)

    with pytest.raises(errors.Refused, match="add up to more than 0"):
        invoices.issue(company, posting(row), customer_key, [free], NOW)


def test_an_issued_invoice_cannot_be_changed(company: Session) -> None:
    issued = charged.invoice(company, charged.repair(company))

    with pytest.raises(exc.DBAPIError, match="only grows"):
        company.execute(update(invoices.Invoice).values(total_cents=1, tax_cents=0, net_cents=1))
    issued.due_at = NOW
    with pytest.raises(errors.OrderlaneError, match="Ledger rows stay"):
        company.flush()


def test_the_status_follows_what_is_booked(company: Session) -> None:
    row = charged.repair(company)
    issued = charged.invoice(company, row)

    seen = [invoices.status(company, issued)]
    payments.book(company, posting(row, "payment 1"), 11_00, "cash")
    seen.append(invoices.status(company, issued))
    assert issued.is_overdue(company, NOW + timedelta(days=15))
    assert not issued.is_overdue(company, NOW + timedelta(days=13))
    payments.book(company, posting(row, "payment 2"), 200_00, "card")
    seen.append(invoices.status(company, issued))
    assert not issued.is_overdue(company, NOW + timedelta(days=15))
    invoices.credit(company, posting(row, "reopened"), issued.number, "Works were added")
    seen.append(invoices.status(company, issued))

    assert seen == ["open", "part_paid", "paid", "credited"]
    assert set(seen) <= invoices.STATUSES.keys()


def test_a_written_off_invoice_says_so(company: Session) -> None:
    row = charged.repair(company)
    issued = charged.invoice(company, row)
    payments.book(company, posting(row, "payment 1"), 11_00, "cash")

    payments.write_off(company, posting(row, "given up"), "Cannot be found any more")

    assert invoices.status(company, issued) == "written_off"


def test_the_statuses_of_many_invoices_are_one_question(company: Session) -> None:
    first = charged.invoice(company, charged.repair(company, "R-0001"), "completion 1")
    row = charged.repair(company, "R-0002")
    second = charged.invoice(company, row, "completion 2")
    payments.book(company, posting(row, "payment 1"), charged.TOTAL, "bank")

    assert invoices.statuses(company, [first.number, second.number]) == {
        first.number: "open",
        second.number: "paid",
    }


@pytest.mark.parametrize("rate", ["-1", "100", "250"])
def test_a_tax_rate_that_is_none_is_refused(company: Session, rate: str) -> None:
    settings.put(company, taxes.SETTING, Decimal(rate))

    with pytest.raises(errors.Refused, match="vat_percent"):
        charged.invoice(company, charged.repair(company))
