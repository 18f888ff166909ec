"""The worker: one round does what is due. Any number of rounds may run at once, in threads, processes or machines.

A round claims due jobs in one short transaction and then does each job in a transaction of its own. A job is done or it
is not; who dies in between leaves a lease that runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import database, errors, escalation, jobs, mail, messages, publishing, timers
from engine.tables import Job, Mail

log = logging.getLogger(__name__)


def run_due(
    engine: Engine, *, now: Callable[[], datetime], sender: mail.Sender | None = None, limit: int = 100
) -> int:
    """Do what is due now, at most `limit` jobs; returns how many were tried.

    sender: sends one mail; without one, mails are kept to be shown.
    """
    with database.reading(engine) as session:
        # A look first: a clock that ticks every second must not take the write lock for nothing.
        if not (jobs.any_due(session, now()) or messages.any_expired(session, now())):
            return 0
    with database.transaction(engine) as session:
        messages.forget_expired(session, now())
        claimed = jobs.claim(session, now(), limit=limit)
    for key, fence in claimed:
        _run(engine, key, fence, now, sender)
    return len(claimed)


def run_until_quiet(
    engine: Engine, *, now: Callable[[], datetime], sender: mail.Sender | None = None, rounds: int = 1000
) -> int:
    """Rounds until nothing is due any more; returns how many jobs were tried."""
    done = 0
    for _ in range(rounds):
        tried = run_due(engine, now=now, sender=sender)
        if tried == 0:
            break
        done += tried
    return done


def _run(
    engine: Engine, key: int, fence: int, now: Callable[[], datetime], sender: mail.Sender | None
) -> None:
    try:
        if sent := _mail_to_send(engine, key, fence):
            is_sent, problem = _send(sent, sender)
            database.repeat_on_deadlock(
                lambda: _mail_was_sent(engine, key, fence, problem, now(), only_kept=not is_sent)
            )
            return
        database.repeat_on_deadlock(lambda: _do(engine, key, fence, now()))
    except jobs.LeaseLost:
        log.info("Job %s was finished by another worker.", key)
    except Exception as broken:  # the job runner: whatever a job raises is written down and tried again
        log.exception("Job %s failed.", key)
        sentence = (
            str(broken.sentence)
            if isinstance(broken, errors.OrderlaneError)
            else f"{type(broken).__name__}: {broken}"
        )
        with database.transaction(engine) as session:
            job = jobs.held(session, key, fence)
            if job is not None:
                jobs.postpone(session, job, sentence, now())


def _do(engine: Engine, key: int, fence: int, now: datetime) -> None:
    with database.transaction(engine) as session:
        job = jobs.held(session, key, fence)
        if job is None:
            return
        problem = _carry_out(session, job, now)
        if problem is None:
            jobs.finish(session, key, fence)
        else:
            jobs.postpone(session, job, problem, now)


def _carry_out(session: Session, job: Job, now: datetime) -> str | None:
    """Do one job inside this transaction; returns the reason when an operation broke (in its own savepoint)."""
    if job.kind == "operation":
        return jobs.run_operation(session, job, now)
    kinds = {
        "timer": timers.fire,
        "start_timer": timers.fire_start,
        "escalation": escalation.escalate,
        "publication": publishing.come_into_force,
    }
    kinds[job.kind](session, job, now)
    return None


def _mail_to_send(engine: Engine, key: int, fence: int) -> Mail | None:
    with database.reading(engine) as session:
        job = jobs.held(session, key, fence)
        if job is None or job.kind != "mail":
            return None
        return session.get_one(Mail, (job.detail or {})["mail_key"])


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
