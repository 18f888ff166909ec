"""Escalation of a late user task (W3): level 1 tells the assignee and the leads, level 2 opens a review. Each once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine import execution, history, mail, roles, settings, user_task_rows, versions
from engine.sentences import Label, Sentence, _l, in_language
from engine.tables import Job, Person, ProcessDefinition, ProcessInstance, UserTask

# Statements of every escalation are built once: building one costs more than running it.
_OPEN = UserTask.__table__
_RAISE = (
    update(_OPEN)
    .where(
        _OPEN.c.key == bindparam("user_task"),
        _OPEN.c.state == "open",
        _OPEN.c.escalation_level < bindparam("level"),
    )
    .values(escalation_level=bindparam("level"))
)
_DEFINITIONS = ProcessDefinition.__table__.c
_VERSION_OF = select(_DEFINITIONS.key).where(_DEFINITIONS.process_id == bindparam("process")).limit(1)


def escalate(session: Session, job: Job, now: datetime) -> None:
    """Carry out one level for one user task; nothing happens when it is closed or was escalated to that level before."""
    detail = job.detail or {}
    level = detail["level"]
    row = execution.lock(session, job.process_instance_key)
    raised = session.execute(_RAISE, {"user_task": detail["user_task_key"], "level": level})
    if raised.rowcount != 1:
        return
    user_task = session.get_one(UserTask, detail["user_task_key"], populate_existing=True)
    history.write(
        session,
        row.key,
        "escalated",
        actor=roles.SYSTEM.login,
        now=now,
        token_id=user_task.token_id,
        element_id=user_task.element_id,
        element_type="userTask",
        detail={"name": user_task.name, "level": level},
    )
    target = user_task.properties.get("escalate_to")
    if level == 2 and target and _is_process(session, target):
        _open_review(session, target, user_task, row, now)
        return
    if level == 2 and target:
        told = roles.members(session, target)
    else:
        told = _responsible(session, user_task)
    for person in told:
        _tell(session, person, user_task, row, now)


def _is_process(session: Session, process_id: str) -> bool:
    return session.execute(_VERSION_OF, {"process": process_id}).first() is not None


def _open_review(
    session: Session, process_id: str, user_task: UserTask, row: ProcessInstance, now: datetime
) -> None:
    ready = versions.loaded(session, versions.latest(session, process_id).key)
    problem = f'"{user_task.name}" of {row.business_key} is late.'
    execution.start(
        session,
        ready,
        {
            "subject": problem,
            "problem": problem,
            "order_no_of_order": row.business_key,
            "process_instance_key": str(row.key),
            "user_task_key": str(user_task.key),
            "late_since": user_task.due_at.isoformat() if user_task.due_at else None,
        },
        business_key=f"{row.business_key}/{user_task.element_id}",
        actor=roles.SYSTEM,
        now=now,
    )


def _responsible(session: Session, user_task: UserTask) -> list[Person]:
    """The assignee and the leads of the candidate roles; all their members when no role has a lead."""
    candidates = session.execute(user_task_rows.CANDIDATES, {"user_task": user_task.key})
    names = [name for kind, name in candidates if kind == "role"]
    told = {each.login: each for name in names for each in roles.members(session, name, leads_only=True)}
    if not told:
        told = {each.login: each for name in names for each in roles.members(session, name)}
    if user_task.assignee:
        person = session.get(Person, user_task.assignee)
        if person is not None:
            told[person.login] = person
    return [told[login] for login in sorted(told)]


def _tell(session: Session, person: Person, user_task: UserTask, row: ProcessInstance, now: datetime) -> None:
    if not person.email:
        return
    zone = settings.calendar(session).time_zone
    due = user_task.due_at
    subject = Sentence(_l("Late: {step}, {order}"), step=Label(user_task.name), order=row.business_key)
    body = Sentence(
        _l(
            "{step} of order {order} ({subject}) was due {due}. Open your inbox to take it, or to give it to somebody."
        ),
        step=Label(user_task.name),
        order=row.business_key,
        subject=row.subject or "-",
        due=_local(due, zone) if due else "-",
    )
    mail.write(
        session,
        to=person.email,
        subject=in_language(subject, person.language),
        body=in_language(body, person.language),
        process_instance_key=row.key,
        now=now,
    )


def _local(moment: datetime, time_zone: str) -> str:
    """A moment on the shop's wall clock, with its zone."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M} ({time_zone})"
