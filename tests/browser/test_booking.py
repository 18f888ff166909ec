"""Booking a visit in Chromium: without an account, on pages without script, on a phone in the dark and at a desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

import engine.database
from engine import mail
from engine.tables import Mail
from tests import founded
from webapp.app import create_app
from webapp.database import db
from webapp.protection import limiter


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo company, its processes deployed."""
    settings_ = founded.copied(founded.company(tmp_path_factory), tmp_path_factory.mktemp("booking"))
    database = engine.database.connect(settings_.database_url)
    database.installation = settings_
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def house(database: Engine, serve: Callable[..., str]) -> Iterator[str]:
    """Where the public pages of that company are served."""
    app = create_app(database.installation)
    limiter.enabled = False
    yield serve(app)
    limiter.enabled = True
    with app.app_context():
        db.engine.dispose()


def _link(database: Engine) -> str:
    with engine.database.reading(database) as session:
        newest = session.scalars(select(Mail).order_by(Mail.key.desc()).limit(1)).one()
        return re.search(r"/c/[\w-]{43}", mail.text(newest))[0]


@pytest.mark.parametrize(("screen", "dark"), [("phone", True), ("desktop", False)])
def test_a_customer_books_and_moves_a_visit_on_pages_without_script(
    database, house, open_page, axe, look, screen, dark
):
    page = open_page(screen, dark=dark)

    def is_sound(name: str) -> None:
        look(page, f"booking-{name}-{screen}")
        assert axe(page) == [], name
        assert not page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        ), name
        assert page.locator("script").count() == 0, name

    page.goto(f"{house}/book?lang=en")
    is_sound("services")
    page.locator(".portal-services a").first.click()
    page.locator(".portal-days a").nth(1).click()
    is_sound("times")
    page.locator(".portal-times a").first.click()
    is_sound("who")
    _fill_in(page, screen)
    page.locator(".portal-answer .btn.primary").click()
    expect(page.locator(".banner.ok")).to_be_visible()
    is_sound("booked")
    page.goto(f"{house}{_link(database)}?lang=en")
    expect(page.locator("h1")).to_have_text("May we come then?")
    is_sound("appointment")
    page.locator(".portal-others a").click()
    is_sound("other-times")
    page.locator(".portal-times input").nth(1).check()
    page.locator(".portal-answer .btn.primary").click()

    expect(page.locator(".banner.ok")).to_contain_text("It is agreed.")
    is_sound("agreed")


def _fill_in(page: Page, screen: str) -> None:
    page.fill("#name", "N. Q.")
    page.fill("#phone", f"+373 60 000 40{len(screen)}")
    page.fill("#email", "n.q@customer.example")
    page.fill("#address", "7 Example Street, Chișinău")
    page.fill("#subject", "Two windows")
    page.check("[name=consent]")
