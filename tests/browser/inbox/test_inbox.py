"""The inbox as people use it: by keyboard, in two windows, on a phone, with somebody else acting at the same moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

import engine.database
from engine import clock, roles
from tests.webapp import stories
from webapp import live
from webapp.accounts import links, sessions

SignIn = Callable[..., Page]


@pytest.fixture
def address(app: Flask, serve: Callable[[Flask], str]) -> Iterator[str]:
    """The address of a server on that installation, with live pages."""
    live.start(app)
    yield serve(app)
    live.stop(app)


@pytest.fixture
def sign_in(address: str, database: Engine) -> SignIn:
    """sign_in(page, "it") opens the inbox as that person, at="/orders" another page.

    With by_link=True through a one-time link, as a person would.
    """

    def enter(page: Page, login: str, *, at: str = "/inbox", by_link: bool = False) -> Page:
        with engine.database.transaction(database) as session:
            if by_link:
                code = links.make(session, links.LOGIN, login, now=clock.now())
            else:
                value = sessions.start(session, login, now=clock.now())
        if by_link:
            page.goto(f"{address}/login/{code}")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/inbox")
        else:
            page.context.add_cookies([{"name": "orderlane", "value": value, "url": address}])
            page.goto(f"{address}{at}")
        return page

    return enter


@pytest.fixture
def second_technician(database: Engine) -> str:
    """A colleague in IT."""
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
    return "it2"


def _answer(page: Page) -> None:
    """Fill in "Take the request": who does it, promised for when."""
    page.locator(".fjs-form-field-select", has_text="Who does it?").locator(
        "input, .fjs-select-display"
    ).first.click()
    page.locator(".fjs-dropdownlist-item").first.click()
    day = (clock.now() + timedelta(days=3)).strftime("%d/%m/%Y")
    page.locator(".fjs-form-field-datetime", has_text="Promised for").locator("input").first.fill(day)
    page.keyboard.press("Tab")


def _open_step(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    page.wait_for_selector(".fjs-container")


def test_a_request_is_made_by_keyboard_and_a_double_press_makes_one(desktop, sign_in, axe, look):
    page = sign_in(desktop, "sales", by_link=True)
    assert axe(page) == []

    page.keyboard.press("g")
    page.keyboard.press("n")
    page.get_by_role("link", name="Start: Internal service request").press("Enter")
    page.wait_for_selector(".fjs-container")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("3 answers need a change.")).to_be_visible()
    assert axe(page) == []
    look(page, "inbox-start-errors")
    page.get_by_label("What do you need, in one line?").fill("The screen stays dark")
    page.get_by_label("IT: computers and devices").check()
    page.locator(".fjs-form-field-datetime input").first.fill("30/12/2099")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Send the request").dblclick()

    page.wait_for_url("**/user-tasks/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Describe the IT problem")
    page.keyboard.press("Escape")
    # A key that is pressed while the page changes reaches neither the old page nor the new one.
    page.wait_for_url("**/inbox")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")
    expect(page.locator(".row")).to_have_count(1)


def _is_kept_as_a_draft(page: Page) -> None:
    """What is typed into "Do the work" is there after a reload."""
    page.get_by_role("textbox", name="What was done").fill("A new cable")
    expect(page.locator(".saved")).to_contain_text(re.compile(r"Draft saved at \d\d:\d\d"))
    page.reload()

    expect(page.get_by_role("textbox", name="What was done")).to_have_value("A new cable")
    expect(page.locator(".saved")).to_contain_text("Draft saved at")


def test_a_step_is_taken_answered_and_completed_without_a_mouse_and_the_next_one_keeps_a_draft(
    desktop,
    sign_in,
    database,
    axe,
    look,
):
    stories.asked(database)
    page = sign_in(desktop, "it")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fjs-container")
    page.keyboard.press("e")
    expect(page.locator(".row").get_by_text("Yours")).to_be_visible()
    page.wait_for_selector(".fjs-container")
    assert axe(page) == []
    look(page, "inbox-step")
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Take", exact=True)).to_be_visible()
    page.wait_for_selector(".fjs-container")
    _answer(page)
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("“Take the request” is done. Next: Do the work.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Do the work")
    _is_kept_as_a_draft(page)


def test_what_is_typed_on_a_phone_is_kept_as_a_draft(phone, sign_in, database):
    order = stories.asked(database)
    stories.promise(database, order)
    page = sign_in(phone, "it")
    _open_step(page, "Do the work")

    _is_kept_as_a_draft(page)


def test_what_a_colleague_does_is_said_in_the_list_and_in_the_open_step_which_keeps_its_answers(
    open_page,
    sign_in,
    database,
    second_technician,
    axe,
    look,
):
    stories.asked(database, subject="First")
    mine, other = sign_in(open_page("desktop"), "it"), sign_in(open_page("phone"), second_technician)
    mine.wait_for_timeout(1500)

    # New work waits behind a bar; taken work says who has it.
    stories.asked(database, subject="Second")
    expect(mine.locator("#news")).to_contain_text("1 new step.")
    assert mine.locator("#rows").get_by_text("Second").count() == 0
    _open_step(other, "Take the request")
    other.keyboard.press("e")
    expect(mine.locator("#rows .row.gone")).to_contain_text("taken by Z.")
    mine.get_by_role("link", name="Show").click()
    expect(mine.locator("#rows")).to_contain_text("Second")
    assert mine.locator("#rows").get_by_text("First").count() == 0

    # Who is faster completes the step; the answers of the other are kept.
    fast, slow = mine, other
    slow.expected_noise.append("409")
    _open_step(fast, "Take the request")
    slow.goto(fast.url)
    slow.wait_for_selector(".fjs-container")
    for page in (fast, slow):
        _answer(page)
    step = fast.url
    fast.get_by_role("button", name="Complete").click()
    fast.wait_for_url(lambda url: "/user-tasks/" in url and url != step)
    expect(slow.locator("#step_state")).to_contain_text("completed this at")
    slow.get_by_role("button", name="Complete").click()
    expect(slow.locator(".order-form-messages")).to_contain_text(
        "Your answers were not sent; they are kept below."
    )
    expect(slow.locator(".fjs-form-field-select", has_text="Who does it?")).to_contain_text("M. T.")
    assert axe(slow) == []
    look(slow, "inbox-conflict-phone")


def test_on_a_phone_list_step_and_order_are_one_after_the_other_and_nothing_scrolls_sideways(
    phone,
    sign_in,
    database,
    axe,
    look,
):
    stories.asked(database)
    page = sign_in(phone, "it")
    pages = [
        ("inbox-list-phone", None),
        ("inbox-step-phone", "Take the request"),
        ("inbox-order-phone", "Order"),
    ]

    for name, link in pages:
        if link:
            page.get_by_role("link", name=link, exact=link == "Order").first.click()
            page.wait_for_selector("text=What happened" if link == "Order" else ".fjs-container")
        look(page, name)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.go_back()
    expect(page.get_by_role("button", name="Complete")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="My tasks")).to_be_visible()


def test_the_requester_cancels_in_a_dialog_that_escape_closes(any_screen, sign_in, database, axe):
    order = stories.asked(database)
    page = sign_in(any_screen, "sales", at=f"/orders/{order}")

    page.get_by_role("button", name="Cancel the order").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_label("Why?").fill("Found another screen")
    page.locator("dialog").get_by_role("button", name="Cancel the order").click()

    expect(page.locator("#why")).to_contain_text("Review the cancellation")
    assert axe(page) == []


def test_every_other_page_has_no_accessibility_fault_light_and_dark(desktop, sign_in, database, axe):
    stories.asked(database, by="it")
    paths = ("/orders", "/orders/new", "/me", "/inbox?select=1", "/nothing-here")
    page = sign_in(desktop, "it", at=paths[0])
    page.expected_noise.append("404")
    first = page.url
    for path in paths:
        if path != paths[0]:
            page.goto(first.replace(paths[0], path))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe(page) == [], f"{path}, {scheme}"
