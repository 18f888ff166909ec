"""Operations of a process evaluation: measure the steps, keep the proposal, the draft and its test, publish, compare, conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from engine import calendars, definitions, errors, mail, roles, settings, terms, versions
from engine.operations import Step, operation
from engine.sentences import Label, Sentence, _l, in_language
from processes.records import audit, orders, process_changes, step_times
from processes.records import terms as house_terms
from processes.records.ledger import Posting

DRAFT_REFUSED = "DRAFT_REFUSED"
_NO_DRAFT = _l("No diagram was uploaded since the last one was refused. Upload one, then complete this step.")
#: By the header `about`: the head of the mail to everybody who works in the process, and its text.
_TOLD = {
    "published": (
        _l("{process}: a new version from {day}"),
        _l(
            "From {day} on, new orders of {process} follow version {version}. {what} Orders that run already stay as they are."
        ),
    ),
    "rolled_back": (
        _l("{process}: back to version {version}"),
        _l(
            "New orders of {process} follow version {version} again. {what} Orders that run already stay as they are."
        ),
    ),
}
#: The numbers of a step that are compared.
_COMPARED = ("count", "wait_minutes", "work_minutes", "rework_percent", "late_percent")


@operation("process_changes.offer")
def offer(session: Session, step: Step) -> dict[str, Any]:
    """Offer the processes that can be evaluated, by name.

    Result: offered_processes (list of value and label), subject.
    """
    found = versions.all_in_force(session)
    return {
        "offered_processes": [{"value": row.process_id, "label": row.name} for row in found],
        "subject": "Process evaluation",
    }


@operation("process_changes.measure")
def measure(session: Session, step: Step, process_id: str, days: Decimal | None = None) -> dict[str, Any]:
    """Measure the steps of a process over so many past days (30 without a number), as its version in force is.

    Result: metrics (list of name, lane, count, open, wait_minutes, work_minutes, rework_percent, late_percent), orders_done,
    lead_hours (median, null without orders), process_name, process_version, subject.
    """
    since = step.now - timedelta(days=int(days or 30))
    row = versions.latest(session, process_id)
    taken = step_times.lead_hours(session, process_id, since=since, until=step.now)
    return {
        "metrics": _metrics(session, process_id, since, step.now),
        "orders_done": len(taken),
        "lead_hours": Decimal(str(round(median(taken), 1))) if taken else None,
        "process_name": row.name,
        "process_version": row.version,
        "subject": f"Process evaluation: {row.name}",
    }


@operation("process_changes.propose")
def propose(
    session: Session,
    step: Step,
    process_id: str,
    proposal: str,
    bottleneck: str,
    metrics: list[dict[str, Any]],
    description: str | None = None,
    expected_gain: str | None = None,
) -> dict[str, Any]:
    """Keep what an evaluation has found, and what it proposes to change (or nothing).

    Result: proposed_by.
    """
    audit.acting(session, step.actor, step.now)
    row = process_changes.propose(
        session,
        Posting.of_step(step),
        process_id,
        proposal=proposal,
        bottleneck=bottleneck,
        description=description or "",
        expected_gain=expected_gain,
        metrics=metrics,
        by=step.actor,
    )
    return {"proposed_by": row.proposed_by}


@operation("process_changes.decide")
def decide(session: Session, step: Step, decision: str, reason: str | None = None) -> dict[str, Any]:
    """Keep the decision about a proposal.

    Result: decision.
    """
    audit.acting(session, step.actor, step.now)
    row = process_changes.decide(session, step.business_key, decision, reason, by=step.actor, now=step.now)
    return {"decision": row.decision}


@operation(
    "process_changes.check_draft", errors={DRAFT_REFUSED: "There is no new diagram, or it would not execute."}
)
def check_draft(session: Session, step: Step) -> dict[str, Any]:
    """Check the diagram that was uploaded for this evaluation: it reads, each step has its lane, form and operation.

    Result: differences (text: what changes, a line each), draft_by.
    """
    row = process_changes.of_order(session, step.business_key)
    if row.draft is None:
        raise errors.BusinessError(DRAFT_REFUSED, _NO_DRAFT)
    try:
        said = process_changes.check(session, row, row.draft)
    except process_changes.DraftRefused as refused:
        raise errors.BusinessError(DRAFT_REFUSED, refused.sentence) from refused
    return {"differences": "\n".join(said), "draft_by": row.drafted_by}


@operation("process_changes.note_test")
def note_test(session: Session, step: Step, passed: bool, notes: str) -> dict[str, Any]:
    """Keep what a second person found when they tried the draft.

    Result: tested_by.
    """
    audit.acting(session, step.actor, step.now)
    row = process_changes.note_test(session, step.business_key, passed=passed, notes=notes, by=step.actor)
    return {"tested_by": row.tested_by}


@operation(
    "process_changes.publish",
    errors={DRAFT_REFUSED: "The diagram would not execute any more, or is in force already."},
)
def publish(session: Session, step: Step, effective_on: str | None = None) -> dict[str, Any]:
    """Publish the tried draft as the next version, in force from the beginning of a day, or at once. Running orders keep theirs.

    Result: new_version, effective_from (moment), compare_at (moment).
    """
    audit.acting(session, step.actor, step.now)
    zone = settings.calendar(session).time_zone
    wanted = terms.moment(f"{effective_on}T00:00:00" if effective_on else None, zone)
    try:
        version = process_changes.publish(
            session, step.business_key, wanted, actor=_actor(session, step), now=step.now
        )
    except (definitions.DeploymentRefused, process_changes.DraftRefused) as refused:
        raise errors.BusinessError(DRAFT_REFUSED, refused.sentence) from refused
    row = process_changes.of_order(session, step.business_key)
    length = calendars.duration(house_terms.of(session)["evaluation_compare"])
    return {
        "new_version": version.version,
        "effective_from": row.effective_from.isoformat(),
        "compare_at": length.after(row.effective_from, zone).isoformat(),
    }


@operation("process_changes.tell")
def tell(session: Session, step: Step, differences: str | None = None) -> dict[str, Any]:
    """Tell everybody who works in the process by mail; the header "about" says what: published or rolled_back.

    Result: told (how many people).
    """
    row = process_changes.of_order(session, step.business_key)
    in_force = versions.latest(session, row.process_id)
    about = step.headers.get("about", "published")
    head, text = _TOLD[about]
    facts = {
        "process": Label(in_force.name),
        "version": row.published_version if about == "published" else in_force.version,
        "day": orders.day(session, row.effective_from).isoformat(),
        "what": (differences or "").replace("\n", " ") if about == "published" else row.outcome_reason or "",
    }
    lanes = {each.lane for each in versions.process(session, in_force.key).elements.values() if each.lane}
    people = {person.login: person for lane in lanes for person in roles.members(session, lane)}
    told = [person for _login, person in sorted(people.items()) if person.email]
    for person in told:
        mail.write(
            session,
            to=person.email,
            subject=in_language(Sentence(head, **facts), person.language),
            body=in_language(Sentence(text, **facts), person.language),
            process_instance_key=step.process_instance_key,
            now=step.now,
        )
    return {"told": len(told)}


@operation("process_changes.compare")
def compare(session: Session, step: Step) -> dict[str, Any]:
    """Measure the new version since it is in force, beside what was measured before.

    Result: metrics_after, comparison (list of name and, for each number, before and after), orders_after.
    """
    row = process_changes.of_order(session, step.business_key)
    since = row.effective_from
    after = _metrics(session, row.process_id, since, step.now, (row.published_version,))
    done = step_times.lead_hours(
        session, row.process_id, since=since, until=step.now, versions=(row.published_version,)
    )
    return {
        "metrics_after": after,
        "comparison": _side_by_side(row.metrics_before, after),
        "orders_after": len(done),
    }


@operation("process_changes.conclude")
def conclude(
    session: Session, step: Step, outcome: str, reason: str, metrics_after: list[dict[str, Any]]
) -> dict[str, Any]:
    """Confirm the new version, or roll it back: new orders start on the version before, running ones go on.

    Result: version_in_force.
    """
    audit.acting(session, step.actor, step.now)
    version = process_changes.conclude(
        session,
        step.business_key,
        outcome,
        reason,
        metrics_after,
        actor=_actor(session, step),
        now=step.now,
    )
    return {"version_in_force": version.version}


def _metrics(
    session: Session, process_id: str, since: datetime, until: datetime, of_versions: Sequence[int] = ()
) -> list[dict[str, Any]]:
    found = step_times.of_process(session, process_id, since=since, until=until, versions=of_versions)
    return [each.to_json() for each in found]


def _side_by_side(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One row a step; a step that one of the two does not have has no numbers there."""
    old = {each["element_id"]: each for each in before}
    new = {each["element_id"]: each for each in after}
    rows = []
    for element_id in dict.fromkeys([*old, *new]):
        row = {"name": (new.get(element_id) or old[element_id])["name"]}
        for number in _COMPARED:
            row[f"{number}_before"] = old.get(element_id, {}).get(number)
            row[f"{number}_after"] = new.get(element_id, {}).get(number)
        rows.append(row)
    return rows


def _actor(session: Session, step: Step) -> roles.Actor:
    return roles.SYSTEM if step.actor == roles.SYSTEM.login else roles.actor(session, step.actor)
