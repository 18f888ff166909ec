"""F07 in Chromium: four people by mouse, then by keyboard alone, and the work reported on a phone."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.stories.requests import DONE, SCREEN, promise


def test_four_people_take_a_request_to_its_end_by_mouse(company, at_desk, look):
    """F07, W6: four browsers; asked, approved, taken, done, reopened with a reason, done again, confirmed."""
    sales, head, it = at_desk("sales"), at_desk("head"), at_desk("it")

    sales.opens("/inbox")
    sales.page.get_by_role("link", name="New", exact=True).click()
    sales.page.get_by_role("link", name="Start: Internal service request").click()
    sales.ready()
    sales.types("What do you need, in one line?", "A screen by mouse")
    sales.ticks("IT: computers and devices")
    sales.dates("By when do you want it?", 5)
    look(sales.page, "f07-1-start")
    sales.presses("Send the request")
    sales.is_told("is started")
    sales.chooses("What do you need?", "New device")
    sales.types("Device", "Screen")
    sales.types("Problem", "One is not enough")
    sales.chooses("Cost centre that pays", "Sales")
    sales.types("Estimated cost", "1500")
    look(sales.page, "f07-2-describe")
    sales.presses("Complete “Describe the IT problem”")
    order = company.order_with("A screen by mouse")

    head.finds_step(order, "Approve the request")
    head.ticks("Approve")
    look(head.page, "f07-3-approve")
    head.presses("Complete “Approve the request”")
    head.is_told("“Approve the request” is done.")

    it.finds_step(order, "Take the request")
    it.page.get_by_role("button", name="Take", exact=True).click()
    expect(it.page.get_by_role("button", name="Give back")).to_be_visible()
    it.ready()
    it.chooses("Who does it?", "M. T.")
    it.dates("Promised for", 3)
    look(it.page, "f07-4-take")
    it.presses("Complete “Take the request”")
    it.types("What was done", "Ordered and connected")
    it.types("Hours worked, in total", "1.5")
    it.types("Material, in total", "900")
    look(it.page, "f07-5-work")
    it.presses("Complete “Do the work”")

    sales.finds_step(order, "Confirm the result")
    sales.ticks("No, send it back")
    sales.types("What is missing?", "The cable is too short")
    look(sales.page, "f07-6-reopen")
    sales.presses("Complete “Confirm the result”")

    it.opens_step(order, "Do the work")
    expect(it.page.get_by_label("Why it came back")).to_have_value("The cable is too short")
    it.presses("Complete “Do the work”")

    sales.opens_step(order, "Confirm the result")
    sales.ticks("Yes, accept")
    sales.presses("Complete “Confirm the result”")
    sales.opens(f"/orders/{order.key}")
    expect(sales.page.get_by_text("Finished", exact=True).first).to_be_visible()
    look(sales.page, "f07-7-finished")

    assert company.booked(order) == [("SALES", "labour", 225_00), ("SALES", "material", 900_00)]


def test_a_request_goes_from_its_start_to_its_end_by_keyboard_alone(company, at_desk):
    """F07 without a mouse: Tab, J, K, Enter, E, Ctrl+Enter."""
    sales, it = at_desk("sales"), at_desk("it")
    wanted = f"{date.today() + timedelta(days=5):%d/%m/%Y}"

    keys = sales.page.keyboard
    sales.opens("/inbox")
    keys.press("g")
    keys.press("n")
    sales.page.wait_for_url("**/orders/new")
    _tab_to(sales.page, sales.page.get_by_role("link", name="Start: Internal service request"))
    keys.press("Enter")
    sales.page.wait_for_url("**/internal_request")
    sales.ready()
    _tab_to(sales.page, sales.field("What do you need, in one line?"))
    keys.type("A screen by keyboard")
    keys.press("Tab")
    keys.press("Space")
    expect(sales.page.get_by_label("IT: computers and devices")).to_be_checked()
    _tab_to(sales.page, sales.field("By when do you want it?"))
    keys.type(wanted)
    with sales.page.expect_navigation():
        keys.press("Control+Enter")
    sales.ready()
    _tab_to(sales.page, sales.field("What do you need?"))
    keys.type("Repair")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("PC 14")
    keys.press("Tab")
    keys.type("It stays dark")
    _tab_to(sales.page, sales.field("Cost centre that pays"))
    keys.type("Sales")
    keys.press("Enter")
    with sales.page.expect_navigation():
        keys.press("Control+Enter")
    order = company.order_with("A screen by keyboard")

    _find_by_keyboard(it, order, "Take the request")
    with it.page.expect_navigation():
        it.page.keyboard.press("e")
    it.ready()
    _tab_to(it.page, it.field("Who does it?"))
    it.page.keyboard.press("Enter")
    _tab_to(it.page, it.field("Promised for"))
    it.page.keyboard.type(wanted)
    with it.page.expect_navigation():
        it.page.keyboard.press("Control+Enter")
    it.ready()
    _tab_to(it.page, it.field("What was done"))
    it.page.keyboard.type("New cable")
    it.page.keyboard.press("Tab")
    it.page.keyboard.type("2")
    with it.page.expect_navigation():
        it.page.keyboard.press("Control+Enter")

    _find_by_keyboard(sales, order, "Confirm the result")
    _tab_to(sales.page, sales.page.get_by_label("Yes, accept"))
    keys.press("Space")
    with sales.page.expect_navigation():
        keys.press("Control+Enter")

    assert company.state_of(order) == "completed"
    assert company.booked(order) == [("SALES", "labour", 300_00)]


def test_the_work_is_reported_on_a_phone(company, at_desk, look, axe):
    """F07 at 360 px: from the list to the form and back to the list, nothing wider than the screen."""
    order = company["sales"].asks("it", "A screen on the phone", SCREEN)
    company["it"].completes(order, "Take the request", promise("it"))
    it = at_desk("it", "phone")

    it.page.goto("/inbox")
    look(it.page, "phone-1-list")
    assert axe(it.page) == []
    it.page.goto(f"/inbox?q={order.number}")
    it.page.get_by_role("link", name="Do the work").tap()
    it.page.wait_for_url("**/user-tasks/**")
    it.ready()
    it.types("What was done", str(DONE["work_notes"]))
    it.types("Hours worked, in total", "2")
    look(it.page, "phone-2-work")
    assert it.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert axe(it.page) == []
    it.page.get_by_role("link", name="Order", exact=True).tap()
    expect(it.page.get_by_text("What happened").first).to_be_visible()
    look(it.page, "phone-3-order")
    it.page.go_back()
    it.ready()
    expect(it.field("What was done")).to_have_value("New cable")
    with it.page.expect_navigation():
        it.page.get_by_role("button", name="Complete “Do the work”").tap()

    it.is_told("“Do the work” is done.")
    assert "Confirm the result" in company["sales"].sees(order)


def _find_by_keyboard(desk, order, step: str) -> None:
    """The search of the inbox by "/", the row by J, the step by Enter."""
    keys = desk.page.keyboard
    desk.opens("/inbox")
    keys.press("/")
    keys.type(order.number)
    keys.press("Enter")
    desk.page.wait_for_url("**/inbox?q=*")
    keys.press("j")
    expect(desk.page.get_by_role("link", name=step)).to_be_focused()
    keys.press("Enter")
    desk.page.wait_for_url("**/user-tasks/**")
    desk.ready()


def _tab_to(page, target) -> None:
    """Press Tab until the target has the focus."""
    # Held once: to find it by its label at each press costs more than the press.
    element = target.element_handle()
    for _press in range(60):
        if element.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never reached it.")
