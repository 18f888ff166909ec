"""Working time: what a term adds up to, over nights, weekends, holidays and both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendars import DEFAULT, CalendarRefused, Duration, WorkingCalendar, duration
from tests.engine.drawn import several

HOUR = timedelta(hours=1)
ZERO = timedelta(0)
CHISINAU = ZoneInfo("Europe/Chisinau")
ROUND_THE_CLOCK = WorkingCalendar("Europe/Chisinau", {day: ((time(0), time(0)),) for day in range(7)})


def local(text: str, zone: ZoneInfo = CHISINAU) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


# ---------------------------------------------------------------- examples


def test_four_hours_started_on_friday_afternoon_end_on_monday_morning():
    start = local("2026-11-20T16:00")

    due = DEFAULT.add_working(start, 4 * HOUR)

    assert due == local("2026-11-23T11:00")
    assert due.tzinfo is UTC


def test_a_term_that_fills_the_day_ends_at_the_end_of_the_shift_not_next_morning():
    assert DEFAULT.add_working(local("2026-11-20T14:00"), 4 * HOUR) == local("2026-11-20T18:00")


def test_time_before_opening_does_not_count():
    assert DEFAULT.add_working(local("2026-11-23T03:00"), HOUR) == local("2026-11-23T10:00")


def test_nothing_to_add_moves_to_the_next_opening_only_when_nobody_works():
    assert DEFAULT.add_working(local("2026-11-23T12:00"), ZERO) == local("2026-11-23T12:00")
    assert DEFAULT.add_working(local("2026-11-20T18:00"), ZERO) == local("2026-11-23T09:00")


def test_a_lunch_break_is_not_working_time():
    halves = WorkingCalendar("Europe/Chisinau", {0: ((time(9), time(13)), (time(14), time(18)))})

    assert halves.add_working(local("2026-11-23T12:00"), 2 * HOUR) == local("2026-11-23T15:00")
    assert halves.working_between(local("2026-11-23T09:00"), local("2026-11-23T18:00")) == 8 * HOUR
    assert not halves.is_working(local("2026-11-23T13:30"))


def test_a_day_of_a_term_is_the_commonest_length_of_a_working_day():
    week = {day: ((time(9), time(18)),) for day in range(5)} | {5: ((time(9), time(14)),)}
    calendar = WorkingCalendar("Europe/Chisinau", week)

    assert calendar.day_length == 9 * HOUR
    assert calendar.working_time(duration("P1D")) == 9 * HOUR
    assert calendar.working_time(duration("P1W")) == 50 * HOUR
    assert calendar.working_time(duration("P1DT2H")) == 11 * HOUR
    assert DEFAULT.add_working(local("2026-11-20T12:00"), DEFAULT.working_time(duration("P1D"))) == local(
        "2026-11-23T12:00"
    )


def test_one_long_day_a_week_does_not_make_the_day_of_a_term_longer():
    week = {day: ((time(9), time(17)),) for day in range(4)} | {4: ((time(9), time(21)),)}

    assert WorkingCalendar("UTC", week).day_length == 8 * HOUR


def test_of_equally_common_lengths_the_longest_is_the_day():
    assert (
        WorkingCalendar("UTC", {0: ((time(8), time(12)),), 1: ((time(8), time(16)),)}).day_length == 8 * HOUR
    )


def test_own_holidays_are_skipped():
    calendar = WorkingCalendar("Europe/Chisinau", DEFAULT.week, {date(2026, 11, 23)})

    assert calendar.add_working(local("2026-11-20T17:00"), 2 * HOUR) == local("2026-11-24T10:00")


def test_public_holidays_come_from_the_country_for_every_year():
    moldova = WorkingCalendar("Europe/Chisinau", DEFAULT.week, country="MD")

    assert moldova.is_holiday(date(2026, 5, 1)) and moldova.is_holiday(date(2031, 5, 1))
    assert not moldova.is_working(local("2026-05-01T10:00"))
    assert not DEFAULT.is_holiday(date(2026, 5, 1))


def test_public_holidays_differ_by_subdivision():
    bavaria = WorkingCalendar("Europe/Berlin", DEFAULT.week, country="DE", subdivision="BY")
    berlin = WorkingCalendar("Europe/Berlin", DEFAULT.week, country="DE", subdivision="BE")

    assert bavaria.is_holiday(date(2026, 1, 6)) and not berlin.is_holiday(date(2026, 1, 6))


# ---------------------------------------------------------------- both changes of the clock


def test_the_night_of_the_change_to_summer_time_is_an_hour_shorter():
    # given: on 29 March 2026 the clock in Chisinau jumps from 02:00 to 03:00
    midnight, morning = local("2026-03-29T00:00"), local("2026-03-29T06:00")

    assert ROUND_THE_CLOCK.working_between(midnight, morning) == 5 * HOUR
    assert ROUND_THE_CLOCK.add_working(midnight, 5 * HOUR) == morning


def test_the_night_of_the_change_to_winter_time_is_an_hour_longer():
    # given: on 25 October 2026 the clock goes back from 03:00 to 02:00
    midnight, morning = local("2026-10-25T00:00"), local("2026-10-25T06:00")

    assert ROUND_THE_CLOCK.working_between(midnight, morning) == 7 * HOUR
    assert ROUND_THE_CLOCK.add_working(midnight, 7 * HOUR) == morning


def test_a_shift_ending_in_the_skipped_hour_ends_at_the_change():
    sunday = WorkingCalendar("Europe/Chisinau", {6: ((time(0), time(2, 30)),)})
    change = datetime(2026, 3, 29, tzinfo=UTC)

    assert sunday.is_working(change - timedelta(seconds=1))
    assert not sunday.is_working(change)
    assert sunday.working_between(change - 24 * HOUR, change + 24 * HOUR) == 2 * HOUR


def test_a_shift_starting_in_the_skipped_hour_starts_at_the_change():
    sunday = WorkingCalendar("Europe/Chisinau", {6: ((time(2, 30), time(5)),)})
    change = datetime(2026, 3, 29, tzinfo=UTC)

    assert sunday.is_working(change)
    assert not sunday.is_working(change - timedelta(seconds=1))


def test_a_shift_that_lies_in_the_skipped_hour_does_not_happen_that_day():
    sunday = WorkingCalendar("Europe/Chisinau", {6: ((time(2, 15), time(2, 45)),)})

    assert sunday.add_working(local("2026-03-28T12:00"), timedelta(minutes=30)) == local("2026-04-05T02:45")


def test_shifts_that_meet_in_the_repeated_hour_leave_no_gap_and_count_nothing_twice():
    sunday = WorkingCalendar("Europe/Chisinau", {6: ((time(0), time(2, 30)), (time(2, 30), time(6)))})

    assert sunday.working_between(local("2026-10-25T00:00"), local("2026-10-25T06:00")) == 7 * HOUR


def test_office_hours_keep_their_wall_clock_over_the_change():
    # given Friday in winter time, Monday in summer time
    due = DEFAULT.add_working(local("2026-03-27T17:00"), 2 * HOUR)

    assert due == datetime(2026, 3, 30, 7, tzinfo=UTC)


# ---------------------------------------------------------------- properties

QUARTER = timedelta(minutes=15)


ends_of_shifts = several(range(97), min_size=2, max_size=6).map(set).filter(lambda ends: len(ends) > 1)
free_days = several([date(2026, 1, 1) + timedelta(days=day) for day in range(365)], max_size=8).map(set)


@st.composite
def calendars(draw):
    week = {}
    for day in set(draw(several(range(7), min_size=1, max_size=10))):
        ends = sorted(draw(ends_of_shifts))
        ends = ends[: len(ends) // 2 * 2]
        clock = [time(0) if quarters == 96 else time(quarters // 4, quarters % 4 * 15) for quarters in ends]
        week[day] = tuple(zip(clock[::2], clock[1::2], strict=True))
    zone = draw(
        st.sampled_from(
            ["Europe/Chisinau", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"]
        )
    )
    return WorkingCalendar(zone, week, draw(free_days))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
near_a_change = st.sampled_from(
    ["2026-03-28T20:00", "2026-10-24T20:00", "2026-03-08T00:00", "2026-11-01T00:00"]
).flatmap(lambda text: st.integers(0, 48 * 60).map(lambda minutes: local(text) + timedelta(minutes=minutes)))
any_moment = moments | near_a_change
working_times = st.timedeltas(ZERO, timedelta(hours=60))


@settings(max_examples=300, deadline=None)
@given(calendars(), any_moment, working_times)
def test_what_is_added_is_what_lies_between_and_never_ends_outside_working_time(calendar, start, working):
    due = calendar.add_working(start, working)

    assert due >= start
    assert calendar.working_between(start, due) == working
    assert calendar.working_between(due, start) == -working
    instant_before = due - timedelta(microseconds=1)
    assert calendar.is_working(due) or (working > ZERO and calendar.is_working(instant_before))


@settings(max_examples=200, deadline=None)
@given(calendars(), any_moment, any_moment, any_moment, working_times, working_times)
def test_later_and_longer_never_ends_earlier_and_working_time_adds_up_over_any_moment_between(
    calendar, one, another, third, short, long
):
    one, another, third = sorted((one, another, third))
    short, long = sorted((short, long))

    assert calendar.add_working(one, short) <= calendar.add_working(another, short)
    assert calendar.add_working(one, short) <= calendar.add_working(one, long)
    between = calendar.working_between(one, another) + calendar.working_between(another, third)
    assert between == calendar.working_between(one, third)
    assert WorkingCalendar.from_json(calendar.to_json()) == calendar


# ---------------------------------------------------------------- durations


@pytest.mark.parametrize(
    "text, expected",
    [
        ("PT4H", Duration(clock=4 * HOUR)),
        ("PT30M", Duration(clock=HOUR / 2)),
        ("PT1.5S", Duration(clock=timedelta(seconds=1.5))),
        ("P1D", Duration(days=1)),
        ("P2W", Duration(weeks=2)),
        ("P1Y2M", Duration(months=14)),
        ("P3DT12H", Duration(days=3, clock=12 * HOUR)),
        ("PT0S", Duration()),
    ],
)
def test_iso_durations_are_read(text, expected):
    assert duration(text) == expected


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "4H", "P1DT", "-PT4H", "PT-4H", "P1H", "PT1D", "P1.5D", "PT4H ago", "P٣D"]
)
def test_what_is_no_duration_is_refused_with_what_was_found(text):
    with pytest.raises(CalendarRefused, match="Expected a duration such as"):
        duration(text)


@pytest.mark.parametrize("text", ["P21Y", "P999999D", "PT999999999H", "P12Y9Y", "P300M"])
def test_a_term_beyond_reason_is_refused_before_it_is_counted(text):
    with pytest.raises(CalendarRefused):
        duration(text)


def test_on_the_calendar_clock_a_day_keeps_the_time_of_day_and_24_hours_do_not():
    start = local("2026-03-28T12:00")

    assert duration("P1D").after(start, "Europe/Chisinau") == local("2026-03-29T12:00")
    assert duration("PT24H").after(start, "Europe/Chisinau") == local("2026-03-29T13:00")


@pytest.mark.parametrize(
    "start, term, end",
    [
        ("2026-01-31T10:00", "P1M", "2026-02-28T10:00"),
        ("2028-01-31T10:00", "P1M", "2028-02-29T10:00"),
        ("2026-11-30T10:00", "P1M", "2026-12-30T10:00"),
        ("2026-12-31T10:00", "P1M", "2027-01-31T10:00"),
        ("2026-10-31T10:00", "P1M1D", "2026-12-01T10:00"),
        ("2028-02-29T10:00", "P1Y", "2029-02-28T10:00"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(start, term, end):
    assert duration(term).after(local(start), "Europe/Chisinau") == local(end)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "change, part",
    [
        ({"time_zone": "Europe/Nowhere"}, "Europe/Nowhere"),
        ({"time_zone": ""}, "time zone"),
        ({"week": {}}, "at least one shift"),
        ({"week": {"mon": []}}, "at least one shift"),
        ({"week": {"monday": [["09:00", "18:00"]]}}, "mon, tue"),
        ({"week": {"mon": [["18:00", "09:00"]]}}, "two: until 24:00"),
        ({"week": {"mon": [["09:00", "13:00"], ["12:00", "18:00"]]}}, "in order"),
        ({"week": {"mon": [["9", "18:00"]]}}, "shifts of mon"),
        ({"week": {"mon": [["09:00"]]}}, "shifts of mon"),
        ({"week": {"mon": 5}}, "shifts of mon"),
        ({"holidays": ["25.12.2026"]}, "2026-12-25"),
        ({"holidays": [5]}, "2026-12-25"),
        ({"country": "XX"}, "Country XX"),
        ({"country": "DE", "subdivision": "QQ"}, "QQ"),
        ({"lunch": "13:00"}, "lunch"),
    ],
)
def test_a_wrong_calendar_is_refused_with_what_was_found(change, part):
    with pytest.raises(CalendarRefused, match=part):
        WorkingCalendar.from_json(DEFAULT.to_json() | change)


def test_months_have_no_length_in_working_time():
    with pytest.raises(CalendarRefused, match="months or years"):
        DEFAULT.working_time(duration("P1M"))


def test_a_negative_term_is_refused():
    with pytest.raises(CalendarRefused, match="negative"):
        DEFAULT.add_working(local("2026-11-20T12:00"), -HOUR)


def test_a_calendar_with_too_little_time_refuses_instead_of_searching_for_ever():
    sparse = WorkingCalendar("UTC", {0: ((time(9), time(9, 1)),)})

    with pytest.raises(CalendarRefused, match="too little working time"):
        sparse.add_working(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=100))
