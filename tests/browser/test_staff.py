"""Staff, deputies and the calendar address in Chromium: nothing for axe to find, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

import engine.database
from engine import clock, deputies, roles
from processes.records import staff_times
from tests import founded
from webapp.accounts import sessions
from webapp.app import create_app
from webapp.database import db

PAGES = {
    "staff": "/staff",
    "staff-card": "/staff/technician2",
    "qualifications": "/qualifications",
    "absences": "/absences",
    "locations": "/locations",
    "deputies": "/deputies",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo company, in which somebody is away and has a deputy."""
    settings_ = founded.copied(founded.company(tmp_path_factory), tmp_path_factory.mktemp("staff"))
    database = engine.database.connect(settings_.database_url)
    now = clock.now()
    until = now + timedelta(days=5)
    with engine.database.transaction(database) as session:
        staff_times.be_absent(
            session, "technician2", now - timedelta(hours=1), until, "sick", "Back on Friday"
        )
        deputies.appoint(
            session, "technician2", "installer", starts_at=now, ends_at=until, actor=roles.SYSTEM, now=now
        )
    database.installation = settings_
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def house(database: Engine, serve: Callable[..., str]) -> Iterator[str]:
    """Where that company is served."""
    app = create_app(database.installation)
    yield serve(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def manager(any_screen: Page, database: Engine, house: str) -> Page:
    """A browser in which a manager is signed in, once at a desk and once on a phone."""
    with engine.database.transaction(database) as session:
        session_id = sessions.start(session, "manager", now=clock.now())
    any_screen.context.add_cookies([{"name": "orderlane", "value": session_id, "url": house}])
    return any_screen


def _is_sound(page: Page, axe: Callable[[Page], list[str]]) -> None:
    assert axe(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (
        f"{page.url} is wider than the screen"
    )


def test_the_pages_about_staff_are_sound_at_a_desk_and_on_a_phone(manager, house, axe, look):
    for name, address in PAGES.items():
        manager.goto(house + address)

        for each in manager.locator("main details").all():
            each.locator("summary").click()

        _is_sound(manager, axe)
        look(manager, f"{name}-{'phone' if manager.viewport_size['width'] < 640 else 'desktop'}")


def test_a_calendar_address_is_made_and_shown_once(manager, house, axe, look):
    manager.goto(house + "/me")
    manager.get_by_role("button", name="address").first.click()

    assert manager.get_by_label("Address of the calendar").input_value().endswith(".ics")
    _is_sound(manager, axe)
    look(manager, f"calendar-{'phone' if manager.viewport_size['width'] < 640 else 'desktop'}")
