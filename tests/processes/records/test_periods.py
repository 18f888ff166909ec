"""The periods of a contract: which days, without gap or overlap, and what share of a whole period."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest

from processes.records import periods


def _first(count: int, *contract: object) -> list[tuple[str, str, int, int]]:
    found = islice(periods.of(*contract), count)
    return [(each.first.isoformat(), each.last.isoformat(), each.days, each.of_days) for each in found]


def test_a_contract_that_begins_on_the_31st_is_billed_on_the_last_day_of_shorter_months() -> None:
    assert _first(3, date(2027, 1, 31), None, 31, 1) == [
        ("2027-01-31", "2027-02-27", 28, 28),
        ("2027-02-28", "2027-03-30", 31, 31),
        ("2027-03-31", "2027-04-29", 30, 30),
    ]
    assert _first(2, date(2028, 1, 31), None, 31, 1)[1][0] == "2028-02-29"


def test_the_pieces_at_the_edges_are_shares_of_a_whole_period() -> None:
    assert _first(9, date(2027, 1, 15), date(2027, 3, 10), 1, 1) == [
        ("2027-01-15", "2027-01-31", 17, 31),
        ("2027-02-01", "2027-02-28", 28, 28),
        ("2027-03-01", "2027-03-10", 10, 31),
    ]
    assert _first(2, date(2027, 2, 20), None, 1, 3) == [
        ("2027-02-20", "2027-02-28", 9, 90),
        ("2027-03-01", "2027-05-31", 92, 92),
    ]


@pytest.mark.parametrize("billing_day", [1, 15, 28, 29, 30, 31])
@pytest.mark.parametrize("months", [1, 3, 6, 12])
@pytest.mark.parametrize("starts_on", [date(2027, 1, 31), date(2028, 2, 29), date(2027, 6, 15)])
def test_periods_follow_each_other_without_gap_or_overlap(
    starts_on: date, months: int, billing_day: int
) -> None:
    found = list(islice(periods.of(starts_on, None, billing_day, months), 40))

    assert found[0].first == starts_on
    assert [each.number for each in found] == list(range(1, 41))
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(days=1)
    assert all(0 < each.days <= each.of_days for each in found)


def test_a_period_is_billed_on_its_first_day_or_after_its_last() -> None:
    contract = date(2027, 1, 1), date(2027, 2, 15), 1, 1

    assert len(periods.due(*contract, "advance", date(2027, 1, 31))) == 1
    assert len(periods.due(*contract, "arrears", date(2027, 1, 31))) == 0
    assert len(periods.due(*contract, "arrears", date(2027, 2, 15))) == 1
    assert len(periods.due(*contract, "arrears", date(2029, 1, 1))) == 2
