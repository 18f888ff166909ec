"""What the books of a small company must say in the end, whatever happened on its days."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import exists, select

from engine import accountability, database
from engine.tables import Incident, Mail, ProcessInstance, UserTask
from tests.stories.company_house import SmallCompany

CUSTOMERS = "@customer.example"


def orders(company: SmallCompany, numbers: list[str]) -> dict[str, set[str]]:
    """{open, closed, cancelled: numbers} of these orders. Cancelled: a manager has reviewed that it is."""
    reviewed = exists().where(
        UserTask.process_instance_key == ProcessInstance.key,
        UserTask.name == "Review the cancellation",
        UserTask.state == "completed",
    )
    found: dict[str, set[str]] = {"open": set(), "closed": set(), "cancelled": set()}
    with database.reading(company.engine) as session:
        query = select(ProcessInstance.business_key, ProcessInstance.state, reviewed)
        for number, state, is_cancelled in session.execute(
            query.where(ProcessInstance.business_key.in_(numbers))
        ):
            over = "cancelled" if is_cancelled else "closed"
            found["open" if state == "active" else over].add(number)
    return found


def not_explained(company: SmallCompany) -> list[str]:
    """Orders that are stuck, and active ones that nobody can say the reason of."""
    now = company.now()
    with database.reading(company.engine) as session:
        found = [str(each.sentence) for each in accountability.stuck(session, now)]
        active = select(ProcessInstance.key).where(ProcessInstance.state == "active")
        waiting = accountability.why_all_wait(session, list(session.scalars(active)), now)
        found += [f"{key} waits for nothing." for key, reasons in waiting.items() if not reasons]
        found += [str(each.sentence) for reasons in waiting.values() for each in reasons if each.stuck]
        incidents = select(Incident.sentence).where(Incident.resolved_at.is_(None))
        return found + list(session.scalars(incidents))


def lost(company: SmallCompany) -> set[str]:
    """Ids of mails that were written and have not come, or that came and nobody has written."""
    # A copy with the same id is the same message: we died between sending and noting it, and readers show it once.
    came = {mail["Message-ID"] for mail in company.smtp.found(lambda mail: True)}
    with database.reading(company.engine) as session:
        return came ^ {f"<orderlane.{key}@demo.example>" for key in session.scalars(select(Mail.key))}


def doubled(company: SmallCompany) -> dict[tuple[str, str], int]:
    """{(whom, subject): how often} of what customers were told more than once; a subject names the order."""
    with database.reading(company.engine) as session:
        written = session.execute(select(Mail.recipient, Mail.subject)).all()
    counted = Counter((whom, subject) for whom, subject in written if whom.endswith(CUSTOMERS))
    return {what: times for what, times in counted.items() if times > 1}
