"""Money: invoices that add up, debts and payments that tell the same, tills that hold what they say (I11 to I14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.sentences import _l
from processes.checks.check import Check, asked
from processes.records.cash import CashAccount, CashMove
from processes.records.invoices import Invoice
from processes.records.payments import Payment
from processes.records.receivables import ADVANCE, FREED, INVOICED, PAID, SETTLED, ReceivableEntry

_ENTRY = ReceivableEntry


def _sums(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    query = select(Invoice.number, Invoice.lines, Invoice.net_cents, Invoice.tax_cents, Invoice.total_cents)
    for number, lines, net, tax, total in session.execute(query.execution_options(yield_per=500)):
        of_lines = sum(line["net_cents"] + line["tax_cents"] for line in lines)
        each_adds_up = all(line["net_cents"] + line["tax_cents"] == line["total_cents"] for line in lines)
        if of_lines != total or net + tax != total or not each_adds_up:
            yield {"row": number, "lines_cents": of_lines, "total_cents": total}


@asked
def _charged() -> Executable:
    charged = func.coalesce(func.sum(_ENTRY.amount_cents), 0)
    return (
        select(
            Invoice.number.label("row"),
            Invoice.total_cents.label("total_cents"),
            charged.label("charged_cents"),
        )
        .outerjoin(
            _ENTRY,
            and_(_ENTRY.invoice_no == Invoice.number, _ENTRY.kind == INVOICED, _ENTRY.reverses.is_(None)),
        )
        .group_by(Invoice.number, Invoice.total_cents)
        .having(charged != Invoice.total_cents)
    )


@asked
def _overpaid() -> Executable:
    owed = func.sum(_ENTRY.amount_cents)
    return (
        select(_ENTRY.invoice_no.label("row"), owed.label("owed_cents"))
        .where(_ENTRY.invoice_no.is_not(None))
        .group_by(_ENTRY.invoice_no)
        .having(owed < 0)
    )


@asked
def _paid() -> Executable:
    paid = select(Payment.order_no, func.sum(Payment.amount_cents).label("cents")).group_by(Payment.order_no)
    booked = (
        select(_ENTRY.order_no, func.sum(-_ENTRY.amount_cents).label("cents"))
        .where(_ENTRY.kind.in_((PAID, ADVANCE)))
        .group_by(_ENTRY.order_no)
    )
    paid, booked = paid.subquery(), booked.subquery()
    return (
        select(
            func.coalesce(paid.c.order_no, booked.c.order_no).label("row"),
            func.coalesce(paid.c.cents, 0).label("paid_cents"),
            func.coalesce(booked.c.cents, 0).label("booked_cents"),
        )
        .select_from(paid)
        .join(booked, paid.c.order_no == booked.c.order_no, full=True)
        .where(func.coalesce(paid.c.cents, 0) != func.coalesce(booked.c.cents, 0))
    )


@asked
def _advances() -> Executable:
    unused = func.sum(_ENTRY.amount_cents)
    return (
        select(_ENTRY.order_no.label("row"), unused.label("too_much_cents"))
        .where(_ENTRY.invoice_no.is_(None))
        .group_by(_ENTRY.order_no)
        .having(unused > 0)
    )


@asked
def _settlements() -> Executable:
    times = func.count().filter(_ENTRY.kind == SETTLED)
    balance = func.sum(case((_ENTRY.kind.in_((SETTLED, FREED)), _ENTRY.amount_cents), else_=0))
    on_invoice = (
        select(_ENTRY.invoice_no.label("row"), times.label("times"))
        .where(_ENTRY.invoice_no.is_not(None), _ENTRY.reverses.is_(None))
        .group_by(_ENTRY.invoice_no)
        .having(times > 1)
    )
    pairs = (
        select(_ENTRY.order_no.label("row"), func.count().label("times"))
        .where(_ENTRY.kind.in_((SETTLED, FREED)))
        .group_by(_ENTRY.order_no)
        .having(balance != 0)
    )
    return on_invoice.union_all(pairs)


@asked
def _negative_tills() -> Executable:
    query = select(CashAccount.account_id.label("row"), CashAccount.balance_cents.label("holds_cents"))
    return query.where(CashAccount.kind == "cash", CashAccount.balance_cents < 0)


@asked
def _balances() -> Executable:
    moved = func.coalesce(func.sum(CashMove.amount_cents), 0)
    return (
        select(
            CashAccount.account_id.label("row"),
            CashAccount.balance_cents.label("holds_cents"),
            moved.label("moved_cents"),
        )
        .outerjoin(CashMove, CashMove.account_id == CashAccount.account_id)
        .group_by(CashAccount.account_id, CashAccount.balance_cents)
        .having(moved != CashAccount.balance_cents)
    )


@asked
def _provider_ids() -> Executable:
    return (
        select(
            Payment.payment_id.label("row"), Payment.provider.label("provider"), func.count().label("times")
        )
        .group_by(Payment.provider, Payment.payment_id)
        .having(func.count() > 1)
    )


@asked
def _moves_of_payments() -> Executable:
    moved = (
        select(
            CashMove.payment_key,
            func.sum(case((CashMove.reverses.is_(None), CashMove.amount_cents), else_=0)).label("in_cents"),
            func.sum(case((CashMove.reverses.is_not(None), CashMove.amount_cents), else_=0)).label(
                "out_cents"
            ),
        )
        .group_by(CashMove.payment_key)
        .subquery()
    )
    back = aliased(Payment)
    taken, given_back = func.coalesce(moved.c.in_cents, 0), func.coalesce(moved.c.out_cents, 0)
    return (
        select(
            Payment.payment_id.label("row"),
            Payment.amount_cents.label("paid_cents"),
            taken.label("moved_cents"),
        )
        .outerjoin(moved, moved.c.payment_key == Payment.key)
        .outerjoin(back, back.reverses == Payment.key)
        .where(
            Payment.reverses.is_(None),
            or_(taken != Payment.amount_cents, given_back != func.coalesce(back.amount_cents, 0)),
        )
    )


_ASK = _l("Ask for help before more is booked on it; correct it by reversing rows.")

CHECKS = (
    Check(
        "I11",
        _l("The total of an invoice is the sum of its lines, tax included."),
        _sums,
        _l("Invoice {row} says {total_cents}, but its lines add up to {lines_cents}."),
        _l("Credit the invoice and issue it anew."),
    ),
    Check(
        "I12",
        _l("Each invoice is charged with its total, once."),
        _charged,
        _l("Invoice {row} of {total_cents} is charged with {charged_cents}."),
        _l("Complete the posting that was interrupted, or credit the invoice."),
    ),
    Check(
        "I12",
        _l("Nobody has paid more on an invoice than it asked for."),
        _overpaid,
        _l("On invoice {row} {owed_cents} is owed: more was booked against it than it asked for."),
        _ASK,
    ),
    Check(
        "I12",
        _l("What was paid for an order is what its receivables say."),
        _paid,
        _l("For order {row} {paid_cents} was paid, but {booked_cents} is booked against what is owed."),
        _ASK,
    ),
    Check(
        "I13",
        _l("No more of an advance is settled than was paid in advance."),
        _advances,
        _l("Order {row} has used {too_much_cents} more of its advance than there was."),
        _ASK,
    ),
    Check(
        "I13",
        _l("An advance is settled on an invoice once, and what one side gives the other takes."),
        _settlements,
        _l("The advance of {row} is settled in {times} rows that do not belong together."),
        _ASK,
    ),
    Check(
        "I14",
        _l("A till never holds less than nothing."),
        _negative_tills,
        _l("The till {row} holds {holds_cents}."),
        _l("Count the till, and book what was put in."),
    ),
    Check(
        "I14",
        _l("An account holds the sum of its moves."),
        _balances,
        _l("The account {row} says {holds_cents}, but its moves add up to {moved_cents}."),
        _l("Nobody but the moves may change a balance; set it to their sum."),
    ),
    Check(
        "I14",
        _l("A provider's payment is booked once."),
        _provider_ids,
        _l("The payment {row} of {provider} is booked {times} times."),
        _l("Reverse all but one of them."),
    ),
    Check(
        "I14",
        _l(
            "Each payment has moved its amount into an account, and one that was given back has moved it out."
        ),
        _moves_of_payments,
        _l("The payment {row} of {paid_cents} has moved {moved_cents}, or was not given back as it says."),
        _ASK,
    ),
)
