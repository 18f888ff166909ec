"""T17: ten are ordered, eight good ones and a damaged one come. And two requests to the store for the last piece (T19)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from engine import database
from processes.stories import purchases, stock
from tests.stories.company import Company, day
from tests.stories.purchases import Purchase

PUMP = "P-VALVE"


def test_of_ten_ordered_eight_good_and_one_damaged_come_and_the_rest_is_closed_short(company: Company):
    with database.reading(company.engine) as session:
        before = stock.on_hand(session, PUMP)
    bought = Purchase.begun(company, "Valves of T17")
    bought.is_ordered([{"part": PUMP, "quantity": 10, "unit_cost": 90}])

    damaged = {"delivered": 9, "accepted": 8, "rejected": 1, "reason": "Cracked", "lot": "IV-40"}
    bought.arrives("DN-17", [damaged])

    number = bought.order.number
    with database.reading(company.engine) as session:
        assert stock.on_hand(session, PUMP) == before + 8
        assert purchases.purchase(session, number)["lines"][0]["open"] == 1
        assert purchases.purchase(session, number)["state"] == "issued"
    bought.does("storekeeper", "Send refused goods back", {"handed_to": "Their driver"})
    bought.does("buyer", "Decide about the rest", {"rest_choice": "short", "rest_reason": "They give credit"})
    bought.does("accountant", "Enter the invoice", {"invoice_no": "T17-1", "invoice_date": day(0)})
    with database.reading(company.engine) as session:
        assert len(purchases.return_notes(session, number)) == 1
        assert purchases.purchase(session, number)["state"] == "closed_short"
        assert [row["state"] for row in purchases.supplier_bills(session, number)] == ["matched"]
        assert stock.on_hand(session, PUMP) == before + 8
    assert company.state_of(bought.order) == "completed"


def test_of_two_requests_at_once_for_the_last_piece_one_is_prepared_and_the_other_is_short(company: Company):
    """Both want every fan there is; the store has enough for one."""
    with database.reading(company.engine) as session:
        left = int(stock.free_stock(session, "P-FAN"))
    steps = []
    for login in ("sales", "it"):
        client = company[login].client
        assert client.get("/orders/new/stock_issue").status == 200
        asked = {"submission": json.dumps({"purpose": f"Fans for {login}"})}
        assert client.post("/orders/new/stock_issue", asked, as_program=True).status == 200
        order = company.order_with(f"Fans for {login}")
        steps.append((order, company[login].sees(order)["List the goods"], login))
    wanted = {
        "wanted": [{"part": "P-FAN", "quantity": left}],
        "charge_to": "cost_centre",
        "cost_centre": "SALES",
    }
    versions = [company[login].opens(step) for _order, step, login in steps]
    windows = [company.window_of(login) for _order, _step, login in steps]

    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(window.complete, step, wanted, version)
            for window, (_order, step, _login), version in zip(windows, steps, versions, strict=True)
        ]
        answers = [each.result() for each in sent]
    for window in windows:
        window.close()

    assert [each.status for each in answers] == [200, 200], [each.text for each in answers]
    seen = sorted(next(iter(company["storekeeper"].sees(order))) for order, _step, _login in steps)
    assert seen == ["Check and prepare the goods", "Decide about missing goods"]
    with database.reading(company.engine) as session:
        assert stock.free_stock(session, "P-FAN") == 0
