"""What stories of the check and of the process evaluation find, and what happens beside them: plans, an unsent mail, a new diagram."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import definitions, mail, roles, versions
from engine.tables import Job, Mail, ProcessDefinition
from processes.records import process_changes, system_checks
from processes.records.process_changes import ProcessChange
from processes.records.system_checks import SystemCheck

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def system_checks_made(session: Session, _order_no: str) -> list[dict[str, Any]]:
    """Every check of the house that there is, by period: period, label, checker, missed, reviewed, closed."""
    rows = session.scalars(select(SystemCheck).order_by(SystemCheck.period, SystemCheck.label))
    return [
        {
            "period": row.period,
            "label": row.label,
            "checker": row.checker,
            "missed": row.missed_at is not None,
            "reviewed": row.reviewed_at is not None,
            "closed": row.closed_at is not None,
            "cancelled": row.cancelled_at is not None,
        }
        for row in rows
    ]


def check_findings(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What the check that this order makes has found: kind, action, owner, correction, corrected_by, verified_by."""
    check = system_checks.of_order(session, order_no)
    return [
        {
            "kind": row.kind,
            "severity": row.severity,
            "action": row.action,
            "owner": row.owner,
            "correction": row.correction,
            "corrected_by": row.corrected_by,
            "verified_by": row.verified_by,
        }
        for row in system_checks.findings(session, check.key)
    ]


def version_in_force(session: Session, process_id: str) -> int:
    """The version of a process that new orders start on."""
    return versions.latest(session, process_id).version


def process_change(session: Session, order_no: str) -> dict[str, Any] | None:
    """What an evaluation has changed: proposal, decision, published_version, outcome; null while it proposes nothing."""
    row = process_changes.find(session, order_no)
    if row is None:
        return None
    return {
        "proposal": row.proposal,
        "decision": row.decision,
        "drafted": row.drafted_by is not None,
        "test_passed": row.test_passed,
        "published_version": row.published_version,
        "outcome": row.outcome,
        "cancelled": row.cancelled_at is not None,
    }


def check_plan(session: Session, now: datetime, period: str, checker: str) -> None:
    """The manager lets the house be checked regularly."""
    system_checks.choose_plan(session, period, checker, active=True, starts_on=None, by="manager", now=now)


def clocks_stood_still(session: Session, now: datetime, days: int) -> None:
    """Orderlane did not run for some days: what was to begin every morning meanwhile comes on the next one."""
    for job in session.scalars(select(Job).where(Job.kind == "start_timer")):
        job.due_at += timedelta(days=days)


def mail_fails(session: Session, now: datetime) -> None:
    """A mail that could not be sent, and nobody has noticed."""
    row = mail.write(
        session,
        to="nobody@demo.example",
        subject="Invoice",
        body="An invoice",
        process_instance_key=None,
        now=now,
    )
    row.state, row.problem = "failed", "The mail server refuses the address."
    for job in session.scalars(select(Job).where(Job.kind == "mail")):
        session.delete(job)


def mail_is_sent_again(session: Session, now: datetime) -> None:
    """The mail that had failed has left."""
    for row in session.scalars(select(Mail).where(Mail.state == "failed")):
        row.state, row.problem = "sent", None


def draft_is_uploaded(session: Session, now: datetime, login: str, step: str, name: str) -> None:
    """Somebody uploads the diagram in force for the evaluation that waits for one, with one step called something else."""
    change = _waiting_change(session)
    key = versions.latest(session, change.process_id).key
    row = session.get_one(ProcessDefinition, key, options=[undefer(ProcessDefinition.xml)])
    root = etree.fromstring(row.xml)
    next(each for each in root.iter(f"{_BPMN}userTask") if each.get("id") == step).set("name", name)
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    process_changes.draft(session, change.order_no, body, by=login, now=now)


def draft_is_in_force_already(session: Session, now: datetime) -> None:
    """Somebody has deployed the very draft of an evaluation beside it."""
    change = _waiting_change(session)
    name = versions.latest(session, change.process_id).resource_name
    definitions.deploy(session, {name: change.draft}, actor=roles.SYSTEM, now=now)


def _waiting_change(session: Session) -> ProcessChange:
    return session.scalars(select(ProcessChange).where(ProcessChange.decision == "approved")).one()


FINDERS = (system_checks_made, check_findings, version_in_force, process_change)
CHANGES = (
    check_plan,
    clocks_stood_still,
    mail_fails,
    mail_is_sent_again,
    draft_is_uploaded,
    draft_is_in_force_already,
)
