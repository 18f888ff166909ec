"""The lines of an order: priced from the list, paid by whom the kind says, one surcharge at most, agreed prices kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, exc, text
from sqlalchemy.orm import Session

from engine import database, errors, settings
from processes.records import billing, order_lines, order_plan, orders, price_lists, quotes
from processes.records.order_lines import OrderLine
from processes.records.orders import CustomerOrder
from tests.processes.company import NOW
from tests.processes.repair_shop import PRICES, TODAY, open_shop, posting, repair

_WORKS = [{"work": "T-HOUR", "hours": 2}, {"work": "T-CLEAN"}]
_PARTS = [{"part": "T-PUMP", "quantity": 1}, {"part": "T-BELT", "quantity": 2}]
#: 2 h at 400.00 and one cleaning at 250.00
_LABOUR = 1050_00
_TOTAL = _LABOUR + 820_50 + 2 * 95_00


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def _diagnose(session: Session, order: CustomerOrder, works: Any = _WORKS, parts: Any = _PARTS) -> None:
    order_plan.diagnose(session, order, works, parts, TODAY)


def _lines(session: Session) -> list[tuple[str, str, int, int, str]]:
    return [
        (line.kind, line.sku, line.quantity_milli, line.price_cents, line.payer)
        for line in order_lines.planned(session, "R-0001")
    ]


def _client_total(session: Session) -> int:
    return billing.client_planned_cents(order_lines.of(session, "R-0001"))


def _surcharges(session: Session) -> list[int]:
    planned = order_lines.planned(session, "R-0001")
    return [line.price_cents for line in planned if line.kind == "surcharge"]


def _approve(session: Session, effect: str = "quote") -> None:
    given = posting(session, effect)
    quote = quotes.freeze(session, given, order_lines.of(session, "R-0001"), given.at.replace(year=2027))
    quotes.decide(
        session, posting(session, f"{effect} yes"), quote.version, "approved", answered_through="link"
    )


def test_a_diagnosis_makes_lines_with_the_prices_of_the_day(shop: Session) -> None:
    _diagnose(shop, repair(shop))

    assert _lines(shop) == [
        ("work", "T-HOUR", 2000, 400_00, "client"),
        ("work", "T-CLEAN", 1000, 250_00, "client"),
        ("part", "T-PUMP", 1000, 820_50, "client"),
        ("part", "T-BELT", 2000, 95_00, "client"),
    ]
    assert _client_total(shop) == _TOTAL


def test_a_work_without_hours_takes_its_norm(shop: Session) -> None:
    _diagnose(shop, repair(shop), [{"work": "T-HOUR"}, {"work": "T-CLEAN", "hours": None}], [])

    lines = order_lines.planned(shop, "R-0001")
    assert [(line.quantity_milli, line.norm_milli) for line in lines] == [(1500, 1500), (1000, 500)]


def test_lines_are_named_in_the_language_of_the_customer(shop: Session) -> None:
    _diagnose(shop, repair(shop))

    names = [line.description for line in order_lines.planned(shop, "R-0001")]
    assert names == ["Repair, by the hour", "Чистка", "Насос", "Belt"]


@pytest.mark.parametrize("kind, payer", [("warranty", "warranty"), ("at_own_cost", "company")])
def test_the_client_pays_nothing_for_a_repair_on_another_account(
    shop: Session, kind: str, payer: str
) -> None:
    _diagnose(shop, repair(shop, repair_kind=kind, urgent=True))

    lines = order_lines.planned(shop, "R-0001")
    assert {(line.payer, line.price_cents) for line in lines} == {(payer, 0)}
    assert _client_total(shop) == 0
    assert order_lines.list_total_cents(lines) == _TOTAL


def test_on_a_mixed_repair_each_line_says_who_pays_it(shop: Session) -> None:
    _diagnose(
        shop,
        repair(shop, repair_kind="mixed"),
        [{"work": "T-HOUR", "hours": 1, "payer": "warranty"}, {"work": "T-CLEAN", "payer": "client"}],
        [{"part": "T-PUMP", "quantity": 1, "payer": "company"}, {"part": "T-BELT", "quantity": 1}],
    )

    assert [(payer, price) for *_rest, price, payer in _lines(shop)] == [
        ("warranty", 0),
        ("client", 250_00),
        ("company", 0),
        ("client", 95_00),
    ]


def test_the_kind_of_a_repair_says_who_pays_whatever_a_line_says(shop: Session) -> None:
    _diagnose(shop, repair(shop), [{"work": "T-CLEAN", "payer": "warranty"}], [])

    assert [payer for *_rest, payer in _lines(shop)] == ["client"]


def test_a_payer_that_there_is_not_is_refused(shop: Session) -> None:
    with pytest.raises(errors.Refused, match='found "nobody"'):
        _diagnose(shop, repair(shop, repair_kind="mixed"), [{"work": "T-CLEAN", "payer": "nobody"}], [])


def test_a_part_without_a_quantity_is_refused(shop: Session) -> None:
    with pytest.raises(errors.Refused, match="T-PUMP"):
        _diagnose(shop, repair(shop), [], [{"part": "T-PUMP", "quantity": 0}])


def test_what_has_no_price_is_named_all_of_it(shop: Session) -> None:
    with pytest.raises(errors.BusinessError) as refused:
        _diagnose(
            shop,
            repair(shop),
            _WORKS,
            [{"part": "T-UNPRICED", "quantity": 1}, {"part": "T-NOWHERE", "quantity": 1}],
        )

    assert refused.value.code == "PRICE_MISSING"
    assert refused.value.variables == {"missing_prices": ["T-UNPRICED", "T-NOWHERE"]}
    assert order_lines.of(shop, "R-0001") == []


def test_the_same_work_twice_is_one_line(shop: Session) -> None:
    _diagnose(shop, repair(shop), [{"work": "T-HOUR", "hours": 1}, {"work": "T-HOUR", "hours": 2}], [])

    assert _lines(shop) == [("work", "T-HOUR", 3000, 400_00, "client")]


def test_a_later_diagnosis_takes_the_place_of_an_earlier_one(shop: Session) -> None:
    order = repair(shop)
    _diagnose(shop, order)
    belt = order_lines.planned(shop, "R-0001")[3]

    _diagnose(shop, order, [{"work": "T-CLEAN"}], [{"part": "T-BELT", "quantity": 3}])

    assert _lines(shop) == [
        ("work", "T-CLEAN", 1000, 250_00, "client"),
        ("part", "T-BELT", 3000, 95_00, "client"),
    ]
    assert order_lines.planned(shop, "R-0001")[1] is belt
    dropped = [line.sku for line in orders.lines(shop, "R-0001") if line.state == "dropped"]
    assert dropped == ["T-HOUR", "T-PUMP"]


def test_before_consent_a_later_diagnosis_has_the_prices_of_its_day(shop: Session) -> None:
    order = repair(shop)
    _diagnose(shop, order, [{"work": "T-CLEAN"}], [])

    price_lists.publish(shop, "standard", date(2026, 11, 1), {**PRICES, "T-CLEAN": 300_00})
    _diagnose(shop, order, [{"work": "T-CLEAN"}], [])

    assert _lines(shop) == [("work", "T-CLEAN", 1000, 300_00, "client")]


def test_a_price_that_the_client_agreed_to_stays_whatever_the_list_says_later(shop: Session) -> None:
    order = repair(shop)
    _diagnose(shop, order, [{"work": "T-CLEAN"}], [])
    _approve(shop)

    price_lists.publish(shop, "standard", date(2026, 11, 1), {**PRICES, "T-CLEAN": 300_00, "T-BELT": 99_00})
    _diagnose(shop, order, [], [{"part": "T-BELT", "quantity": 1}])
    _diagnose(shop, order, [{"work": "T-CLEAN"}], [{"part": "T-BELT", "quantity": 1}])

    assert _lines(shop) == [
        ("part", "T-BELT", 1000, 99_00, "client"),
        ("work", "T-CLEAN", 1000, 250_00, "client"),
    ]


def test_an_urgent_order_has_one_surcharge_on_the_labour_of_the_client(shop: Session) -> None:
    order = repair(shop, urgent=True)

    _diagnose(shop, order)
    _diagnose(shop, order)
    order_plan.follow_urgency(shop, order)

    assert _surcharges(shop) == [_LABOUR // 2]
    assert _client_total(shop) == _TOTAL + _LABOUR // 2


def test_the_surcharge_follows_the_labour(shop: Session) -> None:
    order = repair(shop, urgent=True)
    _diagnose(shop, order)

    _diagnose(shop, order, [{"work": "T-CLEAN"}], [])
    assert _surcharges(shop) == [125_00]
    _diagnose(shop, order, [], _PARTS)

    assert _surcharges(shop) == []


def test_the_surcharge_goes_with_urgency_also_after_consent_and_comes_back_with_it(shop: Session) -> None:
    order = repair(shop, urgent=True)
    _diagnose(shop, order)
    _approve(shop)

    order.make_normal()
    order_plan.follow_urgency(shop, order)
    assert _surcharges(shop) == []
    assert _client_total(shop) == _TOTAL
    order.make_urgent(NOW)
    order_plan.follow_urgency(shop, order)

    assert _surcharges(shop) == [_LABOUR // 2]


def test_a_waived_surcharge_is_gone_and_stays_away(shop: Session) -> None:
    order = repair(shop, urgent=True)
    _diagnose(shop, order)

    order.waive_surcharge("Our delay")
    order_plan.follow_urgency(shop, order)
    _diagnose(shop, order)

    assert _surcharges(shop) == []
    assert order.urgent


@pytest.mark.parametrize(
    "chosen, expected", [({"percent": 30}, [315_00]), ({"on": False}, []), ({"percent": 0}, [])]
)
def test_the_house_chooses_its_surcharge(shop: Session, chosen: dict[str, Any], expected: list[int]) -> None:
    settings.put(shop, "urgent_surcharge", chosen)

    _diagnose(shop, repair(shop, urgent=True))

    assert _surcharges(shop) == expected


def test_half_a_cent_of_a_surcharge_is_rounded_up(shop: Session) -> None:
    settings.put(shop, "urgent_surcharge", {"percent": 33})
    price_lists.publish(shop, "standard", date(2026, 11, 1), {**PRICES, "T-CLEAN": 50})

    _diagnose(shop, repair(shop, urgent=True), [{"work": "T-CLEAN"}], [])

    assert _surcharges(shop) == [17]


def test_the_client_pays_no_surcharge_on_labour_of_another_account(shop: Session) -> None:
    order = repair(shop, repair_kind="mixed", urgent=True)

    _diagnose(shop, order, [{"work": "T-HOUR", "hours": 2, "payer": "warranty"}, {"work": "T-CLEAN"}], [])

    assert _surcharges(shop) == [125_00]


def test_another_kind_of_repair_is_paid_by_others(shop: Session) -> None:
    order = repair(shop, urgent=True)
    _diagnose(shop, order)

    order.change_kind("warranty")
    order_plan.follow_kind(shop, order)
    assert {(line.payer, line.price_cents) for line in order_lines.planned(shop, "R-0001")} == {
        ("warranty", 0)
    }
    assert _surcharges(shop) == []
    order.change_kind("paid")
    order_plan.follow_kind(shop, order)

    assert _client_total(shop) == _TOTAL + _LABOUR // 2


def test_lines_of_two_payers_become_one_when_one_pays_all(shop: Session) -> None:
    order = repair(shop, repair_kind="mixed")
    half = {"work": "T-HOUR", "hours": 1}
    _diagnose(shop, order, [{**half, "payer": "client"}, {**half, "payer": "warranty"}], [])

    order.change_kind("paid")
    order_plan.follow_kind(shop, order)

    assert _lines(shop) == [("work", "T-HOUR", 2000, 400_00, "client")]


def test_what_was_used_goes_over_to_the_line_that_takes_the_place(shop: Session) -> None:
    order = repair(shop)
    _diagnose(shop, order)
    order_lines.planned(shop, "R-0001")[2].used_milli = 1000

    order.change_kind("warranty")
    order_plan.follow_kind(shop, order)

    used = {
        (line.state, line.payer): line.used_milli
        for line in order_lines.of(shop, "R-0001")
        if line.sku == "T-PUMP"
    }
    assert used == {("dropped", "client"): 0, ("planned", "warranty"): 1000}


@pytest.mark.parametrize(
    "kind, chosen, expected",
    [
        ("paid", {}, [("fee", "DIAGNOSIS", 1000, 150_00, "client")]),
        ("mixed", {}, [("fee", "DIAGNOSIS", 1000, 150_00, "client")]),
        ("paid", {"on": False}, []),
        ("warranty", {}, []),
        ("at_own_cost", {}, []),
    ],
)
def test_a_device_that_goes_back_unrepaired_costs_the_diagnosis_at_most(
    shop: Session, kind: str, chosen: dict[str, Any], expected: list[Any]
) -> None:
    settings.put(shop, "diagnosis_fee", chosen)
    order = repair(shop, repair_kind=kind, urgent=True)
    _diagnose(shop, order)

    for _time in range(2):
        order_plan.charge_diagnosis_only(shop, order, TODAY)

    assert _lines(shop) == expected


def test_a_fee_is_for_the_client_or_for_nobody(shop: Session) -> None:
    order = repair(shop)
    order_plan.charge_diagnosis_only(shop, order, TODAY)

    order.change_kind("mixed")
    order_plan.follow_kind(shop, order)
    assert _lines(shop) == [("fee", "DIAGNOSIS", 1000, 150_00, "client")]
    order.change_kind("warranty")
    order_plan.follow_kind(shop, order)

    assert _lines(shop) == []


def test_the_database_keeps_prices_and_one_surcharge(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        open_shop(session)
        _diagnose(session, repair(session, urgent=True))

    with Session(any_database) as session, pytest.raises(exc.DBAPIError, match="keeps"):
        database.begin_write(session)
        session.execute(text("UPDATE order_line SET price_cents = 1"))
    with Session(any_database) as session, pytest.raises(exc.IntegrityError):
        database.begin_write(session)
        session.add(
            OrderLine(
                order_no="R-0001",
                kind="surcharge",
                sku="URGENT-TOO",
                description="Once more",
                quantity_milli=1000,
                unit="pc",
                price_cents=1,
                list_price_cents=1,
                payer="client",
            )
        )
        session.flush()


def test_the_database_charges_nobody_but_the_client(shop: Session) -> None:
    repair(shop)
    shop.add(
        OrderLine(
            order_no="R-0001",
            kind="part",
            sku="T-PUMP",
            description="Pump",
            quantity_milli=1000,
            unit="pc",
            price_cents=1,
            list_price_cents=1,
            payer="warranty",
        )
    )

    with pytest.raises(exc.IntegrityError):
        shop.flush()
