"""Why an order waits, in one sentence each; and what is stuck. The promise: nothing waits silently (D9).

Every open instance waits for a person (a user task whose role has an active member), a time, a message, a running job, or
somebody who resolves an incident. What fits none of these is stuck.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine import outside, roles
from engine.sentences import Label, Sentence, _l
from engine.tables import (
    Incident,
    Job,
    MessageSubscription,
    OpenFlowNode,
    Person,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)

#: Elements whose token waits for its own timer or message; elsewhere (a boundary event) the wait is not the reason.
_CATCHING = {"intermediateCatchEvent", "receiveTask", "eventBasedGateway"}
#: A due job that nobody took for so long says that no worker runs.
OVERDUE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that an instance waits for. kind: person, time, message, job, incident, silent.

    stuck: nobody and nothing will move it by itself. until: when something happens next, if that is known.
    """

    kind: str
    sentence: Sentence
    since: datetime | None = None
    until: datetime | None = None
    stuck: bool = False
    element_id: str | None = None
    user_task_key: int | None = None
    role: str | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """An order, or the whole house, that needs a person now."""

    process_instance_key: int | None
    business_key: str | None
    sentence: Sentence
    since: datetime | None
    user_task_key: int | None = None


def why_waiting(session: Session, process_instance_key: int, now: datetime) -> list[Reason]:
    """All that one instance waits for, what needs a person first. Empty when it has ended."""
    return why_all_wait(session, [process_instance_key], now)[process_instance_key]


def why_all_wait(session: Session, keys: Collection[int], now: datetime) -> dict[int, list[Reason]]:
    """The same for many instances, with a fixed number of queries."""
    reasons: dict[int, list[Reason]] = defaultdict(list)
    if keys:
        _incidents(session, keys, reasons)
        _people(session, keys, reasons, now)
        _jobs_and_timers(session, keys, reasons, now)
        _messages(session, keys, reasons)
        _silence(session, keys, reasons)
    order = {"silent": 0, "incident": 1, "person": 2, "job": 3, "message": 4, "time": 5}
    return {key: sorted(reasons[key], key=lambda each: (not each.stuck, order[each.kind])) for key in keys}


def stuck(session: Session, now: datetime, limit: int = 100) -> list[Stuck]:
    """What nobody and nothing will move: silent orders, work for roles without people, a worker that does not run."""
    found = []
    silent = session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.silent_since.is_not(None))
        .order_by(ProcessInstance.silent_since)
        .limit(limit)
    )
    for row in silent:
        found.append(Stuck(row.key, row.business_key, Sentence(_SILENT), row.silent_since))
    for user_task, who, number in _with_the_gone(session, limit):
        sentence = Sentence(_GONE, who=who, step=Label(user_task.name))
        key = user_task.process_instance_key
        found.append(Stuck(key, number, sentence, user_task.created_at, user_task.key))
    for user_task, role_ids, number in _for_nobody(session, now, limit):
        sentence = _nobody(user_task, role_ids)
        key = user_task.process_instance_key
        found.append(Stuck(key, number, sentence, user_task.created_at, user_task.key))
    overdue = session.scalar(
        select(Job.due_at)
        .where(Job.state == "ready", Job.due_at < now - OVERDUE)
        .order_by(Job.due_at)
        .limit(1)
    )
    if overdue is not None:
        found.append(Stuck(None, None, Sentence(_NO_WORKER, due=overdue), overdue))
    return found


_SILENT = _l("Stuck: it waits for nothing that could still happen. A manager must repair it.")
_NOBODY = _l('Stuck: nobody active has the role "{role}", so nobody can do "{step}".')
_NO_LINK = _l('Stuck: no link for the customer works, and nobody active may answer "{step}" for them.')
_NO_LINK_NO_ROLE = _l(
    'Stuck: no link for the customer works, and nobody active has the role "{role}" to answer "{step}" for them.'
)
_ASKED = _l('Waits for the customer: "{step}", asked {since}. The link works until {until}.')
_ASKED_WITHOUT_LINK = _l(
    'Waits for the customer: "{step}", asked {since}. No link works; {role} can ask by phone and write down the answer.'
)
_GONE = _l('Stuck: "{step}" is with {who}, who is no longer active. Give it to somebody else.')
_NO_WORKER = _l("No worker runs: something has been due since {due} and nobody took it. Start a worker.")


def _incidents(session: Session, keys: Collection[int], reasons: dict[int, list[Reason]]) -> None:
    rows = session.scalars(
        select(Incident).where(Incident.process_instance_key.in_(keys), Incident.resolved_at.is_(None))
    )
    for row in rows:
        sentence = Sentence(_l("Stopped since {since}: {cause}"), since=row.raised_at, cause=row.sentence)
        reasons[row.process_instance_key].append(
            Reason("incident", sentence, since=row.raised_at, stuck=True, element_id=row.element_id)
        )


