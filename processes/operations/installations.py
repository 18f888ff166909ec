"""Operations on installations: who may install on the day, how a visit ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import errors, roles
from engine.operations import Step, operation
from processes.records import deliveries, installations, orders, product_groups, skills
from processes.records.ledger import Posting

_NOT_CERTIFIED = {
    installations.NOT_CERTIFIED: "The installer has no certificate for these goods that is valid on the day."
}


@operation("installations.qualify", errors=_NOT_CERTIFIED)
def qualify(session: Session, step: Step, login: str) -> dict[str, Any]:
    """See whether somebody has the certificate that the goods of the order need, valid today.

    Result: certified_until (a day; null where it is for good, or none is needed).
    """
    found = installations.certified(
        session, login, _skill(session, step.business_key), orders.day(session, step.now)
    )
    return {"certified_until": found.until.isoformat() if found.until else None}


@operation("installations.offer")
def offer(session: Session, step: Step) -> dict[str, Any]:
    """Offer the installers whose certificate for the goods of the order is valid today, by name.

    Result: offered_installers (list of value and label).
    """
    skill_id, today = _skill(session, step.business_key), orders.day(session, step.now)
    return {
        "offered_installers": [
            {"value": each.login, "label": each.name}
            for each in roles.members(session, "Installer")
            if skills.is_qualified(session, each.login, skill_id, today)
        ]
    }


@operation("installations.note")
def note(
    session: Session,
    step: Step,
    installation_result: str,
    situation: str,
    appointment_key: str | None = None,
    late: bool | None = None,
    materials: str | None = None,
) -> dict[str, Any]:
    """Note a visit that ended without an installation: extra_work, impossible or absent, and what was in the way.

    Result: installation_no.
    """
    if installation_result == installations.INSTALLED:
        raise errors.Refused("An installation is noted by installations.finish, which sees the certificate.")
    row = installations.note(
        session,
        Posting.of_step(step),
        installations.Certified(step.actor, _skill(session, step.business_key)),
        orders.day(session, step.now),
        installation_result,
        appointment_key=appointment_key,
        is_late=bool(late),
        materials=materials,
        situation=situation,
    )
    return {"installation_no": row.number}


@operation("installations.finish", errors=_NOT_CERTIFIED)
def finish(
    session: Session,
    step: Step,
    safety: list[str],
    test_ok: bool,
    appointment_key: str | None = None,
    late: bool | None = None,
    materials: str | None = None,
) -> dict[str, Any]:
    """Note that it is installed, by whoever did the step before: they need a certificate that is valid today.

    Result: installation_no.
    """
    today = orders.day(session, step.now)
    row = installations.note(
        session,
        Posting.of_step(step),
        installations.certified(session, step.actor, _skill(session, step.business_key), today),
        today,
        installations.INSTALLED,
        appointment_key=appointment_key,
        is_late=bool(late),
        safety=safety,
        materials=materials,
        test_ok=bool(test_ok),
    )
    return {"installation_no": row.number}


def _skill(session: Session, order_no: str) -> str | None:
    group_id = deliveries.get(session, order_no).group_id
    return session.get_one(product_groups.ProductGroup, group_id).skill_id if group_id else None
