"""How long the steps of a process take: how often, how long somebody is waited for, how long the work lasts, how often it is
done again, how often it is late. Read from the user tasks and the history; every hour counts, night and weekend too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.tables import History, ProcessDefinition, ProcessInstance, UserTask


@dataclass(frozen=True, slots=True)
class StepTimes:
    """One step of a process over a time.

    count: times it was completed. wait_minutes: median from when it opened until somebody took it; work_minutes: median from then
    until it was completed. rework_percent: share of completions that were not the first one in their order. late_percent:
    share of all that were completed or still are open behind their term, of those that have one; None where none has one.
    """

    element_id: str
    name: str
    lane: str | None
    count: int
    open: int
    wait_minutes: float | None
    work_minutes: float | None
    rework_percent: float | None
    late_percent: float | None

    def to_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return {
            name: Decimal(str(value)) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def of_process(
    session: Session,
    process_id: str,
    *,
    since: datetime,
    until: datetime,
    versions: Sequence[int] = (),
) -> list[StepTimes]:
    """The steps of a process that were completed from `since` to before `until`, or are open; what takes longest in all first.

    versions: only orders of these versions of the process; all, when there are none.
    """
    rows = _rows(session, process_id, since, until, versions)
    taken = _taken(session, rows)
    steps: dict[str, list[UserTask]] = defaultdict(list)
    for row in rows:
        steps[row.element_id].append(row)
    found = [_times(each, taken, until) for each in steps.values()]
    return sorted(found, key=lambda each: (-_whole(each), each.name))


def lead_hours(
    session: Session, process_id: str, *, since: datetime, until: datetime, versions: Sequence[int] = ()
) -> list[float]:
    """How long each order of the process took that was completed in this time, in hours."""
    query = select(ProcessInstance.started_at, ProcessInstance.ended_at).where(
        ProcessInstance.process_id == process_id,
        ProcessInstance.state == "completed",
        ProcessInstance.ended_at >= since,
        ProcessInstance.ended_at < until,
    )
    if versions:
        query = query.where(ProcessInstance.process_definition_key.in_(_keys(process_id, versions)))
    return [_hours(ended - started) for started, ended in session.execute(query)]


def touch_minutes(session: Session, process_instance_keys: Sequence[int]) -> dict[int, float]:
    """{process instance: minutes that people worked on it}: from when a step was taken until it was completed, added up."""
    found: dict[int, float] = defaultdict(float)
    for start in range(0, len(process_instance_keys), 500):
        query = select(UserTask).where(
            UserTask.process_instance_key.in_(process_instance_keys[start : start + 500]),
            UserTask.state == "completed",
        )
        rows = list(session.scalars(query))
        taken = _taken(session, rows)
        for row in rows:
            at = taken.get((row.process_instance_key, row.token_id), row.closed_at)
            found[row.process_instance_key] += _minutes(row.closed_at - at)
    return dict(found)


def _rows(
    session: Session, process_id: str, since: datetime, until: datetime, versions: Sequence[int]
) -> list[UserTask]:
    query = select(UserTask).where(
        UserTask.process_id == process_id,
        or_(
            and_(UserTask.state == "completed", UserTask.closed_at >= since, UserTask.closed_at < until),
            and_(UserTask.state == "open", UserTask.created_at < until),
        ),
    )
    if versions:
        query = query.where(UserTask.process_definition_key.in_(_keys(process_id, versions)))
    return list(session.scalars(query.order_by(UserTask.key)))


def _keys(process_id: str, versions: Sequence[int]) -> Any:
    return select(ProcessDefinition.key).where(
        ProcessDefinition.process_id == process_id, ProcessDefinition.version.in_(versions)
    )


def _taken(session: Session, rows: Sequence[UserTask]) -> dict[tuple[int, int], datetime]:
    """{(process instance, token): when somebody took the step first}."""
    instances = sorted({row.process_instance_key for row in rows})
    found: dict[tuple[int, int], datetime] = {}
    for start in range(0, len(instances), 500):
        query = (
            select(History.process_instance_key, History.token_id, func.min(History.at))
            .where(
                History.process_instance_key.in_(instances[start : start + 500]),
                History.kind.in_(("claimed", "assigned")),
            )
            .group_by(History.process_instance_key, History.token_id)
        )
        found |= {(key, token): at for key, token, at in session.execute(query)}
    return found


def _times(rows: Sequence[UserTask], taken: dict[tuple[int, int], datetime], until: datetime) -> StepTimes:
    done = [row for row in rows if row.state == "completed"]
    waits, works = [], []
    for row in done:
        # Who completes a step that nobody has taken takes it with the same click.
        at = taken.get((row.process_instance_key, row.token_id), row.closed_at)
        waits.append(_minutes(at - row.created_at))
        works.append(_minutes(row.closed_at - at))
    with_term = [row for row in rows if row.due_at is not None]
    late = [row for row in with_term if (row.closed_at or until) > row.due_at]
    orders = {row.process_instance_key for row in done}
    last = rows[-1]
    return StepTimes(
        element_id=last.element_id,
        name=last.name,
        lane=last.lane,
        count=len(done),
        open=len(rows) - len(done),
        wait_minutes=round(median(waits), 1) if waits else None,
        work_minutes=round(median(works), 1) if works else None,
        rework_percent=_percent(len(done) - len(orders), len(done)),
        late_percent=_percent(len(late), len(with_term)),
    )


def _whole(times: StepTimes) -> float:
    return ((times.wait_minutes or 0) + (times.work_minutes or 0)) * times.count


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _minutes(length: timedelta) -> float:
    return length.total_seconds() / 60


def _hours(length: timedelta) -> float:
    return length.total_seconds() / 3600
