"""Step times: medians of a history that is known by heart (R-018)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from engine import history
from engine.tables import ProcessInstance, UserTask
from processes.records import step_times
from tests.processes.company import order

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
#: In which order, minutes until somebody takes it (None: with the same click), minutes of work, minutes of its term.
STEPS = [
    ("A", 10, 5, 60),
    ("A", 20, 15, 60),
    ("B", 60, 30, 60),
    ("C", None, 100, 60),
]


def _seed(session: Session) -> ProcessInstance:
    rows = {name: order(session, name) for name in "ABC"}
    for row in rows.values():
        row.process_id = "repair"
    for token, (name, wait, work, term) in enumerate(STEPS, start=1):
        row, opened = rows[name], START + timedelta(days=token)
        taken = opened + timedelta(minutes=wait or 0)
        _task(session, row, token, opened, taken + timedelta(minutes=work), opened + timedelta(minutes=term))
        if wait is not None:
            history.write(session, row.key, "claimed", actor="anna", now=taken, token_id=token)
            # Given to somebody else later: who took it first ends the waiting.
            history.write(
                session, row.key, "assigned", actor="anna", now=taken + timedelta(minutes=1), token_id=token
            )
    _task(session, rows["C"], 9, START, None, START + timedelta(hours=1))
    rows["A"].state, rows["A"].ended_at = "completed", rows["A"].started_at + timedelta(hours=30)
    session.flush()
    return rows["A"]


def _task(
    session: Session,
    row: ProcessInstance,
    token: int,
    opened: datetime,
    closed: datetime | None,
    due: datetime,
) -> None:
    session.add(
        UserTask(
            process_instance_key=row.key,
            process_definition_key=row.process_definition_key,
            process_id="repair",
            token_id=token,
            element_id="inspect",
            name="Inspect",
            lane="Master",
            state="completed" if closed else "open",
            version=1,
            priority=50,
            urgent=False,
            created_at=opened,
            due_at=due,
            closed_at=closed,
            closed_by="anna" if closed else None,
            escalation_level=0,
            properties={},
        )
    )


def _measured(session: Session, days: int = 30) -> list[step_times.StepTimes]:
    return step_times.of_process(
        session, "repair", since=START, until=START + timedelta(days=days), versions=()
    )


def test_waiting_and_work_are_medians_and_rework_and_lateness_are_shares(session: Session) -> None:
    _seed(session)

    (found,) = _measured(session)

    # Waits 10, 20, 60 and 100 (taken with the click that completed it); work 5, 15, 30 and 0.
    assert (found.count, found.open) == (4, 1)
    assert (found.wait_minutes, found.work_minutes) == (40.0, 10.0)
    # One of four was the second one of its order; late are 60 + 30, 100, and the one that is open.
    assert (found.rework_percent, found.late_percent) == (25.0, 60.0)


def test_only_what_was_completed_in_the_time_counts(session: Session) -> None:
    _seed(session)

    (found,) = _measured(session, days=2)

    assert (found.count, found.wait_minutes, found.work_minutes) == (1, 10.0, 5.0)


def test_a_version_is_measured_by_itself(session: Session) -> None:
    _seed(session)

    none = step_times.of_process(
        session, "repair", since=START, until=START + timedelta(days=30), versions=(7,)
    )

    assert none == []


def test_an_order_takes_the_hours_from_its_start_to_its_end(session: Session) -> None:
    row = _seed(session)

    ended = row.ended_at
    assert step_times.lead_hours(session, "repair", since=ended, until=ended + timedelta(hours=1)) == [30.0]
    assert step_times.lead_hours(session, "repair", since=START, until=ended) == []


def test_people_touch_an_order_from_taking_a_step_to_completing_it(session: Session) -> None:
    row = _seed(session)

    assert step_times.touch_minutes(session, [row.key]) == {row.key: 20.0}
