"""Payments: money that arrived for an order, each known to its provider by one id and therefore booked once (I14).

At the counter nobody takes more than is owed; a bank transfer has happened already, so what is too much becomes an advance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, execution, messages, roles
from engine.columns import Base
from engine.sentences import Sentence, _l
from engine.tables import ProcessInstance
from processes.records import (
    cash,
    invoices,
    journal,
    ledger,
    money,
    orders,
    payment_requests,
    receivables,
    reversing,
)

#: The message that tells a waiting order of a payment; its correlation key is the order number.
POSTED = "payment_posted"
KNOWN = "PAYMENT_KNOWN"
ABOVE_BALANCE = "AMOUNT_ABOVE_BALANCE"
NOTHING_DUE = "NOTHING_DUE"

SENTENCES = {
    KNOWN: _l("The payment {payment_id} is booked already: {amount} for order {order_no}."),
    ABOVE_BALANCE: _l("Only {balance} is owed, but {amount} was given. Take no more than what is owed."),
    NOTHING_DUE: _l("Nothing is owed for order {order_no}, so there is nothing to pay."),
}


class PaymentRefused(errors.Refused):
    """This payment may not be booked."""

    def __init__(self, code: str, **places: object):
        """code: one of SENTENCES; a process catches it as a BPMN error."""
        super().__init__(Sentence(SENTENCES[code], **places))
        self.code = code


class Payment(ledger.LedgerRow, Base):
    """Money that a customer paid. `provider` and `payment_id` name it outside: a bank and its reference, a till and its slip.

    `invoice_no`: the first invoice that it pays, none for an advance. A reversing row (money given back) names its row.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("provider", "payment_id"),
        UniqueConstraint("reverses"),
        Index(
            "uq_payment_effect",
            "effect_key",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        CheckConstraint("method IN ('cash', 'card', 'bank')", name="method"),
        CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)",
            name="amount",
        ),
    )
    provider: Mapped[str]
    payment_id: Mapped[str]
    method: Mapped[str]
    amount_cents: Mapped[int]
    currency: Mapped[str]
    invoice_no: Mapped[str | None] = mapped_column(ForeignKey("invoice.number"), index=True)
    reverses: Mapped[int | None] = mapped_column(ForeignKey("payment.key"))


class CreditPermission(ledger.LedgerRow, Base):
    """Somebody allowed to hand the device out although this much is still owed. Append-only, as it answers for money."""

    __tablename__ = "credit_permission"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        CheckConstraint("amount_cents > 0", name="amount"),
    )
    amount_cents: Mapped[int]
    reason: Mapped[str]


ledger.only_grows(Payment.__table__)
ledger.only_grows(CreditPermission.__table__)


_OF_ORDER = select(Payment).where(Payment.order_no == bindparam("order_no")).order_by(Payment.key)


@dataclass(frozen=True, slots=True)
class Taken:
    """A booked payment. `is_new`: false when it was booked before; `surplus_cents`: what became an advance."""

    payment: Payment
    is_new: bool
    surplus_cents: int
    balance_cents: int


def take(
    session: Session,
    order_no: str,
    amount_cents: int,
    method: str,
    payment_id: str,
    *,
    provider: str | None = None,
    actor: roles.Actor,
    now: datetime,
) -> Taken:
    """Book a payment that arrives beside the process (office page, bank file, provider) and tell the order that waits.

    The same payment again (provider, id, order, amount) changes nothing. Raises NotFound for an unknown order and
    PaymentRefused: PAYMENT_KNOWN for an id that stands for something else, AMOUNT_ABOVE_BALANCE, NOTHING_DUE.
    """
    instance = _instance(session, order_no)
    # The instance before the order, as the steps of a process take them: else the two could wait for each other.
    execution.lock(session, instance.key)
    account = cash.for_method(session, method)
    effect_key = f"payment:{provider or account.account_id}:{payment_id}"
    posting = ledger.Posting(instance.key, order_no, effect_key, now, actor.login)
    taken = book(session, posting, amount_cents, method, payment_id, provider)
    if taken.is_new and instance.state == "active":
        messages.publish(
            session, POSTED, order_no, {"payment_id": taken.payment.payment_id}, actor=actor, now=now
        )
    return taken


def book(
    session: Session,
    posting: ledger.Posting,
    amount_cents: int,
    method: str,
    payment_id: str | None = None,
    provider: str | None = None,
) -> Taken:
    """Book a payment: on the account of its method, on what is owed, and in the journal; no message.

    Without a payment id (cash in hand) the effect itself is the id. Raises as `take` does.
    """
    if amount_cents <= 0:
        raise errors.Refused(
            Sentence(
                _l("Expected an amount above 0, but found {amount}. Give money back by a reversal."),
                amount=_text(amount_cents),
            )
        )
    # Both held until the end: who pays for the same order, or books the same payment, waits here and then sees it.
    orders.get(session, posting.order_no, hold=True)
    account = cash.for_method(session, method)
    provider, payment_id = provider or account.account_id, payment_id or posting.effect_key
    known = find(session, provider, payment_id)
    if known is not None:
        return _again(session, known, posting.order_no, amount_cents)
    owed = payment_requests.owed(session, posting.order_no)
    _refuse_too_much(posting.order_no, owed, amount_cents, method)
    open_invoices = receivables.open_invoices(session, posting.order_no)
    payment = Payment(
        provider=provider,
        payment_id=payment_id,
        method=method,
        amount_cents=amount_cents,
        currency=account.currency,
        invoice_no=open_invoices[0][0] if open_invoices else None,
        **ledger.columns(posting),
    )
    session.add(payment)
    session.flush()
    cash.move(session, posting, account, amount_cents, method, payment.key)
    rows = receivables.receive(session, posting, customer_of(session, posting.order_no), amount_cents)
    surplus = -sum(row.amount_cents for row in rows if row.kind == receivables.ADVANCE)
    lines = [
        journal.Line(account.journal_account, journal.RECEIVABLES, amount_cents - surplus),
        journal.Line(account.journal_account, journal.ADVANCES, surplus),
    ]
    journal.post(session, posting, f"{provider} {payment_id}", lines)
    return Taken(payment, True, surplus, owed - amount_cents)


