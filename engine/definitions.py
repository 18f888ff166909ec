"""What is deployed: process, form and decision definitions, their versions, and what refers to which.

A deployment publishes files together, after the gate has passed them. A file that did not change gets no new version. A
version is kept for ever, so an instance stays on the one it was started with. When a new version comes into force, and how it
is taken back, is in `publishing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import dmn, errors, forms, gate, operations, publishing, roles, spiff, versions, xml
from engine.findings import ERROR, Finding, stops_deployment
from engine.tables import (
    DecisionDefinition,
    Deployment,
    FormDefinition,
    ProcessDefinition,
    Role,
)

_FORMS = FormDefinition.__table__.c
#: Built once, because building a statement costs more than running it, and a package has dozens of forms.
_NEWEST_FORM = (
    select(_FORMS.version, _FORMS.digest)
    .where(_FORMS.form_id == bindparam("form"))
    .order_by(_FORMS.version.desc())
    .limit(1)
)


class DeploymentRefused(errors.Refused):
    """The gate found errors; nothing was deployed."""

    def __init__(self, findings: list[Finding]):
        first = next(each for each in findings if each.severity == ERROR)
        super().__init__(f"Nothing was deployed. {first.file}, line {first.line}: {first.sentence}")
        self.findings = findings


@dataclass(slots=True)
class Deployed:
    """What a deployment made: only the definitions that are new versions. Without one, it leaves no row either."""

    deployment_key: int
    processes: list[ProcessDefinition] = field(default_factory=list)
    forms: list[FormDefinition] = field(default_factory=list)
    decisions: list[DecisionDefinition] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Startable:
    """A process that an actor may start, with its start form if it has one.

    missing: the sentence of a start form that is not deployed yet; nobody starts it by hand until it is.
    """

    definition: ProcessDefinition
    process: spiff.Process
    element: spiff.StartEvent
    form: forms.Form | None
    missing: str | None = None


def check(session: Session, resources: Mapping[str, bytes]) -> list[Finding]:
    """What the gate says of files against all that is deployed here; nothing changes. Never raises, whatever the bytes are."""
    return gate.check(
        dict(resources),
        operations=operations.catalogue(),
        roles=_known_roles(session),
        known_processes=set(session.scalars(select(ProcessDefinition.process_id).distinct())),
        known_forms=set(session.scalars(select(FormDefinition.form_id).distinct())),
        known_decisions=set(session.scalars(select(DecisionDefinition.decision_id).distinct())),
    )


def deploy(
    session: Session,
    resources: Mapping[str, bytes],
    *,
    actor: roles.Actor,
    now: datetime,
    effective_from: datetime | None = None,
    is_news: bool = True,
) -> Deployed:
    """Publish files (BPMN, DMN, forms) together, all or nothing.

    resources: {file name: bytes}. effective_from: new versions of processes wait until then, and what starts before starts on
    the version before; empty, or past, they are in force at once. is_news: False for a folder of files that is deployed at each
    start: a diagram that was a version before stays what it is, so that neither a version that was published since nor
    one that was taken back is undone by a start.
    Raises DeploymentRefused with the gate's findings, and then nothing has changed.
    """
    findings = check(session, resources)
    if stops_deployment(findings):
        raise DeploymentRefused(findings)

    deployment = Deployment(deployed_at=now, deployed_by=actor.login)
    session.add(deployment)
    session.flush()
    deployed = Deployed(deployment.key, findings=findings)
    decision_models = dmn.among(resources)
    for name, body in sorted(resources.items()):
        kind = name.rsplit(".", 1)[-1]
        if kind == "form":
            _deploy_form(session, deployed, body.decode())
        elif kind == "dmn":
            _deploy_decisions(session, deployed, dmn.self_contained(body, decision_models))
    for name, body in sorted(resources.items()):
        if name.endswith(".bpmn"):
            _deploy_processes(session, deployed, name, body, now, effective_from, is_news)
    if not (deployed.processes or deployed.forms or deployed.decisions):
        session.delete(deployment)
    session.flush()
    return deployed


def is_deployed(session: Session, resources: Mapping[str, bytes]) -> bool:
    """Whether every one of these files is here as it is, so that deploying them as no news would change nothing.

    What is here has passed the gate: a start that finds its files unchanged need not read them.
    """
    models = dmn.among(resources)
    drawn = {_digest(body) for name, body in resources.items() if not name.endswith((".form", ".dmn"))}
    same = select(ProcessDefinition.digest).where(ProcessDefinition.digest.in_(drawn))
    if drawn and set(session.scalars(same)) != drawn:
        return False
    decisions = {
        _digest(dmn.self_contained(body, models)) for name, body in resources.items() if name.endswith(".dmn")
    }
    asked = {_digest(body) for name, body in resources.items() if name.endswith(".form")}
    return _are_newest(
        session, DecisionDefinition, DecisionDefinition.decision_id, decisions
    ) and _are_newest(session, FormDefinition, FormDefinition.form_id, asked)


def _are_newest(session: Session, table: Any, id_: Any, digests: set[str]) -> bool:
    """Whether each of these files is the newest version of everything that it defines."""
    if not digests:
        return True
    defined = session.execute(select(id_, table.digest).where(table.digest.in_(digests))).all()
    ids = {each for each, _digest_of_it in defined}
    versions_of_them = select(id_, table.digest).where(id_.in_(ids)).order_by(table.version)
    newest = dict(session.execute(versions_of_them).all())
    return {digest for _id, digest in defined} == digests and all(
        newest[each] == digest for each, digest in defined
    )


def startable(session: Session, actor: roles.Actor) -> list[Startable]:
    """The processes, as they are in force, that the actor may start by hand: their none start event lies in one of their lanes."""
    found = []
    for row in versions.all_in_force(session):
        ready = versions.loaded(session, row.key)
        for element in ready.process.start_events:
            lane = ready.process.elements[element.element_id].lane
            if element.kind == "none" and lane in actor.roles:
                found.append(_startable(session, row, ready, element))
    return found


def _startable(
    session: Session, row: ProcessDefinition, ready: versions.Loaded, element: spiff.StartEvent
) -> Startable:
    try:
        return Startable(row, ready.process, element, versions.start_form(session, ready, element))
    except errors.NotFound as missing:
        return Startable(row, ready.process, element, None, missing.sentence)


def _known_roles(session: Session) -> set[str] | None:
    """The roles that lanes may name; None while the house has none at all."""
    known = set(session.scalars(select(Role.role_id)))
    return known | roles.OUTSIDE if known else None


def _deploy_form(session: Session, deployed: Deployed, body: str) -> None:
    schema = msgspec.json.decode(body)
    newest = session.execute(_NEWEST_FORM, {"form": schema["id"]}).one_or_none()
    digest = _digest(body.encode())
    if newest is None or newest.digest != digest:
        row = FormDefinition(
            form_id=schema["id"],
            version=newest.version + 1 if newest else 1,
            version_tag=schema.get("versionTag"),
            deployment_key=deployed.deployment_key,
            body=body,
            digest=digest,
        )
        session.add(row)
        deployed.forms.append(row)


def _deploy_decisions(session: Session, deployed: Deployed, body: bytes) -> None:
    digest = _digest(body)
    tags = _version_tags(body)
    for decision_id, name in dmn.load(body).decision_names.items():
        newest = session.scalar(
            versions.newest(DecisionDefinition, DecisionDefinition.decision_id == decision_id)
        )
        if newest is None or newest.digest != digest:
            row = DecisionDefinition(
                decision_id=decision_id,
                version=newest.version + 1 if newest else 1,
                version_tag=tags.get(decision_id),
                name=name,
                deployment_key=deployed.deployment_key,
                xml=body,
                digest=digest,
            )
            session.add(row)
            deployed.decisions.append(row)


def _version_tags(body: bytes) -> dict[str, str]:
    """{decision id: its zeebe:versionTag} of a DMN file."""
    found = {}
    for decision in xml.parse(body).iter("{*}decision"):
        tag = decision.find("{*}extensionElements/{http://camunda.org/schema/zeebe/1.0}versionTag")
        if tag is not None and tag.get("value"):
            found[decision.get("id")] = tag.get("value")
    return found


def _deploy_processes(
    session: Session,
    deployed: Deployed,
    name: str,
    body: bytes,
    now: datetime,
    effective_from: datetime | None,
    is_news: bool,
) -> None:
    digest = _digest(body)
    for process_id, process in spiff.read(xml.parse(body)).items():
        newest = session.scalar(
            versions.newest(ProcessDefinition, ProcessDefinition.process_id == process_id)
        )
        if newest is not None and _is_known(session, newest, digest, is_news):
            continue
        waits = effective_from is not None and effective_from > now and newest is not None
        row = ProcessDefinition(
            process_id=process_id,
            version=newest.version + 1 if newest else 1,
            version_tag=process.version_tag,
            name=process.name or process_id,
            deployment_key=deployed.deployment_key,
            resource_name=name,
            xml=body,
            digest=digest,
            state=versions.WAITING if waits else versions.PUBLISHED,
            effective_from=effective_from,
        )
        session.add(row)
        session.flush()
        deployed.processes.append(row)
        if waits:
            publishing.wait_for_its_day(session, row)
        else:
            publishing.listen(session, row, process, now)


def _is_known(session: Session, newest: ProcessDefinition, digest: str, is_news: bool) -> bool:
    """Whether this diagram needs no new version: it is the newest one, or (no news) was one before."""
    if newest.digest == digest and newest.state != versions.WITHDRAWN:
        return True
    same = (ProcessDefinition.process_id == newest.process_id) & (ProcessDefinition.digest == digest)
    return not is_news and session.scalar(select(ProcessDefinition.key).where(same).limit(1)) is not None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
