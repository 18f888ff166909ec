"""The rows of what tokens wait for: timers as jobs, messages, signals and conditions as subscriptions.

They are derived from the difference of the waits before and after a step; nothing is read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Session

from engine import spiff
from engine.keys import new_key, plain
from engine.tables import EventSubscription, Job, MessageSubscription, ProcessInstance

_INSERT_JOBS = insert(Job.__table__)
_INSERT_MESSAGES = insert(MessageSubscription.__table__)
_INSERT_EVENTS = insert(EventSubscription.__table__)


# Statements of the hot path are built once, on the tables themselves: building one costs more than running it.
def delete_of_token(table: Any, event: str | None = None) -> Any:
    """The statement that deletes the rows of a token (`instance`, `token`); event: the column that says for which `event`."""
    columns = table.__table__.c
    statement = delete(table.__table__).where(
        columns.process_instance_key == bindparam("instance"), columns.token_id == bindparam("token")
    )
    return statement if event is None else statement.where(columns[event] == bindparam("event"))


_DELETE_TIMER = delete_of_token(Job, "name").where(Job.__table__.c.occurrence == bindparam("nth"))
_DELETE_ONE = {
    "message": delete_of_token(MessageSubscription, "event_id"),
    "signal": delete_of_token(EventSubscription, "event_id"),
    "condition": delete_of_token(EventSubscription, "event_id"),
}
_DELETE_ALL = {
    MessageSubscription: delete_of_token(MessageSubscription),
    EventSubscription: delete_of_token(EventSubscription),
}


def wait_id(wait: spiff.Wait) -> tuple[Any, ...]:
    """What makes a wait the same one before and after a step; a repeated timer is another one each time."""
    return (wait.token_id, wait.event_id, wait.kind, wait.occurrence, wait.due_at)


def close(session: Session, key: int, gone: set[int], before: Mapping[Any, spiff.Wait]) -> None:
    """The subscriptions of tokens that are gone go with them (their timers go with all their jobs)."""
    places = [{"instance": key, "token": token_id} for token_id in sorted(gone)]
    kinds = {each.kind for each in before.values() if each.token_id in gone}
    for table, statement in _DELETE_ALL.items():
        if kinds & ({"message"} if table is MessageSubscription else {"signal", "condition"}):
            session.execute(statement, places)


def sync(
    session: Session,
    row: ProcessInstance,
    instance: spiff.Instance,
    before: Mapping[Any, spiff.Wait],
    gone: set[int],
) -> None:
    """Drop the rows of waits that are over, write those of waits that have opened."""
    after = {wait_id(each): each for each in instance.waits()}
    for identity, wait in before.items():
        if identity not in after and wait.token_id not in gone:
            _drop(session, row.key, wait)
    rows: dict[str, list[dict[str, Any]]] = {"timer": [], "message": [], "event": []}
    for identity, wait in after.items():
        if identity not in before:
            kind = wait.kind if wait.kind in rows else "event"
            of_process = instance.process_of(wait.token_id).process_id
            rows[kind].append(_ROW_OF[kind](row, wait, instance.surroundings.now, of_process))
    for kind, statement in (
        ("timer", _INSERT_JOBS),
        ("message", _INSERT_MESSAGES),
        ("event", _INSERT_EVENTS),
    ):
        if rows[kind]:
            session.execute(statement, rows[kind])


def _drop(session: Session, key: int, wait: spiff.Wait) -> None:
    place = {"instance": key, "token": wait.token_id, "event": wait.event_id}
    if wait.kind == "timer":
        session.execute(_DELETE_TIMER, {**place, "nth": wait.occurrence})
    else:
        session.execute(_DELETE_ONE[wait.kind], place)


def _timer(row: ProcessInstance, wait: spiff.Wait, _now: Any, _process_id: str) -> dict[str, Any]:
    return {
        "key": new_key(),
        "kind": "timer",
        "name": wait.event_id,
        "process_instance_key": row.key,
        "token_id": wait.token_id,
        "element_id": wait.element_id,
        "occurrence": wait.occurrence,
        "due_at": wait.due_at,
        "detail": None,
    }


def _message(row: ProcessInstance, wait: spiff.Wait, now: Any, process_id: str) -> dict[str, Any]:
    """process_id: that of the process whose element waits, which may be a called one."""
    key = str(wait.correlation_key)
    found = {"process_id": process_id, "message_name": wait.message_name, "correlation_key": key}
    return _subscription(row, wait, now) | found | {"plain_key": plain(key)}


def _event(row: ProcessInstance, wait: spiff.Wait, now: Any, _process_id: str) -> dict[str, Any]:
    name = wait.signal_name if wait.kind == "signal" else wait.condition
    return _subscription(row, wait, now) | {"kind": wait.kind, "name": name}


def _subscription(row: ProcessInstance, wait: spiff.Wait, now: Any) -> dict[str, Any]:
    return {
        "process_instance_key": row.key,
        "token_id": wait.token_id,
        "event_id": wait.event_id,
        "opened_at": now,
    }


_ROW_OF = {"timer": _timer, "message": _message, "event": _event}
