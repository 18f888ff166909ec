"""What a check of the house finds: broken promises, what is stuck, stopped, late, untaken, unsent or past due, as it is now.

Each finding is one sentence in English with who should look at it; `source` names it again, so that a second look can tell
whether it is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Text, func, select, type_coerce
from sqlalchemy.orm import Session

from engine import accountability, outside, roles
from engine.sentences import _l
from engine.tables import Incident, Job, Mail, Person, ProcessInstance, UserTask
from processes import doctor
from processes.checks import CHECKS

#: {kind: what people read}, the most urgent first.
KINDS = {
    "promise": _l("Broken promise"),
    "stuck": _l("Stuck"),
    "incident": _l("Stopped"),
    "mail": _l("Unsent mail"),
    "timer": _l("Clock past due"),
    "overdue": _l("Late step"),
    "unassigned": _l("Untaken step"),
    "other": _l("Something else"),
}
_SEVERITY = {"overdue": "medium", "unassigned": "low"}
#: So many findings of one kind are listed; all are counted.
MOST_OF_A_KIND = 20
#: A step that nobody has taken for so long is a finding; before, it is only counted.
UNTAKEN = timedelta(days=1)
#: A mail that waits, or a clock that is due, for so long is a finding.
SHOULD_HAVE_GONE = timedelta(minutes=30)
#: Found by `accountability.stuck` already, with the step and the person.
_FOUND_ELSEWHERE = "E1"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to put right. owner: who should do it, when that can be told."""

    kind: str
    source: str
    order_no: str | None
    sentence: str
    owner: str | None = None

    @property
    def severity(self) -> str:
        """How much it matters: high, medium or low."""
        return _SEVERITY.get(self.kind, "high")

    def to_json(self) -> dict[str, Any]:
        """The finding as plain values."""
        return {**asdict(self), "severity": self.severity}


def look(session: Session, now: datetime, *, besides: str | None = None) -> list[Found]:
    """Everything that is wrong now, the most urgent first. Changes nothing.

    besides: the number of an order that is not looked at: the check itself.
    """
    session.flush()
    # A session of its own in the same transaction: the doctor lets go of each order it has read, and the step that asks
    # still has to write its own.
    with Session(bind=session.connection()) as beside:
        found = [each for find in _FINDERS for each in find(beside, now)]
        # What is just being started in this step has no state yet: the round that opens this check is no finding either.
        unwritten = select(ProcessInstance.business_key).where(ProcessInstance.tokens == b"")
        own = {besides, *beside.scalars(unwritten)} - {None}
    return [each for each in found if each.order_no not in own]


def counts(session: Session, now: datetime, found: list[Found]) -> dict[str, int]:
    """How much there is of each kind: steps that are late or untaken in all, of the other kinds what was found."""
    counted = {kind: sum(each.kind == kind for each in found) for kind in KINDS if kind != "other"}
    free = select(func.count()).select_from(_free().subquery())
    late = select(func.count()).select_from(_late(now).subquery())
    return {**counted, "unassigned": session.scalar(free) or 0, "overdue": session.scalar(late) or 0}


def _promises(session: Session, now: datetime) -> Iterator[Found]:
    kept_elsewhere = [each for each in CHECKS if each.invariant != _FOUND_ELSEWHERE]
    for each in doctor.examine(session, now, kept_elsewhere):
        for finding in each.findings[:MOST_OF_A_KIND]:
            source = f"{finding.invariant}:{finding.row}"
            sentence = f"{finding.invariant}. {finding.sentence} {finding.remedy}"
            yield Found("promise", source, _order_of(session, finding.row), sentence)


def _stuck(session: Session, now: datetime) -> Iterator[Found]:
    for each in accountability.stuck(session, now, MOST_OF_A_KIND):
        if each.kind == "mail":
            continue  # found as a mail
        source = f"stuck:{each.process_instance_key}:{each.user_task_key}"
        yield Found("stuck", source, each.business_key, str(each.sentence))


def _stopped(session: Session, _now: datetime) -> Iterator[Found]:
    query = (
        select(Incident, ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.key == Incident.process_instance_key)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.raised_at, Incident.key)
        .limit(MOST_OF_A_KIND)
    )
    for incident, number in session.execute(query):
        sentence = f"{number} stands still: {incident.sentence}"
        yield Found("incident", f"incident:{incident.key}", number, sentence)


