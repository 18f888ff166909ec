"""What the server does by itself while nobody presses anything: reminders, reviews, acceptance (W3, F07)."""

from __future__ import annotations

import time

from tests.stories.company import Company, until
from tests.stories.requests import DONE, LATHE, SCREEN, promise


def test_a_late_step_is_told_by_mail_once_then_reviewed_by_the_manager_once(company: Company):
    """W3: level 1 tells the lead of the role by mail, level 2 opens a review; nothing of it twice."""
    order = company["workshop"].asks("maintenance", "Станок ждёт", LATHE)

    company.make_due(order, "escalation", level=1)
    mail = company.smtp.wait_for(lambda mail: order.number in mail["Subject"])
    assert mail["To"] == "fitter@demo.example"
    assert mail["From"] == "Orderlane <orders@demo.example>"
    company.make_due(order, "escalation", level=2)
    manager = company["manager"]
    until(lambda: len(manager.sees(order)) == 1)
    time.sleep(2.5)  # two more rounds of the clock change nothing

    assert list(manager.sees(order)) == ["Decide about the late step"]
    assert len(company.smtp.found(lambda mail: order.number in mail["Subject"])) == 1
    given = {"decision": "reassign", "new_assignee": "electrician", "reason": "The fitter is ill"}
    assert manager.completes(order, "Decide about the late step", given).status == 200
    assert "Take the request" in company["electrician"].sees(order)


def test_without_an_answer_the_result_is_accepted_and_marked_so(company: Company):
    """F07: the timer P3D accepts; the cost is booked once, and the order says that nobody answered."""
    sales, it = company["sales"], company["it"]
    order = sales.asks("it", "The mouse is slow", SCREEN)
    it.completes(order, "Take the request", promise("it"))
    it.completes(order, "Do the work", DONE)

    company.make_due(order, "timer", element_id="three_days_without_answer")
    until(lambda: company.state_of(order) == "completed")

    assert company.booked(order) == [("SALES", "labour", 300_00), ("SALES", "material", 120_50)]
    page = sales.client.get(f"/orders/{order.key}").text
    assert "3 days without answer" in page
    assert "Accept automatically and mark it" in page
    assert sales.sees(order) == {}


def test_a_passed_wanted_date_is_told_to_the_requester(company: Company):
    """F07: the due date passes while the work goes on; the requester gets one mail, the work is not disturbed."""
    order = company["sales"].asks("it", "The keyboard sticks", SCREEN)

    company.make_due(order, "timer", element_id="wanted_date_passed")

    mail = company.smtp.wait_for(lambda mail: "The keyboard sticks" in mail["Subject"])
    assert mail["To"] == "sales@demo.example"
    assert "Take the request" in company["it"].sees(order)
