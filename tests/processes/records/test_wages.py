"""Wages: the scheme in force on the day, once per person, order and operation, in the month that is open (I17, R-103)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, exc, select
from sqlalchemy.orm import Session

from engine import errors, roles
from processes.records import completion, employees, wage_schemes, wages
from processes.records.wage_schemes import Earning, WageScheme, Work
from tests.processes import repaired
from tests.processes.repaired import CLEAN, NOW, REPLACE, of, scheme

TODAY = date(2026, 11, 23)


@pytest.fixture
def payroll(shop: Session) -> Session:
    """A shop without any scheme yet."""
    shop.execute(delete(WageScheme))
    return shop


def _work(operation: str = REPLACE, **hours: int) -> Work:
    return Work(operation, hours or {"anna": 2000}, norm_milli=1500, payers_cents={"client": 120_00})


def _earned(
    session: Session, *works: Work, kind: str = "paid", on: date = TODAY
) -> dict[tuple[str, str], int]:
    found = wage_schemes.reckon(session, works or [_work()], kind, on)
    return {(each.login, each.operation): each.amount_cents for each in found}


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({"basis": "hour", "rate_cents": 90_00}, 180_00),
        ({"basis": "norm_hour", "rate_cents": 90_00}, 135_00),
        ({"basis": "piece", "rate_cents": 90_00}, 90_00),
        ({"basis": "share", "share_milli": 250}, 30_00),
    ],
)
def test_each_basis_reckons_its_own_way(payroll: Session, facts: dict, amount: int) -> None:
    scheme(payroll, **facts)

    assert _earned(payroll) == {("anna", REPLACE): amount}


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({"order_type": "repair_on_site"}, 200_00),
        ({"order_type": "delivery_install"}, 100_00),
        ({"position": "senior master"}, 200_00),
        ({"position": "apprentice"}, 100_00),
        ({"min_years": 3}, 200_00),
        ({"min_years": 4}, 100_00),
    ],
)
def test_the_type_of_the_order_the_position_and_the_years_here_choose_the_scheme(
    payroll: Session, facts: dict, amount: int
) -> None:
    employees.put(payroll, "anna", "senior master", TODAY.replace(year=TODAY.year - 3))
    scheme(payroll, basis="piece", rate_cents=100_00)
    scheme(payroll, basis="piece", rate_cents=200_00, **facts)

    found = wage_schemes.reckon(payroll, [_work()], "paid", TODAY, "repair_on_site")

    assert [each.amount_cents for each in found] == [amount]


def test_a_year_is_whole_on_its_day_and_not_before(payroll: Session) -> None:
    card = employees.put(payroll, "anna", None, date(2024, 2, 29))

    assert [card.years(day) for day in (date(2025, 2, 28), date(2025, 3, 1), date(2024, 1, 1))] == [0, 1, 0]


@pytest.mark.parametrize("basis", ["norm_hour", "piece", "share"])
def test_what_two_do_together_earns_what_one_would_shared_by_hours(payroll: Session, basis: str) -> None:
    scheme(payroll, basis=basis, rate_cents=100_01, share_milli=333)
    alone = sum(_earned(payroll).values())

    shared = _earned(payroll, _work(anna=2000, boris=1000))

    assert sum(shared.values()) == alone
    assert shared["anna", REPLACE] == alone * 2 // 3


def test_the_scheme_that_says_most_wins(payroll: Session) -> None:
    roles.add_person(payroll, "chief", "Chief", ["Master", "Inspector"])
    scheme(payroll, basis="piece", rate_cents=1)
    scheme(payroll, basis="piece", rate_cents=2, repair_kind="warranty")
    scheme(payroll, basis="piece", rate_cents=3, role_id="Inspector")
    scheme(payroll, basis="piece", rate_cents=4, sku=CLEAN)
    scheme(payroll, basis="piece", rate_cents=5, login="boris")

    def one(login: str, operation: str, kind: str = "paid") -> int:
        return _earned(payroll, _work(operation, **{login: 1}), kind=kind)[login, operation]

    assert one("anna", REPLACE) == 1
    assert one("anna", REPLACE, "warranty") == 2
    assert one("chief", REPLACE, "warranty") == 3
    assert one("chief", CLEAN) == 4
    assert one("boris", CLEAN) == 5


def test_the_scheme_in_force_on_the_day_counts_and_the_newer_of_two_equal_ones(payroll: Session) -> None:
    scheme(payroll, basis="piece", rate_cents=1, valid_to=TODAY - timedelta(days=1))
    scheme(payroll, basis="piece", rate_cents=2, valid_from=date(2026, 6, 1))
    scheme(payroll, basis="piece", rate_cents=3, valid_from=TODAY + timedelta(days=1))

    days = [date(2026, 5, 1), TODAY, TODAY + timedelta(days=1)]

    assert [_earned(payroll, on=day)["anna", REPLACE] for day in days] == [1, 2, 3]


def test_where_no_scheme_fits_the_earning_says_so_and_is_not_booked(payroll: Session) -> None:
    scheme(payroll, basis="piece", rate_cents=1, login="boris")
    earnings = wage_schemes.reckon(payroll, [_work()], "paid", TODAY)

    assert earnings == [Earning("anna", REPLACE, None)]
    with pytest.raises(errors.Refused, match="No wage scheme is in force for anna"):
        wages.accrue(payroll, of(repaired.diagnosed(payroll), "wage"), 1, earnings)


def test_a_later_change_of_the_scheme_changes_no_wage_that_is_booked(session: Session) -> None:
    row = repaired.begin_ready(session)
    completion.complete(session, of(row, "completion"), "repaired")

    session.scalars(select(WageScheme)).one().rate_cents = 1
    session.flush()

    accrued = wages.entries(session, "R-0001")[0]
    assert (accrued.basis, accrued.base_milli, accrued.rate_cents, accrued.amount_cents) == (
        "norm_hour",
        2000,
        100_00,
        200_00,
    )


def test_hours_of_a_named_work_earn_by_that_work_and_the_rest_by_the_order(session: Session) -> None:
    row = repaired.begin_ready(session)
    repaired.reported(
        session,
        row,
        hours=[{"employee": "anna", "hours": 1, "work": REPLACE}, {"employee": "boris", "hours": 1}],
    )

    completion.complete(session, of(row, "completion"), "repaired")

    assert [(each.login, each.operation, each.amount_cents) for each in wages.entries(session, "R-0001")] == [
        ("anna", REPLACE, 150_00),
        ("boris", "order", 50_00),
    ]


def test_a_wage_goes_into_the_month_it_is_at_the_shop_or_the_next_open_one(shop: Session) -> None:
    late = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
    assert wages.open_period(shop, NOW) == "2026-11"
    assert wages.open_period(shop, late) == "2026-12"

    wages.lock_period(shop, "2026-11", by="accountant", now=NOW)
    wages.lock_period(shop, "2026-12", by="accountant", now=NOW)

    assert wages.open_period(shop, NOW) == "2027-01"
    assert wages.lock_period(shop, "2026-11", by="somebody", now=late).locked_by == "accountant"


def test_a_reversal_after_the_payout_goes_into_the_open_month(session: Session) -> None:
    row = repaired.begin_ready(session)
    completion.complete(session, of(row, "completion"), "repaired")
    wages.lock_period(session, "2026-11", by="accountant", now=NOW)

    wages.reverse_order(session, of(row, "reversal", "manager"))

    assert wages.balance_cents(session, "anna", "2026-11") == 200_00
    assert wages.balance_cents(session, "anna", "2026-12") == -200_00
    assert wages.balance_cents(session, "anna") == 0


def test_accruing_again_for_the_same_version_books_nothing(payroll: Session) -> None:
    fixed = scheme(payroll, basis="piece", rate_cents=5)
    row = repaired.diagnosed(payroll)
    earning = Earning("anna", REPLACE, fixed, 1000, 5)

    first = wages.accrue(payroll, of(row, "wage"), 1, [earning])

    assert wages.accrue(payroll, of(row, "wage again"), 1, [earning]) == first
    assert wages.balance_cents(payroll, "anna") == 5


def test_the_database_refuses_a_second_accrual_for_the_same_work(payroll: Session) -> None:
    fixed = scheme(payroll, basis="piece", rate_cents=5)
    row = repaired.diagnosed(payroll)
    earning = Earning("anna", REPLACE, fixed, 1000, 5)

    with pytest.raises(exc.IntegrityError):
        wages.accrue(payroll, of(row, "wage"), 1, [earning, earning])


def test_a_posting_names_who_booked_it(session: Session) -> None:
    row = repaired.begin_ready(session)
    given = of(row, "completion", "boris")

    completion.complete(session, given, "repaired")

    accrued = wages.entries(session, "R-0001")[0]
    assert (accrued.by, accrued.at, accrued.effect_key) == (given.by, given.at, given.effect_key)
