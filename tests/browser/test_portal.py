"""What customers open through a link, in Chromium: on a phone and at a desk, light and dark, without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

import engine.database
from engine import clock, worker
from processes.records import customer_links, invoices, receivables
from processes.records.invoices import Line
from tests import founded
from tests.processes import repair_shop
from tests.webapp.asked import Asked, ordered, quoted
from webapp.app import create_app
from webapp.database import db
from webapp.protection import limiter

CLOSED = ("expired", "withdrawn", "unknown")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo company, its processes deployed; each test brings its own orders."""
    settings_ = founded.copied(founded.company(tmp_path_factory), tmp_path_factory.mktemp("portal"))
    database = engine.database.connect(settings_.database_url)
    database.installation = settings_
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def house(database: Engine, serve: Callable[..., str]) -> Iterator[str]:
    """Where the portal of that company is served."""
    app = create_app(database.installation)
    limiter.enabled = False
    yield serve(app)
    limiter.enabled = True
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def numbers() -> Iterator[str]:
    """A new order number each time."""
    return (f"R-{number}" for number in range(8000, 9000))


@pytest.fixture
def asked(database: Engine, numbers: Iterator[str]) -> Asked:
    """A quote was sent to the owner of a dishwasher."""
    return quoted(database, next(numbers))


def _is_sound(page: Page, axe: Callable[[Page], list[str]]) -> None:
    assert axe(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (
        "wider than the screen"
    )
    small = page.evaluate(
        """() => [...document.querySelectorAll('.portal :is(button, a, summary, textarea, .portal-scores label)')]
            .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 24)
            .map((each) => each.outerHTML)"""
    )
    assert small == []


def test_a_customer_approves_on_a_phone_without_script(asked, house, open_page, axe, look):
    page = open_page("phone", java_script_enabled=False)

    page.goto(f"{house}{asked.link('quote')}?lang=ro")
    look(page, "portal-quote-phone-ro")
    page.locator(".portal-answer .btn.primary").click()

    expect(page.locator(".banner.ok")).to_be_visible()
    look(page, "portal-approved-phone-ro")
    assert len(asked.completed("answer_the_quote")) == 1


def test_a_quote_changes_its_language_keeps_its_answer_in_reach_opens_a_pdf_and_is_answered_once(
    asked, house, phone, axe, look
):
    phone.goto(f"{house}{asked.link('quote')}")
    assert phone.locator("html").get_attribute("lang") == "ru"
    phone.locator(".portal-languages summary").click()
    look(phone, "portal-languages-phone")
    _is_sound(phone, axe)
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", name="Quote for your repair")).to_be_visible()

    button = phone.locator(".portal-answer .btn.primary")
    expect(button).to_be_in_viewport()
    expect(button).to_have_text(re.compile(r"Approve the quote: 280\.00.MDL"))
    assert button.bounding_box()["height"] >= 48
    _is_sound(phone, axe)
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(button).to_be_in_viewport()

    document = phone.locator(".portal-papers a").first.get_attribute("href")
    answer = phone.request.get(f"{house}{document}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")

    button.dblclick()
    expect(phone.get_by_text("You approved this quote.")).to_be_visible()
    assert len(asked.completed("answer_the_quote")) == 1


def test_a_customer_declines_by_keys_alone(asked, house, desktop, axe, look):
    desktop.goto(f"{house}{asked.link('quote')}?lang=en")
    desktop.get_by_role("link", name="Decline").focus()
    desktop.keyboard.press("Enter")
    reason = desktop.get_by_label("Why do you decline?")
    reason.focus()
    desktop.keyboard.type("I buy a new one")
    _is_sound(desktop, axe)
    look(desktop, "portal-decline-desktop-en")
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("Enter")

    expect(desktop.get_by_text("You declined this quote.")).to_be_visible()
    expect(desktop.get_by_text("I buy a new one")).to_be_visible()


@pytest.fixture(scope="module")
def addresses(database: Engine, numbers: Iterator[str]) -> dict[str, str]:
    """{name: address} of every page of the portal, one order each."""
    quote = quoted(database, next(numbers))
    status = ordered(database, next(numbers))
    status.told("accepted")
    survey = ordered(database, next(numbers))
    survey.starts("sub_follow_up")
    worker.run_until_quiet(database, now=lambda: clock.now() + timedelta(days=4))
    asked = ordered(database, next(numbers))
    asked.starts("sub_clarify")
    asked.staff_completes("receiver", "write_the_question", {"question": "Since when does it leak?"})
    over = {name: quoted(database, next(numbers)) for name in CLOSED[:2]}
    with engine.database.transaction(database) as session:
        row = customer_links.find(session, over["expired"].link("quote")[3:])
        row.made_at, row.expires_at = clock.now() - timedelta(days=9), clock.now() - timedelta(days=1)
        customer_links.revoke(session, over["withdrawn"].order_no, now=clock.now())
    return {
        "quote": quote.link("quote"),
        "decline": f"{quote.link('quote')}/decline",
        "change": f"{quote.link('quote')}/change",
        "clarify": asked.link("clarify"),
        "status": status.link("status"),
        "survey": f"{survey.link('survey')}?score=4",
        "invoice": _invoice(database, next(numbers)),
        **{name: over[name].link("quote") for name in CLOSED[:2]},
        "unknown": f"/c/{'a' * 43}",
    }


def _invoice(database: Engine, order_no: str) -> str:
    asked = ordered(database, order_no)
    with engine.database.transaction(database) as session:
        posting = repair_shop.posting(session, "close", order_no)
        customer_key = repair_shop.orders.get(session, order_no).customer_key
        lines = [Line("W-PUMP", "Замена насоса", "work", 2000, "pc", 280_00)]
        invoice = invoices.issue(session, posting, customer_key, lines, clock.now() + timedelta(days=14))
        receivables.charge(session, posting, customer_key, invoice)
    asked.told("invoice")
    return asked.link("invoice")


@pytest.mark.parametrize(
    ("screen", "dark", "language"),
    [("phone", False, "ru"), ("phone", True, "en"), ("desktop", False, "ro"), ("desktop", True, "en")],
)
def test_every_page_is_sound(addresses, house, open_page, axe, look, screen, dark, language):
    page = open_page(screen, dark=dark)
    page.expected_noise += ["404", "410"]
    for name, address in addresses.items():
        joint = "&" if "?" in address else "?"
        page.goto(f"{house}{address}{joint}lang={language}")
        look(page, f"portal-{name}-{screen}-{'dark' if dark else 'light'}-{language}")
        assert page.locator("h1").count() == 1, name
        _is_sound(page, axe)


def test_large_letters_reflow_instead_of_being_cut(addresses, house, open_page):
    """Zoom of 200 % and 400 % on a desktop of 1280 px is a narrow screen."""
    page = open_page("desktop")
    for name in ("quote", "status", "survey"):
        page.goto(f"{house}{addresses[name]}")
        for zoom in (2, 4):
            page.set_viewport_size({"width": 1280 // zoom, "height": 900 // zoom})
            assert not page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ), f"{name} at {zoom}00 %"


def test_the_score_of_the_mail_is_chosen_and_sent_with_one_press(addresses, house, phone):
    phone.goto(f"{house}{addresses['survey']}&lang=en")
    expect(phone.get_by_role("radio", name="4")).to_be_checked()

    phone.get_by_role("button", name="Send").click()

    expect(phone.get_by_text("Your answer is kept: 4 of 5.")).to_be_visible()
