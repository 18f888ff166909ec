"""How a change of a user task comes into force: at once, or after its task listeners have agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from engine import execution, history, spiff, user_task_rows, versions
from engine.roles import Actor
from engine.tables import ProcessInstance, UserTask, UserTaskCandidate

#: {what the history calls it: (the event that listeners are asked at, Camunda's word for what was asked)}.
_EVENTS = {
    "claimed": ("assigning", "claim"),
    "released": ("assigning", "unassign"),
    "assigned": ("assigning", "assign"),
    "updated": ("updating", "update"),
}

_CANDIDATES = UserTaskCandidate.__table__
#: Built once, because building a statement costs more than running it.
_OFFER = (
    update(_CANDIDATES)
    .where(_CANDIDATES.c.user_task_key == bindparam("user_task"))
    .values(free=bindparam("is_free"))
)


def make(
    session: Session,
    row: ProcessInstance,
    user_task: UserTask,
    changes: Mapping[str, Any],
    kind: str,
    actor: Actor,
    now: datetime,
) -> UserTask:
    """Change an open user task of a locked instance; the row as it is afterwards, which outside listeners may hold up.

    changes: see user_task_rows.change; kind: claimed, released, assigned or updated. Raises spiff.ChangeDenied, Conflict
    while listeners work on an earlier change.
    """
    if has_listeners(session, user_task):
        event, action = _EVENTS[kind]

        def ask(instance: spiff.Instance) -> None:
            instance.change_user_task(
                user_task.token_id,
                event,
                dict(changes),
                action=action,
                actor=actor.login,
                detail={"kind": kind},
            )

        execution.advance_locked(session, row, ask, actor=actor, now=now)
        session.refresh(user_task)
        return user_task
    if set(changes) == {"assignee"}:
        _assign(session, user_task, changes["assignee"])
    else:
        user_task_rows.change(session, user_task, changes)
    _note(session, user_task, kind, {"name": user_task.name, **changes}, actor, now)
    session.flush()
    return user_task


def complete(
    session: Session,
    instance: spiff.Instance,
    user_task: UserTask,
    answers: dict[str, Any],
    detail: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Complete a user task of a loaded instance with checked answers; outside listeners may hold that up.

    detail: for the history. Raises spiff.ChangeDenied, Conflict while listeners work on an earlier change.
    """
    if has_listeners(session, user_task):
        instance.change_user_task(
            user_task.token_id,
            "completing",
            {},
            action="complete",
            actor=actor.login,
            detail={"kind": "completed", "detail": detail},
            result=answers,
        )
        return
    _note(session, user_task, "completed", detail, actor, now)
    instance.complete(user_task.token_id, answers)


def has_listeners(session: Session, user_task: UserTask) -> bool:
    """Whether changes of this user task are asked about first; then a verb may come into force only later."""
    process = versions.loaded(session, user_task.process_definition_key).process
    return process.elements[user_task.element_id].has_task_listeners


def _assign(session: Session, user_task: UserTask, login: str | None) -> None:
    user_task.assignee = login
    user_task.version += 1
    session.execute(_OFFER, {"user_task": user_task.key, "is_free": login is None})


def _note(
    session: Session, user_task: UserTask, kind: str, detail: dict[str, Any], actor: Actor, now: datetime
) -> None:
    history.write(
        session,
        user_task.process_instance_key,
        kind,
        actor=actor.login,
        now=now,
        token_id=user_task.token_id,
        element_id=user_task.element_id,
        element_type="userTask",
        detail=detail,
    )
