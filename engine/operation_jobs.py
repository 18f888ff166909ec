"""Jobs of operations: what broke inside a step is tried again, for a service task or a listener."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, execution, job_rows, operations, spiff, surroundings, versions
from engine.roles import SYSTEM
from engine.tables import Job


def run(session: Session, job: Job, now: datetime) -> str | None:
    """Try the operation of a waiting service task or listener again. Returns the reason when it broke again."""
    if job_rows.is_detached(job):
        return _tell(session, job, now)
    broke: list[str] = []

    def again(instance: spiff.Instance) -> None:
        try:
            answer = _attempt(job, instance.surroundings, instance.work_variables(job.token_id))
        except errors.BusinessError as error:
            if job_rows.is_listener(job):
                instance.refuse_listener(job.token_id, str(error.sentence))
            elif not instance.throw_error(job.token_id, error.code, error.sentence, error.variables):
                job_rows.park(session, job)
            return
        if isinstance(answer, operations.Failed):
            broke.append(answer.sentence)
        elif job_rows.is_listener(job):
            instance.answer_listener(job.token_id, instance.said(job.token_id, answer))
        else:
            instance.complete(job.token_id, answer)

    execution.advance(session, job.process_instance_key, again, actor=SYSTEM, now=now)
    return broke[0] if broke else None


def _tell(session: Session, job: Job, now: datetime) -> str | None:
    """Tell an operation of what is over: it has nothing left to refuse, and no token hears its answer."""
    row = execution.lock(session, job.process_instance_key)
    ready = versions.loaded(session, row.process_definition_key)
    around = surroundings.StepSurroundings(session, row, ready, SYSTEM, now)
    try:
        answer = _attempt(job, around, job.detail["variables"])
    except errors.BusinessError:
        return None
    return answer.sentence if isinstance(answer, operations.Failed) else None


def _attempt(
    job: Job, around: surroundings.StepSurroundings, variables: Mapping[str, Any]
) -> dict[str, Any] | operations.Failed:
    detail = job.detail or {}
    scope = detail.get("scope") or str(job.token_id)
    answer = around.attempt(job.name, scope, job.element_id, detail.get("headers", {}), variables)
    if answer is None:
        return operations.Failed(f'There is no operation "{job.name}". Install it, then try again.')
    return answer
