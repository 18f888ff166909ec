"""One step in the browser: wrong input, drafts, the back button, the double press, and two windows on the same step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.stories.requests import DONE, LATHE, SCREEN, promise


@pytest.fixture
def work(company):
    """An order that waits for IT's "Do the work"."""

    def begun(subject: str):
        order = company["sales"].asks("it", subject, SCREEN)
        company["it"].completes(order, "Take the request", promise("it"))
        return order

    return begun


def test_wrong_answers_are_named_beside_their_fields_and_everything_typed_stays(
    company, at_desk, work, look, axe
):
    """An empty required field, a number out of range, a date in the past: each with its sentence, nothing is lost."""
    sales = at_desk("sales")
    sales.opens("/orders/new/internal_request")
    sales.types("What do you need, in one line?", "A request for yesterday")
    yesterday = f"{date.today() - timedelta(days=1):%d/%m/%Y}"
    sales.types("By when do you want it?", yesterday)
    sales.page.get_by_role("button", name="Send the request").click()

    summary = sales.page.get_by_role("alert").filter(has_text="need")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Which department can help?")
    expect(summary).to_contain_text("By when do you want it?")
    expect(sales.field("What do you need, in one line?")).to_have_value("A request for yesterday")
    look(sales.page, "wrong-start")
    assert axe(sales.page) == []

    order = work("Wrong numbers")
    it = at_desk("it")
    it.opens_step(order, "Do the work")
    it.types("Hours worked, in total", "1001")
    it.types("Material, in total", "12.5")
    it.page.get_by_role("button", name="Complete “Do the work”").click()

    expect(it.page.get_by_role("alert").filter(has_text="2 answers need a change")).to_be_focused()
    for label in ("What was done", "Hours worked, in total"):
        expect(it.field(label)).to_have_attribute("aria-invalid", "true")
    expect(it.field("Hours worked, in total")).to_have_value("1001")
    expect(it.field("Material, in total")).to_have_value("12.5")
    look(it.page, "wrong-work")
    assert "Do the work" in company["it"].sees(order)


def test_a_draft_survives_a_reload_and_reaches_another_device(company, at_desk, work):
    """What is typed is kept while typing, on the server."""
    order = work("A draft")
    it = at_desk("it")
    it.opens_step(order, "Do the work")

    it.types("What was done", "Half of it")
    expect(it.page.get_by_text("Draft saved at").first).to_be_visible()
    it.page.reload()
    it.ready()
    expect(it.field("What was done")).to_have_value("Half of it")

    phone = at_desk("it", "phone").opens(f"/user-tasks/{company['it'].sees(order)['Do the work']}")
    expect(phone.field("What was done")).to_have_value("Half of it")


def test_a_double_click_and_the_back_button_complete_a_step_once(company, at_desk, work, look):
    """W7: the second press counts for nothing; a page from before tells that it is done and offers no button."""
    order = work("Pressed twice")
    it = at_desk("it")
    it.opens_step(order, "Do the work")
    it.types("What was done", str(DONE["work_notes"]))
    it.types("Hours worked, in total", "2")
    sent = []
    it.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

    with it.page.expect_navigation():
        it.page.get_by_role("button", name="Complete “Do the work”").dblclick()
    assert len(sent) == 1
    it.is_told("“Do the work” is done.")
    it.page.go_back()

    it.is_told("You have completed this already")
    expect(it.page.get_by_role("button", name="Complete “Do the work”")).to_have_count(0)
    look(it.page, "back-after-completing")
    assert list(company["sales"].sees(order)) == ["Confirm the result"]


def test_the_second_of_two_windows_is_told_at_once(company, at_desk, look, axe):
    """W7: while one colleague completes the step, the other's open page says who and when, and keeps the answers."""
    order = company["workshop"].asks("maintenance", "Станок в двух окнах", LATHE)
    fitter = at_desk("fitter").opens_step(order)
    electrician = at_desk("electrician").opens_step(order)
    typed = electrician.page.locator("[data-island=form] .flatpickr-input:not([readonly], [disabled])").last
    typed.fill("x")

    company["fitter"].completes(order, "Take the request", promise("fitter"))

    notice = electrician.page.locator("#step_state")
    expect(notice).to_contain_text("П.\N{NO-BREAK SPACE}С.")
    expect(typed).to_have_value("x")
    look(electrician.page, "second-window")
    assert axe(electrician.page) == []
    expect(fitter.page.locator("#step_state .banner")).to_be_visible()