def _unsent(session: Session, now: datetime) -> Iterator[Found]:
    """Mails that failed, and mails that wait although they should have left: among them invoices."""
    has_failed = Mail.state == "failed"
    waits = (Mail.state == "waiting") & (Mail.written_at < now - SHOULD_HAVE_GONE)
    query = (
        select(Mail, ProcessInstance.business_key)
        .outerjoin(ProcessInstance, ProcessInstance.key == Mail.process_instance_key)
        .where(has_failed | waits)
        .order_by(Mail.key)
        .limit(MOST_OF_A_KIND)
    )
    for mail, number in session.execute(query):
        sentence = f'The mail "{mail.subject}" to {mail.recipient} has not left. {mail.problem or ""}'.strip()
        yield Found("mail", f"mail:{mail.key}", number, sentence)


def _past_due(session: Session, now: datetime) -> Iterator[Found]:
    query = (
        select(Job, ProcessInstance.business_key)
        .outerjoin(ProcessInstance, ProcessInstance.key == Job.process_instance_key)
        .where(
            Job.state == "ready",
            Job.kind.in_(("timer", "start_timer", "escalation", "publication")),
            Job.due_at < now - SHOULD_HAVE_GONE,
        )
        .order_by(Job.due_at, Job.key)
        .limit(MOST_OF_A_KIND)
    )
    for job, number in session.execute(query):
        what = f"of order {number}" if number else f'of "{job.name}"'
        sentence = f"A clock {what} was due {job.due_at:%Y-%m-%d %H:%M} UTC and nothing has happened."
        yield Found("timer", f"job:{job.key}", number, sentence)


def _overdue(session: Session, now: datetime) -> Iterator[Found]:
    late = _late(now).order_by(UserTask.due_at, UserTask.key).limit(MOST_OF_A_KIND)
    for user_task, number, login, lead in _with_people(session, late):
        level = f", level {user_task.escalation_level}" if user_task.escalation_level else ""
        sentence = f'"{user_task.name}" of {number} was due {user_task.due_at:%Y-%m-%d %H:%M} UTC{level}.'
        yield Found("overdue", f"overdue:{user_task.key}", number, sentence, login or lead)


def _untaken(session: Session, now: datetime) -> Iterator[Found]:
    # What is late already is found as late.
    waiting = _free().where(
        UserTask.created_at < now - UNTAKEN, UserTask.due_at.is_(None) | (UserTask.due_at >= now)
    )
    waiting = waiting.order_by(UserTask.created_at, UserTask.key).limit(MOST_OF_A_KIND)
    for user_task, number, _login, lead in _with_people(session, waiting):
        sentence = f'Nobody has taken "{user_task.name}" of {number} since {user_task.created_at:%Y-%m-%d %H:%M} UTC.'
        yield Found("unassigned", f"unassigned:{user_task.key}", number, sentence, lead)


def _late(now: datetime) -> Select[tuple[UserTask]]:
    return select(UserTask).where(UserTask.state == "open", UserTask.due_at < now)


def _free() -> Select[tuple[UserTask]]:
    # A question to a customer waits for the customer; nobody of the house has to take it.
    asks = type_coerce(UserTask.properties, Text).contains(f'"{outside.PAGE}"')
    return select(UserTask).where(UserTask.state == "open", UserTask.assignee.is_(None), ~asks)


def _with_people(
    session: Session, query: Select[tuple[UserTask]]
) -> Iterator[tuple[UserTask, str, str | None, str | None]]:
    """Each user task with the number of its order, who has it (if active), and who leads its lane."""
    for user_task in session.scalars(query).all():
        number = session.get_one(ProcessInstance, user_task.process_instance_key).business_key
        person = session.get(Person, user_task.assignee) if user_task.assignee else None
        leads = roles.members(session, user_task.lane or "", leads_only=True)
        yield (
            user_task,
            number,
            person.login if person and person.active else None,
            leads[0].login if leads else None,
        )


def _order_of(session: Session, row: str) -> str | None:
    """The row of a broken promise, when it is the number of an order."""
    known = select(ProcessInstance.business_key).where(ProcessInstance.business_key == row).limit(1)
    return session.scalar(known)


_Finder = Callable[[Session, datetime], Iterator[Found]]
_FINDERS: tuple[_Finder, ...] = (_promises, _stuck, _stopped, _unsent, _past_due, _overdue, _untaken)
