"""Operations of the regular check: open what is due, look at the house, keep findings, corrections and verdicts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import messages, roles
from engine.operations import Step, operation
from engine.tables import Person
from processes import watching
from processes.records import audit, check_periods, system_checks
from processes.records import terms as house_terms
from processes.records.ledger import Posting

MESSAGE = "system_check_due"


@operation("system_checks.open_due")
def open_due(session: Session, step: Step) -> dict[str, Any]:
    """Open each check of the house that is due by its plan, once a period; note the periods that nobody could check.

    Result: opened (how many checks were opened).
    """
    audit.acting(session, step.actor, step.now)
    due = system_checks.due(session, step.now)
    for each in due:
        messages.publish(
            session,
            MESSAGE,
            f"{each.period} {each.label}",
            {"check_period": each.period, "check_label": each.label, "checker": each.checker},
            actor=roles.SYSTEM,
            now=step.now,
        )
    return {"opened": len(due)}


@operation("system_checks.begin")
def begin(
    session: Session,
    step: Step,
    check_period: str | None = None,
    check_label: str | None = None,
    checker: str | None = None,
) -> dict[str, Any]:
    """Begin the check of a period; without one, a check that somebody has asked for and makes.

    Result: subject, checker, check_missed (duration after which it counts as missed).
    """
    audit.acting(session, step.actor, step.now)
    row = system_checks.begin(
        session,
        Posting.of_step(step),
        period=check_period or system_checks.BY_HAND,
        label=check_label or step.business_key,
        checker=checker or step.actor,
    )
    name = check_periods.LABELS.get(row.period, "By hand")
    return {
        "subject": f"{name} check, {row.label}",
        "checker": row.checker,
        "check_missed": house_terms.of(session)["check_missed"],
    }


@operation("system_checks.collect")
def collect(session: Session, step: Step) -> dict[str, Any]:
    """Look at the whole house: broken promises, stuck and stopped orders, late and untaken steps, unsent mails, clocks past due.

    Result: findings (list of kind, source, order_no, sentence, severity, action, owner, due_on), counts (context: how much there
    is of each kind), has_findings, offered_owners (list of value and label).
    """
    found = watching.look(session, step.now, besides=step.business_key)
    checker = system_checks.of_order(session, step.business_key).checker
    rows = [
        {**each.to_json(), "owner": each.owner or checker, "action": None, "due_on": None} for each in found
    ]
    people = session.execute(select(Person.login, Person.name).where(Person.active).order_by(Person.name))
    return {
        "findings": rows,
        "counts": watching.counts(session, step.now, found),
        "has_findings": bool(rows),
        "offered_owners": [{"value": login, "label": name} for login, name in people],
    }


@operation("system_checks.missed")
def missed(session: Session, step: Step) -> dict[str, Any]:
    """Note that the term of this check has passed without a review.

    Result: missed_at.
    """
    audit.acting(session, step.actor, step.now)
    return {"missed_at": system_checks.miss(session, step.business_key, step.now).missed_at.isoformat()}


@operation("system_checks.name_checker")
def name_checker(session: Session, step: Step, new_checker: str) -> dict[str, Any]:
    """Let another person make this check; the plan stays.

    Result: checker.
    """
    audit.acting(session, step.actor, step.now)
    return {"checker": system_checks.name_checker(session, step.business_key, new_checker).checker}


@operation("system_checks.note_findings")
def note_findings(
    session: Session,
    step: Step,
    counts: dict[str, int],
    findings: list[dict[str, Any]] | None = None,
    more_findings: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Keep what the checker found: what Orderlane has listed, and what they saw themselves. Each becomes a task.

    Result: tasks (list of number, sentence, action, owner, due_on, order_no), has_tasks.
    """
    audit.acting(session, step.actor, step.now)
    own = [
        {**each, "kind": "other", "source": f"other:{number}"}
        for number, each in enumerate(more_findings or [], start=1)
    ]
    rows = system_checks.review(
        session,
        step.business_key,
        [*(findings or []), *own],
        counts,
        by=step.actor,
        now=step.now,
    )
    return _tasks(rows)


@operation("system_checks.corrected")
def corrected(session: Session, step: Step, number: int, correction: str) -> dict[str, Any]:
    """Note that a finding was put right, how, and by whom.

    Result: corrected_by.
    """
    audit.acting(session, step.actor, step.now)
    row = system_checks.correct(
        session, step.business_key, int(number), correction, by=step.actor, now=step.now
    )
    return {"corrected_by": row.corrected_by}


@operation("system_checks.look_again")
def look_again(session: Session, step: Step) -> dict[str, Any]:
    """Look whether what was corrected can still be found.

    Result: verdicts (list of number, sentence, correction, is_still_there), correctors (logins).
    """
    there = {each.source for each in watching.look(session, step.now, besides=step.business_key)}
    check = system_checks.of_order(session, step.business_key)
    rows = [row for row in system_checks.findings(session, check.key) if row.verified_at is None]
    return {
        "verdicts": [
            {
                "number": row.number,
                "sentence": row.sentence,
                "correction": row.correction,
                "is_still_there": row.source in there,
                "is_ok": None,
            }
            for row in rows
        ],
        "correctors": sorted({row.corrected_by for row in rows if row.corrected_by}),
    }


@operation("system_checks.note_verdicts")
def note_verdicts(session: Session, step: Step, verdicts: list[dict[str, Any]]) -> dict[str, Any]:
    """Keep which findings are put right; the others become tasks again.

    Result: tasks (what is to be corrected again), has_tasks.
    """
    audit.acting(session, step.actor, step.now)
    rows = [
        system_checks.verify(
            session,
            step.business_key,
            int(each["number"]),
            is_ok=each["is_ok"] == "ok",
            by=step.actor,
            now=step.now,
        )
        for each in verdicts
    ]
    return _tasks([row for row in rows if row.verified_at is None])


@operation("system_checks.close")
def close(session: Session, step: Step) -> dict[str, Any]:
    """Close the check: it was reviewed and every finding is verified.

    Result: closed_at.
    """
    audit.acting(session, step.actor, step.now)
    return {"closed_at": system_checks.close(session, step.business_key, step.now).closed_at.isoformat()}


def _tasks(rows: list[system_checks.CheckFinding]) -> dict[str, Any]:
    return {
        "tasks": [
            {
                "number": row.number,
                "sentence": row.sentence,
                "action": row.action,
                "owner": row.owner,
                "due_on": row.due_on.isoformat(),
                "order_no": row.order_no,
            }
            for row in rows
        ],
        "has_tasks": bool(rows),
    }
