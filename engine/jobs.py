"""Jobs: claimed under a lease, finished under the fencing token of the newest claim.

`claim` and what a job does are different transactions, so a worker that dies leaves a lease that runs out, and a worker
that was only slow finds that its fencing token is old and undoes its work. Outside workers use activate, complete, fail
and throw_error, as with Zeebe. The work of a listener is a job like any other; `complete` then is its answer, which of
a task listener may correct or deny the change that it was asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from engine import errors, execution, job_rows, spiff
from engine.roles import SYSTEM, Actor
from engine.tables import Job, ProcessInstance

LEASE = timedelta(seconds=60)
#: No lease ends later than this: where one does, the clock was set back since, and its holder may be long dead.
LONGEST_LEASE = 2 * LEASE
#: The problem of a job that is done again because its lease ran out.
LOST = "Whoever worked on it did not come back: it was killed, or the step takes too long."


# Statements of every round are built once, on the table itself: building one costs more than running it, and of one
# that changes objects SQLAlchemy makes a copy at each call.
_JOB = Job.__table__.c
_IS_READY = and_(_JOB.state == "ready", _JOB.due_at <= bindparam("now"))
_IS_LOST = and_(
    _JOB.state == "running",
    or_(_JOB.lease_until < bindparam("now"), _JOB.lease_until > bindparam("longest_lease")),
    _JOB.kind != "worker",
)
#: Whether `claim` would find something, and whether `claim_lost` would; see `moments`.
ANY_READY, ANY_LOST = exists().where(_IS_READY), exists().where(_IS_LOST)
_CLAIM = (
    update(Job.__table__)
    .where(
        _JOB.key.in_(
            select(_JOB.key)
            .where(_IS_READY)
            .order_by(_JOB.due_at)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(state="running", lease_until=bindparam("until"), fence=_JOB.fence + 1, attempts=_JOB.attempts + 1)
    .returning(_JOB.key, _JOB.fence, _JOB.kind, _JOB.due_at)
)
_HELD = (
    select(Job)
    .where(Job.key == bindparam("job"), Job.fence == bindparam("held"), Job.state == "running")
    .execution_options(populate_existing=True)
)
_FINISH = delete(Job.__table__).where(
    _JOB.key == bindparam("job"), _JOB.fence == bindparam("held"), _JOB.state != "failed"
)
_FENCE_OF_ANOTHER = select(_JOB.fence).where(_JOB.key == bindparam("job"), _JOB.fence != bindparam("held"))


class LeaseLost(errors.Conflict):
    """This job now belongs to another worker; nothing was changed."""


class Claimed(NamedTuple):
    """A job that was taken: its key, the fencing token of this claim, what kind of job it is."""

    key: int
    fence: int
    kind: str


def claim(session: Session, now: datetime, *, limit: int = 20, lease: timedelta = LEASE) -> list[Claimed]:
    """Take jobs that are due, in order of due time.

    The try is counted here, not when the job ends: what kills its worker would never be counted there.
    """
    places = {**moments(now), "most": limit, "until": now + lease}
    taken = session.execute(_CLAIM, places).all()
    # What is due at one moment is done in the order in which it was written.
    in_order = sorted(taken, key=lambda each: (each.due_at, each.key))
    return [Claimed(key, fence, kind) for key, fence, kind, _due_at in in_order]


def claim_lost(session: Session, now: datetime, *, lease: timedelta = LEASE) -> Claimed | None:
    """Take one job whose holder's lease has run out, or None when there is no such job.

    One at a time, because it may have killed its worker: what was claimed together with it must not die with it again; and
    what has ended two workers comes after what has ended one. The try that was lost costs a retry, so that such a job ends
    as an incident too (see `is_worn_out`).
    """
    lost = (
        select(Job.key)
        .where(_IS_LOST)
        .order_by(Job.attempts, Job.due_at, Job.key)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(Job)
        .where(Job.key.in_(lost))
        .values(
            lease_until=now + lease,
            fence=Job.fence + 1,
            attempts=Job.attempts + 1,
            retries=Job.retries - 1,
            problem=LOST,
        )
        .returning(Job.key, Job.fence, Job.kind)
        .execution_options(synchronize_session=False),
        moments(now),
    ).one_or_none()
    return None if taken is None else Claimed(*taken)


def moments(now: datetime) -> dict[str, datetime]:
    """What ANY_READY and ANY_LOST ask for."""
    return {"now": now, "longest_lease": now + LONGEST_LEASE}


def is_worn_out(job: Job) -> bool:
    """Each of its tries ended with its worker, the last one too: it is not tried again."""
    return job.retries <= 0


def wear_out(session: Session, job: Job, now: datetime) -> str:
    """Give up a job that `is_worn_out`, with an incident where an order waits for it; returns what was said."""
    job.attempts -= 1  # this claim was no try
    postpone(session, job, LOST, now)
    return LOST


def held(session: Session, key: int, fence: int) -> Job | None:
    """The job, if this fencing token still is the newest and it still runs; else None."""
    return session.scalar(_HELD, {"job": key, "held": fence})


def finish(session: Session, key: int, fence: int) -> None:
    """The job is done. Its row may be gone already, with its token. Raises LeaseLost when somebody else holds it.

    One that is parked beside its incident stays.
    """
    this = {"job": key, "held": fence}
    if not session.execute(_FINISH, this).rowcount and session.scalar(_FENCE_OF_ANOTHER, this) is not None:
        raise LeaseLost()


def postpone(session: Session, job: Job, problem: str, now: datetime) -> None:
    """A try has failed: try again later, or raise an incident when no try is left."""
    if job.process_instance_key is not None:
        execution.lock(session, job.process_instance_key)  # always before the job's row, against deadlocks
    job.retries -= 1
    job.problem = problem
    job.lease_until = None
    if job.retries > 0:
        job.state, job.due_at = "ready", now + job_rows.back_off(job.retries)
        session.flush()
        return
    job.state = "failed"
    session.flush()
    if job.process_instance_key is not None and job.token_id is not None:
        _raise_incident(session, job, problem, now)


def put_back(session: Session, job: Job, due_at: datetime) -> None:
    """This claim was no try: the job is due again later, with all its retries."""
    job.state, job.due_at, job.lease_until = "ready", due_at, None
    job.attempts -= 1
    session.flush()


def activate(
    session: Session, type: str, *, worker: str, most: int, lease: timedelta, now: datetime
) -> Sequence[dict[str, Any]]:
    """Give up to `most` jobs of a type to an outside worker, for the time of the lease.

    Each: key, fence, type, element_id, process_instance_key, business_key, retries, headers, priority, variables (all visible),
    listener: {kind: execution_listener or task_listener, event: start, assigning …} of a listener's job, else None; directs:
    whether its answer directs an ad-hoc sub-process (then variables has adHocSubProcessElements, what can be begun).
    """
    free = or_(Job.state == "offered", and_(Job.state == "running", Job.lease_until < now))
    keys = session.scalars(
        select(Job.key)
        .where(Job.kind == "worker", Job.name == type, Job.due_at <= now, free)
        .order_by(Job.priority.desc(), Job.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    given = []
    for key in keys:
        job = session.get_one(Job, key, populate_existing=True)
        job.state, job.lease_until, job.fence = "running", now + lease, job.fence + 1
        job.attempts += 1
        detail = dict(job.detail or {})
        job.detail = {**detail, "worker": worker}
        row = session.get_one(ProcessInstance, job.process_instance_key)
        given.append(
            {
                "key": job.key,
                "fence": job.fence,
                "type": job.name,
                "element_id": job.element_id,
                "process_instance_key": row.key,
                "business_key": row.business_key,
                "retries": job.retries,
                "headers": detail.get("headers", {}) | job_rows.user_task_header(session, job),
                "priority": job.priority,
                "variables": detail["variables"]
                if job_rows.is_detached(job)
                else execution.look(session, row.key).told_to_worker(job.token_id),
                "listener": detail.get("listener"),
                "directs": job_rows.directs(job),
            }
        )
    session.flush()
    return given


def complete(
    session: Session,
    key: int,
    variables: Mapping[str, Any],
    *,
    corrections: Mapping[str, Any] | None = None,
    denied: bool = False,
    reason: str = "",
    direction: spiff.Direction | None = None,
    actor: Actor,
    now: datetime,
) -> ProcessInstance:
    """An outside worker has done the job: its token goes on with the result.

    corrections ({attribute of the user task: value}; None keeps it, "" and [] clear it), denied, reason: the answer of a
    task listener, which may not give variables. direction: what the worker of an ad-hoc sub-process wants (nothing, if it
    says nothing). Raises NotFound when the job is gone, spiff.AnswerRefused, Refused (a direction that cannot be followed).
    """
    job = _offered(session, key)
    instance_key, token_id = job.process_instance_key, job.token_id
    said = spiff.Answer(dict(variables), dict(corrections or {}), denied, reason)
    if direction is not None and not job_rows.directs(job):
        raise spiff.AnswerRefused(
            "Expected a result, but only the worker of an ad-hoc sub-process can direct."
        )
    if not job_rows.is_listener(job):
        if said.corrections or denied:
            raise spiff.AnswerRefused("Expected a result, but only task listeners can correct or deny.")
        directs = job_rows.directs(job)
        _done(session, job)  # an end listener may keep the token, so the row would not go with it

        def go_on(instance: spiff.Instance) -> None:
            if directs:
                instance.direct(token_id, said.variables, direction or spiff.Direction())
            else:
                instance.complete(token_id, said.variables)

        return execution.advance(session, instance_key, go_on, actor=actor, now=now)
    if job_rows.is_detached(job):
        spiff.check_told(said)
        return _done(session, job)
    _done(session, job)  # its token stays, so the row does not go with it
    return execution.advance(
        session, instance_key, lambda i: i.answer_listener(token_id, said), actor=actor, now=now
    )


def fail(
    session: Session,
    key: int,
    *,
    retries: int,
    problem: str,
    pause: timedelta,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
) -> None:
    """An outside worker could not do it: offer it again after `pause`, or raise an incident when no retries are left.

    variables: what it knows by now; they become local to the element (not those of a task listener).
    """
    job = _offered(session, key)
    job.retries, job.problem, job.lease_until = retries, problem, None
    if retries > 0:
        job.state, job.due_at = "offered", now + pause
    else:
        job.state = "failed"
    session.flush()
    if variables and not job_rows.is_detached(job):
        token_id = job.token_id
        execution.advance(
            session,
            job.process_instance_key,
            lambda i: i.set_variables(dict(variables), token_id, local=True),
            actor=SYSTEM,
            now=now,
        )
    # What it knows may have made a condition true that took the job away.
    if retries <= 0 and session.get(Job, key, populate_existing=True) is not None:
        _raise_incident(session, job, problem, now)


def throw_error(
    session: Session,
    key: int,
    code: str,
    sentence: str | None,
    variables: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> ProcessInstance:
    """An outside worker reports a BPMN error; uncaught it becomes an incident. Raises NotFound, spiff.AnswerRefused."""
    job = _offered(session, key)
    if job_rows.is_listener(job):
        raise spiff.AnswerRefused(
            "Expected a listener to answer or to fail, but it throws a BPMN error. Listeners cannot throw any."
        )

    def throw(instance: spiff.Instance) -> None:
        if not instance.throw_error(job.token_id, code, sentence, dict(variables)):
            job_rows.park(session, job)

    return execution.advance(session, job.process_instance_key, throw, actor=actor, now=now)


def _done(session: Session, job: Job) -> ProcessInstance:
    row = session.get_one(ProcessInstance, job.process_instance_key)
    session.delete(job)
    session.flush()
    return row


def _offered(session: Session, key: int) -> Job:
    """The job of an outside worker, read under the lock of its order: whoever held that before may have done it."""
    of_order = session.scalar(select(Job.process_instance_key).where(Job.key == key, Job.kind == "worker"))
    if of_order is not None:
        execution.lock(session, of_order)
    job = None if of_order is None else session.get(Job, key, populate_existing=True)
    if job is None:
        raise errors.NotFound("There is no such job; it was completed or its order has moved on.")
    return job


def _raise_incident(session: Session, job: Job, problem: str, now: datetime) -> None:
    if job_rows.is_detached(job):
        job_rows.raise_detached(session, job, now)
        return
    tries = "once" if job.attempts <= 1 else f"{job.attempts} times"
    sentence = f"The operation failed {tries}: {problem}"
    execution.advance(
        session,
        job.process_instance_key,
        lambda i: i.raise_incident(job.token_id, spiff.JOB_NO_RETRIES, sentence),
        actor=SYSTEM,
        now=now,
    )
