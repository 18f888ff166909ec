"""The rows of user tasks, as a step opens and closes them: candidates, terms, escalation, the bound form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from engine import calendars, errors, history, settings, spiff, terms, versions
from engine.keys import new_key
from engine.roles import SYSTEM, ensure_role
from engine.surroundings import StepSurroundings
from engine.tables import Draft, Job, ProcessInstance, UserTask, UserTaskCandidate

#: The setting that names the role for user tasks that a model gives to nobody, and what it is without a choice.
DEFAULT_ROLE_SETTING, DEFAULT_ROLE = "default_role", "Manager"
#: From this priority on a user task is urgent and stands first in every inbox.
URGENT = 75


# Statements of the hot path are built once, on the tables themselves: building one costs more than running it.
_OPEN = UserTask.__table__
_INSERT_USER_TASKS = insert(_OPEN)
_INSERT_CANDIDATES = insert(UserTaskCandidate.__table__)
_INSERT_JOBS = insert(Job.__table__)
_CLOSE = (
    update(_OPEN)
    .where(
        _OPEN.c.process_instance_key == bindparam("instance"),
        _OPEN.c.token_id == bindparam("token"),
        _OPEN.c.state == "open",
    )
    .values(
        state=bindparam("new_state"),
        closed_at=bindparam("at"),
        # Whoever asked for the completion, if listeners had to agree first.
        closed_by=func.coalesce(_OPEN.c.closed_by, bindparam("by")),
        version=_OPEN.c.version + 1,
    )
    .returning(_OPEN.c.key)
)
#: (kind, name) of all who may take a user task.
CANDIDATES = select(UserTaskCandidate.__table__.c.kind, UserTaskCandidate.__table__.c.name).where(
    UserTaskCandidate.__table__.c.user_task_key == bindparam("user_task")
)
_DELETE_CANDIDATES = delete(UserTaskCandidate.__table__).where(
    UserTaskCandidate.__table__.c.user_task_key == bindparam("user_task")
)
_DELETE_DRAFTS = delete(Draft.__table__).where(Draft.__table__.c.user_task_key == bindparam("user_task"))


def open_all(
    session: Session,
    row: ProcessInstance,
    instance: spiff.Instance,
    facts: list[Any],
    gone: set[int],
    around: StepSurroundings,
) -> None:
    """Write a row for each user task that this step opened and that is still open at its end."""
    calendar = None
    user_tasks: list[dict[str, Any]] = []
    candidates: list[dict[str, Any]] = []
    jobs: list[dict[str, Any]] = []
    for fact in facts:
        if not isinstance(fact, spiff.UserTaskOpened) or fact.token_id in gone:
            continue
        calendar = calendar or settings.calendar(session)
        process = instance.process_of(fact.token_id)
        try:
            form = _bind_form(session, fact, versions.loaded(session, process.key))
            term = terms.term(fact.properties, around.now, calendar)
            due_at = _moment(fact, "due date", fact.due_date, calendar) or (term.level_1_at if term else None)
            follow_up_at = _moment(fact, "follow-up date", fact.follow_up_date, calendar)
        except spiff.Failure as failure:
            instance.raise_incident(fact.token_id, failure.kind, failure.sentence)
            continue
        except calendars.CalendarRefused as refused:
            instance.raise_incident(
                fact.token_id, spiff.EXTRACT_VALUE_ERROR, f'"{fact.name}": {refused.sentence}'
            )
            continue
        urgent = fact.priority >= URGENT
        key = new_key()
        user_tasks.append(
            {
                "key": key,
                "process_instance_key": row.key,
                "process_definition_key": process.key,
                "process_id": process.process_id,
                "token_id": fact.token_id,
                "element_id": fact.element_id,
                "name": fact.name,
                "lane": fact.lane,
                "state": "open",
                "version": 1,
                "assignee": fact.assignee,
                "priority": fact.priority,
                "urgent": urgent,
                "created_at": around.now,
                "due_at": due_at,
                "follow_up_at": follow_up_at,
                "escalation_level": 0,
                "form": form,
                "properties": fact.properties,
            }
        )
        named = _candidates(session, fact.candidate_groups, fact.candidate_users, fact.lane)
        candidates += _candidate_rows(key, named, fact.assignee is None, urgent, due_at)
        for level, at in ((1, due_at), (2, term.level_2_at if term else None)):
            if at is not None:
                jobs.append(_escalation(key, row.key, fact, level, at))
    for statement, rows in (
        (_INSERT_USER_TASKS, user_tasks),
        (_INSERT_CANDIDATES, candidates),
        (_INSERT_JOBS, jobs),
    ):
        if rows:
            session.execute(statement, rows)


def apply(session: Session, row: ProcessInstance, facts: list[Any], now: datetime) -> None:
    """What task listeners have let pass, or denied, comes into the rows and the history."""
    for fact in facts:
        if isinstance(fact, spiff.UserTaskMoved):
            _move(session, row, fact, now)
        elif isinstance(fact, spiff.UserTaskDenied):
            history.write(
                session,
                row.key,
                "denied",
                actor=fact.actor or SYSTEM.login,
                now=now,
                token_id=fact.token_id,
                element_id=fact.element_id,
                element_type="userTask",
                detail={"event": fact.event, "reason": fact.reason},
            )


def _move(session: Session, row: ProcessInstance, fact: spiff.UserTaskMoved, now: datetime) -> None:
    user_task = session.scalar(
        select(UserTask)
        .where(
            UserTask.process_instance_key == row.key,
            UserTask.token_id == fact.token_id,
            UserTask.state == "open",
        )
        .execution_options(populate_existing=True)
    )
    actor = fact.actor or SYSTEM.login
    changed = change(session, user_task, fact.changes)
    if fact.event == "completing":
        user_task.closed_by = actor
    kind = fact.detail.get("kind") or ("assigned" if fact.event == "assigning" else "updated")
    history.write(
        session,
        row.key,
        kind,
        actor=actor,
        now=now,
        token_id=fact.token_id,
        element_id=fact.element_id,
        element_type="userTask",
        detail={"name": user_task.name, **changed, **(fact.detail.get("detail") or {})},
    )


def change(session: Session, user_task: UserTask, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Write new attributes of an open user task, with its candidates and its escalation; returns them as plain values.

    changes: {assignee, candidate_groups, candidate_users, due_date, follow_up_date, priority: new value}. Raises Refused
    for a date that is none.
    """
    zone = settings.calendar(session).time_zone
    if "assignee" in changes:
        user_task.assignee = changes["assignee"]
    if "priority" in changes:
        user_task.priority = changes["priority"]
        user_task.urgent = user_task.priority >= URGENT
    if "follow_up_date" in changes:
        user_task.follow_up_at = _new_moment(changes["follow_up_date"], zone)
    if "due_date" in changes:
        user_task.due_at = _new_moment(changes["due_date"], zone)
        _move_escalation(session, user_task)
    user_task.version += 1
    session.flush()
    kept = {tuple(each) for each in session.execute(CANDIDATES, {"user_task": user_task.key})}
    if "candidate_groups" in changes or "candidate_users" in changes:
        groups = changes.get("candidate_groups", [name for kind, name in sorted(kept) if kind == "role"])
        people = changes.get("candidate_users", [name for kind, name in sorted(kept) if kind == "person"])
        kept = _candidates(session, groups, people, user_task.lane)
    session.execute(_DELETE_CANDIDATES, {"user_task": user_task.key})
    rows = _candidate_rows(
        user_task.key, kept, user_task.assignee is None, user_task.urgent, user_task.due_at
    )
    if rows:
        session.execute(_INSERT_CANDIDATES, rows)
    return dict(changes)


