"""Finding the right version of what is deployed: processes, forms and decisions, read and parsed once.

Of a process the highest published version is *in force*: a version that waits for its day, or was withdrawn, is passed over.

Bindings (zeebe:bindingType): *latest* is the newest version at the moment of the question (of a process the one in force),
*deployment* the newest that was there when the asking process was deployed, *versionTag* the newest with that tag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine import dmn, errors, forms, spiff, xml
from engine.tables import DecisionDefinition, FormDefinition, ProcessDefinition, UserTask

_Found = TypeVar("_Found")

#: The states of a version of a process; see ProcessDefinition.
PUBLISHED, WAITING, WITHDRAWN = "published", "waiting", "withdrawn"


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


_IN_FORCE = newest(
    ProcessDefinition,
    ProcessDefinition.process_id == bindparam("process"),
    ProcessDefinition.state == PUBLISHED,
)


def latest(session: Session, process_id: str) -> ProcessDefinition:
    """The version of a process that is in force: what starts now starts on it. Raises NotFound."""
    found = in_force(session, process_id)
    if found is None:
        raise errors.NotFound(f'There is no process "{process_id}". Deploy it, or check its id.')
    return found


def in_force(session: Session, process_id: str) -> ProcessDefinition | None:
    """The version of a process that is in force; None when it has none."""
    return session.scalar(_IN_FORCE, {"process": process_id})


def all_in_force(session: Session) -> list[ProcessDefinition]:
    """The version that is in force of every process, by name."""
    highest = (
        select(ProcessDefinition.process_id, func.max(ProcessDefinition.version).label("version"))
        .where(ProcessDefinition.state == PUBLISHED)
        .group_by(ProcessDefinition.process_id)
        .subquery()
    )
    is_highest = (highest.c.process_id == ProcessDefinition.process_id) & (
        highest.c.version == ProcessDefinition.version
    )
    return list(
        session.scalars(select(ProcessDefinition).join(highest, is_highest).order_by(ProcessDefinition.name))
    )


def loaded(session: Session, definition_key: int) -> Loaded:
    """A process definition ready to run; read and parsed once in the life of this operating-system process."""
    return _processes.of(session, definition_key)


def process(session: Session, definition_key: int) -> spiff.Process:
    """The process of a definition as the token engine runs it."""
    return loaded(session, definition_key).process


def called(session: Session, reference: spiff.CalledReference, caller: Loaded) -> Loaded:
    """The definition that a call activity means, by its binding. Raises NotFound."""
    return loaded(session, _bound_key(session, ProcessDefinition, reference.process_id, reference, caller))


def decision(session: Session, reference: spiff.DecisionReference, caller: Loaded) -> dmn.Model:
    """The model with the decision that a business rule task means, by its binding. Raises NotFound."""
    key = _bound_key(session, DecisionDefinition, reference.decision_id, reference, caller)
    return _models.of(session, key)


def bound_form(session: Session, reference: spiff.FormReference, caller: Loaded) -> int:
    """The key of the form that a user task or start event means, by its binding. Raises NotFound."""
    return _bound_key(session, FormDefinition, reference.form_id or "", reference, caller)


def form_of(session: Session, user_task: UserTask) -> forms.Form | None:
    """The form of a user task in the version that was bound when it opened; None when it has none of ours."""
    reference = user_task.form or {}
    if reference.get("embedded"):
        return forms.load(reference["embedded"])
    return _forms.of(session, reference["key"]) if reference.get("key") else None


def start_form(session: Session, ready: Loaded, element: spiff.StartEvent) -> forms.Form | None:
    """The form of a start event, or None."""
    if element.form is None:
        return None
    if element.form.embedded:
        return forms.load(element.form.embedded)
    return _forms.of(session, bound_form(session, element.form, ready))


class _Kept(Generic[_Found]):
    """What never changes once it is deployed is read once in the life of this operating-system process."""

    def __init__(self, read: Callable[[Session, int], _Found], most: int = 500):
        self._read = read
        self._most = most
        self._found: dict[int, _Found] = {}

    def of(self, session: Session, key: int) -> _Found:
        found = self._found.get(key)
        if found is None:
            found = self._read(session, key)
            while len(self._found) >= self._most:
                self._found.pop(next(iter(self._found)), None)
            self._found[key] = found
        return found


def _read_process(session: Session, key: int) -> Loaded:
    row = session.get(ProcessDefinition, key)
    if row is None:
        raise errors.NotFound(f"There is no process definition with the key {key}.")
    process = spiff.read(xml.parse(row.xml))[row.process_id]
    process.key = row.key
    return Loaded(row.key, row.process_id, row.version, row.deployment_key, process)


_processes = _Kept(_read_process)
_forms = _Kept(lambda session, key: forms.load(session.get_one(FormDefinition, key).body))
_models = _Kept(lambda session, key: dmn.load(session.get_one(DecisionDefinition, key).xml))


def _statements(table: Any, id_column: str) -> dict[str, Any]:
    """By binding; built once, because building a statement costs more than running it."""
    columns = table.__table__.c
    latest_one = (
        select(columns.key)
        .where(columns[id_column] == bindparam("wanted"))
        .order_by(columns.version.desc())
        .limit(1)
    )
    if table is ProcessDefinition:
        latest_one = latest_one.where(columns.state == PUBLISHED)
    return {
        "latest": latest_one,
        "deployment": latest_one.where(columns.deployment_key <= bindparam("deployment")),
        "versionTag": latest_one.where(columns.version_tag == bindparam("tag")),
    }


_BOUND = {
    ProcessDefinition: _statements(ProcessDefinition, "process_id"),
    FormDefinition: _statements(FormDefinition, "form_id"),
    DecisionDefinition: _statements(DecisionDefinition, "decision_id"),
}


def _bound_key(session: Session, table: Any, wanted: str, reference: Any, caller: Loaded) -> int:
    given = {"wanted": wanted}
    if reference.binding == "deployment":
        given["deployment"] = caller.deployment_key
    elif reference.binding == "versionTag":
        given["tag"] = reference.version_tag
    key = session.execute(_BOUND[table][reference.binding], given).scalar_one_or_none()
    if key is None:
        tag = f' with the version tag "{reference.version_tag}"' if reference.binding == "versionTag" else ""
        raise errors.NotFound(
            f'Expected "{wanted}"{tag} to be deployed, but it is not. Deploy it, then try again.'
        )
    return key