def _people(session: Session, keys: Collection[int], reasons: dict[int, list[Reason]], now: datetime) -> None:
    rows = session.execute(
        select(UserTask, Person.name, Person.active)
        .outerjoin(Person, Person.login == UserTask.assignee)
        .where(UserTask.process_instance_key.in_(keys), UserTask.state == "open")
        .order_by(UserTask.key)
    ).all()
    candidates: dict[int, list[str]] = defaultdict(list)
    people: dict[int, list[str]] = defaultdict(list)
    if rows:
        found = session.execute(
            select(UserTaskCandidate, Person.name)
            .outerjoin(
                Person,
                (UserTaskCandidate.kind == "person")
                & (Person.login == UserTaskCandidate.name)
                & Person.active,
            )
            .where(UserTaskCandidate.user_task_key.in_([row[0].key for row in rows]))
            .order_by(UserTaskCandidate.name)
        )
        for each, name in found:
            if each.kind == "role":
                candidates[each.user_task_key].append(each.name)
            elif name is not None:
                people[each.user_task_key].append(name)
    empty = roles.without_members(session) if rows else set()
    asked = [row[0].process_instance_key for row in rows if _asks_outside(candidates[row[0].key])]
    links = outside.open_links(session, asked, now)
    for user_task, assignee_name, is_active in rows:
        groups = candidates[user_task.key]
        named_people = (
            [assignee_name] if is_active else people[user_task.key] if not user_task.assignee else []
        )
        named = [Label(each) for each in groups]
        facts = {
            "since": user_task.created_at,
            "until": user_task.due_at,
            "element_id": user_task.element_id,
            "user_task_key": user_task.key,
            "role": groups[0] if groups else user_task.lane,
            "assignee": user_task.assignee,
        }
        places = {"step": Label(user_task.name), "since": user_task.created_at, "due": user_task.due_at}
        if _asks_outside(groups):
            until = links.get(_link_of(user_task))
            reason = _customer(user_task, groups, empty, until, facts)
        elif user_task.assignee and not is_active:
            who = assignee_name or user_task.assignee
            sentence = Sentence(_GONE, who=who, step=Label(user_task.name))
            reason = Reason("person", sentence, stuck=True, **facts)
        elif named_people:
            pattern = (
                _l('Waits for {who} to do "{step}", since {since}. Due {due}.')
                if user_task.due_at
                else _l('Waits for {who} to do "{step}", since {since}.')
            )
            reason = Reason("person", Sentence(pattern, who=named_people, **places), **facts)
        elif all(each in empty for each in groups):
            reason = Reason("person", _nobody(user_task, groups), stuck=True, **facts)
        else:
            pattern = (
                _l('Waits for somebody of {role} to take "{step}", since {since}. Due {due}.')
                if user_task.due_at
                else _l('Waits for somebody of {role} to take "{step}", since {since}.')
            )
            reason = Reason("person", Sentence(pattern, role=named, **places), **facts)
        reasons[user_task.process_instance_key].append(reason)


def _customer(
    user_task: UserTask, groups: list[str], empty: set[str], until: datetime | None, facts: dict[str, Any]
) -> Reason:
    """A question to somebody outside: open as long as a link works or somebody of the house may answer by phone."""
    places = {"step": Label(user_task.name), "since": user_task.created_at}
    if until is not None:
        sentence = Sentence(_ASKED, until=until, **places)
        return Reason("person", sentence, **{**facts, "role": roles.CUSTOMER, "until": until})
    house = [Label(each) for each in groups if each not in empty]
    if house:
        return Reason(
            "person", Sentence(_ASKED_WITHOUT_LINK, role=house, **places), **{**facts, "role": house[0]}
        )
    return Reason("person", _nobody(user_task, groups), stuck=True, **facts)


def _asks_outside(groups: Collection[str]) -> bool:
    return not roles.OUTSIDE.isdisjoint(groups)


def _link_of(user_task: UserTask) -> tuple[int, str]:
    return user_task.process_instance_key, (user_task.properties or {}).get(outside.PAGE, "")


def _nobody(user_task: UserTask, groups: Collection[str]) -> Sentence:
    """Why a user task that none of its roles can do is stuck."""
    house = [Label(each) for each in groups if each not in roles.OUTSIDE]
    step = Label(user_task.name)
    if not _asks_outside(groups):
        return Sentence(_NOBODY, role=house or "-", step=step)
    return Sentence(_NO_LINK_NO_ROLE, role=house, step=step) if house else Sentence(_NO_LINK, step=step)


