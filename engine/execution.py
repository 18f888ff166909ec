"""The spine: start a process instance, advance it by one step.

A step loads the instance under its lock, moves it to its next wait states, and writes state, user tasks, jobs, timers,
subscriptions, history and the effects of operations; all of it in the caller's transaction, which the caller commits or
loses as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.exc import StaleDataError

from engine import errors, history, meeting, projection, spiff, versions, wait_rows
from engine.roles import SYSTEM, Actor
from engine.sentences import Sentence, _l
from engine.surroundings import StepSurroundings
from engine.tables import ProcessInstance

Move = Callable[[spiff.Instance], object]


_LOCK = (
    select(ProcessInstance)
    .where(ProcessInstance.key == bindparam("instance"))
    .options(undefer(ProcessInstance.tokens))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def start(
    session: Session,
    ready: versions.Loaded,
    variables: Mapping[str, Any],
    *,
    business_key: str,
    actor: Actor,
    now: datetime,
    start_event: str | None = None,
    correlation_key: str | None = None,
) -> ProcessInstance:
    """Create an instance of a loaded definition and run it to its first wait states.

    Sets the root variables `order_no` (the business key) and `started_by` (the actor's login) beside `variables`.
    """
    row = ProcessInstance(
        process_definition_key=ready.key,
        process_id=ready.process_id,
        business_key=business_key,
        correlation_key=correlation_key,
        state="active",
        tokens=b"",
        started_at=now,
        started_by=actor.login,
    )
    session.add(row)
    session.flush()
    history.write(session, row.key, "started", actor=actor.login, now=now, element_id=start_event)
    around = StepSurroundings(session, row, ready, actor, now)
    own = {"order_no": business_key, "started_by": actor.login}
    instance = spiff.Instance.start(ready.process, around, dict(variables), start_event, own=own)
    _finish(session, row, ready, instance, around, projection.Before.nothing())
    session.flush()
    return row


def advance(
    session: Session, process_instance_key: int, move: Move, *, actor: Actor, now: datetime
) -> ProcessInstance:
    """Load an instance under its lock, apply `move` to it and write what came of it.

    Raises NotFound, and Conflict when the instance has ended already. What `move` raises goes through: nothing is written.
    """
    return advance_locked(session, lock(session, process_instance_key), move, actor=actor, now=now)


def advance_locked(
    session: Session,
    row: ProcessInstance,
    move: Move,
    *,
    actor: Actor,
    now: datetime,
    meet_again: bool = False,
) -> ProcessInstance:
    """`advance` for a caller that has already locked the instance in this transaction.

    meet_again: also the message waits that were open before look at the buffered messages.
    """
    if row.state != "active":
        raise errors.Conflict(
            Sentence(
                _l("Order {order} has ended already, so this can no longer be done."), order=row.business_key
            )
        )
    ready = versions.loaded(session, row.process_definition_key)
    around = StepSurroundings(session, row, ready, actor, now)
    instance = spiff.load(row.tokens, ready.process, around)
    before = projection.Before.of(instance)
    move(instance)
    _finish(session, row, ready, instance, around, before, meet_again)
    return row


def lock(session: Session, process_instance_key: int) -> ProcessInstance:
    """The newest row of an instance, held until the transaction ends. Raises NotFound."""
    row = session.scalar(_LOCK, {"instance": process_instance_key})
    if row is None:
        raise errors.NotFound("There is no such order, or you may not see it.")
    return row


def look(session: Session, process_instance_key: int) -> spiff.Instance:
    """The instance as it is now, to read from; nothing that is done to it is kept. Raises NotFound."""
    row = session.get(ProcessInstance, process_instance_key, options=[undefer(ProcessInstance.tokens)])
    if row is None:
        raise errors.NotFound("There is no such order, or you may not see it.")
    return look_at(session, row)


def look_at(session: Session, row: ProcessInstance) -> spiff.Instance:
    """The same of a row that is read already."""
    ready = versions.loaded(session, row.process_definition_key)
    around = StepSurroundings(session, row, ready, SYSTEM, row.started_at)
    return spiff.load(row.tokens, ready.process, around)


def _finish(
    session: Session,
    row: ProcessInstance,
    ready: versions.Loaded,
    instance: spiff.Instance,
    around: StepSurroundings,
    before: projection.Before,
    meet_again: bool = False,
) -> None:
    known = set() if meet_again else set(before.waits)
    _meet_buffered_messages(session, row, instance, around, known)
    for token_id, sentence in around.out_of_retries.items():
        if instance.is_waiting(token_id):  # what is cancelled has told its listeners and is gone
            instance.raise_incident(token_id, "JOB_NO_RETRIES", sentence)
    try:
        projection.write(session, row, ready, instance, around, before)
    except StaleDataError as stale:
        raise errors.StaleProcessInstance() from stale


def _meet_buffered_messages(
    session: Session,
    row: ProcessInstance,
    instance: spiff.Instance,
    around: StepSurroundings,
    known: set[Any],
) -> None:
    """A message wait that has just opened first looks at the messages published before it, oldest first."""
    while True:
        opened = [w for w in instance.waits() if w.kind == "message" and wait_rows.wait_id(w) not in known]
        if not opened:
            return
        for wait in opened:
            known.add(wait_rows.wait_id(wait))
            key = str(wait.correlation_key)
            if not meeting.is_alone(session, wait.message_name, key, publishing=False):
                places = {"token_id": wait.token_id, "event_id": wait.event_id}
                meeting.look_again(session, around.now, {}, process_instance_key=row.key, **places)
            of_process = instance.process_of(wait.token_id).process_id
            message = meeting.oldest(session, wait.message_name, key, of_process, around.now)
            if message is not None and meeting.take(session, message, of_process):
                instance.fire(wait.token_id, wait.event_id, message.variables)
                break
        else:
            return
