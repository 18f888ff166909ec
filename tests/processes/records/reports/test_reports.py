"""The five reports about orders and the three numbers, each on a company that is known by heart (R-331 to R-342)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy.orm import Session

from engine import errors, settings
from processes.records import reports
from processes.records.reports import one_order, saved
from processes.records.reports.sheet import Result, Sheet
from tests.processes.records.reports import known

ALL = "All"


@pytest.fixture
def shop(session: Session) -> Session:
    known.build(session)
    return session


def _made(session: Session, report_id: str, **given: str) -> Result:
    report = reports.find(report_id)
    asked = {"first": "2026-11-01", "last": "2026-11-23", **given}
    wanted = reports.asked(session, report, asked, known.NOW)
    return reports.generate(session, report, wanted, known.NOW)


def _rows(sheet: Sheet) -> dict[str, list[object]]:
    return {row[0]: list(row[1:]) for row in sheet.rows} | {ALL: list(sheet.foot[1:])}


def test_there_are_exactly_five_reports_about_orders_and_the_three_numbers():
    assert [each.report_id for each in reports.REPORTS] == ["OR1", "OR2", "OR3", "OR4", "OR5", "KPI"]


def test_orders_in_work_are_counted_by_type_with_the_urgent_and_the_late_ones(shop: Session):
    by_type = _made(shop, "OR1").sheets[0]

    assert _rows(by_type) == {"Repair": [1, 0, 1], "Window": [1, 1, 0], ALL: [2, 1, 1]}


def test_popularity_ranks_the_types_and_compares_with_the_time_before(shop: Session):
    by_type, by_device, by_place = _made(shop, "OR2").sheets

    assert _rows(by_type) == {
        "Repair": [5, D("71.4"), 0, 5],
        "Window": [2, D("28.6"), 1, 1],
        ALL: [7, D("100.0"), 1, 6],
    }
    assert [row[0] for row in by_type.rows] == ["Repair", "Window"]
    assert _rows(by_device)["Dishwasher"][0] == 5
    assert _rows(by_place)["At the customer's"][0] == 2


def test_cancelled_declined_and_unrepaired_orders_are_no_success_and_returns_are_counted(shop: Session):
    by_type = _made(shop, "OR3").sheets[0]

    assert _rows(by_type) == {
        "Repair": [4, 2, 1, 1, 0, D("50.0"), 1, D("50.0")],
        "Window": [1, 1, 0, 0, 0, D("100.0"), 0, D("0.0")],
        ALL: [5, 3, 1, 1, 0, D("60.0"), 1, D("33.3")],
    }


def test_the_time_of_an_order_has_median_and_ninetieth_percentile_and_the_share_in_time(shop: Session):
    times, backlog, _load = _made(shop, "OR4").sheets

    assert {name: row[:3] + row[4:] for name, row in _rows(times).items()} == {
        "Repair": [2, D("6.0"), D("10.0"), D("50.0")],
        "Window": [1, D("1.0"), D("1.0"), D("100.0")],
        ALL: [3, D("2.0"), D("10.0"), D("66.7")],
    }
    per_day = {row[0]: row[1:] for row in backlog.rows}
    assert per_day["2026-11-04"] == [0, 2, 1]
    assert per_day["2026-11-10"] == [2, 0, 3]
    assert per_day["2026-11-23"] == [0, 0, 2]
    assert len(per_day) == 23


def test_help_is_needed_where_the_work_that_lies_there_is_above_the_threshold(shop: Session):
    week = settings.calendar(shop).week_length.total_seconds() / 3600
    share = (D(3) * 100 / D(str(week * 2))).quantize(D("0.1"))

    enough = _made(shop, "OR4").sheets[2].rows[0]
    needed = _made(shop, "OR4", threshold_percent="1").sheets[2].rows[0]

    assert enough == ["Enough hands", 2, D("3.0"), D(str(week * 2)), share, D(80)]
    assert needed[0] == "Help is needed"


def test_profit_is_revenue_less_everything_and_says_how_many_orders_a_wanted_one_takes(shop: Session):
    by_type, target, order_by_order = _made(shop, "OR5").sheets

    assert _rows(by_type) == {
        "Repair": [4, 310_00, 80_00, 20_00, 0, 0, 210_00, D("67.7")],
        "Window": [1, 300_00, 0, 0, 100_00, 0, 200_00, D("66.7")],
        ALL: [5, 610_00, 80_00, 20_00, 100_00, 0, 410_00, D("67.2")],
    }
    # 410.00 of 5 orders are 82.00 an order: 50,000.00 take 610 of them.
    assert target.rows[0][1:4] == [50_000_00, 82_00, 610]
    assert {row[0]: row[7] for row in order_by_order.rows}["R-1"] == 50_00


def test_the_three_numbers_are_shares_of_what_was_delivered_and_answered(shop: Session):
    rows = _rows(_made(shop, "KPI").sheets[0])

    assert rows["In time"][:3] == [2, 3, D("66.7")]
    assert rows["Without mistakes"][:3] == [2, 3, D("66.7")]
    assert rows["Satisfied"][:3] == [2, 3, D("66.7")]


@pytest.mark.parametrize("report_id", ["OR3", "OR4", "OR5", "KPI"])
def test_a_share_of_nothing_is_no_data_neither_0_nor_100_percent(shop: Session, report_id: str):
    empty = _made(shop, report_id, first="2026-01-01", last="2026-01-02")

    shares = [
        value
        for sheet in empty.sheets
        for row in [*sheet.rows, *([sheet.foot] if sheet.foot else [])]
        for value, column in zip(row, sheet.columns, strict=True)
        if column.kind == "percent"
        and column.title in ("Rate", "Success rate", "In time", "Margin of revenue")
    ]
    assert shares
    assert set(shares) == {None}


@pytest.mark.parametrize(
    "given",
    [{"first": "2026-11-24"}, {"first": "2020-01-01"}, {"first": "soon"}],
)
def test_a_time_that_is_none_is_refused(shop: Session, given: dict[str, str]):
    with pytest.raises(errors.Refused, match="Choose a first and a last day"):
        _made(shop, "OR3", **given)


@pytest.mark.parametrize("number", ["-1", "many", "NaN", "1e30"])
def test_a_number_that_is_none_is_refused(shop: Session, number: str):
    with pytest.raises(errors.Refused, match="choose a number from 0 on"):
        _made(shop, "OR5", target_profit=number)


def test_what_is_left_out_is_the_last_thirty_days(shop: Session):
    wanted = reports.asked(shop, reports.find("OR3"), {}, known.NOW)

    assert (wanted.first, wanted.last) == (date(2026, 10, 25), date(2026, 11, 23))


def test_a_saved_report_stays_as_it_was_whatever_becomes_of_the_orders(shop: Session):
    result = _made(shop, "OR1")
    row = saved.save(shop, "OR1", " November ", {"first": "x"}, result, by="anna", now=known.NOW)
    shop.expire_all()

    kept = saved.get(shop, row.key)

    assert (kept.name, kept.saved_by) == ("November", "anna")
    assert kept.result == Result.from_json(result.to_json())
    saved.delete(shop, row.key, by="anna", now=known.NOW)
    with pytest.raises(errors.NotFound):
        saved.get(shop, row.key)


def test_an_order_has_a_report_of_its_own(shop: Session):
    sheets = {each.title: each for each in one_order.make(shop, "R-1").sheets}

    assert list(sheets) == [
        "The order",
        "Deadlines",
        "Who is responsible now",
        "Works and materials",
        "Invoices and payments",
        "What it brought",
        "History",
    ]
    assert dict(map(tuple, sheets["What it brought"].rows))["Margin"] == 50_00
    assert ["Promised for", "2026-11-05"] in sheets["Deadlines"].rows
