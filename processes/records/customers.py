"""Customers: people and companies that bring us orders, found again by name, telephone or number (E1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, series
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit

INCOMPLETE = "CUSTOMER_INCOMPLETE"
KINDS = ("person", "company")
CHANNELS = ("email", "phone")
#: So many last digits of a telephone number name it, whether it is written with the country code or without.
_TELLING_DIGITS = 8
_CHANGEABLE = {
    "kind",
    "name",
    "phone",
    "email",
    "language",
    "preferred_channel",
    "tax_id",
    "credit_limit_cents",
    "notes",
}


class Customer(audit.Audited, Base):
    """Somebody we work for, with at least one way to reach them.

    phone: as it was said; phone_digits: its digits alone. search_text: what `search` looks through.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'company')", name="kind"),
        CheckConstraint("preferred_channel IN ('email', 'phone')", name="preferred_channel"),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("phone_digits IS NOT NULL OR email IS NOT NULL", name="reachable"),
        CheckConstraint("credit_limit_cents >= 0", name="credit_limit"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    customer_no: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    phone_digits: Mapped[str | None] = mapped_column(index=True)
    email: Mapped[str | None]
    language: Mapped[str]
    preferred_channel: Mapped[str]
    tax_id: Mapped[str | None]
    credit_limit_cents: Mapped[int] = mapped_column(default=0)
    notes: Mapped[str | None]
    created_at: Mapped[datetime]
    search_text: Mapped[str]

    def change(self, **facts: Any) -> None:
        """Write new facts onto the card. Raises BusinessError CUSTOMER_INCOMPLETE, Refused for a fact it does not have."""
        unknown = sorted(facts.keys() - _CHANGEABLE)
        if unknown:
            raise errors.Refused(
                f"Expected some of {', '.join(sorted(_CHANGEABLE))}, but found {', '.join(unknown)}."
            )
        for name, value in _checked({each: getattr(self, each) for each in _CHANGEABLE} | facts).items():
            setattr(self, name, value)
        self.phone_digits = digits(self.phone)
        self.search_text = " ".join(
            each for each in (self.customer_no, self.name, self.email, self.tax_id) if each
        ).casefold()


def add(
    session: Session,
    name: str | None,
    *,
    phone: str | None = None,
    email: str | None = None,
    kind: str = "person",
    language: str = "en",
    preferred_channel: str | None = None,
    tax_id: str | None = None,
    credit_limit_cents: int = 0,
    notes: str | None = None,
    now: datetime,
) -> Customer:
    """Add a customer with the next number. Raises BusinessError CUSTOMER_INCOMPLETE.

    Without a chosen channel we write where there is an address, else we call.
    """
    facts = _checked(
        {
            "kind": kind,
            "name": name,
            "phone": phone,
            "email": email,
            "language": language,
            "preferred_channel": preferred_channel,
            "tax_id": tax_id,
            "credit_limit_cents": credit_limit_cents,
            "notes": notes,
        }
    )
    customer = Customer(customer_no=f"C-{series.next_number(session, 'C'):04}", created_at=now)
    customer.change(**facts)
    session.add(customer)
    session.flush()
    return customer


def get(session: Session, customer_key: int) -> Customer:
    """The customer of that key. Raises NotFound."""
    found = session.get(Customer, customer_key)
    if found is None:
        raise errors.NotFound(f"There is no customer with the key {customer_key}.")
    return found


def same(session: Session, name: str, phone: str | None, email: str | None) -> Customer | None:
    """The customer of this name who is reached in one of these ways: whom we would otherwise write down twice."""
    number = digits(phone)
    if number and len(number) >= _TELLING_DIGITS:
        by_phone = Customer.phone_digits.endswith(number[-_TELLING_DIGITS:])
    else:
        by_phone = Customer.phone_digits == number
    by_email = Customer.email == (email or "").strip().casefold()
    found = session.scalars(select(Customer).where(by_phone | by_email).order_by(Customer.key))
    return next((each for each in found if _plain(each.name) == _plain(name)), None)


def by_phone(session: Session, phone: str) -> list[Customer]:
    """The customers who are reached at this number, written with the country code or without; nobody for too short a number."""
    number = digits(phone)
    if number is None or len(number) < _TELLING_DIGITS:
        return []
    return list(
        session.scalars(select(Customer).where(Customer.phone_digits.endswith(number[-_TELLING_DIGITS:])))
    )


def search(session: Session, text: str, limit: int = 20) -> list[Customer]:
    """The customers whose name, number, address or telephone has every word of `text`; by name."""
    query = select(Customer)
    number = digits(text)
    if number and not re.search(r"[^\W\d_]", text):
        query = query.where(Customer.phone_digits.contains(number) | _has_words(text))
    else:
        query = query.where(_has_words(text))
    return list(session.scalars(query.order_by(Customer.name, Customer.key).limit(limit)))


def digits(phone: str | None) -> str | None:
    """The digits of a telephone number without leading zeros; None when there are none."""
    return re.sub(r"\D", "", phone or "").lstrip("0") or None


def _has_words(text: str) -> Any:
    words = text.casefold().split()
    found = Customer.key.is_not(None)
    for word in words:
        found = found & Customer.search_text.contains(word, autoescape=True)
    return found


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a customer, trimmed; a person must be able to find and to reach them."""
    plain = {
        name: value.strip() or None if isinstance(value, str) else value for name, value in facts.items()
    }
    if not plain["name"]:
        raise errors.BusinessError(INCOMPLETE, Sentence(_l("A customer needs a name. Ask for it.")))
    if not digits(plain["phone"]) and not plain["email"]:
        raise errors.BusinessError(
            INCOMPLETE,
            Sentence(_l('"{name}" needs a telephone number or an e-mail address.'), name=plain["name"]),
        )
    if plain["kind"] not in KINDS:
        raise errors.Refused(
            f'Expected the kind of a customer to be person or company, but found "{plain["kind"]}".'
        )
    if plain["email"]:
        plain["email"] = plain["email"].casefold()
    plain["preferred_channel"] = plain["preferred_channel"] or ("email" if plain["email"] else "phone")
    if plain["preferred_channel"] not in CHANNELS:
        raise errors.Refused(
            f'Expected the preferred channel to be email or phone, but found "{plain["preferred_channel"]}".'
        )
    return plain


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
