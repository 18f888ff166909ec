"""Orders that wait for a time or for work: clocks, operations that are tried again, outside workers, incidents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session, aliased

from engine import versions
from engine.accountability import workers
from engine.accountability.faults import LATE, OVERDUE
from engine.accountability.reasons import CATCHING, Nodes, Reason, step_name
from engine.sentences import Label, Sentence, _l
from engine.tables import Incident, Job, Mail, OpenFlowNode, ProcessInstance, UserTask

_STOPPED = _l('Stopped at "{step}" since {since}: {cause} When this is put right, a manager tries it again.')
_TIME = _l('Waits at "{step}" until {until}, since {since}.')
_TRIED_AGAIN = _l('"{step}" failed: {cause}. It is tried again {until}.')
_OFFERED = _l('Waits at "{step}" for an outside worker that does "{type}", since {since}.')
_TRIED_OUTSIDE = _l(
    'Waits at "{step}" for an outside worker that does "{type}", again from {until}. It failed: {cause}'
)
_DONE_NOW = _l('An outside worker does "{type}" for "{step}" now; it has until {until}.')
_DONE_LATE = _l(
    'Waits at "{step}" for an outside worker that does "{type}"; the one that took it did not come back by {until}.'
)
_UNSENT = _l('Stuck: the mail "{subject}" to {to} could not be sent. Cause: {cause}')
_SENT_LATER = _l('The mail "{subject}" to {to} has not left yet; it is tried again. Cause: {cause}')
_AT_WORK = _l('A worker does "{step}" now.')
_UNTAKEN = _l(
    'Stuck: nobody has taken the job "{type}" of "{step}" since {since}. '
    "Start the outside worker that does it, or give the step another type."
)
_LISTENER = _l('Waits at "{step}" for the listener "{type}", since {since}.')
_LISTENER_NOW = _l('The listener "{type}" of "{step}" is asked now, since {since}.')
_HELD = _l('Waits at "{step}" for the listener "{type}". What you asked for counts when it agrees.')
_HELD_NOW = _l('The listener "{type}" of "{step}" is asked now. What you asked for counts when it agrees.')


def incidents(session: Session, keys: Collection[int], nodes: Nodes) -> list[tuple[int, Reason]]:
    """What has stopped: somebody must cure the cause and try again."""
    rows = session.scalars(
        select(Incident)
        .where(Incident.process_instance_key.in_(keys), Incident.resolved_at.is_(None))
        .order_by(Incident.raised_at, Incident.key)
    )
    found = []
    for row in rows:
        node = nodes.get((row.process_instance_key, row.token_id))
        if node is None:  # of work that outlived its step
            step = Label(row.element_id.replace("_", " "))
        else:
            step = step_name(versions.process(session, node.process_definition_key), row.element_id)
        cause = row.sentence if row.sentence.endswith((".", "!", "?")) else f"{row.sentence}."
        sentence = Sentence(_STOPPED, step=step, since=row.raised_at, cause=cause)
        reason = Reason("incident", sentence, row.raised_at, stuck=True, element_id=row.element_id)
        found.append((row.process_instance_key, reason))
    return found


def jobs_and_timers(
    session: Session, keys: Collection[int], nodes: Nodes, now: datetime
) -> list[tuple[int, Reason]]:
    """Clocks of catch events, operations, outside workers and listeners; and whatever a worker took and does not bring back."""
    is_work = Job.kind.in_(("timer", "operation", "worker"))
    rows = session.execute(
        select(Job, is_untaken())
        .where(Job.process_instance_key.in_(keys), Job.state != "failed", is_work | (Job.state == "running"))
        .order_by(Job.due_at, Job.key),
        untaken_at(now),
    )
    found = []
    for job, nobody_does_it in rows:
        node = nodes.get((job.process_instance_key, job.token_id))
        if node is None:
            places = {"step": Label((job.element_id or job.name).replace("_", " ")), "since": job.due_at}
        else:
            process = versions.process(session, node.process_definition_key)
            places = {"step": step_name(process, job.element_id), "since": node.entered_at}
        if missing := workers.missing(job, places["step"], now):
            facts = {"since": job.lease_until, "element_id": job.element_id}
            found.append((job.process_instance_key, Reason("job", missing, stuck=True, **facts)))
        elif node is not None and _is_its_work(job, node):
            found.append((job.process_instance_key, _of_job(job, places, now, nobody_does_it)))
    return found


def is_untaken() -> ColumnElement[bool]:
    """Whether a job has waited for an outside worker although none is at work on any job of its type: none is there.

    A job whose worker did not come back waits again. A question with it gives `untaken_at` of a moment.
    """
    other = aliased(Job)
    somebody = (
        select(other.key)
        .where(
            other.name == Job.name,
            other.kind == "worker",
            other.state == "running",
            other.lease_until >= bindparam("now"),
        )
        .exists()
    )
    waits = (Job.state == "offered") & (Job.due_at < bindparam("overdue_since"))
    waits_again = (Job.state == "running") & (Job.lease_until < bindparam("overdue_since"))
    return (Job.kind == "worker") & (waits | waits_again) & ~somebody


def untaken_at(now: datetime) -> dict[str, datetime]:
    """What `is_untaken` asks for."""
    return {"now": now, "overdue_since": now - OVERDUE}


def untaken(job: Job, step: Label) -> Sentence:
    """What is said of such a job."""
    since = job.due_at if job.state == "offered" else job.lease_until
    return Sentence(_UNTAKEN, type=job.name, step=step, since=since)


def mails(session: Session, keys: Collection[int]) -> list[tuple[int, Reason]]:
    """Mails of open orders that could not be sent: whoever is waited for may know nothing of it."""
    rows = session.scalars(
        select(Mail)
        .join(ProcessInstance, ProcessInstance.key == Mail.process_instance_key)
        .where(
            Mail.process_instance_key.in_(keys),
            Mail.state.in_(("waiting", "failed")),
            Mail.problem.is_not(None),
            ProcessInstance.state == "active",
        )
        .order_by(Mail.key)
    )
    return [
        (row.process_instance_key, Reason("job", unsent(row), row.written_at, stuck=row.state == "failed"))
        for row in rows
    ]


def unsent(mail: Mail) -> Sentence:
    """What is said of a mail that could not be sent."""
    pattern = _UNSENT if mail.state == "failed" else _SENT_LATER
    return Sentence(pattern, subject=mail.subject, to=mail.recipient, cause=mail.problem or "-")


def held_up(session: Session, user_task: UserTask) -> Sentence | None:
    """The listener outside that has to agree before an open user task changes; None when none is asked. 1 query."""
    rows = session.scalars(
        select(Job)
        .where(
            Job.process_instance_key == user_task.process_instance_key,
            Job.token_id == user_task.token_id,
            Job.state != "failed",
            Job.kind == "worker",
        )
        .order_by(Job.key)
    )
    for job in rows:
        if "listener" in (job.detail or {}):
            pattern = _HELD if job.state == "offered" else _HELD_NOW
            return Sentence(pattern, step=Label(user_task.name), type=job.name)
    return None


def _is_its_work(job: Job, node: OpenFlowNode) -> bool:
    """Whether the token waits for this job; the clock of a boundary event is not what its step waits for."""
    return job.kind in ("operation", "worker") or (job.kind == "timer" and node.element_type in CATCHING)


def _of_job(job: Job, places: dict[str, Any], now: datetime, nobody_does_it: bool) -> Reason:
    facts = {"since": places["since"], "until": job.due_at, "element_id": job.element_id}
    if job.kind != "worker" and job.state == "running":
        return Reason("job", Sentence(_AT_WORK, step=places["step"]), **facts)
    if nobody_does_it:
        return Reason("job", untaken(job, places["step"]), stuck=True, **facts)
    if job.kind == "timer":
        if job.state == "ready" and job.due_at < now - OVERDUE:
            sentence = Sentence(LATE, step=places["step"], due=job.due_at)
            return Reason("time", sentence, stuck=True, **facts)
        return Reason("time", Sentence(_TIME, until=job.due_at, **places), **facts)
    if job.kind == "operation":
        sentence = Sentence(_TRIED_AGAIN, step=places["step"], cause=job.problem, until=job.due_at)
        return Reason("job", sentence, **facts)
    places["type"] = job.name
    is_offered = job.state == "offered"
    if "listener" in (job.detail or {}):
        return Reason("job", Sentence(_LISTENER if is_offered else _LISTENER_NOW, **places), **facts)
    if is_offered and job.problem and job.due_at > now:
        sentence = Sentence(_TRIED_OUTSIDE, until=job.due_at, cause=job.problem, **places)
        return Reason("job", sentence, **facts)
    if is_offered:
        return Reason("job", Sentence(_OFFERED, **places), **facts)
    pattern = _DONE_NOW if job.lease_until >= now else _DONE_LATE
    return Reason("job", Sentence(pattern, until=job.lease_until, **places), **facts)
