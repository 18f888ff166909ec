"""Cash accounts and their ledger (L6): the till and the bank. A till never holds less than nothing (I14)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, settings
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import journal, ledger, money, reversing

#: How customers pay, and the kind of account that takes it when the setting names none.
METHODS = {"cash": "cash", "card": "bank", "bank": "bank"}
#: The setting {method: account_id}: which account takes what.
SETTING = "payment_accounts"


class CashAccount(Base):
    """A till or a bank account. `balance_cents` is kept with each move, so that the database can refuse an empty till."""

    __tablename__ = "cash_account"
    __table_args__ = (
        CheckConstraint("kind IN ('cash', 'bank')", name="kind"),
        CheckConstraint("kind <> 'cash' OR balance_cents >= 0", name="never_negative"),
    )
    account_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    currency: Mapped[str]
    balance_cents: Mapped[int] = mapped_column(default=0)

    @property
    def journal_account(self) -> str:
        """Its account in the journal."""
        return journal.CASH if self.kind == "cash" else journal.BANK


class CashMove(ledger.LedgerRow, Base):
    """Money into an account, or out of it when negative. A reversing row (money given back) names its row."""

    __tablename__ = "cash_move"
    __table_args__ = (
        Index(
            "uq_cash_move_effect",
            "effect_key",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("amount_cents <> 0", name="amount"),
    )
    account_id: Mapped[str] = mapped_column(ForeignKey("cash_account.account_id"), index=True)
    amount_cents: Mapped[int]
    method: Mapped[str]
    payment_key: Mapped[int | None] = mapped_column(ForeignKey("payment.key"))
    reverses: Mapped[int | None] = mapped_column(ForeignKey("cash_move.key"))


ledger.only_grows(CashMove.__table__)


def get(session: Session, account_id: str) -> CashAccount:
    """The account of that id, held until the transaction ends. Raises NotFound."""
    query = select(CashAccount).where(CashAccount.account_id == account_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise errors.NotFound(f'There is no cash account "{account_id}".')
    return found


def for_method(session: Session, method: str) -> CashAccount:
    """The account that takes a method of payment, held until the transaction ends. Raises Refused for another method."""
    if method not in METHODS:
        raise errors.Refused(
            Sentence(
                _l('Expected one of {methods} as the method of payment, but found "{found}".'),
                methods=list(METHODS),
                found=method,
            )
        )
    named = settings.get(session, SETTING, {}).get(method)
    query = select(CashAccount.account_id).where(CashAccount.kind == METHODS[method])
    account_id = named or session.scalar(query.order_by(CashAccount.account_id).limit(1))
    if account_id is None:
        raise errors.Refused(
            Sentence(
                _l(
                    'No account takes payments by "{method}". Add one of kind "{kind}", or name one in the setting '
                    '"{setting}".'
                ),
                method=method,
                kind=METHODS[method],
                setting=SETTING,
            )
        )
    return get(session, account_id)


def move(
    session: Session,
    posting: ledger.Posting,
    account: CashAccount,
    amount_cents: int,
    method: str,
    payment_key: int | None,
    reverses: int | None = None,
) -> CashMove:
    """Put money into an account that is held, or take it out. Raises Refused when a till would go below 0."""
    if account.kind == "cash" and account.balance_cents + amount_cents < 0:
        raise errors.Refused(
            Sentence(
                _l(
                    '"{account}" holds {balance} {currency}, so {amount} cannot be taken out. Put cash in first.'
                ),
                account=account.name,
                balance=money.units(account.balance_cents),
                currency=account.currency,
                amount=money.units(-amount_cents),
            )
        )
    row = CashMove(
        account_id=account.account_id,
        amount_cents=amount_cents,
        method=method,
        payment_key=payment_key,
        reverses=reverses,
        **ledger.columns(posting),
    )
    account.balance_cents += amount_cents
    session.add(row)
    session.flush()
    return row


def entries(session: Session, order_no: str) -> list[CashMove]:
    """All rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(select(CashMove).where(CashMove.order_no == order_no).order_by(CashMove.key)))


def moved_cents(session: Session, account_id: str) -> int:
    """The sum of the moves of an account."""
    query = select(func.sum(CashMove.amount_cents)).where(CashMove.account_id == account_id)
    return int(session.scalar(query) or 0)


def reverse_order(session: Session, posting: ledger.Posting) -> list[CashMove]:
    """Give back all that was paid for the order of `posting`, from the accounts that took it. Returns the new rows."""
    return [
        move(
            session,
            posting,
            get(session, row.account_id),
            -row.amount_cents,
            row.method,
            row.payment_key,
            row.key,
        )
        for row in reversing.standing(entries(session, posting.order_no))
    ]
