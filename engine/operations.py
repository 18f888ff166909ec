"""The catalogue of operations: what a service task can do with our own records.

An operation is a plain function under a decorator. Its parameters are its inputs (the service task maps them), the dict it
returns is its result, its docstring is what a process designer reads. It runs inside the step that reached it: it gets the
session, may not commit and may not leave the house.

    @operation("cost_centres.book", errors={"COST_CENTRE_CLOSED": "The cost centre takes no more bookings."})
    def book(session, step, cost_centre: str, amount: Decimal) -> dict:
        '''Book the cost of an order to a cost centre, once. Result: booked_amount.'''
        entry = cost_centres.get(session, cost_centre).book(amount, step)
        return {"booked_amount": entry.amount}
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exc, insert, select
from sqlalchemy.orm import Session

from engine import errors, tables
from engine.columns import PlainJson
from engine.sentences import Sentence, in_language


class OperationAlreadyRegistered(errors.OrderlaneError):
    """Two operations have the same type; each type names one operation."""


class InputMissing(errors.OrderlaneError):
    """A service task does not map an input that its operation needs."""


class ResultTooLarge(errors.OrderlaneError):
    """An operation returned more than an order can carry."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where an operation runs: which order, which flow node, who acts, when.

    effect_key is unique for this visit of this flow node: a repeated run with the same key does nothing (W5).
    """

    process_instance_key: int
    business_key: str
    process_id: str
    element_id: str
    effect_key: str
    actor: str
    now: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """One input of an operation, from its signature."""

    name: str
    required: bool
    type_name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A registered operation. `errors`: the BPMN error codes it may throw, each with its sentence."""

    type: str
    run: Callable[..., dict[str, Any] | None]
    doc: str
    inputs: Mapping[str, Input]
    errors: Mapping[str, str]

    @property
    def title(self) -> str:
        """The first sentence of the docstring: what a designer reads in a list."""
        return self.doc.split(". ")[0].rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Failed:
    """An operation broke: nothing it did is left, and the reason is `sentence`."""

    sentence: str


#: An order carries its variables through every step: files belong to the records, not into a result. In characters of JSON.
LARGEST_RESULT = 1_000_000

_catalogue: dict[str, Operation] = {}
_EFFECT = tables.Effect.__table__
_RESULT = select(_EFFECT.c.result).where(_EFFECT.c.effect_key == bindparam("effect"))
_INSERT_EFFECT = insert(_EFFECT)


def operation(
    type: str, *, errors: Mapping[str, str] | None = None
) -> Callable[[Callable[..., dict[str, Any] | None]], Callable[..., dict[str, Any] | None]]:
    """Register the function below as the operation `type` ("family.verb")."""

    def register(function: Callable[..., dict[str, Any] | None]) -> Callable[..., dict[str, Any] | None]:
        known = _catalogue.get(type)
        if known and (known.run.__module__, known.run.__qualname__) != (
            function.__module__,
            function.__qualname__,
        ):
            raise OperationAlreadyRegistered(
                f'Operation "{type}" is registered by {known.run.__module__} already.'
            )
        _catalogue[type] = Operation(
            type, function, inspect.getdoc(function) or "", _inputs(function), errors or {}
        )
        return function

    return register


def catalogue() -> Mapping[str, Operation]:
    """All registered operations by type."""
    return dict(_catalogue)


def find(type: str) -> Operation | None:
    """The operation of that type, or None: then the job is for an outside worker."""
    return _catalogue.get(type)


def attempt(
    session: Session, found: Operation, step: Step, variables: Mapping[str, Any]
) -> dict[str, Any] | Failed:
    """Run an operation in a savepoint, once for its effect key.

    variables: what the service task gives; of these the operation sees only its own inputs.
    Returns its result, or Failed when it broke. Raises BusinessError (nothing of the operation is left then).
    A failure of the database itself is not the operation's: it goes through and the whole step is undone.
    """
    done = session.execute(_RESULT, {"effect": step.effect_key}).one_or_none()
    if done is not None:
        return done.result
    try:
        with session.begin_nested():
            result = found.run(session, step, **_arguments(found, variables)) or {}
            session.flush()
            _refuse_too_large(found, result)
            session.execute(
                _INSERT_EFFECT,
                {
                    "effect_key": step.effect_key,
                    "process_instance_key": step.process_instance_key,
                    "at": step.now,
                    "result": result,
                },
            )
            return result
    except errors.BusinessError as refused:
        raise _said(session, refused, step) from refused
    except exc.OperationalError:
        raise
    except errors.OrderlaneError as broken:
        return Failed(str(broken.sentence))
    except Exception as broken:  # whatever an operation raises becomes a job with retries, then an incident
        return Failed(f"{type(broken).__name__}: {broken}")


def _refuse_too_large(found: Operation, result: Mapping[str, Any]) -> None:
    size = len(PlainJson().process_bind_param(result, None) or "")
    if size > LARGEST_RESULT:
        raise ResultTooLarge(
            f'Operation "{found.type}" returned {size / 1_000_000:.1f} MB, but an order carries at most '
            f"{LARGEST_RESULT / 1_000_000:.0f} MB of a result. Keep the data in a record and return what names it."
        )


def _said(session: Session, refused: errors.BusinessError, step: Step) -> errors.BusinessError:
    """The refusal with a text instead of a sentence in no language: it becomes the variable errorMessage.

    Whoever acts mostly puts it right as well (W4), so it is said in their language.
    """
    if not isinstance(refused.sentence, Sentence):
        return refused
    person = session.get(tables.Person, step.actor)
    text = in_language(refused.sentence, person.language if person else "en")
    return errors.BusinessError(refused.code, text, refused.variables)


def _inputs(function: Callable[..., Any]) -> dict[str, Input]:
    parameters = list(inspect.signature(function).parameters.values())[2:]
    return {
        each.name: Input(each.name, each.default is inspect.Parameter.empty, str(each.annotation))
        for each in parameters
    }


def _arguments(found: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
    missing = [name for name, each in found.inputs.items() if each.required and variables.get(name) is None]
    if missing:
        raise InputMissing(
            f'Operation "{found.type}" needs {", ".join(missing)}, but got nothing for it. '
            "Map it in the service task, or fill it in before."
        )
    return {name: variables[name] for name in found.inputs if name in variables}
