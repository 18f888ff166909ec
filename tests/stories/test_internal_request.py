"""F07, the internal service request, by the people of the demo company over HTTP against a real server process."""

from __future__ import annotations

from tests.stories.company import Company
from tests.stories.requests import DONE, SCREEN, lathe_is_repaired, promise


def test_four_people_take_a_request_from_the_wish_to_the_confirmed_result(company: Company):
    """F07 whole, W6: asked, approved by another, taken and done, reopened with a reason, done again, confirmed; booked once."""
    sales, head, it = company["sales"], company["head"], company["it"]
    order = sales.asks("it", "A second screen for sales", {**SCREEN, "estimated_cost": 2500})

    approved = head.completes(order, "Approve the request", {"decision": "approved"})
    taken = it.completes(order, "Take the request", promise("it"))
    assert (approved.status, taken.status) == (200, 200)
    # The same person goes straight on to what is theirs.
    assert taken.json()["go_to"] == f"/user-tasks/{it.sees(order)['Do the work']}"
    assert it.completes(order, "Do the work", DONE).status == 200
    assert company.booked(order) == []

    silent = sales.completes(order, "Confirm the result", {"result": "reopened"})
    assert silent.status == 422
    assert list(silent.json()["errors"]) == ["reopen_reason"]
    again = {"result": "reopened", "reopen_reason": "Dark again"}
    assert sales.completes(order, "Confirm the result", again).status == 200
    page = it.client.get(f"/user-tasks/{it.sees(order)['Do the work']}")
    assert "Dark again" in page.text
    assert it.completes(order, "Do the work", {**DONE, "hours": 3, "material_cost": 900}).status == 200
    assert sales.completes(order, "Confirm the result", {"result": "accepted"}).status == 200

    assert company.state_of(order) == "completed"
    assert company.booked(order) == [("SALES", "labour", 450_00), ("SALES", "material", 900_00)]
    assert "Finished" in sales.client.get(f"/orders/{order.key}").text


def test_a_repaired_machine_has_the_repair_in_its_history(company: Company):
    """R-028, F07: a maintenance request writes the equipment history, once, with its cost."""
    order = lathe_is_repaired(company, "Станок шумит")
    assert company.history_of("EQ-002", order) == []

    assert company["workshop"].completes(order, "Confirm the result", {"result": "accepted"}).status == 200

    [event] = company.history_of("EQ-002", order)
    assert (event.work, event.cost_cents) == ("Bearing replaced", 1220_00)
    assert company.booked(order) == [("HALL1", "labour", 420_00), ("HALL1", "material", 800_00)]


def test_a_refusal_reaches_the_requester_by_mail_with_its_reason(company: Company):
    """F07: the department head declines; the mail arrives through SMTP."""
    order = company["sales"].asks("it", "A third screen", {**SCREEN, "estimated_cost": 9000})

    declined = {"decision": "declined", "decline_reason": "Next year"}
    assert company["head"].completes(order, "Approve the request", declined).status == 200

    mail = company.smtp.wait_for(
        lambda mail: "A third screen" in mail["Subject"] or "A third screen" in _body(mail)
    )
    assert mail["To"] == "sales@demo.example"
    assert "Next year" in _body(mail)
    assert company.state_of(order) == "completed"
    assert company.booked(order) == []


def test_a_cancelled_request_leaves_nothing_on_the_books(company: Company):
    """W2: cancelled after its cost was booked, the manager reviews, and every booking is reversed."""
    order = lathe_is_repaired(company, "Станок ТС-20: подшипник")
    company.write_off("EQ-002")
    workshop, manager = company["workshop"], company["manager"]
    try:
        assert workshop.completes(order, "Confirm the result", {"result": "accepted"}).status == 200
        assert [cents for *_, cents in company.booked(order)] == [420_00, 800_00]

        nothing_said = workshop.client.post(f"/orders/{order.key}/cancel", {"reason": " "})
        asked = workshop.client.post(f"/orders/{order.key}/cancel", {"reason": "The lathe is sold"})
        assert (nothing_said.status, asked.status) == (422, 302)
        page = manager.client.get(f"/user-tasks/{manager.sees(order)['Review the cancellation']}")
        assert "The lathe is sold" in page.text
        answers = {"cancel_review": "The buyer of the lathe pays"}
        assert manager.completes(order, "Review the cancellation", answers).status == 200
    finally:
        company.write_off("EQ-002", off=False)

    rows = company.booked(order)
    assert len(rows) == 4
    assert sum(cents for *_, cents in rows) == 0
    assert company.history_of("EQ-002", order) == []
    assert company["fitter"].sees(order) == {}


def _body(mail) -> str:
    return mail.get_content()
