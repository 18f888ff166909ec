"""Reports over HTTP: made, saved, exported, printed, deleted, each with its permission; their numbers are those of the lists (R-333)."""

from __future__ import annotations

import csv
import io
import re

import engine.database
from engine import clock, instances, roles
from tests.webapp.asked import ordered
from tests.webapp.visitors import words

REPORTS = ("OR1", "OR2", "OR3", "OR4", "OR5", "KPI")


def _taken_in(database, count):
    with engine.database.transaction(database) as session:
        for number in range(count):
            instances.start(
                session,
                "repair_intake",
                submission={
                    "customer_name": f"Customer {number}",
                    "customer_phone": f"069 000 00{number}",
                    "customer_language": "ro",
                    "item_type": "Стиральная машина",
                    "model": "S 45",
                    "serial_no": f"SN-{number}",
                    "complaint": "Nu pornește",
                    "completeness": "Cu cablu",
                    "repair_kind": "paid",
                },
                actor=roles.actor(session, "receiver"),
                now=clock.now(),
            )


def _table(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_manager_makes_every_report_on_an_empty_company_and_shares_say_no_data(visitor):
    manager = visitor("manager")

    for report_id in REPORTS:
        assert manager.get(f"/reports/{report_id}").status_code == 200, report_id
    assert "no data" in manager.get("/reports/KPI").text


def test_orders_in_work_are_as_many_as_the_list_of_open_repairs(visitor, database):
    _taken_in(database, 3)
    manager = visitor("manager")

    rows = _table(manager.get("/reports/OR1.csv?sheet=0"))
    listed = re.search(
        r'href="/repairs\?filter=open[^"]*"[^>]*>[^<]*<span class="count">(\d+)<',
        manager.get("/repairs").text,
    )

    assert [row[:2] for row in rows[1:]] == [["Repair at our workshop", "3"], ["All", "3"]]
    assert listed.group(1) == "3"


def test_a_table_is_exported_with_all_letters_and_a_byte_order_mark(visitor, database):
    _taken_in(database, 2)

    answer = visitor("manager").get("/reports/OR2.csv?sheet=1")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert _table(answer)[1][:2] == ["Стиральная машина", "2"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert visitor("manager").get("/reports/OR2.csv?sheet=9").status_code == 404


def test_a_report_is_saved_read_again_and_deleted(visitor, database):
    manager = visitor("manager")
    kept = manager.post("/reports/OR1", {"name": "Luni dimineața"})
    address = kept.headers["Location"]
    _taken_in(database, 1)

    assert kept.status_code == 302
    assert "Luni dimineața" in manager.text(address)
    assert "Repair at our workshop" not in manager.text(address)
    assert "Luni dimineața" in manager.text("/reports")
    assert manager.get(f"{address}.csv?sheet=0").data.startswith(b"\xef\xbb\xbf")
    assert manager.post(f"{address}/delete").status_code == 302
    assert manager.get(address).status_code == 404


def test_a_report_is_not_saved_without_a_name_or_for_a_time_that_is_none(visitor):
    manager = visitor("manager")

    nameless = manager.post("/reports/OR3", {"name": " "})
    wrong = manager.get("/reports/OR3?first=2026-12-01&last=2026-11-01")

    assert (nameless.status_code, wrong.status_code) == (422, 422)
    assert "needs a name" in words(nameless.text)
    assert "Choose a first and a last day" in words(wrong.text)


def test_the_printed_page_has_no_places_and_no_buttons(visitor):
    page = visitor("manager").get("/reports/OR4?print=1").text

    assert '<nav class="nav"' not in page
    assert "<button" not in page.split("<main")[1]
    assert "<table" in page


def test_one_press_gives_the_report_of_an_order(visitor, database):
    order = ordered(database)

    page = visitor("manager").text(f"/reports/orders/{order.order_no}")

    assert f"Report of {order.order_no}" in page
    assert "Works and materials" in page
    assert visitor("manager").get("/reports/orders/R-0815").status_code == 404


def test_who_may_not_see_reports_gets_none_of_them(visitor):
    for login in ("receiver", "storekeeper", "checker"):
        person = visitor(login)
        assert person.get("/reports").status_code == 403
        assert person.get("/reports/OR5").status_code == 403
        assert person.get("/reports/OR5.csv").status_code == 403
        assert person.post("/reports/OR5", {"name": "Mine"}).status_code == 403
        assert person.get("/reports/orders/R-0001").status_code == 403
    assert visitor("checker").get("/step-times").status_code == 200
    assert visitor("receiver").get("/step-times").status_code == 403


def test_an_address_that_asks_nonsense_gets_an_answer(visitor):
    manager = visitor("manager")

    assert manager.get("/reports/OR9").status_code == 404
    assert manager.get("/reports/OR5?target_profit=much").status_code == 422
    assert manager.get("/step-times?process=nothing&days=x&version=y").status_code == 200
