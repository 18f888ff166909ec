"""Timers: ISO 8601 dates, durations, cycles and cron expressions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.spiff import cron, schedules

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT90S", NOW + timedelta(seconds=90)),
        ("PT0.5S", NOW + timedelta(milliseconds=500)),
        ("P1DT2H", NOW + timedelta(hours=26)),
        ("P2W", NOW + timedelta(days=14)),
        ("P1M", datetime(2026, 4, 2, 12, tzinfo=UTC)),
        ("P1Y2M", datetime(2027, 5, 2, 12, tzinfo=UTC)),
        ("PT0S", NOW),
        ("-PT1H", NOW),
        (" PT1H ", NOW + timedelta(hours=1)),
    ],
)
def test_a_duration_is_due_after_it_has_passed(text, expected):
    assert schedules.read("duration", text).first(NOW) == expected


def test_a_month_after_the_31st_is_the_last_day_of_the_next():
    january = datetime(2026, 1, 31, 8, tzinfo=UTC)

    assert schedules.read_duration("P1M").after(january) == datetime(2026, 2, 28, 8, tzinfo=UTC)
    assert schedules.read_duration("P1M").after(january, 2) == datetime(2026, 3, 31, 8, tzinfo=UTC)


def test_a_duration_beyond_the_calendar_is_the_end_of_time():
    assert schedules.read("duration", "P9999Y").first(NOW).year == 9999


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1H", "PT1", "P1H", "P1DT", "one hour", "PT1H30", "P" + "9" * 400 + "Y"]
)
def test_what_is_no_duration_is_refused_with_a_sentence(text):
    with pytest.raises(schedules.NotASchedule, match="Expected an ISO 8601 duration"):
        schedules.read("duration", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01T09:00:00Z", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("2026-05-01T09:00:00", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("2026-05-01T09:00:00+03:00", datetime(2026, 5, 1, 6, tzinfo=UTC)),
        ("2026-05-01T09:00:00[Europe/Chisinau]", datetime(2026, 5, 1, 6, tzinfo=UTC)),
        ("2026-05-01T09:00:00@Europe/Chisinau", datetime(2026, 5, 1, 6, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-10-25T02:30:00[Europe/Berlin]", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+01:00[Europe/Berlin]", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-03-29T02:30:00[Europe/Berlin]", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_due_at_its_moment(text, expected):
    assert schedules.read("date", text).first(NOW) == expected


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-05-01T09:00:00[Mars/North]", ""])
def test_what_is_no_date_is_refused_with_a_sentence(text):
    with pytest.raises(schedules.NotASchedule, match="Expected an ISO 8601 date"):
        schedules.read("date", text)


@pytest.mark.parametrize(
    ("text", "repetitions", "first"),
    [
        ("R3/PT1H", 3, NOW + timedelta(hours=1)),
        ("R/P1D", None, NOW + timedelta(days=1)),
        ("R-1/P1D", None, NOW + timedelta(days=1)),
        ("R2/2026-03-05T08:00:00Z/P1D", 2, datetime(2026, 3, 5, 8, tzinfo=UTC)),
    ],
)
def test_a_cycle_has_a_first_time_and_a_number_of_times(text, repetitions, first):
    schedule = schedules.read("cycle", text)

    assert (schedule.repetitions, schedule.first(NOW)) == (repetitions, first)


def test_a_cycle_that_started_on_the_last_day_of_a_month_stays_there_however_much_was_missed():
    monthly = schedules.read("cycle", "R/2026-01-31T08:00:00Z/P1M")
    days = [monthly.start]
    while len(days) < 6:
        days.append(monthly.after(days[-1], days[-1]))

    assert [(day.month, day.day) for day in days] == [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30)]
    assert [monthly.after(days[0], day) for day in days[:-1]] == days[1:]
    assert monthly.after(days[4], days[0]) == days[5], (
        "what has been due is not due again, although the clock was set back"
    )


@pytest.mark.parametrize(
    "text",
    [
        "R0/PT1H",
        "R//PT1H",
        "R1234567890/PT1H",
        "R3/PT0S",
        "R/-PT1H",
        "R3",
        "Rx/PT1H",
        "R3/a/b/c",
        "1/PT1H",
        "",
    ],
)
def test_what_is_no_cycle_is_refused_with_a_sentence(text):
    with pytest.raises(schedules.NotASchedule, match="Expected"):
        schedules.read("cycle", text)


@pytest.mark.parametrize("interval", ["PT1S", "PT1H", "P1M", "P1Y", "P1MT1S"])
def test_the_next_time_is_the_first_of_the_rhythm_in_the_future(interval):
    schedule = schedules.read("cycle", f"R/{interval}")
    due = NOW
    much_later = NOW + timedelta(days=700, seconds=30)

    following = schedule.after(due, much_later)

    step = schedules.read_duration(interval)
    steps = next(n for n in range(10**8) if step.after(due, n) > much_later) if interval != "PT1S" else None
    assert following > much_later
    if steps is None:
        assert following == much_later + timedelta(seconds=1)
    else:
        assert following == step.after(due, steps)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 * * * *", datetime(2026, 3, 2, 13, tzinfo=UTC)),
        ("0 */15 * * * *", datetime(2026, 3, 2, 12, 15, tzinfo=UTC)),
        ("30 5 9-17 * * MON-FRI", datetime(2026, 3, 2, 12, 5, 30, tzinfo=UTC)),
        ("0 0 9 * * SAT,SUN", datetime(2026, 3, 7, 9, tzinfo=UTC)),
        ("0 0 9 * * 7", datetime(2026, 3, 8, 9, tzinfo=UTC)),
        ("0 0 0 1 JAN ?", datetime(2027, 1, 1, tzinfo=UTC)),
        ("0 0 8 29 2 *", datetime(2028, 2, 29, 8, tzinfo=UTC)),
        ("0 30/10 * * * *", datetime(2026, 3, 2, 12, 30, tzinfo=UTC)),
        ("0 0 8 L * *", datetime(2026, 3, 31, 8, tzinfo=UTC)),
        ("0 0 8 L-3 * *", datetime(2026, 3, 28, 8, tzinfo=UTC)),
        ("0 0 8 LW 5 *", datetime(2026, 5, 29, 8, tzinfo=UTC)),
        ("0 0 8 15W 3 *", datetime(2026, 3, 16, 8, tzinfo=UTC)),
        ("0 0 8 1W 8 *", datetime(2026, 8, 3, 8, tzinfo=UTC)),
        ("0 0 8 ? * MON#2", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("0 0 8 * * FRIL", datetime(2026, 3, 27, 8, tzinfo=UTC)),
        ("0 0 8 5,L 3 *", datetime(2026, 3, 5, 8, tzinfo=UTC)),
        ("@daily", datetime(2026, 3, 3, tzinfo=UTC)),
        ("@weekly", datetime(2026, 3, 8, tzinfo=UTC)),
        ("0 0 9 ? * SAT-SUN", datetime(2026, 3, 7, 9, tzinfo=UTC)),
        ("0 0 9 * * SUN-MON", datetime(2026, 3, 8, 9, tzinfo=UTC)),
        ("0 0 8 29 2 MON", datetime(2044, 2, 29, 8, tzinfo=UTC)),
    ],
)
def test_a_cron_expression_names_the_next_moment(text, expected):
    assert cron.read(text).next_after(NOW) == expected


def test_a_cron_expression_never_names_the_same_moment_again():
    hourly = schedules.read("cycle", "0 0 * * * *")

    assert hourly.after(NOW, NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "0 61 * * * *",
        "0 0 0 0 * *",
        "0 0 * * XYZ *",
        "0 0 0 0W * *",
        "0 0 0 * * MON#6",
        "0 0 L * * *",
        "0 */0 * * * *",
        "0 5-1 * * * *",
        "0 0 0 31 2 *",
        "0 0 0 31 4,6,9,11 ?",
    ],
)
def test_what_is_no_cron_expression_is_refused_with_a_sentence(text):
    with pytest.raises(cron.NotASchedule, match="Expected"):
        cron.read(text)
