"""Changes of processes (E28): why a process is changed, who approved it, the new diagram, who tried it, from when it counts.

A change belongs to the order of a process evaluation. The approver is not the proposer, and who tries the draft is not who drew it:
the database refuses anything else. Publishing and rolling back are the engine's (`engine.publishing`); running orders keep
their version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import definitions, errors, publishing, roles, spiff, versions, xml
from engine.columns import Base, Key, PlainJson, key_column
from engine.findings import ERROR, Finding
from engine.rules import NOT_DEPLOYED
from engine.sentences import Sentence, _l
from engine.tables import ProcessDefinition
from processes.records import audit, reversing
from processes.records.ledger import Posting

NOTHING = "none"
PROPOSALS = {
    "remove_step": _l("Remove a step"),
    "add_step": _l("Add a step"),
    "change_rule": _l("Change a rule"),
    NOTHING: _l("Change nothing"),
}
CONFIRMED, ROLLED_BACK = OUTCOMES = ("confirmed", "rolled_back")
_ONLY_ONE = _l('Expected a diagram of the process "{expected}" alone, but found: {found}.')
_UNCHANGED = _l("The diagram is the one that is in force already. Change it, then upload it again.")
_NO_DRAFT_WANTED = _l(
    "A diagram is uploaded while an approved change waits for its new version. This one does not."
)
_NOT_TESTED = _l("The new version is published when a second person has tried it. Nobody has yet.")


class DraftRefused(errors.Refused):
    """This diagram cannot become the next version."""


class ProcessChange(audit.Audited, Base):
    """One change of one process, from the proposal to what came of it.

    draft: the new diagram. metrics_before, metrics_after: the step times at the proposal and when the result was looked at.
    """

    __tablename__ = "process_change"
    __table_args__ = (
        UniqueConstraint("order_no"),
        CheckConstraint(f"proposal IN {tuple(PROPOSALS)!r}", name="proposal"),
        CheckConstraint("decision IN ('approved', 'declined')", name="decision"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint("tested_by IS NULL OR tested_by <> drafted_by", name="test_by_another"),
        CheckConstraint(
            "published_at IS NULL OR (decision = 'approved' AND test_passed AND draft IS NOT NULL)",
            name="published",
        ),
        CheckConstraint(f"outcome IN {OUTCOMES!r}", name="outcome"),
        CheckConstraint("outcome IS NULL OR published_at IS NOT NULL", name="outcome_of_published"),
    )
    key: Key = key_column()
    order_no: Mapped[str]
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    process_id: Mapped[str]
    base_version: Mapped[int]
    bottleneck: Mapped[str]
    proposal: Mapped[str]
    description: Mapped[str]
    expected_gain: Mapped[str | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    metrics_before: Mapped[list[dict[str, Any]]] = mapped_column(PlainJson)
    decision: Mapped[str | None]
    decision_reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    draft: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    drafted_by: Mapped[str | None]
    drafted_at: Mapped[datetime | None]
    test_passed: Mapped[bool | None]
    test_notes: Mapped[str | None]
    tested_by: Mapped[str | None]
    effective_from: Mapped[datetime | None]
    published_version: Mapped[int | None]
    published_at: Mapped[datetime | None]
    metrics_after: Mapped[list[dict[str, Any]] | None] = mapped_column(PlainJson)
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str | None]
    outcome_by: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]


def propose(
    session: Session,
    posting: Posting,
    process_id: str,
    *,
    proposal: str,
    bottleneck: str,
    description: str,
    expected_gain: str | None,
    metrics: Sequence[Mapping[str, Any]],
    by: str,
) -> ProcessChange:
    """Write down what an evaluation has found and proposes; proposing again changes the proposal until it is decided."""
    row = find(session, posting.order_no)
    if row is None:
        row = ProcessChange(
            order_no=posting.order_no,
            process_instance_key=posting.process_instance_key,
            process_id=process_id,
            base_version=versions.latest(session, process_id).version,
        )
        session.add(row)
    row.proposal, row.bottleneck, row.description = proposal, bottleneck.strip(), description.strip()
    row.expected_gain, row.metrics_before = expected_gain, [dict(each) for each in metrics]
    row.proposed_by, row.proposed_at = by, posting.at
    session.flush()
    return row


def decide(
    session: Session, order_no: str, decision: str, reason: str | None, *, by: str, now: datetime
) -> ProcessChange:
    """The manager approves the proposal or declines it with a reason. Raises Refused for who has proposed it."""
    row = of_order(session, order_no)
    if by == row.proposed_by:
        raise errors.Refused(_l("A change is approved by another person than the one who proposed it."))
    row.decision, row.decision_reason, row.decided_by, row.decided_at = decision, reason, by, now
    session.flush()
    return row


def draft(session: Session, order_no: str, body: bytes, *, by: str, now: datetime) -> list[str]:
    """Keep the new diagram, when the gate passes it; returns what has changed in it, one sentence a step.

    An earlier test does not count for another diagram. Raises DraftRefused with one sentence a finding, and Refused when the change
    is not approved or is published already.
    """
    row = of_order(session, order_no)
    if row.decision != "approved" or row.published_version is not None or row.cancelled_at is not None:
        raise errors.Refused(_NO_DRAFT_WANTED)
    changes = check(session, row, body)
    row.draft, row.drafted_by, row.drafted_at = body, by, now
    row.test_passed = row.test_notes = row.tested_by = None
    session.flush()
    return changes


def check(session: Session, row: ProcessChange, body: bytes) -> list[str]:
    """What another diagram changes in the process of this change, one sentence a step. Raises DraftRefused."""
    before = versions.latest(session, row.process_id)
    found = definitions.check(session, {before.resource_name: body})
    # A change of a running process must find what it names, though a model from elsewhere may wait for it.
    wrong = [_finding(each) for each in found if each.severity == ERROR or each.rule in NOT_DEPLOYED]
    if wrong:
        raise DraftRefused(" ".join(wrong[:20]))
    drawn = spiff.read(xml.parse(body))
    if set(drawn) != {row.process_id}:
        names = ", ".join(sorted(drawn)) or "-"
        raise DraftRefused(Sentence(_ONLY_ONE, expected=row.process_id, found=names))
    if body == before.xml:
        raise DraftRefused(_UNCHANGED)
    return differences(versions.process(session, before.key), drawn[row.process_id])


def note_test(session: Session, order_no: str, *, passed: bool, notes: str, by: str) -> ProcessChange:
    """A second person has tried the draft; one that does not work is dropped. Raises Refused for who has drawn it."""
    row = of_order(session, order_no)
    if by == row.drafted_by:
        raise errors.Refused(_l("A draft is tried by another person than the one who drew it."))
    row.test_passed, row.test_notes, row.tested_by = passed, notes.strip(), by
    if not passed:
        row.draft = None
    session.flush()
    return row


def publish(
    session: Session, order_no: str, effective_from: datetime | None, *, actor: roles.Actor, now: datetime
) -> ProcessDefinition:
    """Publish the draft as the next version; it is in force from `effective_from` on, or at once. Publishing again does nothing.

    Raises Refused when nobody has tried it, DeploymentRefused when the gate no longer passes it.
    """
    row = of_order(session, order_no)
    if row.published_version is not None:
        return _version(session, row)
    if not row.test_passed or row.draft is None:
        raise errors.Refused(_NOT_TESTED)
    name = versions.latest(session, row.process_id).resource_name
    deployed = definitions.deploy(
        session, {name: row.draft}, actor=actor, now=now, effective_from=effective_from
    )
    if not deployed.processes:
        raise DraftRefused(_UNCHANGED)
    new = deployed.processes[0]
    row.effective_from = max(effective_from or now, now)
    row.published_version, row.published_at = new.version, now
    session.flush()
    return new


def conclude(
    session: Session,
    order_no: str,
    outcome: str,
    reason: str,
    metrics: Sequence[Mapping[str, Any]],
    *,
    actor: roles.Actor,
    now: datetime,
) -> ProcessDefinition:
    """Confirm the new version, or roll it back; returns the version that is in force then."""
    row = of_order(session, order_no)
    published = _version(session, row)
    if outcome == ROLLED_BACK and published.state != versions.WITHDRAWN:
        publishing.roll_back(session, published.key, actor=actor, now=now)
    row.outcome, row.outcome_reason, row.outcome_by = outcome, reason.strip(), actor.login
    row.metrics_after = [dict(each) for each in metrics]
    session.flush()
    return versions.latest(session, row.process_id)


def find(session: Session, order_no: str) -> ProcessChange | None:
    """The change that an evaluation proposes, or None while it proposes none."""
    return session.scalar(select(ProcessChange).where(ProcessChange.order_no == order_no))


def of_order(session: Session, order_no: str) -> ProcessChange:
    """The change that an evaluation proposes. Raises NotFound."""
    found = find(session, order_no)
    if found is None:
        raise errors.NotFound(f"Order {order_no} proposes no change of a process.")
    return found


def differences(before: spiff.Process, after: spiff.Process) -> list[str]:
    """What another diagram changes in the steps of a process, one sentence each; in the order of their names."""
    old, new = _named(before), _named(after)
    said = [f'"{old[each]}" is removed.' for each in old.keys() - new.keys()]
    said += [f'"{new[each]}" is added.' for each in new.keys() - old.keys()]
    said += [
        f'"{old[each]}" is now called "{new[each]}".'
        for each in old.keys() & new.keys()
        if old[each] != new[each]
    ]
    return sorted(said) or ["The steps stay; their rules or their connections change."]


@reversing.on_cancel
def cancel(session: Session, posting: Posting, _reason: str | None) -> int:
    """An evaluation is cancelled: a version of it that still waits for its day will not come; one in force stays."""
    row = find(session, posting.order_no)
    if row is None or row.cancelled_at is not None:
        return 0
    row.cancelled_at = posting.at
    if row.published_version is not None and _version(session, row).state == versions.WAITING:
        actor = roles.Actor(posting.by, posting.by)
        publishing.roll_back(session, _version(session, row).key, actor=actor, now=posting.at)
    session.flush()
    return 1


def _version(session: Session, row: ProcessChange) -> ProcessDefinition:
    found = session.scalar(
        select(ProcessDefinition).where(
            ProcessDefinition.process_id == row.process_id,
            ProcessDefinition.version == row.published_version,
        )
    )
    if found is None:
        raise errors.NotFound(f"Order {row.order_no} has published no version of a process yet.")
    return found


def _named(process: spiff.Process) -> dict[str, str]:
    """{element id: name} of the steps that people know by a name."""
    return {each.element_id: each.name for each in process.elements.values() if each.name}


def _finding(each: Finding) -> str:
    where = f"line {each.line}: " if each.line else ""
    return f"{where}{each.sentence} {each.remedy}"
