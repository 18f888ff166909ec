"""The rows of user tasks, as a step opens and closes them: candidates, terms, escalation, the bound form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from engine import calendars, errors, settings, spiff, terms, versions
from engine.keys import new_key
from engine.surroundings import StepSurroundings
from engine.tables import Draft, Job, ProcessInstance, UserTask, UserTaskCandidate

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
        closed_by=bindparam("by"),
        version=_OPEN.c.version + 1,
    )
    .returning(_OPEN.c.key)
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
        groups = fact.candidate_groups or ([fact.lane] if fact.lane and not fact.candidate_users else [])
        named = {("role", name) for name in groups} | {("person", name) for name in fact.candidate_users}
        candidates += [
            {
                "user_task_key": key,
                "kind": kind,
                "name": name,
                "free": fact.assignee is None,
                "urgent": urgent,
                "due_at": due_at,
            }
            for kind, name in sorted(named)
        ]
        for level, at in ((1, due_at), (2, term.level_2_at if term else None)):
            if at is not None:
                jobs.append(
                    {
                        "key": new_key(),
                        "kind": "escalation",
                        "name": f"escalation level {level}",
                        "process_instance_key": row.key,
                        "token_id": fact.token_id,
                        "element_id": fact.element_id,
                        "occurrence": level,
                        "due_at": at,
                        "detail": {"user_task_key": key, "level": level},
                    }
                )
    for statement, rows in (
        (_INSERT_USER_TASKS, user_tasks),
        (_INSERT_CANDIDATES, candidates),
        (_INSERT_JOBS, jobs),
    ):
        if rows:
            session.execute(statement, rows)


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
