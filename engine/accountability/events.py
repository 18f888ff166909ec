"""Orders that wait for something to happen: a time, a message, a signal, a condition, the other branches, a called process."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import versions
from engine.accountability import near_misses
from engine.accountability.reasons import CATCHING, Nodes, Reason, step_name
from engine.sentences import Sentence, _l
from engine.tables import EventSubscription, MessageSubscription

#: What is said of an order that stands there, beside what it waits for elsewhere.
_PLACES = ("parallelGateway", "inclusiveGateway", "callActivity")

_SIGNAL = _l('Waits at "{step}" for the signal "{signal}", since {since}.')
_CONDITION = _l('Waits at "{step}" until {condition} is true, since {since}.')
_JOIN = _l('Waits at "{step}" for the other branches, since {since}.')
_CALLED = _l('Waits at "{step}" for the process that it called, since {since}.')


def messages(session: Session, nodes: Nodes) -> list[tuple[int, Reason]]:
    """Messages that catch events and receive tasks wait for."""
    rows = _of_catching(session, MessageSubscription, nodes)
    return [
        (
            row.process_instance_key,
            Reason("message", near.sentence, row.opened_at, stuck=near.is_it, element_id=row.event_id),
        )
        for row, near in zip(rows, near_misses.sentences(session, rows), strict=True)
    ]


def signals_and_conditions(session: Session, nodes: Nodes) -> list[tuple[int, Reason]]:
    """Signals and conditions that catch events wait for."""
    found = []
    for row in _of_catching(session, EventSubscription, nodes):
        node = nodes[row.process_instance_key, row.token_id]
        element_id = row.event_id.partition("#")[0]
        places: dict[str, Any] = {
            "step": step_name(versions.process(session, node.process_definition_key), element_id),
            "since": row.opened_at,
        }
        if row.kind == "signal":
            sentence = Sentence(_SIGNAL, signal=row.name, **places)
        else:
            sentence = Sentence(_CONDITION, condition=row.name.removeprefix("="), **places)
        reason = Reason(row.kind, sentence, row.opened_at, element_id=element_id)
        found.append((row.process_instance_key, reason))
    return found


def places(session: Session, nodes: Nodes) -> list[tuple[int, Reason]]:
    """Joins where others are missing, and call activities whose process runs."""
    found = []
    for row in nodes.values():
        if row.element_type not in _PLACES:
            continue
        step = step_name(versions.process(session, row.process_definition_key), row.element_id)
        kind, pattern = ("called", _CALLED) if row.element_type == "callActivity" else ("join", _JOIN)
        sentence = Sentence(pattern, step=step, since=row.entered_at)
        reason = Reason(kind, sentence, row.entered_at, element_id=row.element_id)
        found.append((row.process_instance_key, reason))
    return found


def _of_catching(session: Session, table: Any, nodes: Nodes) -> list[Any]:
    """The subscriptions of tokens that wait for nothing else, oldest first."""
    places = {place for place, node in nodes.items() if node.element_type in CATCHING}
    if not places:
        return []
    rows = session.scalars(
        select(table)
        .where(table.process_instance_key.in_({key for key, _token in places}))
        .order_by(table.opened_at, table.process_instance_key, table.token_id, table.event_id)
    )
    return [row for row in rows if (row.process_instance_key, row.token_id) in places]
