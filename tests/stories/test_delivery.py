"""T15: goods come damaged and are exchanged, the installer's certificate has expired on the day, another one installs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import database
from processes.records import audit, credit_notes, skills
from processes.stories import complaints, deliveries
from tests.stories.deliveries import SAFE, bought, confirms, is_loaded, visits
from tests.stories.later import LaterCompany
from tests.stories.repairs import Repair

LOOK = timedelta(hours=2)
INTACT = {"intact": "yes", "instructions_told": True, "signature": "T. F."}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaterCompany]:
    """The company in March 2027."""
    shop = LaterCompany.on_monday(tmp_path_factory, "delivery")
    yield shop
    shop.close()


def _find(order: Repair, finder):
    with database.reading(order.company.engine) as session:
        return finder(session, order.order.number)


def test_t15_damaged_goods_are_exchanged_and_only_who_is_certified_on_the_day_installs(shop: LaterCompany):
    order = bought(shop, "T. F.", "G-WASH")

    # The first one is damaged: it goes to quarantine, another one comes.
    confirms(order, 1)
    is_loaded(order)
    order.does("driver", "Ring at the customer's door", {"customer_is_there": "yes"})
    unsigned = shop["driver"].completes(order.order, "Hand the goods over", {"intact": "yes"})
    assert unsigned.status == 422
    order.does(
        "driver", "Hand the goods over", {"intact": "no", "damage": "Dented", "damaged_skus": ["G-WASH"]}
    )
    agreed = {"damage_remedy": "replace", "damage_agreement": "T. F., at the door"}
    order.does("aftersales", "Agree about the damage", agreed)
    assert [each["place"] for each in _find(order, deliveries.goods_at)] == ["quarantine"]
    confirms(order, 2)
    is_loaded(order)
    order.does("driver", "Ring at the customer's door", {"customer_is_there": "yes"})
    order.does("driver", "Hand the goods over", INTACT)

    # The installation is booked with somebody whose certificate ends before the day.
    confirms(order, 3)
    booked = visits(order)[-1]
    with database.transaction(shop.engine) as session:
        audit.acting(session, "manager", shop.now())
        for each in skills.of_person(session, "installer"):
            each.end(booked.starts_at.date() - timedelta(days=1))
    shop.pass_until(booked.starts_at - LOOK + timedelta(minutes=1))
    assert order.see("installer", "technician2", "aftersales") == {
        "installer": [],
        "technician2": [],
        "aftersales": ["Choose another installer"],
    }
    unqualified = {"installer_choice": "person", "chosen_installer": "installer"}
    refused = shop["aftersales"].completes(order.order, "Choose another installer", unqualified)
    assert refused.status == 422
    chosen = {"installer_choice": "person", "chosen_installer": "technician2"}
    order.does("aftersales", "Choose another installer", chosen)
    order.does("technician2", "Ring at the door to install", {"customer_is_there": "yes"})
    done = {"installation_result": "installed", "test_ok": True, "install_hours": 1.5, **SAFE}
    order.does("technician2", "Install and try out", done)
    order.does("technician2", "Sign the acceptance", {"signature": "T. F.", "rating": "5"})

    assert _find(order, deliveries.acceptance_of) == {"signature": "T. F.", "rating": 5}
    assert [each["result"] for each in _find(order, deliveries.deliveries_of)] == ["damaged", "delivered"]
    assert [each["installer"] for each in _find(order, deliveries.installations_of)] == ["technician2"]
    assert sorted(each["place"] for each in _find(order, deliveries.goods_at)) == ["customer", "quarantine"]
    order.is_paid()

    # And afterwards, through the link in the mail and without an account: a complaint that is made good.
    told = {"kind": "delivery", "text": "The driver scratched the floor", "wanted": "A lower price"}
    page = order.links("complaint")[-1]
    assert order.answers_at(f"{page}/complaint", **told).status == 303
    complaint = Repair(shop, shop.order_with(f"{order.order.number}: {told['text']}"), order.email)
    complaint.does("aftersales", "Answer the customer", {"first_answer": "We are sorry."})
    found = {"cause": "transport", "findings": "Seen on the photos", "employee": "driver"}
    complaint.does("driver", "Investigate the complaint", found)
    offer = {"remedies": ["refund"], "offer_text": "100 back", "amount": 100, "refund_method": "cash"}
    complaint.does("aftersales", "Propose a solution", offer)
    assert complaint.answers("solution", decision="accepted").status == 303
    complaint.does("aftersales", "Ask whether it is good now", {"satisfied": "yes", "satisfied_note": "Yes"})
    shop.settle()

    assert shop.state_of(complaint.order) == "completed"
    assert _find(complaint, complaints.complaint)["outcome"] == "solved"
    assert [each.refunded_cents for each in _find(order, credit_notes.of_order)] == [100_00]
