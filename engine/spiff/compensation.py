"""What can be undone: the completed activities that a scope remembers for its compensation, oldest first.

A record is one of
- "charge": the activity of this spec id was completed and has a handler that undoes it;
- ["book", {...}, [record, ...]]: a scope was completed; its variables and its own records are kept as they were then
  (BPMN 2.0.2, 13.5.5: a handler works on a snapshot of the data of its completed sub-process);
- [times, [record, ...]]: this sequence came so many times in a row.

The order is needed (compensation runs backwards), the length is not: what a loop repeats is folded into a count, so a
state does not grow with the rounds. Records are never changed in place, only the list that holds them is.
"""

from __future__ import annotations

from typing import Any

from engine.spiff.token import Token

LONGEST_REPEAT = 64
"""Rounds of a loop with more compensable steps than this are not recognised as repeats."""

Record = str | list[Any]


def note(scope: Token, token: Token) -> None:
    """The activity of `token` was completed inside `scope`: remember what it takes to undo it."""
    element = token.task_spec
    if element.undone_by is not None:
        record: Record = element.spec_id
    elif token.records or element.restored.handler is not None:
        record = [element.spec_id, token.variables, token.records or []]
    else:
        return
    if scope.records is None:
        scope.records = []
    add(scope.records, record)


def add(records: list[Record], record: Record) -> None:
    """Put the newest record at the end, folding what repeats."""
    records.append(record)
    while _fold(records):
        pass


def _fold(records: list[Record]) -> bool:
    for length in range(1, min(LONGEST_REPEAT, len(records) - 1) + 1):
        newest = records[-length:]
        before = records[-length - 1]
        if _is_repeat(before) and before[1] == newest:
            records[-length - 1 :] = [[before[0] + 1, newest]]
            return True
        if records[-2 * length : -length] == newest:
            records[-2 * length :] = [[2, newest]]
            return True
    return False


def take_newest(records: list[Record]) -> Record:
    """Take the newest single record (an activity or a scope) off the end."""
    newest = records.pop()
    while _is_repeat(newest):
        times, block = newest
        if times > 1:
            records.append([times - 1, block])
        records.extend(block[:-1])
        newest = block[-1]
    return newest


def split(records: list[Record], spec_id: str) -> tuple[list[Record], list[Record]]:
    """The records of one activity, and those of all others, each in order."""
    mine: list[Record] = []
    others: list[Record] = []
    for record in records:
        if _is_repeat(record):
            for into, part in zip((mine, others), split(record[1], spec_id), strict=True):
                if part:
                    into.append([record[0], part])
        else:
            (mine if _spec_id(record) == spec_id else others).append(record)
    return mine, others


def _is_repeat(record: Record) -> bool:
    return isinstance(record, list) and isinstance(record[0], int)


def _spec_id(record: Record) -> str:
    return record if isinstance(record, str) else record[0]
