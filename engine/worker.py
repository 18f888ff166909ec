"""The worker: one round does what is due. Any number of rounds may run at once, in threads, processes or machines.

A round claims due jobs in one short transaction and then does each job in a transaction of its own. A job is done or it
is not; who dies in between leaves a lease that runs out. Who hangs is ended with its process (`ended_when_it_hangs`):
nothing else lets go of what it holds.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, exc, select
from sqlalchemy.orm import Session

from engine import (
    database,
    deliveries,
    errors,
    escalation,
    jobs,
    mail,
    meeting,
    messages,
    operation_jobs,
    publishing,
    signals,
    timers,
)
from engine.tables import Job, Mail

log = logging.getLogger(__name__)

#: When a job is looked at again that could not be tried.
PAUSE = timedelta(seconds=10)
#: No job takes longer: its lease is over for long, and waiting twice for a database that is busy (WAIT_S) is shorter.
LONGEST_JOB = jobs.LEASE + timedelta(seconds=30)

_STDERR = 2
#: What a round asks first, in one question.
_LOOK = select(
    jobs.ANY_READY.label("any_ready"),
    jobs.ANY_LOST.label("any_lost"),
    messages.ANY_EXPIRED.label("any_expired"),
)
_EARLIER = (
    select(Mail.key)
    .where(Mail.recipient == bindparam("recipient"), Mail.state == "waiting", Mail.key < bindparam("mail"))
    .limit(1)
)
_EARLIER_OF_ORDER = _EARLIER.where(Mail.process_instance_key == bindparam("instance"))
_EARLIER_OF_NONE = _EARLIER.where(Mail.process_instance_key.is_(None))
#: Stands around the work on each job.
Guard = Callable[[], contextlib.AbstractContextManager[object]]


@contextlib.contextmanager
def ended_when_it_hangs(longest: timedelta = LONGEST_JOB) -> Iterator[None]:
    """End this process when one job takes longer; where each thread stood goes to the log. One guard a process at a time.

    A thread that hangs cannot be ended alone, and it may hold the one write lock of SQLite. What it did is undone with its
    connection, and whoever takes its job over tries it alone (`jobs.claim_lost`), until it ends as an incident. It works
    where Python itself hangs too (a pattern that never ends), because this clock runs outside of Python.
    """
    faulthandler.dump_traceback_later(longest.total_seconds(), exit=True, file=_STDERR)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def run_due(
    engine: Engine,
    *,
    now: Callable[[], datetime],
    sender: mail.Sender | None = None,
    limit: int = 100,
    guard: Guard = contextlib.nullcontext,
) -> int:
    """Do what is due now, at most `limit` jobs and as many that others have lost; returns how many were tried.

    sender: sends one mail; without one, mails are kept to be shown. guard: of a process that something starts anew when it
    ends: `ended_when_it_hangs`.
    """
    with engine.connect() as connection:
        # A look first: a clock that ticks every second must not take the write lock for nothing.
        found = connection.execute(_LOOK, {**jobs.moments(now()), **messages.moments(now())}).one()
    if not any(found):
        return 0
    with database.transaction(engine) as session:
        if found.any_expired:
            messages.forget_expired(session, now())
        claimed = jobs.claim(session, now(), limit=limit)
    for each in claimed:
        with guard():
            _run(engine, each, now, sender)
    # Last, because it may end this process too.
    lost = _do_the_lost(engine, now, sender, limit, guard) if found.any_lost else 0
    return len(claimed) + lost


def run_until_quiet(
    engine: Engine,
    *,
    now: Callable[[], datetime],
    sender: mail.Sender | None = None,
    rounds: int = 1000,
    guard: Guard = contextlib.nullcontext,
) -> int:
    """Rounds until nothing is due any more; returns how many jobs were tried."""
    done = 0
    for _ in range(rounds):
        tried = run_due(engine, now=now, sender=sender, guard=guard)
        if tried == 0:
            break
        done += tried
    return done


def _do_the_lost(
    engine: Engine, now: Callable[[], datetime], sender: mail.Sender | None, limit: int, guard: Guard
) -> int:
    """Do again what died with its worker, each by itself; returns how many there were."""
    for done in range(limit):
        with database.transaction(engine) as session:
            found = jobs.claim_lost(session, now())
        if found is None:
            return done
        with guard():
            _run(engine, found, now, sender)
    return limit


def _run(
    engine: Engine, claimed: jobs.Claimed, now: Callable[[], datetime], sender: mail.Sender | None
) -> None:
    key, fence, kind = claimed
    try:
        if kind == "mail" and (found := _mail_to_send(engine, key, fence)):
            sent, must_wait = found
            if must_wait:
                _put_back(engine, key, fence, now() + PAUSE)
                return
            is_sent, problem = _send(sent, sender)
            database.repeat_on_deadlock(
                lambda: _mail_was_sent(engine, key, fence, problem, now(), only_kept=not is_sent)
            )
            return
        database.repeat_on_deadlock(lambda: _do(engine, key, fence, now()))
    except jobs.LeaseLost:
        log.info("Job %s was finished by another worker.", key)
    except Exception as broken:  # the job runner: whatever a job raises is written down and tried again
        if isinstance(broken, exc.DBAPIError) and database.is_away(broken):
            log.warning("Job %s was put back, the database is away: %s", key, broken.orig)
            _put_back(engine, key, fence, now() + PAUSE)
            return
        log.exception("Job %s failed.", key)
        try:
            with database.transaction(engine) as session:
                job = jobs.held(session, key, fence)
                if job is not None:
                    jobs.postpone(session, job, _cause(broken), now())
        except (
            Exception
        ) as worse:  # no incident can be raised: the order cannot be read, or nothing waits for this
            if isinstance(worse, exc.DBAPIError) and database.is_away(worse):
                raise
            log.exception("Job %s could not be postponed.", key)
            _give_up(engine, key, fence, _cause(broken))


def _give_up(engine: Engine, key: int, fence: int, problem: str) -> None:
    """The job has failed for good and no incident says so; the list of what is stuck does."""
    with database.transaction(engine) as session:
        job = jobs.held(session, key, fence)
        if job is not None:
            job.state, job.problem, job.lease_until = "failed", problem, None


def _cause(broken: Exception) -> str:
    """What people read of a failure; never a statement or a row of the database, which are no business of theirs."""
    if isinstance(broken, errors.OrderlaneError):
        return str(broken.sentence)
    said = broken.orig if isinstance(broken, exc.DBAPIError) else broken
    return f"{type(said).__name__}: {said}"


def _do(engine: Engine, key: int, fence: int, now: datetime) -> None:
    with database.transaction(engine) as session:
        job = jobs.held(session, key, fence)
        if job is None:
            return
        if jobs.is_worn_out(job):
            problem = jobs.wear_out(session, job, now)
            if job.kind == "mail":
                row = session.get_one(Mail, (job.detail or {})["mail_key"])
                row.state, row.problem = "failed", problem
            return
        problem = _carry_out(session, job, now)
        if problem is None:
            jobs.finish(session, key, fence)
        else:
            jobs.postpone(session, job, problem, now)


def _carry_out(session: Session, job: Job, now: datetime) -> str | None:
    """Do one job inside this transaction; returns the reason when an operation broke (in its own savepoint)."""
    if job.kind == "operation":
        return operation_jobs.run(session, job, now)
    kinds = {
        "timer": timers.fire,
        "start_timer": timers.fire_start,
        "escalation": escalation.escalate,
        "publication": publishing.come_into_force,
        deliveries.SIGNAL: signals.deliver,
        deliveries.SIGNAL_START: signals.deliver_start,
        deliveries.MESSAGE: messages.publish_thrown,
        meeting.JOB: messages.look_again,
    }
    kinds[job.kind](session, job, now)
    return None


def _mail_to_send(engine: Engine, key: int, fence: int) -> tuple[Mail, bool] | None:
    """The mail of this job, and whether it must wait for another one; None when the job sends none, or not any more."""
    with database.reading(engine) as session:
        job = jobs.held(session, key, fence)
        if job is None or jobs.is_worn_out(job):
            return None
        sent = session.get_one(Mail, (job.detail or {})["mail_key"])
        return sent, _must_wait(session, sent)


def _must_wait(session: Session, sent: Mail) -> bool:
    """Whether an earlier mail of the same order to the same reader has still to leave: letters arrive in their order.

    Those to other readers do not wait: one wrong address must not silence the house.
    """
    this = {"recipient": sent.recipient, "mail": sent.key}
    if sent.process_instance_key is None:
        return session.scalar(_EARLIER_OF_NONE, this) is not None
    this["instance"] = sent.process_instance_key
    return session.scalar(_EARLIER_OF_ORDER, this) is not None


def _put_back(engine: Engine, key: int, fence: int, due_at: datetime) -> None:
    with database.transaction(engine) as session:
        job = jobs.held(session, key, fence)
        if job is not None:
            jobs.put_back(session, job, due_at)


def _send(sent: Mail, sender: mail.Sender | None) -> tuple[bool, str | None]:
    """Whether it has left the house, and why it could not."""
    if sender is None:
        return False, None
    try:
        return sender(sent) is not False, None
    except OSError as failure:
        return False, f"{type(failure).__name__}: {failure}"


def _mail_was_sent(
    engine: Engine, key: int, fence: int, problem: str | None, now: datetime, *, only_kept: bool
) -> None:
    with database.transaction(engine) as session:
        job = jobs.held(session, key, fence)
        if job is None:
            raise jobs.LeaseLost()
        row = session.get_one(Mail, (job.detail or {})["mail_key"])
        row.problem = problem
        if problem is not None:
            jobs.postpone(session, job, problem, now)
            row.state = "failed" if job.state == "failed" else "waiting"
            return
        if only_kept:
            mail.mark_kept(row)
        else:
            mail.mark_sent(row, now)
        jobs.finish(session, key, fence)
