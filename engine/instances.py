"""Process instances: start one, end one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors, execution, forms, history, series, settings, spiff, versions
from engine.roles import Actor
from engine.tables import Effect, ProcessInstance


def start(
    session: Session,
    process_id: str,
    *,
    variables: Mapping[str, Any] | None = None,
    submission: Mapping[str, Any] | None = None,
    files: Mapping[str, forms.UploadedFile] | None = None,
    business_key: str | None = None,
    request_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> ProcessInstance:
    """Start the newest version of a process at its none start event.

    variables: trusted values of the caller. submission: a person's answers, checked by the start form before anything
    starts. business_key: without one the next number of the process's series is given ("IR-0001"; process property
    `number_series`), else the instance's key. request_id: what was sent twice under one id starts once; the second
    time gives the first instance.
    Raises NotFound, forms.SubmissionInvalid; Conflict when the same request is just being carried out elsewhere.
    """
    if request_id is not None:
        known = session.get(Effect, _effect_of(request_id))
        if known is not None:
            return session.get_one(ProcessInstance, known.process_instance_key)
    row = versions.latest(session, process_id)
    ready = versions.loaded(session, row.key)
    start_event = next((each for each in ready.process.start_events if each.kind == "none"), None)
    if start_event is None:
        raise errors.Refused(f'Process "{row.name}" is not started by hand: it has no none start event.')
    given = dict(variables or {})
    if submission is not None:
        form = versions.start_form(session, ready, start_event) or forms.EMPTY
        zone = settings.calendar(session).time_zone
        known = {"started_by": actor.login, **given}
        given |= form.check(dict(submission), known, now=now, time_zone=zone, files=files or {})
    started = execution.start(
        session,
        ready,
        given,
        business_key=business_key or series.next_business_key(session, ready.process),
        actor=actor,
        now=now,
        start_event=start_event.element_id,
    )
    if request_id is not None:
        note_request(session, _effect_of(request_id), started, now)
    return started


def _effect_of(request_id: str) -> str:
    return f"start:{request_id}"


def note_request(
    session: Session,
    effect_key: str,
    started: ProcessInstance,
    now: datetime,
    result: dict[str, Any] | None = None,
) -> None:
    """Remember that this request has started this instance. Raises Conflict when it is just being carried out elsewhere."""
    session.add(Effect(effect_key=effect_key, process_instance_key=started.key, at=now, result=result or {}))
    try:
        session.flush()
    except exc.IntegrityError as twice:
        raise errors.Conflict(
            "This was sent twice at the same moment. It is started once; look at your orders."
        ) from twice


def terminate(
    session: Session, process_instance_key: int, *, actor: Actor, now: datetime, reason: str
) -> ProcessInstance:
    """End an instance where it stands: every open user task, job and wait ends with it; effects on records stay.

    The ordinary way is the process's own cancellation (message `cancel_order`), which reverses effects.
    """

    def end(instance: spiff.Instance) -> None:
        history.write(
            session, process_instance_key, "cancelled", actor=actor.login, now=now, detail={"reason": reason}
        )
        instance.terminate()

    row = execution.advance(session, process_instance_key, end, actor=actor, now=now)
    row.state, row.ended_at, row.silent_since = "terminated", now, None
    session.flush()
    return row
