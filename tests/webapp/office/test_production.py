"""The production list and the card of a production order: progress as numbers with units, for those who may see it."""

from __future__ import annotations

import engine.database
from processes.records import production_problems, production_receipts
from tests.processes import production as shop


def test_the_list_says_how_far_an_order_is_and_what_endangers_it(visitor, database):
    with engine.database.transaction(database) as session:
        row = shop.at_work(session)
        shop.report(session, row, 1, good=8, scrap=2)
        production_problems.report(
            session, shop.of(row, "problem", "worker1"), "MO-0001", "Blade broken", True
        )

    page = visitor("planner").text("/production?filter=risk")

    assert "MO-0001" in page
    assert "0 of 10 pc" in page
    assert "At risk: Blade broken" in page
    assert "In execution" in page
    assert "MO-0001" not in visitor("planner").text("/production?filter=to_settle")
    assert visitor("worker1").get("/production.csv").data.startswith(b"\xef\xbb\xbf")
    assert visitor("receiver").get("/production").status_code == 403


def test_the_card_shows_plan_log_and_cost(visitor, database):
    with engine.database.transaction(database) as session:
        row = shop.made(session, pieces=10, scrap=1)
        production_receipts.receive(session, shop.of(row, "receive", "accountant"))

    page = visitor("manager").text("/production/MO-0001")

    assert "Produced" in page
    for said in ("9 pc", "1 pc", "100 %", "Weld the frame", "Wrong length", "Cost of one piece"):
        assert said in page, said
    assert visitor("accountant").get("/production/MO-9999").status_code == 404
