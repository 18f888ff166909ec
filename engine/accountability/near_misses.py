"""The message that nearly was it: what came and met nobody, closest to what an order waits for.

Looked at are the messages that are still kept and met nobody, and those that met nobody in their time (for some days). A
key or name is close when only case, blanks, signs or leading zeros differ, or at most two letters; a key that is the number
of another order was meant for that one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.accountability.reasons import CATCHING
from engine.keys import plain
from engine.sentences import Sentence, _l
from engine.tables import (
    Message,
    MessageReceipt,
    MessageSubscription,
    MissedMessage,
    OpenFlowNode,
    ProcessInstance,
)

#: So many messages, the newest, are compared.
MOST = 500
_FARTHEST = 2
_SHORTEST = 5

_WAITS = _l('Waits for the message "{message}" for {key}, since {since}.')
_OTHER_KEY = _l(
    'Waits for the message "{message}" for "{key}", since {since}. '
    'One for "{found}" came {at} and met nobody: compare the keys.'
)
_OTHER_NAME = _l(
    'Waits for the message "{message}" for "{key}", since {since}. '
    'A message "{found}" for it came {at} and met nobody: compare the names.'
)
_TOO_EARLY = _l(
    'Waits for the message "{message}" for "{key}", since {since}. '
    "One came {at}, before anybody waited for it, and its time was over: send it again if it was meant."
)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A message that met nobody. is_it: people would say that it is the same one, so nobody will send it again."""

    sentence: Sentence
    is_it: bool


def sentences(session: Session, waits: Collection[MessageSubscription]) -> list[NearMiss]:
    """What to say of each wait, in their order, with the closest message that met nobody; a fixed number of queries."""
    if not waits:
        return []
    names, keys = {each.message_name for each in waits}, {each.correlation_key for each in waits}
    came = _unmet(session, names, keys)
    taken = _numbers_of_orders(session, {each.correlation_key for each in came})
    return [_closest(wait, came, taken) for wait in waits]


def passed_by(session: Session, limit: int) -> list[tuple[MessageSubscription, Any]]:
    """Waits, each with the message that people would say is the one it waits for, but that met nobody."""
    found: list[tuple[MessageSubscription, Any]] = []
    for query in _passing_by():
        found += [(row[0], row) for row in session.execute(query, {"most": limit})]
    taken = _numbers_of_orders(session, {came.correlation_key for _wait, came in found})
    return [(wait, came) for wait, came in found if came.correlation_key not in taken]


@cache
def _passing_by() -> list[Select[Any]]:
    """The questions of `passed_by`, of messages still kept and of those that were missed; built once."""
    found = []
    for table, is_unmet in ((Message, ~_was_met()), (MissedMessage, None)):
        newest = select(table.name, table.correlation_key, table.plain_key, table.published_at)
        if is_unmet is not None:
            newest = newest.where(is_unmet)
        came = newest.order_by(table.published_at.desc()).limit(MOST).subquery()
        found.append(
            select(MessageSubscription, came)
            .join(
                came,
                (came.c.name == MessageSubscription.message_name)
                & (came.c.plain_key == MessageSubscription.plain_key),
            )
            .join(
                OpenFlowNode,
                (OpenFlowNode.process_instance_key == MessageSubscription.process_instance_key)
                & (OpenFlowNode.token_id == MessageSubscription.token_id),
            )
            .where(
                came.c.correlation_key != MessageSubscription.correlation_key,
                came.c.plain_key != "",
                OpenFlowNode.element_type.in_(CATCHING),
            )
            .limit(bindparam("most"))
        )
    return found


def said(wait: MessageSubscription, came: Any) -> Sentence:
    """The sentence about a message that nearly was the one."""
    places = {"message": wait.message_name, "key": wait.correlation_key, "since": wait.opened_at}
    return Sentence(_OTHER_KEY, found=came.correlation_key, at=came.published_at, **places)


def _was_met() -> Any:
    return select(MessageReceipt.process_id).where(MessageReceipt.message_key == Message.key).exists()


def _unmet(session: Session, names: Collection[str], keys: Collection[str]) -> list[Any]:
    """Messages that met nobody, of one of these names or for one of these keys, the newest first."""

    def newest(table: Any) -> Select[Any]:
        concerns = or_(table.name.in_(names), table.correlation_key.in_(keys))
        columns = (table.name, table.correlation_key, table.published_at)
        return select(*columns).where(concerns).order_by(table.published_at.desc()).limit(MOST)

    came = session.execute(newest(Message).where(~_was_met())).all()
    came += session.execute(newest(MissedMessage)).all()
    return sorted(came, key=lambda each: each.published_at, reverse=True)


def _numbers_of_orders(session: Session, keys: Collection[str]) -> set[str]:
    if not keys:
        return set()
    known = select(ProcessInstance.business_key).where(ProcessInstance.business_key.in_(keys))
    return set(session.scalars(known))


def _closest(wait: MessageSubscription, came: list[Any], taken: set[str]) -> NearMiss:
    places = {"message": wait.message_name, "key": wait.correlation_key, "since": wait.opened_at}
    best: tuple[int, Any] | None = None
    for each in came:
        if each.name == wait.message_name and each.correlation_key in taken - {wait.correlation_key}:
            continue
        distance = _distance(wait, each)
        if distance is not None and (best is None or distance < best[0]):
            best = (distance, each)
    if best is None:
        return NearMiss(Sentence(_WAITS, **places), False)
    distance, nearest = best
    if nearest.correlation_key != wait.correlation_key:
        found = Sentence(_OTHER_KEY, found=nearest.correlation_key, at=nearest.published_at, **places)
    elif nearest.name != wait.message_name:
        found = Sentence(_OTHER_NAME, found=nearest.name, at=nearest.published_at, **places)
    else:
        return NearMiss(Sentence(_TOO_EARLY, at=nearest.published_at, **places), False)
    return NearMiss(found, distance == 0)


def _distance(wait: MessageSubscription, came: Any) -> int | None:
    """How far a message is from the one waited for; 0: people would say it is the same. None: another one."""
    if came.name == wait.message_name:
        return _between(came.correlation_key, wait.correlation_key)
    if came.correlation_key == wait.correlation_key and wait.correlation_key:
        return _between(came.name, wait.message_name)
    return None


def _between(one: str, other: str) -> int | None:
    if plain(one) == plain(other):
        return 0
    if min(len(one), len(other)) < _SHORTEST or abs(len(one) - len(other)) > _FARTHEST:
        return None
    changes = _edits(one, other)
    return changes if changes <= _FARTHEST else None


def _edits(one: str, other: str) -> int:
    """Letters to change, add or leave out to get from one text to the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        before, row[0] = row[0], n
        for m, wanted in enumerate(other, 1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (letter != wanted))
    return row[-1]
