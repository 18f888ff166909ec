"""The open steps of a visit go to whoever answers for it now, when a dispatcher gives the visit to somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.roles import Actor
from engine.tables import UserTask, UserTaskCandidate


def follow(
    session: Session,
    process_instance_key: int | None,
    before: str,
    after: str,
    *,
    actor: Actor,
    now: datetime,
) -> list[UserTask]:
    """Hand the open steps of an order from who answered for its visit to who answers for it now; returns them.

    A step that lies free for `before` alone goes along: nobody else could take it. Raises FourEyes when `after` may not do one.
    """
    if process_instance_key is None or before == after:
        return []
    query = select(UserTask).where(
        UserTask.process_instance_key == process_instance_key, UserTask.state == "open"
    )
    return [
        user_tasks.assign(session, each.key, after, actor=actor, now=now)
        for each in session.scalars(query.order_by(UserTask.key)).all()
        if _is_of(session, each, before)
    ]


def _is_of(session: Session, user_task: UserTask, login: str) -> bool:
    if user_task.assignee is not None:
        return user_task.assignee == login
    query = select(UserTaskCandidate.kind, UserTaskCandidate.name)
    candidates = session.execute(query.where(UserTaskCandidate.user_task_key == user_task.key)).all()
    return bool(candidates) and all(kind != "role" and name == login for kind, name in candidates)
