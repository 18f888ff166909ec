"""What nobody and nothing will move: the list that a manager works through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from engine import versions
from engine.accountability import faults, near_misses, people, work, workers
from engine.accountability.faults import OVERDUE
from engine.accountability.reasons import SILENT, Stuck, step_name
from engine.sentences import Label, Sentence, _l
from engine.tables import History, Incident, Job, Mail, Message, MissedMessage, OpenFlowNode, ProcessInstance

_NO_WORKER = _l("No worker runs: something has been due since {due} and nobody took it. Start a worker.")
_SET_BACK = _l(
    "The clock says {now}, but something was done at {at}: it was set back, or that of another machine is ahead. "
    "What waits for a time waits longer. Set the clock."
)
_FAILED = {
    "start_timer": _l('Stuck: the clock that starts "{name}" has stopped. Cause: {cause}'),
    "signal_start": _l('Stuck: a signal could not start "{name}". Cause: {cause}'),
    "signal": _l('Stuck: the signal "{name}" could not be handed on. Cause: {cause}'),
    "message": _l('Stuck: the message "{name}" could not be published. Cause: {cause}'),
    "message_meeting": _l("Stuck: a message could not meet who waits for it. Cause: {cause}"),
    "publication": _l('Stuck: a version of "{name}" could not come into force. Cause: {cause}'),
}
_FAILED_JOB = _l('Stuck: "{name}" has failed, and no incident says so. Cause: {cause}')


# Asked on every page and every round: built once, because building one costs more than running it.
_MOST = bindparam("most")
_NOTED = (
    select(ProcessInstance.key)
    .where(ProcessInstance.silent_since.is_not(None))
    .order_by(ProcessInstance.silent_since, ProcessInstance.key)
    .limit(_MOST)
)
_FAILED_JOBS = (
    select(Job, ProcessInstance.business_key)
    .outerjoin(ProcessInstance, ProcessInstance.key == Job.process_instance_key)
    .where(
        Job.state == "failed",
        Job.kind != "mail",
        ~exists().where(
            Incident.process_instance_key == Job.process_instance_key,
            Incident.token_id == Job.token_id,
            Incident.resolved_at.is_(None),
        ),
    )
    .order_by(Job.due_at, Job.key)
    .limit(_MOST)
)
_FAILED_MAILS = (
    select(Mail, ProcessInstance.business_key)
    .outerjoin(ProcessInstance, ProcessInstance.key == Mail.process_instance_key)
    .where(Mail.state == "failed")
    .order_by(Mail.key)
    .limit(_MOST)
)
_JOBS_OF_MAILS = (
    select(Job.key, Job.detail)
    .where(Job.state == "failed", Job.kind == "mail")
    .order_by(Job.key)
    .limit(_MOST)
)
_OVERDUE = (
    select(Job.due_at)
    .where(Job.state == "ready", Job.due_at < bindparam("overdue_since"))
    .order_by(Job.due_at)
    .limit(1)
)
_NEWEST = select(History.at).order_by(History.key.desc()).limit(1)
#: Jobs with the order of each and where its token stands, as far as it has them.
_WITH_PLACES = (
    select(Job, ProcessInstance.business_key, OpenFlowNode.process_definition_key)
    .outerjoin(ProcessInstance, ProcessInstance.key == Job.process_instance_key)
    .outerjoin(
        OpenFlowNode,
        (OpenFlowNode.process_instance_key == Job.process_instance_key)
        & (OpenFlowNode.token_id == Job.token_id),
    )
    .limit(_MOST)
)
_IS_NOT_BROUGHT_BACK = or_(workers.MAY_BE_MISSING, work.is_untaken())
_NOT_BROUGHT_BACK = (
    _WITH_PLACES.add_columns(work.is_untaken())
    .where(_IS_NOT_BROUGHT_BACK)
    .order_by(Job.lease_until, Job.due_at, Job.key)
)
#: With what tells whether there is anything of a kind at all: a question of its own for each would be asked on every page.
_OF_THE_HOUSE = select(
    _OVERDUE.scalar_subquery().label("overdue"),
    _NEWEST.scalar_subquery().label("newest"),
    exists().where(ProcessInstance.silent_since.is_not(None)).label("any_noted"),
    (exists(select(Message.key)) | exists(select(MissedMessage.key))).label("any_message"),
    (
        exists().where(Job.state == "failed", Job.kind != "mail") | exists().where(Mail.state == "failed")
    ).label("any_failed"),
    exists().where(_IS_NOT_BROUGHT_BACK).label("any_not_brought_back"),
    people.ANY_WITH_THE_GONE.label("any_with_the_gone"),
    people.MAY_BE_FOR_NOBODY.label("may_be_for_nobody"),
)


def stuck(session: Session, now: datetime, limit: int = 100) -> list[Stuck]:
    """What nobody and nothing will move: silent orders, work for roles without people, a worker that does not run.

    Orders with an incident are not among them: they are listed as stopped.
    """
    house = session.execute(_OF_THE_HOUSE, {**workers.moments(now), **work.untaken_at(now)}).one()
    found = list(people.with_the_gone(session, limit)) if house.any_with_the_gone else []
    if house.may_be_for_nobody:
        found += people.for_nobody(session, now, limit)
    for more in (
        _noted(session, now, limit) if house.any_noted else (),
        _passed_by(session, limit) if house.any_message else (),
        _failed(session, limit) if house.any_failed else (),
        _not_brought_back(session, now, limit) if house.any_not_brought_back else (),
    ):
        # One cause for each order: the next one shows when this one is cured.
        seen = {each.process_instance_key for each in found} - {None}
        found += [each for each in more if each.process_instance_key not in seen]
    return [*found, *_of_the_house(house.overdue, house.newest, now)]


def _noted(session: Session, now: datetime, limit: int) -> Iterator[Stuck]:
    """Orders that a step or the watch has noted as silent, with the cause as it is now."""
    noted = ProcessInstance.key.in_(_NOTED.params(most=limit))
    rows, causes = faults.of_those(session, noted, now)
    for row in rows:
        first_cause = next(iter(causes[row.key]), None)
        sentence = first_cause.sentence if first_cause else Sentence(SILENT)
        job_key = first_cause.job_key if first_cause else None
        yield Stuck(row.key, row.business_key, sentence, row.silent_since, job_key=job_key)


def _passed_by(session: Session, limit: int) -> Iterator[Stuck]:
    """Orders whose message came with a key that is nearly theirs."""
    waits = near_misses.passed_by(session, limit)
    numbers = dict(
        session.execute(
            select(ProcessInstance.key, ProcessInstance.business_key).where(
                ProcessInstance.key.in_([wait.process_instance_key for wait, _came in waits])
            )
        ).all()
        if waits
        else ()
    )
    for wait, came in waits:
        key = wait.process_instance_key
        yield Stuck(key, numbers[key], near_misses.said(wait, came), came.published_at)


def _failed(session: Session, limit: int) -> Iterator[Stuck]:
    """Jobs that have failed and that no incident shows: mails, deliveries, clocks that start processes."""
    rows = session.execute(_FAILED_JOBS, {"most": limit})
    for job, number in rows:
        pattern = _FAILED.get(job.kind, _FAILED_JOB)
        sentence = Sentence(pattern, name=Label(job.element_id or job.name), cause=job.problem or "-")
        if job.kind in _FAILED:
            sentence = Sentence(pattern, name=Label(job.name), cause=job.problem or "-")
        yield Stuck(job.process_instance_key, number, sentence, job.due_at, job_key=job.key)
    mails = session.execute(_FAILED_MAILS, {"most": limit}).all()
    if not mails:
        return
    failed = session.execute(_JOBS_OF_MAILS, {"most": limit})
    job_of = {detail["mail_key"]: key for key, detail in failed}
    for mail, number in mails:
        sentence = work.unsent(mail)
        at, job_key = mail.written_at, job_of.get(mail.key)
        yield Stuck(mail.process_instance_key, number, sentence, at, kind="mail", job_key=job_key)


def _not_brought_back(session: Session, now: datetime, limit: int) -> Iterator[Stuck]:
    """What workers of the house took and have not brought back, and jobs of a type that no outside worker does.

    Of what one worker took at one time, the first: the others wait behind it.
    """
    moments = {**workers.moments(now), **work.untaken_at(now), "most": limit}
    told = set()
    for job, number, definition_key, is_untaken in session.execute(_NOT_BROUGHT_BACK, moments):
        step = _step(session, job, definition_key)
        if is_untaken:
            yield Stuck(job.process_instance_key, number, work.untaken(job, step), job.due_at)
            continue
        sentence = workers.missing(job, step, now)
        if sentence is not None and job.lease_until not in told:
            told.add(job.lease_until)
            yield Stuck(job.process_instance_key, number, sentence, job.lease_until)


def _step(session: Session, job: Job, definition_key: int | None) -> Label:
    if definition_key is None or job.element_id is None:
        return Label((job.element_id or job.name).replace("_", " "))
    return step_name(versions.process(session, definition_key), job.element_id)


def _of_the_house(overdue: datetime | None, newest: datetime | None, now: datetime) -> Iterator[Stuck]:
    """No worker runs, or the clock was set back: keys grow with time, so the newest row tells what the clocks said last."""
    if overdue is not None:
        yield Stuck(None, None, Sentence(_NO_WORKER, due=overdue), overdue)
    if newest is not None and newest > now + OVERDUE:
        yield Stuck(None, None, Sentence(_SET_BACK, now=now, at=newest), newest)
