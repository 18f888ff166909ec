"""An instance as bytes and back: the open tokens with their variables, never the process, the past or the future.

Format 1: [1, next token id, [row, ...]]. A row is [token id, parent id, element, state, variables, waits, memo, incident,
flags, process, index, given, listening, records] with empty fields at its end cut off; parents come before children; `process` is
[id, key] on the token of a called process. Loading builds tokens directly: nothing is entered, opened or evaluated again, no due time moves.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from engine.spiff.failures import NotStartable
from engine.spiff.instance import Instance
from engine.spiff.process import Process
from engine.spiff.surroundings import CalledReference, Surroundings
from engine.spiff.token import WAITING, Incident, Listening, Token
from engine.spiff.waits import CONDITION, Subscription
from engine.spiff.watch import watch_of

FORMAT = 1
_FIRED = 1
_LEAVING = 2
_FIELDS = 14

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class UnknownFormat(NotStartable):
    """This process instance was stored by a newer version of Orderlane. Update this installation."""


def dump(instance: Instance) -> bytes:
    """The state of an instance between two steps."""
    return _encoder.encode([FORMAT, instance.next_id, [_row(token) for token in instance.tasks.values()]])


def load(data: bytes, process: Process, surroundings: Surroundings) -> Instance:
    """The instance as it was dumped, for one more step. process: the version it was started with."""
    version, next_id, rows = _decoder.decode(data)
    if version != FORMAT:
        raise UnknownFormat()
    instance = Instance(process, surroundings)
    instance.next_id = next_id
    for row in rows:
        _restore(instance, row)
    return instance


def _row(token: Token) -> list[Any]:
    parent = token._parent
    element = token.task_spec
    row = [
        token.id,
        None if parent is None else parent.id,
        element.spec_id,
        token._state,
        token.variables,
        token.waits,
        token.memo,
        token.incident,
        (_FIRED if token.fired else 0) | (_LEAVING if token.leaving else 0) or None,
        [element.process.process_id, element.process.key]
        if element.is_process and parent is not None
        else None,
        token.index,
        token.given,
        token.listening,
        token.records or None,
    ]
    while row[-1] is None:
        row.pop()
    return row


def _restore(instance: Instance, row: list[Any]) -> None:
    row += [None] * (_FIELDS - len(row))
    token_id, parent_id, spec_id, state, variables, waits, memo, incident, *more = row
    flags, called, index, given, heard, records = more
    parent = None if parent_id is None else instance.tasks[parent_id]
    if called is not None:
        process_id, key = called
        process = instance.surroundings.process(CalledReference(process_id, key=key))
    else:
        process = instance.spec if parent is None else parent.task_spec.process
    token = Token(instance, process.task_specs[spec_id], parent, token_id, state)
    if parent is None:
        instance.root = token
    if variables is not None:
        token.variables = variables
    if waits is not None:
        token.waits = {}
        for key, fields in waits.items():
            wait = token.waits[key] = Subscription(*fields)
            if wait.due_at is not None:
                wait.due_at = datetime.fromisoformat(wait.due_at)
            elif wait.kind == CONDITION:
                watch_of(instance).tokens[token_id] = token
    if memo is not None:
        token.memo = token.task_spec.restore_memo(memo)
    if incident is not None:
        token.incident = Incident(*incident)
    if flags:
        token.fired = bool(flags & _FIRED)
        token.leaving = bool(flags & _LEAVING)
    if index is not None:
        token.index = index
    if given is not None:
        token.given = given
    if records is not None:
        token.records = records
    if heard is not None:
        token.listening = msgspec.convert(heard, Listening)
    if state == WAITING:
        instance.joins[parent_id, spec_id] = token
