"""What the cockpit reads. Each page has a fixed number of queries; no count looks at more than a thousand rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from engine import accountability, versions
from engine.tables import (
    Incident,
    Job,
    Mail,
    Membership,
    Person,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)

PAGE = 50
COUNTED_TO = 999
#: Due so soon that it is worth a look before it is late.
SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Counts:
    """Open user tasks by their light, and open orders; exact up to 999, 1000 means more."""

    late: int
    soon: int
    in_time: int
    no_term: int
    orders: int
    silent: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Late:
    """A user task behind its term."""

    user_task: UserTask
    order: ProcessInstance
    assignee_name: str | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """An incident that nobody has resolved."""

    incident: Incident
    order: ProcessInstance


@dataclass(frozen=True, slots=True)
class Orders:
    """A page of orders with all that each waits for. next: where the following page begins."""

    rows: list[ProcessInstance]
    reasons: dict[int, list[accountability.Reason]]
    process_names: dict[int, str]
    starters: dict[str, str]
    next: int | None


def counts(session: Session, now: datetime) -> Counts:
    """The numbers of the first page. 1 query."""
    is_open = UserTask.state == "open"
    wanted = (
        select(UserTask.key).where(is_open, UserTask.due_at <= now),
        select(UserTask.key).where(is_open, UserTask.due_at > now, UserTask.due_at <= now + SOON),
        select(UserTask.key).where(is_open, UserTask.due_at > now + SOON),
        select(UserTask.key).where(is_open, UserTask.due_at.is_(None)),
        select(ProcessInstance.key).where(ProcessInstance.state == "active"),
        select(ProcessInstance.key).where(ProcessInstance.silent_since.is_not(None)),
        select(Incident.key).where(Incident.resolved_at.is_(None)),
    )
    capped = [each.limit(COUNTED_TO + 1).subquery() for each in wanted]
    row = session.execute(
        select(*(select(func.count()).select_from(each).scalar_subquery() for each in capped))
    )
    return Counts(*row.one())


def late(session: Session, now: datetime, limit: int = PAGE) -> list[Late]:
    """What has been late longest. 1 query."""
    rows = session.execute(
        select(UserTask, ProcessInstance, Person.name)
        .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
        .outerjoin(Person, Person.login == UserTask.assignee)
        .where(UserTask.state == "open", UserTask.due_at <= now)
        .order_by(UserTask.due_at, UserTask.key)
        .limit(limit)
    )
    return [Late(*row) for row in rows]


def stopped(session: Session, limit: int = PAGE, instance_key: int | None = None) -> list[Stopped]:
    """Unresolved incidents, oldest first; of one instance if asked. 1 query."""
    query = (
        select(Incident, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.key == Incident.process_instance_key)
        .where(Incident.resolved_at.is_(None))
        .order_by(Incident.raised_at, Incident.key)
        .limit(limit)
    )
    if instance_key is not None:
        query = query.where(Incident.process_instance_key == instance_key)
    return [Stopped(*row) for row in session.execute(query)]


def orders(
    session: Session, now: datetime, *, state: str, process_id: str, words: str, before: int | None
) -> Orders:
    """Orders, the newest first, with why each waits. A fixed number of queries.

    state: active or ended. words: all of them must be in the number or the subject. before: the key after which to go on.
    """
    query = _newest(session, state, before).limit(PAGE + 1)
    if process_id:
        query = query.where(ProcessInstance.process_id == process_id)
    for word in words.split()[:6]:
        pattern = f"%{_literally(word)}%"
        query = query.where(
            or_(
                ProcessInstance.business_key.ilike(pattern, escape="\\"),
                ProcessInstance.subject.ilike(pattern, escape="\\"),
            )
        )
    rows = list(session.scalars(query))
    shown = rows[:PAGE]
    return Orders(
        shown,
        accountability.why_all_wait(session, [each.key for each in shown], now),
        _process_names(session, shown),
        people(session, {each.started_by for each in shown}),
        shown[-1].key if len(rows) > PAGE else None,
    )


def is_being_tried(session: Session, instance_key: int) -> bool:
    """Whether an operation of this instance waits for the worker or runs."""
    waiting = exists().where(
        Job.process_instance_key == instance_key,
        Job.kind == "operation",
        Job.state.in_(("ready", "running")),
    )
    return bool(session.scalar(select(waiting)))


def people(session: Session, logins: set[str]) -> dict[str, str]:
    """{login: name}."""
    rows = session.execute(select(Person.login, Person.name).where(Person.login.in_(sorted(logins))))
    return dict(rows.all())


def newest_definitions(session: Session) -> list[ProcessDefinition]:
    """The version of every process that is in force, by name."""
    return versions.all_in_force(session)


def versions_of(session: Session, process_id: str) -> list[ProcessDefinition]:
    """All versions of a process, the newest first."""
    return list(
        session.scalars(
            select(ProcessDefinition)
            .where(ProcessDefinition.process_id == process_id)
            .order_by(ProcessDefinition.version.desc())
        )
    )


def mails(session: Session, before: int | None) -> tuple[Sequence[Mail], int | None]:
    """A page of the mails that were written, the newest first, and where the next one begins."""
    query = select(Mail).order_by(Mail.key.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Mail.key < before)
    rows = session.scalars(query).all()
    return rows[:PAGE], rows[PAGE - 1].key if len(rows) > PAGE else None


def roles_for(session: Session, user_task_keys: Sequence[int]) -> dict[int, list[str]]:
    """{user task key: roles that may take it}. 1 query."""
    rows = session.execute(
        select(UserTaskCandidate.user_task_key, UserTaskCandidate.name)
        .where(UserTaskCandidate.user_task_key.in_(user_task_keys), UserTaskCandidate.kind == "role")
        .order_by(UserTaskCandidate.name)
    )
    found: dict[int, list[str]] = {key: [] for key in user_task_keys}
    for key, role in rows:
        found[key].append(role)
    return found


def people_for(session: Session, user_task: UserTask, limit: int = 500) -> tuple[list[Person], list[Person]]:
    """Who a user task can be given to: its candidates, and everybody else, each by name. 1 query."""
    offered = UserTaskCandidate.user_task_key == user_task.key
    member = and_(Membership.role_id == UserTaskCandidate.name, UserTaskCandidate.kind == "role", offered)
    is_candidate = or_(
        exists().where(offered, UserTaskCandidate.kind == "person", UserTaskCandidate.name == Person.login),
        exists().where(member, Membership.login == Person.login),
    )
    rows = session.execute(
        select(Person, is_candidate.label("is_candidate"))
        .where(Person.active)
        .order_by(is_candidate.desc(), Person.name)
        .limit(limit)
    ).all()
    return [each for each, first in rows if first], [each for each, first in rows if not first]


def busy(session: Session, process_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """{process id: (open orders, stopped ones)} over all versions; each at most 1000, which means more. 1 query."""
    process = (
        select(ProcessDefinition.process_id)
        .where(ProcessDefinition.process_id.in_(process_ids))
        .distinct()
        .subquery()
    )
    version = ProcessInstance.process_definition_key.in_(
        select(ProcessDefinition.key)
        .where(ProcessDefinition.process_id == process.c.process_id)
        .correlate(process)
    )
    running = select(ProcessInstance.key).where(version, ProcessInstance.state == "active")
    running = running.limit(COUNTED_TO + 1).correlate(process).subquery()
    unresolved = select(Incident.process_instance_key).where(Incident.resolved_at.is_(None))
    unresolved = unresolved.limit(COUNTED_TO + 1).subquery()
    stopped = (
        select(func.count(unresolved.c.process_instance_key.distinct()))
        .join(ProcessInstance, ProcessInstance.key == unresolved.c.process_instance_key)
        .where(ProcessInstance.process_id == process.c.process_id)
    )
    rows = session.execute(
        select(
            process.c.process_id,
            select(func.count()).select_from(running).scalar_subquery(),
            stopped.scalar_subquery(),
        )
    )
    return {process_id: (is_open, is_stopped) for process_id, is_open, is_stopped in rows}


def _newest(session: Session, state: str, before: int | None) -> Select[tuple[ProcessInstance]]:
    """Running orders along the index of their state; ended ones, which are nearly all, along their keys."""
    if state != "active":
        query = select(ProcessInstance).where(ProcessInstance.state != "active")
        query = query.order_by(ProcessInstance.key.desc())
        return query if before is None else query.where(ProcessInstance.key < before)
    query = select(ProcessInstance).where(ProcessInstance.state == "active")
    query = query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.key.desc())
    last = session.get(ProcessInstance, before) if before is not None else None
    if last is None:
        return query
    place = tuple_(ProcessInstance.started_at, ProcessInstance.key)
    return query.where(place < (last.started_at, last.key))


def _process_names(session: Session, rows: Sequence[ProcessInstance]) -> dict[int, str]:
    keys = {each.process_definition_key for each in rows}
    found = session.execute(
        select(ProcessDefinition.key, ProcessDefinition.name).where(ProcessDefinition.key.in_(sorted(keys)))
    )
    return dict(found.all())


def _literally(word: str) -> str:
    """A word to search for, its % and _ meaning themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
