"""T19: two repairs want the last piece in the same moment. One gets it, the other finds the way for what is short."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine import database
from processes.records import stock_documents, stock_losses
from processes.stories import stock
from tests.http_client import Client
from tests.stories.company import Company, day
from tests.stories.purchases import Purchase
from tests.stories.repairs import LAST, PAIR, Repair, taken_in

MISSING = "Decide about missing parts"


def _wants(shop: Company, serial_no: str, part: str) -> Repair:
    """A repair whose quote, with one such part, is with the customer."""
    order = taken_in(shop, serial_no)
    found = {
        "diagnosis": "repairable",
        "fault_code": "No drain",
        "cause": "Worn out",
        "repair_variant": "own",
        "works": [{"work": "W-PUMP"}],
        "parts": [{"part": part, "quantity": 1}],
    }
    order.does("master", "Find the fault", found)
    return order


def _agree_at_once(shop: Company, *repairs: Repair) -> None:
    """All customers press the button in the same moment; each has the page of the quote open."""
    pages = [(Client(shop.server.url), each.links("quote")[-1]) for each in repairs]
    for browser, address in pages:
        browser.get(f"{address}?lang=en")

    def press(page: tuple[Client, str]) -> int:
        browser, address = page
        return browser.post(address, {"decision": "approved"}).status

    with ThreadPoolExecutor(len(pages)) as pool:
        statuses = list(pool.map(press, pages))
    for browser, _address in pages:
        browser.close()
    assert statuses == [303] * len(pages), "Every customer is heard, whatever the store has."


def _split(repairs: list[Repair], login: str, step: str) -> tuple[Repair, Repair]:
    """(the repair that waits at this step, the other one)."""
    there = [step in each.see(login)[login] for each in repairs]
    assert sorted(there) == [False, True], there
    return (repairs[0], repairs[1]) if there[0] else (repairs[1], repairs[0])


def test_of_two_customers_who_agree_at_once_one_gets_the_last_part_and_the_other_one_is_bought(shop: Company):
    repairs = [_wants(shop, "T19-A", LAST), _wants(shop, "T19-B", LAST)]

    _agree_at_once(shop, *repairs)

    lucky, short = _split(repairs, "storekeeper", "Pick the parts")
    assert short.see("buyer", "storekeeper") == {"buyer": [MISSING], "storekeeper": []}
    with database.reading(shop.engine) as session:
        assert [row["state"] for row in stock.reservations(session, lucky.order.number)] == ["active"]
        assert stock.reservations(session, short.order.number) == []
        assert (stock.on_hand(session, LAST), stock.free_stock(session, LAST)) == (1, 0)

    lucky.is_handed_the_parts()
    short.does("buyer", MISSING, {"parts_decision": "buy", "expected_on": day(5)})
    assert short.see("buyer") == {"buyer": ["Plan the purchase"]}, "It waits for its purchase."
    bought = Purchase(shop, shop.order_with(f"For order {short.order.number}"))
    bought.is_ordered([{"part": LAST, "quantity": 1, "unit_cost": 75}])
    bought.arrives("DN-19", [{"lot": "LOT-2"}])
    short.is_handed_the_parts()

    assert lucky.see("master") == short.see("master") == {"master": ["Do the repair"]}
    with database.reading(shop.engine) as session:
        assert stock.on_hand(session, LAST) == 0
        for each, cost in ((lucky, 70), (short, 75)):
            moves = [row for row in stock.stock_moves(session, each.order.number) if row["to"] == "wip"]
            assert [(row["quantity"], row["cost"]) for row in moves] == [(1, cost)]


def test_of_two_issues_at_once_of_what_is_left_one_posts_and_the_other_goes_the_way_of_what_is_short(
    shop: Company,
):
    """Each had a piece kept for it; one of the two breaks on the shelf, and both are handed over in the same moment."""
    repairs = [_wants(shop, "T19-C", PAIR), _wants(shop, "T19-D", PAIR)]
    for each in repairs:
        each.agrees()
        each.does("storekeeper", "Pick the parts")
    with database.transaction(shop.engine) as session:
        posting = stock_documents.without_order("story broken", shop.now(), "storekeeper")
        stock_losses.write_off(session, posting, {PAIR: 1000}, "Fell down")

    handed = {"parts_receiver": "master", "parts_signature": True}
    steps = [shop["storekeeper"].sees(each.order)["Hand the parts over"] for each in repairs]
    versions = [shop["storekeeper"].opens(step) for step in steps]
    windows = [shop.window_of("storekeeper") for _ in steps]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda at: at[0].complete(at[1], handed, at[2]), zip(windows, steps, versions, strict=True)
            )
        )
    for window in windows:
        window.close()

    assert [each.status for each in answers] == [200, 200], [each.text for each in answers]
    done, short = _split(repairs, "master", "Do the repair")
    assert short.see("buyer") == {"buyer": [MISSING]}
    with database.reading(shop.engine) as session:
        assert (stock.on_hand(session, PAIR), stock.free_stock(session, PAIR)) == (0, 0)
        assert stock.parts_at_work(session, done.order.number) == 1
        assert stock.parts_at_work(session, short.order.number) == 0
