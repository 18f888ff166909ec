"""Orders that wait for something to happen: a time, a message, a signal, a condition, the other branches, a called process."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import versions
from engine.accountability import near_misses
from engine.accountability.near_misses import CATCHING
from engine.accountability.reasons import Reason, step_name
from engine.sentences import Label, Sentence, _l
from engine.tables import EventSubscription, MessageSubscription, OpenFlowNode

#: What is said of an order that stands there, beside what it waits for elsewhere.
_PLACES = ("parallelGateway", "inclusiveGateway", "callActivity")

_SIGNAL = _l('Waits at "{step}" for the signal "{signal}", since {since}.')
_CONDITION = _l('Waits at "{step}" until {condition} is true, since {since}.')
_JOIN = _l('Waits at "{step}" for the other branches, since {since}.')
_CALLED = _l('Waits at "{step}" for the process that it called, since {since}.')


def messages(session: Session, keys: Collection[int]) -> list[tuple[int, Reason]]:
    """Messages that catch events and receive tasks wait for."""
    rows = session.scalars(_of_catching(MessageSubscription, keys)).all()
    return [
        (
            row.process_instance_key,
            Reason("message", near.sentence, row.opened_at, stuck=near.is_it, element_id=row.event_id),
        )
        for row, near in zip(rows, near_misses.sentences(session, rows), strict=True)
    ]


def signals_and_conditions(session: Session, keys: Collection[int]) -> list[tuple[int, Reason]]:
    """Signals and conditions that catch events wait for."""
    query = _of_catching(EventSubscription, keys).add_columns(OpenFlowNode.process_definition_key)
    found = []
    for row, definition_key in session.execute(query):
        places: dict[str, Any] = {
            "step": step_name(versions.process(session, definition_key), row.event_id.partition("#")[0]),
            "since": row.opened_at,
        }
        if row.kind == "signal":
            sentence = Sentence(_SIGNAL, signal=row.name, **places)
        else:
            sentence = Sentence(_CONDITION, condition=row.name.removeprefix("="), **places)
        found.append(
            (
                row.process_instance_key,
                Reason(row.kind, sentence, row.opened_at, element_id=row.event_id.partition("#")[0]),
            )
        )
    return found


def places(session: Session, keys: Collection[int]) -> list[tuple[int, Reason]]:
    """Joins where others are missing, and call activities whose process runs."""
    query = (
        select(OpenFlowNode)
        .where(OpenFlowNode.process_instance_key.in_(keys), OpenFlowNode.element_type.in_(_PLACES))
        .order_by(OpenFlowNode.entered_at, OpenFlowNode.token_id)
    )
    found = []
    for row in session.scalars(query):
        step = step_name(versions.process(session, row.process_definition_key), row.element_id)
        kind, pattern = ("called", _CALLED) if row.element_type == "callActivity" else ("join", _JOIN)
        sentence = Sentence(pattern, step=Label(step), since=row.entered_at)
        found.append(
            (row.process_instance_key, Reason(kind, sentence, row.entered_at, element_id=row.element_id))
        )
    return found


def _of_catching(table: Any, keys: Collection[int]) -> Any:
    return (
        select(table)
        .join(
            OpenFlowNode,
            (OpenFlowNode.process_instance_key == table.process_instance_key)
            & (OpenFlowNode.token_id == table.token_id),
        )
        .where(table.process_instance_key.in_(keys), OpenFlowNode.element_type.in_(CATCHING))
        .order_by(table.opened_at, table.process_instance_key, table.token_id, table.event_id)
    )
