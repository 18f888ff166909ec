"""Conditions that start processes: asked when somebody says what is new, for nothing runs yet that could be watched.

Rules (Camunda 8, concepts/conditionals, "Trigger root-level conditional start events via API"): the conditions of the versions
in force are asked with the variables of the call alone; each start event that is true starts an instance, so one process may
start several times; null is not true; what the start event's output mappings let through becomes the instance's variables.
Here an event with several conditions starts once, whichever of them are true. Conditions inside running instances are asked
by the engine itself (engine/spiff/watch.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import execution, instances, publishing, series, spiff, versions
from engine.roles import Actor
from engine.tables import Effect, StartSubscription


@dataclass(slots=True)
class Evaluated:
    """process_instance_keys: what was started, by process and event. undecided: a sentence for each condition that asks for
    more than a condition may; it started nothing."""

    process_instance_keys: list[int] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)


def evaluate(
    session: Session,
    variables: Mapping[str, Any],
    *,
    process_id: str | None = None,
    request_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> Evaluated:
    """Ask the conditional start events of all processes, or of one, and start an instance for each that is true.

    request_id: what was sent twice under one id starts once; the second time gives the first instances.
    Raises NotFound when there is no such process, Conflict when the same request is just being carried out elsewhere.
    """
    effect_key = None if request_id is None else f"conditions:{request_id}"
    known = None if effect_key is None else session.get(Effect, effect_key)
    if known is not None:
        return Evaluated([int(key) for key in known.result["process_instance_keys"]])
    if process_id is not None:
        versions.latest(session, process_id)
    evaluated = Evaluated()
    started = None
    for each in _listening(session, process_id):
        ready = versions.loaded(session, each.process_definition_key)
        event = next(one for one in ready.process.start_events if one.element_id == each.element_id)
        try:
            is_true = event.is_true_for(variables, now)
        except spiff.Undecided as undecided:
            evaluated.undecided.append(str(undecided.sentence))
            continue
        if is_true:
            started = execution.start(
                session,
                ready,
                variables,
                business_key=series.next_business_key(session, ready.process),
                actor=actor,
                now=now,
                start_event=event.element_id,
            )
            evaluated.process_instance_keys.append(started.key)
    if effect_key is not None and started is not None:
        # Keys are larger than what a reader of JSON may take for a number.
        keys = [str(key) for key in evaluated.process_instance_keys]
        instances.note_request(session, effect_key, started, now, {"process_instance_keys": keys})
    return evaluated


def _listening(session: Session, process_id: str | None) -> list[StartSubscription]:
    """Held, so that another version comes into force before or after this."""
    query = (
        select(StartSubscription)
        .where(StartSubscription.kind == publishing.CONDITION)
        .order_by(StartSubscription.process_id, StartSubscription.element_id)
        .with_for_update(read=True)
    )
    if process_id is not None:
        query = query.where(StartSubscription.process_id == process_id)
    return list(session.scalars(query))
