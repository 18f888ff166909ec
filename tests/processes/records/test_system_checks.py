"""Checks of the house: exactly one a period for each of the four settings, also across month ends and after downtime (R-015, R-016)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import exc, func, select
from sqlalchemy.orm import Session

from engine import errors
from processes.records import check_periods, system_checks
from processes.records.system_checks import SystemCheck
from tests.processes.company import order, posting

#: Monday morning in the shop.
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def _plan(session: Session, *periods: str, at: datetime = MONDAY, active: bool = True) -> None:
    for period in periods:
        system_checks.choose_plan(
            session, period, "checker", active=active, starts_on=None, by="manager", now=at
        )


def _round(session: Session, at: datetime) -> list[str]:
    """What a morning opens, as the flow does; returns the labels."""
    opened = []
    for due in system_checks.due(session, at):
        row = order(session, f"SC {due.period} {due.label}")
        system_checks.begin(session, posting(row), period=due.period, label=due.label, checker=due.checker)
        session.scalars(select(SystemCheck).where(SystemCheck.label == due.label)).first().opened_at = at
        opened.append(due.label)
    session.flush()
    return opened


@pytest.mark.parametrize(
    ("period", "day", "label", "first", "following"),
    [
        ("daily", date(2026, 12, 31), "2026-12-31", date(2026, 12, 31), date(2027, 1, 1)),
        ("weekly", date(2027, 1, 3), "2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("monthly", date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 3, 1)),
        ("monthly", date(2027, 1, 31), "2027-01", date(2027, 1, 1), date(2027, 2, 1)),
        ("quarterly", date(2026, 12, 31), "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("quarterly", date(2027, 2, 28), "2027-Q1", date(2027, 1, 1), date(2027, 4, 1)),
    ],
)
def test_a_period_has_a_name_and_two_ends(
    period: str, day: date, label: str, first: date, following: date
) -> None:
    assert check_periods.label(period, day) == label
    assert check_periods.first_day(period, day) == first
    assert check_periods.following(period, first) == following


def test_over_a_hundred_mornings_each_period_is_opened_once(company: Session) -> None:
    system_checks.pause(company)
    _plan(company, *check_periods.PERIODS)
    opened: list[str] = []

    for number in range(100):
        opened += _round(company, MONDAY + timedelta(days=number))
        if number % 10 == 0:
            opened += _round(company, MONDAY + timedelta(days=number, hours=9))

    days = [date(2026, 11, 23) + timedelta(days=number) for number in range(100)]
    wanted = {check_periods.label(period, day) for period in check_periods.PERIODS for day in days}
    assert sorted(opened) == sorted(wanted)
    assert company.scalar(select(func.count()).select_from(SystemCheck)) == len(wanted)


def test_after_downtime_the_running_period_is_due_and_the_ones_before_are_missed(company: Session) -> None:
    system_checks.pause(company)
    _plan(company, "daily", "weekly")
    _round(company, MONDAY)

    opened = _round(company, MONDAY + timedelta(days=15))

    assert opened == ["2026-12-08", "2026-W50"]
    missed = select(SystemCheck.label).where(SystemCheck.missed_at.is_not(None)).order_by(SystemCheck.label)
    assert company.scalars(missed).all() == [
        *(f"2026-11-{day}" for day in range(24, 31)),
        *(f"2026-12-{day:02}" for day in range(1, 8)),
        "2026-W49",
    ]


def test_what_passes_while_a_plan_rests_is_not_missed(company: Session) -> None:
    system_checks.pause(company)
    _plan(company, "daily")
    _round(company, MONDAY)
    _plan(company, "daily", active=False)
    assert _round(company, MONDAY + timedelta(days=5)) == []
    again = MONDAY + timedelta(days=9)
    system_checks.choose_plan(
        company, "daily", "checker", active=True, starts_on=again.date(), by="manager", now=again
    )

    assert _round(company, again) == ["2026-12-02"]
    assert company.scalar(select(func.count()).where(SystemCheck.missed_at.is_not(None))) == 0


def test_the_database_refuses_a_second_check_of_a_period(company: Session) -> None:
    system_checks.pause(company)
    for number in (1, 2):
        row = order(company, f"SC-{number}")
        company.add(
            SystemCheck(
                period="weekly",
                label="2026-W48",
                checker="checker",
                opened_at=MONDAY,
                process_instance_key=row.key,
                order_no=row.business_key,
            )
        )

    with pytest.raises(exc.IntegrityError):
        company.flush()


def test_a_plan_names_somebody_active(company: Session) -> None:
    with pytest.raises(errors.Refused, match="somebody active"):
        system_checks.choose_plan(
            company, "daily", "nobody", active=True, starts_on=None, by="manager", now=MONDAY
        )


def test_who_corrected_a_finding_cannot_verify_it_not_even_in_the_database(company: Session) -> None:
    row = order(company, "SC-1")
    system_checks.begin(company, posting(row), period="by_hand", label="SC-1", checker="checker")
    found = {
        "kind": "other",
        "source": "other:1",
        "sentence": "Old",
        "severity": "low",
        "action": "New",
        "owner": "it",
    }
    (finding,) = system_checks.review(company, "SC-1", [found], {}, by="checker", now=MONDAY)
    system_checks.correct(company, "SC-1", 1, "Done", by="it", now=MONDAY)

    with pytest.raises(errors.Refused, match="did not correct"):
        system_checks.verify(company, "SC-1", 1, is_ok=True, by="it", now=MONDAY)
    with pytest.raises(errors.Refused, match="not verified yet"):
        system_checks.close(company, "SC-1", MONDAY)
    finding.verified_by, finding.verified_at = "it", MONDAY
    with pytest.raises(exc.IntegrityError):
        company.flush()