def write_off(session: Session, posting: ledger.Posting, reason: str) -> int:
    """Give up what is owed for the order of `posting`, or asked for in advance; returns the cents.

    Raises PaymentRefused NOTHING_DUE.
    """
    orders.get(session, posting.order_no, hold=True)
    rows = receivables.write_off(session, posting, reason)
    given_up = -sum(row.amount_cents for row in rows) or payment_requests.close(session, posting, reason)
    if not given_up:
        raise PaymentRefused(NOTHING_DUE, order_no=posting.order_no)
    return given_up


def allow_credit(session: Session, posting: ledger.Posting, reason: str) -> CreditPermission:
    """Allow the hand-out although something is owed, or the work although a prepayment is missing, once an effect.

    Raises PaymentRefused NOTHING_DUE.
    """
    known = session.scalar(select(CreditPermission).where(CreditPermission.effect_key == posting.effect_key))
    if known is not None:
        return known
    owed = payment_requests.owed(session, posting.order_no)
    if owed <= 0:
        raise PaymentRefused(NOTHING_DUE, order_no=posting.order_no)
    payment_requests.close(session, posting, reason)
    row = CreditPermission(amount_cents=owed, reason=reason, **ledger.columns(posting))
    session.add(row)
    session.flush()
    return row


def may_hand_out(session: Session, order_no: str) -> bool:
    """Whether nothing is owed for an order, or somebody allowed credit of at least what is owed now."""
    owed = receivables.balance(session, order_no)
    if owed <= 0:
        return True
    allowed = select(CreditPermission.key).where(
        CreditPermission.order_no == order_no, CreditPermission.amount_cents >= owed
    )
    return session.scalar(allowed.limit(1)) is not None


def find(session: Session, provider: str, payment_id: str) -> Payment | None:
    """The payment that a provider knows by this id."""
    query = select(Payment).where(Payment.provider == provider, Payment.payment_id == payment_id)
    return session.scalar(query)


def entries(session: Session, order_no: str) -> list[Payment]:
    """All payments of an order, those given back included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def credits(session: Session, order_no: str) -> list[CreditPermission]:
    """Who allowed credit for an order, oldest first."""
    query = select(CreditPermission).where(CreditPermission.order_no == order_no)
    return list(session.scalars(query.order_by(CreditPermission.key)))


def reverse_order(session: Session, posting: ledger.Posting, reason: str | None) -> int:
    """Take back all money of a cancelled order: invoices, payments (given back), write-offs, every journal row (I30).

    Returns the cents that were given back. Doing it again does nothing.
    Raises Refused when a till holds less than what it must give back.
    """
    given_back = standing_paid(session, posting.order_no)
    for row in reversing.standing(entries(session, posting.order_no)):
        session.add(
            Payment(
                provider=row.provider,
                payment_id=f"{row.payment_id} back",
                method=row.method,
                amount_cents=-row.amount_cents,
                currency=row.currency,
                invoice_no=row.invoice_no,
                reverses=row.key,
                **ledger.columns(posting),
            )
        )
    cash.reverse_order(session, posting)
    receivables.reverse_order(session, posting)
    journal.reverse_order(session, posting, reason)
    session.flush()
    return given_back


def standing_paid(session: Session, order_no: str) -> int:
    """What the customer has paid for an order and was not given back, in cents."""
    return sum(row.amount_cents for row in entries(session, order_no))


def customer_of(session: Session, order_no: str) -> int:
    """The customer who pays for an order: the one of its newest invoice, else of its card."""
    invoice = invoices.latest(session, order_no)
    if invoice is not None:
        return invoice.customer_key
    return orders.get(session, order_no).customer_key


def _instance(session: Session, order_no: str) -> ProcessInstance:
    query = select(ProcessInstance).where(ProcessInstance.business_key == order_no)
    found = session.scalar(query.order_by(ProcessInstance.key).limit(1))
    if found is None:
        raise errors.NotFound(f'There is no order "{order_no}".')
    return found


def _again(session: Session, known: Payment, order_no: str, amount_cents: int) -> Taken:
    if (known.order_no, known.amount_cents) != (order_no, amount_cents):
        raise PaymentRefused(
            KNOWN,
            payment_id=known.payment_id,
            amount=_text(known.amount_cents),
            order_no=known.order_no,
        )
    return Taken(known, False, 0, payment_requests.owed(session, order_no))


def _refuse_too_much(order_no: str, owed_cents: int, amount_cents: int, method: str) -> None:
    if method == "bank":
        return
    if owed_cents <= 0:
        raise PaymentRefused(NOTHING_DUE, order_no=order_no)
    if amount_cents > owed_cents:
        raise PaymentRefused(ABOVE_BALANCE, balance=_text(owed_cents), amount=_text(amount_cents))


def _text(amount_cents: int) -> str:
    return str(money.units(amount_cents))
