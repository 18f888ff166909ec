"""Finding the right version of what is deployed: processes, forms and decisions, read and parsed once.

Bindings (zeebe:bindingType): *latest* is the newest version at the moment of the question, *deployment* the newest that
was there when the asking process was deployed, *versionTag* the newest with that tag.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import dmn, errors, forms, spiff, xml
from engine.tables import DecisionDefinition, FormDefinition, ProcessDefinition, UserTask


@dataclass(frozen=True, slots=True)
class Loaded:
    """A process definition as the engine runs it: shared by all threads, never changed."""

    key: int
    process_id: str
    version: int
    deployment_key: int
    process: spiff.Process


def newest(table: Any, *where: Any) -> Any:
    """The query for the newest version in a table of versions."""
    return select(table).where(*where).order_by(table.version.desc()).limit(1)


def latest(session: Session, process_id: str) -> ProcessDefinition:
    """The newest version of a process. Raises NotFound."""
    found = session.scalar(newest(ProcessDefinition, ProcessDefinition.process_id == process_id))
    if found is None:
        raise errors.NotFound(f'There is no process "{process_id}". Deploy it, or check its id.')
    return found


def loaded(session: Session, definition_key: int) -> Loaded:
    """A process definition ready to run; read and parsed once in the life of this operating-system process."""
    found = _loaded.get(definition_key)
    if found is None:
        row = session.get(ProcessDefinition, definition_key)
        if row is None:
            raise errors.NotFound(f"There is no process definition with the key {definition_key}.")
        process = spiff.read(xml.parse(row.xml))[row.process_id]
        process.key = row.key
        found = Loaded(row.key, row.process_id, row.version, row.deployment_key, process)
        if len(_loaded) >= _MOST_LOADED:
            _loaded.pop(next(iter(_loaded)))
        _loaded[definition_key] = found
    return found


def process(session: Session, definition_key: int) -> spiff.Process:
    """The process of a definition as the token engine runs it."""
    return loaded(session, definition_key).process


def called(session: Session, reference: spiff.CalledReference, caller: Loaded) -> Loaded:
    """The definition that a call activity means, by its binding. Raises NotFound."""
    row = _bound(
        session, ProcessDefinition, ProcessDefinition.process_id, reference.process_id, reference, caller
    )
    return loaded(session, row.key)


def decision(session: Session, reference: spiff.DecisionReference, caller: Loaded) -> tuple[dmn.Model, str]:
    """The model and the id of the decision that a business rule task means, by its binding. Raises NotFound."""
    row = _bound(
        session, DecisionDefinition, DecisionDefinition.decision_id, reference.decision_id, reference, caller
    )
    return _model(row.key, row.xml), row.decision_id


def bound_form(session: Session, reference: spiff.FormReference, caller: Loaded) -> FormDefinition:
    """The form that a user task or start event means, by its binding. Raises NotFound."""
    return _bound(session, FormDefinition, FormDefinition.form_id, reference.form_id, reference, caller)


def form_of(session: Session, user_task: UserTask) -> forms.Form | None:
    """The form of a user task in the version that was bound when it opened; None when it has none of ours."""
    reference = user_task.form or {}
    if reference.get("embedded"):
        return forms.load(reference["embedded"])
    if reference.get("key"):
        return forms.load(session.get_one(FormDefinition, reference["key"]).body)
    return None


def start_form(session: Session, ready: Loaded, element: spiff.StartEvent) -> forms.Form | None:
    """The form of a start event, or None."""
    if element.form is None:
        return None
    if element.form.embedded:
        return forms.load(element.form.embedded)
    return forms.load(bound_form(session, element.form, ready).body)


_MOST_LOADED = 500
_loaded: dict[int, Loaded] = {}


@lru_cache(maxsize=200)
def _model(_key: int, body: bytes) -> dmn.Model:
    return dmn.load(body)


def _bound(session: Session, table: Any, id_column: Any, wanted: str, reference: Any, caller: Loaded) -> Any:
    where = [id_column == wanted]
    if reference.binding == "deployment":
        where.append(table.deployment_key <= caller.deployment_key)
    elif reference.binding == "versionTag":
        where.append(table.version_tag == reference.version_tag)
    row = session.scalar(newest(table, *where))
    if row is None:
        tag = f' with the version tag "{reference.version_tag}"' if reference.binding == "versionTag" else ""
        raise errors.NotFound(
            f'Expected "{wanted}"{tag} to be deployed, but it is not. Deploy it, then try again.'
        )
    return row
