"""Dates, times and durations: arithmetic, zones, years that Python does not know, and strict reading."""

import pytest

from engine import feel


@pytest.mark.parametrize(
    "text, expected",
    [
        ('date("2024-01-31") + @"P1M"', "2024-02-29"),
        ('@"2024-02-29" - @"P1Y"', "2023-02-28"),
        ('@"2024-03-01" - @"2024-02-01"', "P29D"),
        ('@"2024-01-01T10:00:00Z" - @"2024-01-01T10:00:00+02:00"', "PT2H"),
        ('@"2024-03-31T01:30:00@Europe/Paris" + @"PT1H"', "2024-03-31T03:30:00@Europe/Paris"),
        ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"10:00:00Z" - @"09:00:00+01:00"', "PT2H"),
        ('@"P1Y" + @"P2M"', "P1Y2M"),
        ('@"P1D" * 1.5', "P1DT12H"),
        ('@"P1D" / @"PT6H"', 4),
        ('@"P14M" / 2', "P7M"),
        ('abs(@"-PT5M")', "PT5M"),
        ("date(999999999, 12, 31)", "999999999-12-31"),
        ('date("-0044-03-15").year', -44),
        ('date and time("2024-01-01T00:00:00.123456789").second', 0),
        ('string(date and time("2024-01-01T00:00:00.123456789"))', "2024-01-01T00:00:00.123456789"),
        ('years and months duration(@"2023-12-31", @"2024-02-29")', "P1M"),
        ('years and months duration(@"2024-02-29", @"2023-12-31")', "-P1M"),
        ('@"2024-02-29".weekday', 4),
        ('week of year(@"2021-01-03")', 53),
        ('day of week(@"2024-02-29")', "Thursday"),
        ('month of year(@"2024-02-29")', "February"),
        ('last day of month(@"2023-02-01")', "2023-02-28"),
        ('@"12:00:00Z" = @"13:00:00+01:00"', True),
        ('is(@"12:00:00Z", @"13:00:00+01:00")', False),
        ('@"2024-01-01T10:00:00@Europe/Paris".time offset', "PT1H"),
        ('@"2024-07-01T10:00:00@Europe/Paris".time offset', "PT2H"),
        ('@"2024-07-01T10:00:00@Europe/Paris".timezone', "Europe/Paris"),
        ('time(10, 30, 5.5, @"PT2H")', "10:30:05.5+02:00"),
        ('date and time(@"2024-01-01", @"10:00:00@Asia/Tokyo")', "2024-01-01T10:00:00@Asia/Tokyo"),
        ('@"2024-01-01" < @"2024-01-01T00:00:01Z"', True),
        ("now()", "2024-02-29T10:30:00Z"),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', [28, 29, 1]),
        ('@"P1D" = @"PT24H" and @"P1Y" = @"P12M"', True),
        ('@"PT36H".days + @"PT36H".hours', 13),
        ('duration("-P1DT2H3M4.5S")', "-P1DT2H3M4.5S"),
        ('duration("P0D")', "PT0S"),
        ('duration("P0M")', "P0M"),
    ],
)
def test_temporal_values_behave_as_the_standard_says(value_of, text, expected):
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'date("2023-02-29")',
        'date("24-01-01")',
        'date("02024-01-01")',
        'date("+2024-01-01")',
        'date("2024-1-1")',
        "date(2024, 13, 1)",
        "date(2024, 1.5, 1)",
        'time("25:00:00")',
        'time("10:00")',
        'time("10:00:00+19:00")',
        'time("10:00:00@Nowhere/City")',
        'time("10:00:00@../../etc/passwd")',
        'date and time("2024-01-01T10:00")',
        'duration("P")',
        'duration("P1DT")',
        'duration("P1M1D")',
        'duration("1D")',
        '@"nonsense"',
        "date(1000000000, 1, 1)",
        '@"2024-01-01" + 1',
        '@"P1Y" + @"P1D"',
        '@"2024-01-01T10:00:00" < @"2024-01-01T10:00:00Z"',
    ],
)
def test_what_is_no_date_time_or_duration_is_null(text):
    assert feel.compile(text).evaluate({}).value is None


def test_the_hour_that_comes_twice_is_passed_through_twice():
    text = (
        '{t: @"2020-10-25T01:30:00@Europe/Paris", h: @"PT1H", '
        "r: [t + h, t + h + h, t + h + h + h, (t + h + h) - t, (t + h + h).time offset]}.r"
    )

    assert feel.to_json(feel.compile(text).evaluate({}).value) == [
        "2020-10-25T02:30:00@Europe/Paris",
        "2020-10-25T02:30:00@Europe/Paris",
        "2020-10-25T03:30:00@Europe/Paris",
        "PT2H",
        "PT1H",
    ]
