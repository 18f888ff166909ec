"""After a sale: who installed was certified, what is accepted was delivered, complaints are heard once, credit is booked."""

from __future__ import annotations

from sqlalchemy import Executable, and_, func, or_, select

from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.checks.check import Check, asked
from processes.records.cash import CashMove
from processes.records.complaints import Complaint
from processes.records.credit_notes import CreditNote
from processes.records.deliveries import DELIVERED, DeliveryAttempt
from processes.records.installations import INSTALLED, Acceptance, InstallationVisit
from processes.records.receivables import ReceivableEntry
from processes.records.skills import Qualification


@asked
def _uncertified() -> Executable:
    covers = and_(
        Qualification.login == InstallationVisit.installer,
        Qualification.skill_id == InstallationVisit.skill_id,
        Qualification.valid_from <= InstallationVisit.visited_on,
    )
    return (
        select(
            InstallationVisit.order_no.label("row"),
            InstallationVisit.installer.label("installer"),
            InstallationVisit.skill_id.label("skill"),
        )
        .outerjoin(Qualification, Qualification.key == InstallationVisit.qualification_key)
        .where(
            InstallationVisit.result == INSTALLED,
            InstallationVisit.skill_id.is_not(None),
            or_(
                Qualification.key.is_(None),
                ~covers,
                InstallationVisit.certified_until < InstallationVisit.visited_on,
            ),
        )
    )


@asked
def _undelivered() -> Executable:
    delivered = select(DeliveryAttempt.key).where(
        DeliveryAttempt.order_no == Acceptance.order_no, DeliveryAttempt.result == DELIVERED
    )
    query = select(Acceptance.order_no.label("row"), Acceptance.signature.label("signature"))
    return query.where(~delivered.exists())


@asked
def _twice() -> Executable:
    return (
        select(
            Complaint.about_order_no.label("row"), Complaint.kind.label("kind"), func.count().label("times")
        )
        .where(Complaint.closed_at.is_(None))
        .group_by(Complaint.about_order_no, Complaint.kind)
        .having(func.count() > 1)
    )


@asked
def _unheard() -> Executable:
    return (
        select(Complaint.complaint_no.label("row"), ProcessInstance.state.label("state"))
        .join(ProcessInstance, ProcessInstance.key == Complaint.process_instance_key)
        .where(Complaint.closed_at.is_(None), ProcessInstance.state != "active")
    )


@asked
def _credit() -> Executable:
    lowered = (
        select(func.coalesce(-func.sum(ReceivableEntry.amount_cents), 0))
        .where(
            ReceivableEntry.order_no == CreditNote.order_no,
            ReceivableEntry.effect_key == CreditNote.effect_key,
        )
        .correlate(CreditNote)
        .scalar_subquery()
    )
    refunded = (
        select(func.coalesce(-func.sum(CashMove.amount_cents), 0))
        .where(CashMove.order_no == CreditNote.order_no, CashMove.effect_key == CreditNote.effect_key)
        .correlate(CreditNote)
        .scalar_subquery()
    )
    query = select(
        CreditNote.number.label("row"),
        CreditNote.amount_cents.label("amount_cents"),
        (lowered + refunded).label("booked_cents"),
    )
    return query.where(or_(lowered != CreditNote.lowered_cents, refunded != CreditNote.refunded_cents))


CHECKS = (
    Check(
        "A1",
        _l("Who installed had the certificate for it on that day."),
        _uncertified,
        _l("{installer} installed {row} without a certificate for {skill} that was valid on the day."),
        _l("Let somebody who is certified look at the installation, and train the installer."),
    ),
    Check(
        "A2",
        _l("What a customer has accepted was delivered."),
        _undelivered,
        _l("{row} was accepted by {signature}, but nothing was delivered for it."),
        _l("Ask the customer what they signed for, and note the delivery."),
    ),
    Check(
        "A3",
        _l("Of one order and one kind one complaint is open."),
        _twice,
        _l("{row} has {times} open complaints about {kind}."),
        _l("Join them: withdraw all but the first."),
    ),
    Check(
        "A4",
        _l("Somebody is at work on every open complaint."),
        _unheard,
        _l("The complaint {row} is open, but its process is {state}."),
        _l("Register it anew, and close this one."),
    ),
    Check(
        "A5",
        _l("What a credit note says was taken off the debt, or given back."),
        _credit,
        _l("The credit note {row} is about {amount_cents}, but {booked_cents} was booked."),
        _l("Correct it with a reversing row and a new credit note."),
    ),
)
