"""A small company for 45 days: forty orders of every kind, six people, two outages, a clock that is moved.

ORDERLANE_COMPANY_SEED draws other orders, ORDERLANE_COMPANY_DAYS=every looks at the company on each working day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import company_books
from tests.stories.company_days import Days
from tests.stories.company_house import STAFF, SmallCompany
from tests.stories.company_orders import forty

MONDAY = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
#: Days after it on which people work; on the others only the clock does. Over the change to summer time, to the 45th day.
WORKED = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 15, 18, 22, 25, 29, 31, 36, 44]
DIES_AT_WORK, DIES_OVER_NIGHT = 8, 18


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCompany]:
    """Six people on a Monday in March 2027."""
    company = SmallCompany.six_at(tmp_path_factory, MONDAY)
    yield company
    company.close()


def _worked() -> list[int]:
    if os.environ.get("ORDERLANE_COMPANY_DAYS") != "every":
        return WORKED
    return [number for number in range(45) if (MONDAY + timedelta(days=number)).weekday() < 5]


def test_forty_orders_of_all_kinds_come_to_an_end_and_no_customer_hears_anything_twice(company: SmallCompany):
    days, orders = Days(company), forty(int(os.environ.get("ORDERLANE_COMPANY_SEED", "4")))
    to_cancel = {order.label for order in orders if order.cancelled_at}

    for position, number in enumerate(_worked()):
        today = MONDAY + timedelta(days=number)
        if number == DIES_OVER_NIGHT:
            company.move_while_down(today)
        elif number:
            company.pass_until(today)
        for order in orders:
            if order.on_day == position:
                days.start(order)
        if number == DIES_AT_WORK:
            days.work(most=9)
            with company.down():
                pass
        days.work()

    # Orders = open + closed + cancelled; only the contract goes on.
    labels = {number: order.label for number, order in days.wanted.items()}
    found = company_books.orders(company, list(labels))
    ended = {state: {labels[number] for number in numbers} for state, numbers in found.items()}
    assert len(STAFF) == 6 and len(labels) == 40 == sum(map(len, ended.values()))
    assert ended["open"] == {"k-laundry"}
    assert ended["cancelled"] == to_cancel
    assert days.left() == []
    # The ledgers balance, nothing is stuck, and every mail has come; no customer had the same one twice.
    examined = company.server.command("doctor")
    assert examined.returncode == 0, examined.stdout
    assert company_books.not_explained(company) == []
    assert company_books.lost(company) == set()
    told = {mail["To"] for mail in company.smtp.mails}
    assert {order.email for order in orders if order.email} <= told
    assert company_books.doubled(company) == {}
