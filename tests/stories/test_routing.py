"""Each kind of help reaches its department and nobody else (R-024 to R-029); nobody sees what is not theirs (R-030)."""

from __future__ import annotations

import pytest

from tests.stories.company import Company
from tests.stories.requests import LATHE, LETTER, SCREEN, VACANCY, marketing, promise

SERVES = {
    "personnel": "personnel",
    "it": "it",
    "marketing": "marketing",
    "maintenance": "fitter",
    "secretariat": "secretary",
}


@pytest.mark.parametrize(
    ("kind", "details", "approved"),
    [
        pytest.param("personnel", VACANCY, True, id="R-025 staff selection"),
        pytest.param("it", SCREEN, False, id="R-026 computers"),
        pytest.param("marketing", marketing("business_cards"), False, id="R-027 business cards"),
        pytest.param("marketing", marketing("event"), True, id="R-027 event"),
        pytest.param("marketing", marketing("promotion"), False, id="R-027 promotion"),
        pytest.param("marketing", marketing("site_update"), False, id="R-027 site update"),
        pytest.param("marketing", marketing("advertising_material"), False, id="R-027 advertising material"),
        pytest.param("maintenance", LATHE, False, id="R-028 production equipment"),
        pytest.param("secretariat", LETTER, False, id="R-029 correspondence"),
    ],
)
def test_a_request_goes_to_the_department_of_its_item(
    company: Company, kind: str, details: dict[str, object], approved: bool
):
    """R-024 to R-029: the service department of the item takes it, the others do not even see it; there is no invoice."""
    order = company["office"].asks(kind, f"Routing of {details['item']}", details)
    if approved:
        decided = company["deputy"].completes(order, "Approve the request", {"decision": "approved"})
        assert decided.status == 200

    for department, login in SERVES.items():
        expected = {"Take the request"} if department == kind else set()
        assert set(company[login].sees(order)) == expected, department


def test_a_letter_is_closed_only_with_its_dispatch_number(company: Company):
    """R-029: routed to the secretariat, closed with the dispatch number."""
    secretary, sales = company["secretary"], company["sales"]
    order = sales.asks("secretariat", "Papers to the customs office", LETTER)
    assert secretary.completes(order, "Take the request", promise("secretary")).status == 200

    without = secretary.completes(order, "Do the work", {"work_notes": "Sent", "hours": 0.5})
    assert (without.status, list(without.json()["errors"])) == (422, ["dispatch_number"])
    sent = {"work_notes": "Sent", "hours": 0.5, "dispatch_number": "RR-7"}
    assert secretary.completes(order, "Do the work", sent).status == 200
    asked = sales.sees(order)["Confirm the result"]
    assert "RR-7" in sales.client.get(f"/user-tasks/{asked}").text
    assert sales.completes_step(asked, {"result": "accepted"}).status == 200

    assert company.state_of(order) == "completed"
    assert company.booked(order) == [("SALES", "labour", 45_00)]


def test_a_requester_sees_the_own_requests_and_nothing_of_others(company: Company):
    """R-030: status, responsible and due to the requester; to a colleague the order of another does not exist."""
    sales, office = company["sales"], company["office"]
    order = sales.asks("it", "Private to sales", SCREEN)
    step = company["it"].sees(order)["Take the request"]

    mine = sales.client.get("/orders").text
    page = sales.client.get(f"/orders/{order.key}")
    assert "Private to sales" in mine
    assert page.status == 200
    assert "Waits for somebody of IT" in page.text

    assert "Private to sales" not in office.client.get("/orders").text
    for address in (f"/orders/{order.key}", f"/user-tasks/{step}", f"/user-tasks/{step}/state"):
        assert office.client.get(address).status == 404, address
    for address in ("comments", "files", "cancel"):
        answer = office.client.post(f"/orders/{order.key}/{address}", {"text": "Hello", "reason": "Because"})
        assert answer.status == 404, address
    assert office.client.get(f"/cockpit/orders/{order.key}").status == 403
    assert office.client.complete(step, promise("it")).status in (403, 404)
    assert "Take the request" in company["it"].sees(order)
