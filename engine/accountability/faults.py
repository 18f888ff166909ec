"""What is wrong with an order: its state compared with the rows that should move it, one sentence for each fault.

The state (the tokens) is the truth. For each token that waits there must be the row that somebody or something acts on: a
user task, a job, a timer, a subscription, an incident. A row too few means that nothing will move the token; a row too many
that somebody is asked for what nobody waits for. Both say so, with the step and the cause.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from engine import errors, job_rows, roles, spiff, versions, xml
from engine.accountability import offers, rows, workers
from engine.accountability.reasons import step_name
from engine.accountability.rows import Rows
from engine.roles import SYSTEM
from engine.sentences import Label, Sentence, _l
from engine.surroundings import StepSurroundings
from engine.tables import ProcessInstance

#: A due job that nobody took, or whose worker did not come back, for so long says that no worker runs.
OVERDUE = timedelta(minutes=1)

UNREADABLE = _l("Stuck: its state cannot be read ({reason}). Restore it, or run the version that wrote it.")
NO_VERSION = _l("Stuck: its version of the process is gone, so nothing can move it. Restore the database.")
_ENDED = _l('Stuck: it counts as ended, but "{step}" is still open in its state.')
_EMPTY = _l("Stuck: it counts as open, but nothing is open in its state.")
_NOTHING = _l('Stuck: it stands at "{step}", which nobody and nothing will ever move.')
_DEAD_JOIN = _l('Stuck: "{step}" waits for another branch, but none that is open leads there any more.')
_NO_USER_TASK = _l('Stuck: "{step}" is to be done, but it is in no inbox: its row is lost.')
_NO_JOB = _l('Stuck: "{step}" waits for a job, but the job is lost.')
_NO_TIMER = _l('Stuck: "{step}" waits until {until}, but its clock is lost and will never ring.')
_OTHER_TIMER = _l('Stuck: "{step}" waits until {until}, but its clock is set to {found}.')
_NO_MESSAGE = _l(
    'Stuck: "{step}" waits for the message "{message}" for "{key}", but its subscription is lost, so no message reaches it.'
)
_OTHER_MESSAGE = _l(
    'Stuck: "{step}" waits for the message "{message}" for "{key}", but its subscription listens for "{found}".'
)
_NO_SIGNAL = _l(
    'Stuck: "{step}" waits for the signal "{signal}", but its subscription is lost, so no signal reaches it.'
)
_OTHER_SIGNAL = _l(
    'Stuck: "{step}" waits for the signal "{signal}", but its subscription listens for "{found}".'
)
_NO_CONDITION = _l('"{step}" waits until {condition} is true, but no page says so: the row is lost.')
_NO_INCIDENT = _l(
    'Stuck: "{step}" has stopped, but no incident says so, and nobody can try it again. Cause: {cause}'
)
_NOBODY_CHOOSES = _l(
    'Stuck: nobody active has the role "{role}", so nobody can choose what is done next in "{step}". '
    "Give somebody the role."
)
_NO_FLOW_NODE = _l('The order stands at "{step}", but no map shows it: the row is lost.')
_TOO_MANY = _l('A {what} of "{step}" is still there, but the order does not wait for it any more.')
LATE = _l('Stuck: "{step}" has been due since {due}, and no worker took it. Start a worker.')
_FAILED = _l('Stuck: the job of "{step}" has failed, and no incident says so. Cause: {cause}')
_FAILED_SIGNAL = _l('Stuck: the signal "{signal}" could not be handed to it. Cause: {cause}')

#: The kinds of jobs that are the work of a token.
_WORK = ("worker", "operation")

USER_TASK, JOB_WORD, TIMER = _l("user task"), _l("job"), _l("clock")
SUBSCRIPTION, FLOW_NODE = _l("subscription"), _l("mark on the map")


@dataclass(frozen=True, slots=True)
class Fault:
    """kind: what is missing or too much ("timer", "user_task", "state" ...). sentence: with step and cause.

    blocks: something will never go on; else only what people see is wrong. job_key: of a failed job that can be tried again.
    """

    kind: str
    sentence: Sentence
    element_id: str | None = None
    blocks: bool = True
    job_key: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """An instance and since when it is noted as silent; None: it is not noted."""

    key: int
    business_key: str
    silent_since: datetime | None


def of(session: Session, keys: Collection[int], now: datetime) -> dict[int, list[Fault]]:
    """The faults of these instances, none for those in order; a fixed number of queries. Changes nothing."""
    return of_those(session, ProcessInstance.key.in_(keys), now)[1] if keys else {}


def of_those(
    session: Session, which: ColumnElement[bool], now: datetime, offered: list[offers.Offered] | None = None
) -> tuple[list[Noted], dict[int, list[Fault]]]:
    """What is noted of the instances for which this holds, and their faults.

    Those that became silent first come first. offered: their open user
    tasks (and maybe those of others), if the caller has read them.
    """
    # A session of its own in the same transaction: the states it reads must not stay in that of the caller.
    with Session(bind=session.connection()) as beside:
        instances = beside.scalars(
            select(ProcessInstance)
            .where(which)
            .options(undefer(ProcessInstance.tokens))
            .order_by(ProcessInstance.silent_since, ProcessInstance.key)
        ).all()
        keys = [each.key for each in instances]
        present = rows.of(beside, keys) if keys else {}
        staffed = functools.cache(lambda: roles.with_members(beside))
        found = {each.key: list(_of_one(beside, each, present[each.key], staffed, now)) for each in instances}
        if offered is None:
            offered = offers.of(beside, keys) if keys else []
        for user_task, sentence in offers.of_nobody(offered):
            if user_task.process_instance_key in found:
                fault = Fault("person", sentence, user_task.element_id)
                found[user_task.process_instance_key].append(fault)
        noted = [Noted(each.key, each.business_key, each.silent_since) for each in instances]
    # What blocks first: it is the cause that a list shows.
    return noted, {key: sorted(each, key=lambda fault: not fault.blocks) for key, each in found.items()}


def load(session: Session, row: ProcessInstance) -> tuple[spiff.Instance | None, Sentence | None]:
    """The instance as its state says, or why it cannot be read."""
    try:
        ready = versions.loaded(session, row.process_definition_key)
    except errors.NotFound:
        return None, Sentence(NO_VERSION)
    except (xml.XmlRefused, errors.OrderlaneError) as torn:  # the stored diagram
        return None, Sentence(UNREADABLE, reason=str(torn))
    try:
        around = StepSurroundings(session, row, ready, SYSTEM, row.started_at)
        instance = spiff.load(row.tokens, ready.process, around)
        instance.tokens()
    except errors.OrderlaneError as unreadable:
        return None, Sentence(UNREADABLE, reason=unreadable.sentence)
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError, AttributeError) as broken:
        return None, Sentence(UNREADABLE, reason=f"{type(broken).__name__}: {broken}")
    return instance, None


def nobody_chooses(
    instance: spiff.Instance, token: spiff.Standing, staffed: Collection[str]
) -> Sentence | None:
    """Why nobody can choose what is done next in an ad-hoc sub-process; None where somebody can. staffed: roles of somebody."""
    lane = instance.process_of(token.token_id).elements[token.element_id].lane
    if lane is None or lane in staffed:
        return None
    return Sentence(_NOBODY_CHOOSES, role=Label(lane), step=_name(instance, token))


def _of_one(
    session: Session,
    row: ProcessInstance,
    present: Rows,
    staffed: Callable[[], Collection[str]],
    now: datetime,
) -> Iterator[Fault]:
    instance, unreadable = load(session, row)
    if instance is None:
        if row.state == "active":
            yield Fault("state", unreadable)
        return
    tokens = spiff.standing(instance)
    if row.state != "active":
        if tokens:
            yield Fault("state", Sentence(_ENDED, step=_name(instance, tokens[-1])))
        return
    if not tokens:
        yield Fault("state", Sentence(_EMPTY))
    for token in tokens:
        yield from _of_token(instance, token, present)
        if token.needs == "choice" and (nobody := nobody_chooses(instance, token, staffed())):
            yield Fault("person", nobody, token.element_id)
    for wait in instance.waits():
        yield from _of_wait(instance, wait, present)
    yield from _too_many(instance, tokens, present)
    yield from _of_jobs(instance, tokens, present, now)


def _of_token(instance: spiff.Instance, token: spiff.Standing, present: Rows) -> Iterator[Fault]:
    step = _name(instance, token)

    def fault(kind: str, pattern: str, **places: Any) -> Fault:
        blocks = pattern != _NO_FLOW_NODE
        return Fault(kind, Sentence(pattern, step=step, **places), token.element_id, blocks)

    if token.needs == "nothing":
        yield fault("state", _NOTHING)
    elif token.needs == "dead_join":
        yield fault("state", _DEAD_JOIN)
    elif token.needs == "incident" and token.token_id not in present.incidents:
        yield fault("incident", _NO_INCIDENT, cause=token.sentence)
    elif token.needs == "person" and token.token_id not in present.user_tasks:
        yield fault("user_task", _NO_USER_TASK)
    elif token.needs == "job" and not any(
        job.token_id == token.token_id and job.kind in _WORK for job in present.jobs
    ):
        yield fault("job", _NO_JOB)
    # A join that was stored before 2026-11 has no row here; it is none of the places of the map.
    is_join = token.needs in ("others", "dead_join")
    if present.nodes.get(token.token_id) != token.element_id and not is_join:
        yield fault("flow_node", _NO_FLOW_NODE)


def _of_wait(instance: spiff.Instance, wait: spiff.Wait, present: Rows) -> Iterator[Fault]:
    places: dict[str, Any] = {"step": step_name(instance.process_of(wait.token_id), wait.element_id)}

    def fault(pattern: str, **more: Any) -> Fault:
        blocks = pattern != _NO_CONDITION
        return Fault(wait.kind, Sentence(pattern, **places, **more), wait.element_id, blocks)

    place = (wait.token_id, wait.event_id)
    if wait.kind == "timer":
        places["until"] = wait.due_at
        clocks = [
            job
            for job in present.jobs
            if job.kind == "timer" and (job.token_id, job.name, job.occurrence) == (*place, wait.occurrence)
        ]
        if not clocks:
            yield fault(_NO_TIMER)
        # A clock that failed or is tried again rings later than the state says.
        elif clocks[0].due_at != wait.due_at and clocks[0].problem is None:
            yield fault(_OTHER_TIMER, found=clocks[0].due_at)
    elif wait.kind == "message":
        places |= {"message": wait.message_name, "key": str(wait.correlation_key)}
        row = present.messages.get(place)
        if row is None:
            yield fault(_NO_MESSAGE)
        elif row[0] != wait.message_name:
            yield fault(_OTHER_MESSAGE, found=row[0])
        elif row[1] != str(wait.correlation_key):
            yield fault(_OTHER_MESSAGE, found=row[1])
    elif wait.kind == "signal":
        places["signal"] = wait.signal_name
        event = present.events.get(place)
        if event is None:
            yield fault(_NO_SIGNAL)
        elif event.name != wait.signal_name:
            yield fault(_OTHER_SIGNAL, found=event.name)
    elif place not in present.events:
        yield fault(_NO_CONDITION, condition=wait.condition.removeprefix("="))


def _too_many(instance: spiff.Instance, tokens: list[spiff.Standing], present: Rows) -> Iterator[Fault]:
    """Rows that nothing in the state asks for."""
    by_id = {each.token_id: each for each in tokens}
    waits = {(each.token_id, each.event_id, each.kind) for each in instance.waits()}

    def fault(kind: str, what: str, element_id: str | None) -> Fault:
        name = Label((element_id or "").replace("_", " "))
        return Fault(kind, Sentence(_TOO_MANY, what=Label(what), step=name), element_id, blocks=False)

    for token_id, element_id in present.nodes.items():
        if token_id not in by_id:
            yield fault("flow_node", FLOW_NODE, element_id)
    for token_id, element_id in present.user_tasks.items():
        if token_id not in by_id or by_id[token_id].type != "userTask":
            yield fault("user_task", USER_TASK, element_id)
    for job in present.jobs:
        if job.kind == "timer" and (job.token_id, job.name, "timer") not in waits:
            yield fault("timer", TIMER, job.element_id)
        elif job.kind in _WORK and job.token_id not in by_id and not job_rows.is_detached(job):
            yield fault("job", JOB_WORD, job.element_id)
    for token_id, event_id in present.messages:
        if (token_id, event_id, "message") not in waits:
            yield fault("message", SUBSCRIPTION, event_id)
    for (token_id, event_id), event in present.events.items():
        if (token_id, event_id, event.kind) not in waits:
            yield fault(event.kind, SUBSCRIPTION, event_id)


def _of_jobs(
    instance: spiff.Instance, tokens: list[spiff.Standing], present: Rows, now: datetime
) -> Iterator[Fault]:
    """Jobs that nobody does, and failed ones that nobody shows."""
    by_id = {each.token_id: each for each in tokens}
    for job in present.jobs:
        token = by_id.get(job.token_id)
        if token is None or job.kind == "timer":
            step = Label((job.element_id or job.name).replace("_", " "))
        else:
            step = _name(instance, token)
        place = step if token is None else step_name(instance.process_of(job.token_id), job.element_id)
        if job.state == "failed" and job.kind == "signal":
            sentence = Sentence(_FAILED_SIGNAL, signal=job.name, cause=job.problem or "-")
            yield Fault("signal", sentence, job_key=job.key)
        elif job.state == "failed" and job.token_id not in present.incidents:
            sentence = Sentence(_FAILED, step=step, cause=job.problem or "-")
            yield Fault("job", sentence, job.element_id, job_key=job.key)
        elif job.state == "ready" and job.due_at < now - OVERDUE:
            yield Fault("worker", Sentence(LATE, step=place, due=job.due_at), job.element_id)
        elif missing := workers.missing(job, place, now):
            yield Fault("worker", missing, job.element_id)


def _name(instance: spiff.Instance, token: spiff.Standing) -> Label:
    return Label(token.name or token.element_id.replace("_", " "))