def _candidates(
    session: Session, groups: list[str], people: list[str], lane: str | None
) -> set[tuple[str, str]]:
    """(kind, name) of all who may take a user task. One that the model gives to nobody goes to the role of the house."""
    named = groups or ([lane] if lane and not people else [])
    if not named and not people:
        named = [settings.get(session, DEFAULT_ROLE_SETTING, DEFAULT_ROLE)]
    for name in named:
        if name != lane:
            # A role that nobody knows yet is one without members: then this waits for nobody, and that is said.
            ensure_role(session, name)
    return {("role", name) for name in named} | {("person", name) for name in people}


def _candidate_rows(
    user_task_key: int, named: set[tuple[str, str]], is_free: bool, urgent: bool, due_at: datetime | None
) -> list[dict[str, Any]]:
    return [
        {
            "user_task_key": user_task_key,
            "kind": kind,
            "name": name,
            "free": is_free,
            "urgent": urgent,
            "due_at": due_at,
        }
        for kind, name in sorted(named)
    ]


def _move_escalation(session: Session, user_task: UserTask) -> None:
    """The first level comes at the new term; the second stays where the sla has put it."""
    of_it = (
        (Job.process_instance_key == user_task.process_instance_key)
        & (Job.token_id == user_task.token_id)
        & (Job.kind == "escalation")
        & (Job.occurrence == 1)
    )
    session.execute(delete(Job).where(of_it))
    if user_task.due_at is not None and user_task.escalation_level < 1:
        session.execute(
            _INSERT_JOBS,
            [_escalation(user_task.key, user_task.process_instance_key, user_task, 1, user_task.due_at)],
        )