def _jobs_and_timers(
    session: Session, keys: Collection[int], reasons: dict[int, list[Reason]], now: datetime
) -> None:
    rows = session.execute(
        select(Job, OpenFlowNode.element_type)
        .outerjoin(
            OpenFlowNode,
            (OpenFlowNode.process_instance_key == Job.process_instance_key)
            & (OpenFlowNode.token_id == Job.token_id),
        )
        .where(Job.process_instance_key.in_(keys), Job.state != "failed")
        .order_by(Job.due_at)
    ).all()
    for job, element_type in rows:
        facts = {"element_id": job.element_id, "until": job.due_at}
        if job.kind == "timer" and element_type in _CATCHING:
            reason = Reason("time", Sentence(_l("Waits until {until}."), until=job.due_at), **facts)
        elif job.kind == "operation":
            sentence = Sentence(
                _l("The operation failed: {cause}. It is tried again {until}."),
                cause=job.problem,
                until=job.due_at,
            )
            reason = Reason("job", sentence, **facts)
        elif job.kind == "worker" and job.state == "offered":
            sentence = Sentence(_l('Waits for an outside worker that does "{type}".'), type=job.name)
            reason = Reason("job", sentence, **facts)
        elif job.kind == "worker":
            sentence = Sentence(_l('An outside worker does "{type}" now.'), type=job.name)
            reason = Reason("job", sentence, **facts)
        else:
            continue
        reasons[job.process_instance_key].append(reason)


def _messages(session: Session, keys: Collection[int], reasons: dict[int, list[Reason]]) -> None:
    rows = session.execute(
        select(MessageSubscription)
        .join(
            OpenFlowNode,
            (OpenFlowNode.process_instance_key == MessageSubscription.process_instance_key)
            & (OpenFlowNode.token_id == MessageSubscription.token_id),
        )
        .where(MessageSubscription.process_instance_key.in_(keys), OpenFlowNode.element_type.in_(_CATCHING))
        .order_by(MessageSubscription.opened_at)
    ).scalars()
    for row in rows:
        sentence = Sentence(
            _l('Waits for the message "{message}" for {key}, since {since}.'),
            message=row.message_name,
            key=row.correlation_key,
            since=row.opened_at,
        )
        reasons[row.process_instance_key].append(
            Reason("message", sentence, since=row.opened_at, element_id=row.event_id)
        )


def _silence(session: Session, keys: Collection[int], reasons: dict[int, list[Reason]]) -> None:
    rows = session.scalars(
        select(ProcessInstance).where(ProcessInstance.key.in_(keys), ProcessInstance.state == "active")
    )
    for row in rows:
        if row.silent_since is not None or not reasons[row.key]:
            reasons[row.key].append(Reason("silent", Sentence(_SILENT), since=row.silent_since, stuck=True))


def _with_the_gone(session: Session, limit: int) -> list[tuple[UserTask, str, str]]:
    """User tasks of people who are no longer active, with their name and the number of the order."""
    rows = session.execute(
        select(UserTask, Person.name, ProcessInstance.business_key)
        .join(Person, Person.login == UserTask.assignee)
        .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
        .where(UserTask.state == "open", Person.active.is_(False))
        .order_by(UserTask.key)
        .limit(limit)
    )
    return [tuple(row) for row in rows]


def _for_nobody(session: Session, now: datetime, limit: int) -> list[tuple[UserTask, list[str], str]]:
    """User tasks that only empty roles could take and no link can answer, with the roles and the number of the order."""
    empty = roles.without_members(session)
    other = aliased(UserTaskCandidate)
    somebody = exists().where(
        other.user_task_key == UserTask.key, or_(other.kind == "person", other.name.not_in(empty))
    )
    rows = session.execute(
        select(UserTask, UserTaskCandidate.name, ProcessInstance.business_key)
        .join(UserTaskCandidate, UserTaskCandidate.user_task_key == UserTask.key)
        .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
        .where(
            UserTaskCandidate.kind == "role",
            UserTaskCandidate.name.in_(empty),
            UserTask.assignee.is_(None),
            ~somebody,
        )
        .order_by(UserTaskCandidate.due_at, UserTask.key)
    )
    found: dict[int, tuple[UserTask, list[str], str]] = {}
    # Questions that a link still answers are passed over, so the limit counts only what is stuck.
    for part in rows.partitions(limit):
        fresh: dict[int, tuple[UserTask, list[str], str]] = {}
        for user_task, role_id, number in part:
            fresh.setdefault(user_task.key, (user_task, [], number))[1].append(role_id)
        asked = [row[0].process_instance_key for row in fresh.values() if _asks_outside(row[1])]
        links = outside.open_links(session, asked, now)
        found |= {key: row for key, row in fresh.items() if _link_of(row[0]) not in links}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]
