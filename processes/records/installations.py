"""Installations at the customer's: each visit of an installer with the certificate of that day, and the acceptance (F16).

An unqualified person installs nothing: the database refuses a finished installation whose certificate does not cover the
day of the visit (R-275).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, PlainJson
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.records import ledger, skills
from processes.records.ledger import Posting

NOT_CERTIFIED = "NOT_CERTIFIED"
INSTALLED, EXTRA_WORK, IMPOSSIBLE, ABSENT = RESULTS = ("installed", "extra_work", "impossible", "absent")
#: {result: what people read}
RESULT_LABELS = {
    INSTALLED: _l("Installed"),
    EXTRA_WORK: _l("More work is needed"),
    IMPOSSIBLE: _l("Cannot be installed"),
    ABSENT: _l("Nobody was there"),
}
#: What an installer confirms before leaving.
SAFETY = {
    "power_off": _l("Power and water were off while connecting"),
    "level": _l("It stands firm and level"),
    "earthed": _l("It is earthed, cables and hoses are safe"),
    "tight": _l("Nothing leaks"),
    "clean": _l("The place is clean, packaging is taken along"),
}


class InstallationVisit(ledger.LedgerRow, Base):
    """One visit of an installer. skill_id: what had to be certified; None where anybody may install.

    qualification_key, certified_until: what the installer had on that day; None as day is for good. safety: the ids of SAFETY
    that were ticked.
    """

    __tablename__ = "installation_visit"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        UniqueConstraint("order_no", "number"),
        ForeignKeyConstraint(["order_no"], ["delivery.order_no"]),
        CheckConstraint(f"result IN {RESULTS!r}", name="result"),
        CheckConstraint("result <> 'installed' OR test_ok", name="tested"),
        CheckConstraint(
            "result <> 'installed' OR skill_id IS NULL OR (qualification_key IS NOT NULL AND "
            "(certified_until IS NULL OR certified_until >= visited_on))",
            name="qualified",
        ),
        CheckConstraint("result = 'installed' OR coalesce(length(situation), 0) > 0", name="situation"),
    )
    number: Mapped[int]
    appointment_key: Mapped[str | None]
    installer: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    skill_id: Mapped[str | None] = mapped_column(ForeignKey("skill.skill_id"))
    qualification_key: Mapped[int | None] = mapped_column(ForeignKey("qualification.key"))
    certified_until: Mapped[date | None]
    visited_on: Mapped[date]
    is_late: Mapped[bool] = mapped_column(Boolean, default=False)
    result: Mapped[str]
    safety: Mapped[list[Any]] = mapped_column(PlainJson)
    materials: Mapped[str | None]
    situation: Mapped[str | None]
    test_ok: Mapped[bool] = mapped_column(Boolean, default=False)


class Acceptance(ledger.LedgerRow, Base):
    """The customer took the goods over, once an order: who signed, how, and how content they were."""

    __tablename__ = "acceptance"
    __table_args__ = (
        UniqueConstraint("order_no"),
        ForeignKeyConstraint(["order_no"], ["delivery.order_no"]),
        CheckConstraint("length(signature) > 0", name="signature"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
    )
    signature: Mapped[str]
    rating: Mapped[int | None]
    remarks: Mapped[str | None]


ledger.only_grows(InstallationVisit.__table__)
ledger.only_grows(Acceptance.__table__)


@dataclass(frozen=True, slots=True)
class Certified:
    """Who installs, and what allows it on that day. skill_id None: nothing has to."""

    login: str
    skill_id: str | None = None
    qualification_key: int | None = None
    until: date | None = None


def certified(session: Session, login: str, skill_id: str | None, on: date) -> Certified:
    """Somebody with the certificate for `skill_id` on that day. Raises BusinessError NOT_CERTIFIED where there is none."""
    if skill_id is None:
        return Certified(login)
    for each in skills.of_person(session, login):
        if each.skill_id == skill_id and each.valid_from <= on <= (each.valid_to or date.max):
            return Certified(login, skill_id, each.key, each.valid_to)
    person = session.get(Person, login)
    raise errors.BusinessError(
        NOT_CERTIFIED,
        Sentence(
            _l("{person} has no certificate for {skill} that is valid on {day}. Send another installer."),
            person=person.name if person else login,
            skill=skills.get(session, skill_id).name_in("en"),
            day=on,
        ),
    )


def note(
    session: Session,
    posting: Posting,
    by_whom: Certified,
    visited_on: date,
    result: str,
    *,
    appointment_key: str | None = None,
    is_late: bool = False,
    safety: list[str] | None = None,
    materials: str | None = None,
    situation: str | None = None,
    test_ok: bool = False,
) -> InstallationVisit:
    """Note how a visit ended; an effect notes one.

    Raises Refused for an installation without every safety point and a passed test, and for anything else without words.
    """
    known = session.scalar(
        select(InstallationVisit).where(InstallationVisit.effect_key == posting.effect_key)
    )
    if known is not None:
        return known
    if result not in RESULTS:
        raise errors.Refused(f'Expected a result of {", ".join(RESULTS)}, but found "{result}".')
    ticked = [point for point in SAFETY if point in (safety or ())]
    if result == INSTALLED and (len(ticked) < len(SAFETY) or not test_ok):
        raise errors.Refused(
            _l("An installation is finished when every safety point is ticked and the test has passed.")
        )
    situation = (situation or "").strip() or None
    if result != INSTALLED and situation is None:
        raise errors.Refused(_l("Say what is in the way of the installation."))
    row = InstallationVisit(
        number=len(visits(session, posting.order_no)) + 1,
        appointment_key=appointment_key,
        installer=by_whom.login,
        skill_id=by_whom.skill_id,
        qualification_key=by_whom.qualification_key,
        certified_until=by_whom.until,
        visited_on=visited_on,
        is_late=is_late,
        result=result,
        safety=ticked,
        materials=(materials or "").strip() or None,
        situation=situation,
        test_ok=bool(test_ok),
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def accept(
    session: Session, posting: Posting, signature: str, rating: int | None = None, remarks: str | None = None
) -> Acceptance:
    """Let the customer of the order of `posting` take the goods over, once; the first signature stays.

    Raises Refused without a signature.
    """
    known = accepted(session, posting.order_no)
    if known is not None:
        return known
    if not signature.strip():
        raise errors.Refused(
            Sentence(
                _l("Order {order} is accepted with a signature. Let the customer sign."),
                order=posting.order_no,
            )
        )
    row = Acceptance(
        signature=signature.strip(),
        rating=rating,
        remarks=(remarks or "").strip() or None,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def visits(session: Session, order_no: str) -> list[InstallationVisit]:
    """The visits of installers for an order, oldest first."""
    query = select(InstallationVisit).where(InstallationVisit.order_no == order_no)
    return list(session.scalars(query.order_by(InstallationVisit.number)))


def installed(session: Session, order_no: str) -> InstallationVisit | None:
    """The visit on which the goods were installed, or None."""
    return next((each for each in visits(session, order_no) if each.result == INSTALLED), None)


def accepted(session: Session, order_no: str) -> Acceptance | None:
    """The acceptance of an order, or None before it."""
    return session.scalar(select(Acceptance).where(Acceptance.order_no == order_no))