def _escalation(user_task_key: int, instance_key: int, of: Any, level: int, at: datetime) -> dict[str, Any]:
    return {
        "key": new_key(),
        "kind": "escalation",
        "name": f"escalation level {level}",
        "process_instance_key": instance_key,
        "token_id": of.token_id,
        "element_id": of.element_id,
        "occurrence": level,
        "due_at": at,
        "detail": {"user_task_key": user_task_key, "level": level},
    }


def _new_moment(text: str | None, zone: str) -> datetime | None:
    try:
        return terms.moment(text, zone)
    except ValueError as wrong:
        raise errors.Refused(
            f'Expected a date like "2026-11-23T12:00:00Z", but it is "{text}". Correct it.'
        ) from wrong


def close(session: Session, key: int, token_id: int, state: str, actor: str, now: datetime) -> None:
    """Close the user task of a token that is gone, with its candidates and drafts."""
    values = {"instance": key, "token": token_id, "new_state": state, "at": now, "by": actor}
    user_task_key = session.execute(_CLOSE, values).scalar_one_or_none()
    if user_task_key is not None:
        session.execute(_DELETE_CANDIDATES, {"user_task": user_task_key})
        session.execute(_DELETE_DRAFTS, {"user_task": user_task_key})


def _moment(
    fact: spiff.UserTaskOpened, what: str, text: str | None, calendar: calendars.WorkingCalendar
) -> datetime | None:
    try:
        return terms.moment(text, calendar.time_zone)
    except ValueError as wrong:
        raise spiff.Failure(
            spiff.EXTRACT_VALUE_ERROR,
            f'Expected the {what} of "{fact.name}" to be a date like "2026-11-23T12:00:00Z", but it is "{text}".',
        ) from wrong


def _bind_form(session: Session, fact: spiff.UserTaskOpened, ready: versions.Loaded) -> dict[str, Any] | None:
    """What the row keeps of the form. Raises Failure(FORM_NOT_FOUND)."""
    reference = fact.form
    if reference is None:
        return None
    if reference.embedded:
        return {"embedded": reference.embedded}
    if reference.external_reference:
        return {"external_reference": reference.external_reference}
    try:
        key = versions.bound_form(session, reference, ready)
    except errors.NotFound as missing:
        raise spiff.Failure(
            spiff.FORM_NOT_FOUND, f'The form of "{fact.name}" is missing. {missing.sentence}'
        ) from missing
    return {"form_id": reference.form_id, "key": key}
