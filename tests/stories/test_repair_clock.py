"""What time does to a repair: late orders, reminders, expiry, storage, survey. Each once, also when the server was down.

One company whose clock is moved, from March to November 2027: over both changes of the clock, 28 March and 31 October.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine import database, settings
from processes.stories import money, repair, stock, work
from tests.stories.later import LaterCompany
from tests.stories.repairs import CLEAN, CLEANED, UNREPAIRED, Repair, stock_up, taken_in

SATURDAY_BEFORE_SUMMER_TIME = datetime(2027, 3, 27, 8, 0, tzinfo=UTC)
FRIDAY_BEFORE_WINTER_TIME = datetime(2027, 10, 29, 8, 0, tzinfo=UTC)
SOON = timedelta(minutes=10)
DAY = timedelta(days=1)
LEADS = ["master@demo.example", "receiver@demo.example"]
BACK = "Prepare it to go back"
QUOTE_REMINDER, PICKUP_REMINDER = "Your answer is awaited", "Still waiting for you"
PUMP = {
    "diagnosis": "repairable",
    "fault_code": "No drain",
    "cause": "Pump worn out",
    "repair_variant": "own",
    "works": [{"work": "W-PUMP"}],
    "parts": [{"part": "P-T6", "quantity": 1}],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaterCompany]:
    """The company in March 2027; the stories follow each other in time."""
    shop = LaterCompany.on_monday(tmp_path_factory, "later")
    stock_up(shop, {"P-T6": (3, 40_00, 60_00)})
    yield shop
    shop.close()


def _read(shop: LaterCompany, finder, order: Repair):
    with database.reading(shop.engine) as session:
        return finder(session, order.order.number)


def _told_colleagues(shop: LaterCompany, order: Repair, words: str) -> list[str]:
    """To whom of the company a mail about this order with these words went."""
    found = shop.smtp.found(
        lambda mail: order.order.number in str(mail["Subject"]) and str(mail["Subject"]).startswith(words)
    )
    return sorted(mail["To"] for mail in found)


def test_an_urgent_repair_that_is_late_is_told_at_24_hours_and_decided_about_at_48_each_once(
    shop: LaterCompany,
):
    """T8: one surcharge however often it is planned; both levels once, the second one due while the server is down."""
    order = taken_in(shop, "T8", urgent="1")
    order.does("master", "Find the fault", PUMP)
    assert order.answers(decision="change", reason="Also clean it").status == 303
    order.does("master", "Find the fault", {**PUMP, "works": [{"work": "W-PUMP"}, {"work": "W-CLEAN"}]})
    surcharges = [row for row in _read(shop, repair.order_lines, order) if row["kind"] == "surcharge"]
    assert [row["price"] for row in surcharges] == [200], "Half of 280 and 120, once."
    order.agrees(2)
    assert _read(shop, work.quotes, order)[-1]["total"] == 660
    begun = shop.now()

    def told() -> list[list[str]]:
        return [_told_colleagues(shop, order, head) for head in ("Просрочено: R-", "Very late: ")]

    shop.pass_until(begun + timedelta(hours=23))
    assert told() == [[], []]
    shop.pass_until(begun + timedelta(hours=24) + SOON)
    assert told() == [LEADS, []]
    assert "Decide about the late order" not in order.see("manager")["manager"]
    shop.move_while_down(begun + timedelta(hours=48) + SOON)

    assert told() == [LEADS, ["manager@demo.example"]]
    assert order.see("manager")["manager"].count("Decide about the late order") == 1
    shop.pass_until(begun + timedelta(hours=72))
    assert told() == [LEADS, ["manager@demo.example"]]
    assert order.see("manager")["manager"].count("Decide about the late order") == 1
    assert len([row for row in _read(shop, repair.order_lines, order) if row["kind"] == "surcharge"]) == 1


def test_a_quote_is_asked_for_twice_and_expires_and_the_item_waits_to_be_fetched(shop: LaterCompany):
    """T6 over the change to summer time: P1D, P3D, P14D of the quote, then P3D, P14D, P30D at the counter, each once."""
    shop.pass_until(SATURDAY_BEFORE_SUMMER_TIME)
    order = taken_in(shop, "T6-A")
    order.does("master", "Find the fault", PUMP)
    order.links("quote")
    sent = shop.now()

    def reminded(subject: str = QUOTE_REMINDER) -> int:
        return len(order.mails(subject))

    shop.pass_until(sent + timedelta(hours=22, minutes=50))
    assert reminded() == 0
    shop.pass_until(sent + DAY + SOON)
    assert reminded() == 1
    shop.pass_until(sent + 3 * DAY + SOON)
    assert reminded() == 2
    assert _read(shop, work.quotes, order)[-1]["state"] == "sent"
    shop.move_while_down(sent + 14 * DAY + SOON)
    assert [row["state"] for row in _read(shop, work.quotes, order)] == ["expired"]
    assert order.see("master", "storekeeper") == {
        "master": [BACK],
        "storekeeper": [],
    }
    assert order.answers(decision="approved").status in (400, 409, 410)

    order.does("master", BACK, UNREPAIRED)
    assert [row["total"] for row in _read(shop, money.invoice, order)] == [100], "The fee for the diagnosis."
    shop.settle()
    ready = shop.now()
    for passed, reminders, notices in ((2, 0, 0), (3, 1, 0), (14, 2, 0), (30, 2, 1)):
        moment = ready + passed * DAY + SOON
        (shop.move_while_down if passed == 30 else shop.pass_until)(moment)
        assert (reminded(PICKUP_REMINDER), reminded("Storage of")) == (reminders, notices), passed
    assert order.see("manager")["manager"].count("Decide about the stored item") == 1
    assert reminded() == 2

    assert _read(shop, stock.reservations, order) == []
    assert _told_colleagues(shop, order, "Very late: ") == [], "Whoever waits for the customer is not late."


def test_a_second_quote_that_expires_brings_the_parts_of_the_first_back(shop: LaterCompany):
    """T6: without a fee where the house asks for none; nothing reserved, nothing at the bench, nothing to pay."""
    with database.transaction(shop.engine) as session:
        settings.put(session, "diagnosis_fee", {"on": False})
        before = stock.free_stock(session, "P-T6")
    order = taken_in(shop, "T6-B")
    order.does("master", "Find the fault", PUMP)
    order.agrees()
    order.is_handed_the_parts()
    more = {
        "operations_done": [],
        "hours": [{"employee": "master", "hours": 1}],
        "parts_used": [{"part": "P-T6", "quantity": 1}],
        "extra_found": True,
        "extra_parts": [{"part": "P-T6", "quantity": 1}],
    }
    order.does("master", "Do the repair", more)
    order.links("quote", 2)

    shop.pass_until(shop.now() + 14 * DAY + SOON)

    assert [row["state"] for row in _read(shop, work.quotes, order)][-1] == "expired"
    order.does("master", BACK, UNREPAIRED)
    order.does("storekeeper", "Take unused parts back")
    with database.reading(shop.engine) as session:
        number = order.order.number
        assert stock.free_stock(session, "P-T6") == before
        assert stock.parts_at_work(session, number) == 0
        assert [row for row in stock.reservations(session, number) if row["state"] == "active"] == []
        assert money.invoice(session, number) == []
        assert sum(row["amount"] for row in work.wages(session, number)) == 0
        assert repair.intake(session, number)["outcome"] == "without_repair"
    order.is_handed_out(repaired=False)
    assert shop.state_of(order.order) == "completed"
    assert [row["status"] for row in _read(shop, repair.status_history, order)] == [
        "accepted",
        "in_work",
        "ready",
        "issued",
    ]


def test_a_customer_is_asked_how_it_was_once_three_days_after_over_the_change_to_winter_time(
    shop: LaterCompany,
):
    """Survey P3D, closed after P14D; the hour that comes twice asks nobody twice."""
    shop.pass_until(FRIDAY_BEFORE_WINTER_TIME)
    order = taken_in(shop, "SURVEY")
    order.does("master", "Find the fault", CLEAN)
    order.agrees()
    order.does("master", "Do the repair", CLEANED)
    order.passes()
    order.is_paid()
    order.is_handed_out()
    fetched = shop.now()

    def asked() -> int:
        return len(order.mails("How was it?"))

    shop.pass_until(fetched + 2 * DAY + timedelta(hours=22, minutes=50))
    assert asked() == 0
    shop.move_while_down(fetched + 3 * DAY + timedelta(hours=1) + SOON)
    assert asked() == 1
    shop.pass_until(fetched + 20 * DAY)

    assert asked() == 1
    assert shop.state_of(order.order) == "completed"
    subjects = [str(mail["Subject"]) for mail in order.mails()]
    assert len(subjects) == len(set(subjects)), "Nothing is told twice."
    assert order.mails(PICKUP_REMINDER) == []
