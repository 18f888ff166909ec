"""What the check of the house and the changes of processes promise: checks are made, versions are what their changes say (E8, E9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, String, cast, exists, select
from sqlalchemy.orm import Session, aliased

from engine import versions
from engine.sentences import _l
from engine.tables import Person, ProcessDefinition
from processes.checks.check import Check, asked
from processes.records import check_periods, orders
from processes.records.process_changes import ROLLED_BACK, ProcessChange
from processes.records.system_checks import CheckPlan, SystemCheck

#: A period that has run for so long without a check was not opened by any round.
_OPENED_BY_NOW = timedelta(days=1)


def _not_opened(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Plans whose running period has begun a day ago and has no check."""
    today = orders.day(session, now)
    for plan in session.scalars(select(CheckPlan).where(CheckPlan.active, CheckPlan.starts_on.is_not(None))):
        since = max(check_periods.first_day(plan.period, today), plan.starts_on)
        label = check_periods.label(plan.period, today)
        if today - since <= _OPENED_BY_NOW:
            continue
        known = select(SystemCheck.key).where(SystemCheck.period == plan.period, SystemCheck.label == label)
        if session.scalar(known) is None:
            yield {"row": plan.period, "period": label}


@asked
def _without_checker() -> Executable:
    return (
        select(CheckPlan.period.label("row"), CheckPlan.checker.label("login"))
        .outerjoin(Person, Person.login == CheckPlan.checker)
        .where(CheckPlan.active, Person.active.is_not(True))
    )


@asked
def _without_version() -> Executable:
    """Published changes whose version is not there, or counts although it was taken back."""
    version = aliased(ProcessDefinition)
    return (
        select(
            ProcessChange.order_no.label("row"),
            ProcessChange.process_id.label("process"),
            cast(ProcessChange.published_version, String).label("version"),
            version.state.label("state"),
        )
        .outerjoin(
            version,
            (version.process_id == ProcessChange.process_id)
            & (version.version == ProcessChange.published_version),
        )
        .where(
            ProcessChange.published_version.is_not(None),
            version.key.is_(None)
            | ((ProcessChange.outcome == ROLLED_BACK) & (version.state != versions.WITHDRAWN)),
        )
    )


@asked
def _nothing_in_force() -> Executable:
    other = aliased(ProcessDefinition)
    published = exists().where(
        other.process_id == ProcessDefinition.process_id, other.state == versions.PUBLISHED
    )
    return (
        select(ProcessDefinition.process_id.label("row"), ProcessDefinition.name.label("name"))
        .where(~published, ProcessDefinition.version == 1)
        .order_by(ProcessDefinition.process_id)
    )


CHECKS = (
    Check(
        "E8",
        _l("Each period of each plan has its check."),
        _not_opened,
        _l("The plan {row} has no check for {period}, and the period has begun."),
        _l("See whether a worker runs; the next morning opens it."),
    ),
    Check(
        "E8",
        _l("Each plan of checks names somebody active."),
        _without_checker,
        _l("The plan {row} names {login}, who is not active."),
        _l("Choose another person for the plan."),
    ),
    Check(
        "E9",
        _l("A published change of a process has its version, and one that was taken back is withdrawn."),
        _without_version,
        _l("The change {row} has published version {version} of {process}, but that version is {state}."),
        _l("Deploy the diagram of the change again, or roll the version back."),
    ),
    Check(
        "E9",
        _l("Every process has a version that new orders start on."),
        _nothing_in_force,
        _l('Of the process {row} ("{name}") no version is in force.'),
        _l("Deploy its diagram again."),
    ),
)
