"""What a service task can do with the store: from the check to the return, safe to run twice, in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import errors
from engine.tables import Effect
from processes.records import documents, stock, stock_documents
from tests.processes import store
from tests.processes.company import NOW, counts
from tests.processes.repair_shop import run


def test_a_repair_that_needs_no_parts_is_not_short(company: Session) -> None:
    store.repair(company)

    assert run(company, "stock.check") == {"parts_needed": False, "parts_short": False, "shortages": []}


def test_a_short_store_is_told_in_the_language_of_the_buyer(company: Session) -> None:
    store.repair(company, shock="2", pump="1")

    answer = run(company, "stock.check")

    assert (answer["parts_needed"], answer["parts_short"]) == (True, True)
    assert answer["shortages"] == [
        {"part": store.SHOCK, "name": "Shock absorbers", "missing": Decimal(2), "expected": None}
    ]


def test_parts_go_from_the_check_to_the_return(company: Session) -> None:
    store.repair(company, pump="3")

    checked = run(company, "stock.check")
    reserved = run(company, "stock.reserve")
    listed = run(company, "stock.pick_list")["pick_list"]
    issued = run(company, "stock.issue", picks=store.picks(pump="2"), receiver="master")
    left = run(company, "stock.pick_list", effect="again")["pick_list"]
    returned = run(company, "stock.return_unused", parts=store.picks(pump="1"))

    assert (checked["parts_needed"], checked["parts_short"]) == (True, False)
    assert reserved == {"reserved": 2}
    assert listed == [
        {
            "part": store.PUMP,
            "name": "Pompă de evacuare",
            "quantity": Decimal(3),
            "lots": "DP-2411: 2, DP-2603: 1",
        }
    ]
    assert issued == {"issue_no": "IN-2026-0001", "issued": [{"part": store.PUMP, "quantity": Decimal(2)}]}
    assert [(row["quantity"], row["lots"]) for row in left] == [(Decimal(1), "DP-2603: 1")]
    assert returned == {"return_no": "RT-2026-0001"}


def test_an_issue_hands_out_a_note_with_its_own_number(company: Session) -> None:
    store.repair(company, pump="1")

    issued = run(company, "stock.issue", picks=store.picks(pump="1"), receiver="master")

    notes = [(each.kind, each.number) for each in documents.of(company, "R-0001")]
    assert notes == [("issue_note", issued["issue_no"])]


def test_what_was_not_picked_is_left_out_and_the_same_part_twice_is_added_up(company: Session) -> None:
    store.repair(company, pump="3", fan="1")
    picks = [*store.picks(pump="1", fan="0"), *store.picks(pump="2"), {"part": "P-HOSE", "quantity": None}]

    assert run(company, "stock.issue", picks=picks, receiver="master")["issued"] == [
        {"part": store.PUMP, "quantity": Decimal(3)}
    ]


@pytest.mark.parametrize(
    ("type", "inputs", "answer"),
    [
        ("stock.issue", {"picks": [], "receiver": "master"}, {"issue_no": None, "issued": []}),
        ("stock.return_unused", {"parts": []}, {"return_no": None}),
        ("stock.release", {}, {"released": 0}),
        ("stock.reserve", {}, {"reserved": 0}),
    ],
)
def test_nothing_to_do_writes_no_document(
    company: Session, type: str, inputs: dict[str, Any], answer: dict[str, Any]
) -> None:
    store.repair(company)
    rows = counts(company)

    assert run(company, type, **inputs) == answer
    assert {name: count for name, count in counts(company).items() if name != "effect"} == {
        name: count for name, count in rows.items() if name != "effect"
    }


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        ("stock.reserve", {}),
        ("stock.issue", {"picks": store.picks(pump="1"), "receiver": "master"}),
        ("stock.return_unused", {"parts": store.picks(belt="1")}),
    ],
)
@pytest.mark.parametrize("forgotten", [False, True])
def test_an_operation_that_is_repeated_posts_nothing_even_when_its_effect_was_forgotten(
    company: Session, type: str, inputs: dict[str, Any], forgotten: bool
) -> None:
    store.repair(company, pump="2", belt="2")
    run(company, "stock.issue", effect="before", picks=store.picks(belt="2"), receiver="master")
    first = run(company, type, **inputs)
    if forgotten:
        company.delete(company.get_one(Effect, f"R-0001:{type}"))
    rows = counts(company)

    again = run(company, type, **inputs)

    assert again == first
    assert {name: count for name, count in counts(company).items() if name != "effect"} == {
        name: count for name, count in rows.items() if name != "effect"
    }


def test_goods_that_are_received_can_be_reserved(company: Session) -> None:
    store.repair(company, shock="2")
    posting = stock_documents.without_order("delivery", NOW, "storekeeper")
    delivered = stock.Delivered(store.SHOCK, 2000, 91_50, "SH-1")

    receipt = stock.receive(company, posting, [delivered], "Example Parts")

    assert receipt.kind == "receipt"
    assert run(company, "stock.reserve") == {"reserved": 1}
    assert store.at(company, store.SHOCK, "stock") == 2000


def test_released_parts_are_there_for_others(company: Session) -> None:
    store.repair(company, fan="1")
    store.repair(company, "R-0002", fan="1")
    run(company, "stock.reserve")

    assert run(company, "stock.release") == {"released": 1}
    assert run(company, "stock.reserve", "R-0002") == {"reserved": 1}


def test_a_refusal_names_the_part_in_the_language_of_who_mends_it(company: Session) -> None:
    store.repair(company, pump="1")

    with pytest.raises(errors.BusinessError) as refused:
        run(company, "stock.issue", picks=store.picks(pump="2"), receiver="master")

    assert "Pompă de evacuare" in str(refused.value)
    assert stock.on_hand(company, store.PUMP) == 5000


def test_a_form_is_offered_works_and_parts_in_the_language_of_the_masters(company: Session) -> None:
    offered = run(company, "products.offer")

    assert {"value": "W-PUMP", "label": "Замена насоса · W-PUMP"} in offered["offered_works"]
    assert {"value": "P-PUMP", "label": "Сливной насос · P-PUMP"} in offered["offered_parts"]
    assert not {each["value"] for each in offered["offered_parts"]} & {"DIAGNOSIS", "W-PUMP"}
