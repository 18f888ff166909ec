"""The dispatch board in Chromium: a visit is dragged, one is refused, the form does it with the keyboard, a phone shows the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

import engine.database
from engine import clock, settings
from processes.records import appointments, staff_times, visits
from tests import founded
from webapp.accounts import sessions
from webapp.app import create_app
from webapp.database import db


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo company, its processes deployed."""
    settings_ = founded.copied(founded.company(tmp_path_factory), tmp_path_factory.mktemp("dispatch"))
    database = engine.database.connect(settings_.database_url)
    database.installation = settings_
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def house(database: Engine, serve: Callable[..., str]) -> Iterator[str]:
    """Where the pages of that company are served."""
    app = create_app(database.installation)
    yield serve(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def tuesday(database) -> datetime:
    """Midnight by the clock of the shop before a day on which people work."""
    with engine.database.reading(database) as session:
        calendar = settings.calendar(session)
    day = clock.now().date() + timedelta(days=14)
    while day.weekday() != 1 or calendar.is_holiday(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(0), ZoneInfo(calendar.time_zone))


@pytest.fixture(scope="module", autouse=True)
def week(database, tuesday) -> dict[str, int]:
    """Visits of that Tuesday, somebody who is ill, and one visit that lies in the illness: {name: key}."""
    plan = [
        ("mine", visits.REPAIR, "technician", 9, 90),
        ("done", visits.REPAIR, "technician2", 9, 60),
        ("taken", visits.REPAIR, "technician2", 13, 120),
        ("estimate", visits.ESTIMATE, "representative", 10, 60),
        ("late", visits.MAINTENANCE, "installer", 12, 60),
    ]
    keys, now = {}, clock.now()
    with engine.database.transaction(database) as session:
        for name, kind, login, hour, minutes in plan:
            visit = visits.Visit(kind, minutes, None, f"{hour} Flower Street, Botanica")
            at = tuesday.replace(hour=hour)
            people = ["technician2"] if name == "late" else [login]
            made = appointments.book(session, visit, at, people, by="dispatcher", now=now)
            if name != "estimate":
                appointments.confirm(session, made, by="dispatcher", now=now)
            if name == "done":
                appointments.finish(session, made, by="dispatcher", now=now)
            keys[name] = made.key
        until = tuesday + timedelta(days=2)
        staff_times.be_absent(session, "representative", tuesday, until, staff_times.SICK)
    return keys


@pytest.fixture
def at(database, house, open_page) -> Callable[..., Page]:
    """at("dispatcher", "phone"): a page that is signed in as that person."""

    def sit_down(login: str, screen: str = "desktop", **options: object) -> Page:
        with engine.database.transaction(database) as session:
            session_id = sessions.start(session, login, now=clock.now())
        page = open_page(screen, base_url=house, **options)
        page.context.add_cookies([{"name": "orderlane", "value": session_id, "url": house}])
        return page

    return sit_down


def _board(page: Page, tuesday: datetime, **more: str) -> None:
    page.goto(f"/dispatch?day={tuesday.date()}" + "".join(f"&{name}={value}" for name, value in more.items()))
    expect(page.locator("[data-island=dispatch][data-ready]")).to_be_visible()


def _visit(page: Page, words: str, number: int = 0):
    return page.locator(".dispatch-event:not(.ec-ghost):not(.ec-preview)", has_text=words).nth(number)


def _drag(page: Page, visit, right: float, down: float = 0) -> None:
    box = visit.bounding_box()
    x, y = box["x"] + 30, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2, steps=4)
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def _sound(page: Page, axe) -> None:
    found = axe(page)
    assert found == [], "\n".join(found)
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def _start(database, key) -> tuple[str, list[str]]:
    with engine.database.reading(database) as session:
        found = appointments.current(session, key, hold=False)
        zone = ZoneInfo(settings.calendar(session).time_zone)
        return f"{found.starts_at.astimezone(zone):%H:%M}", appointments.people(session, found.key)


def test_a_visit_is_dragged_a_refused_drag_goes_back_with_its_sentence_and_a_form_moves_it_by_keys(
    at, database, week, tuesday, axe, look
):
    page = at("dispatcher")
    page.expected_noise.append("409")
    page.expected_noise.append("422")
    _board(page, tuesday)
    look(page, "dispatch-day")
    _sound(page, axe)
    page.set_viewport_size({"width": 1440, "height": 1500})  # a drag sees both rows
    hour = _visit(page, "09:00–10:30").bounding_box()["width"] / 1.5

    _drag(page, _visit(page, "09:00–10:30"), 2 * hour)
    expect(_visit(page, "11:00–12:30")).to_be_visible()
    moved = _start(database, week["mine"])
    before = _visit(page, "11:00–12:30").bounding_box()
    rows = page.locator(".ec-row-head")
    names = rows.all_inner_texts()
    to = next(i for i, name in enumerate(names) if "T. C." in name)
    down = (
        rows.nth(to).bounding_box()["y"]
        - rows.nth(next(i for i, n in enumerate(names) if "Т. Н." in n)).bounding_box()["y"]
    )
    _drag(page, _visit(page, "11:00–12:30"), 1.5 * hour, down)
    expect(page.locator("#dispatch-said [role=alert]")).to_contain_text("no longer free")
    look(page, "dispatch-refused")

    assert moved == ("11:00", ["technician"])
    assert _start(database, week["mine"]) == moved
    after = _visit(page, "11:00–12:30").bounding_box()
    assert (round(after["x"]), after["width"]) == (round(before["x"]), before["width"])
    _sound(page, axe)

    # The form of a visit does the same, without a mouse and in the dark.
    page.emulate_media(color_scheme="dark")
    look(page, "dispatch-day-dark")
    _visit(page, "13:00–15:00").locator("a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Repair at your place")
    look(page, "dispatch-visit")
    _sound(page, axe)
    page.get_by_label("Begins").fill(f"{tuesday.date()}T15:00")
    page.get_by_label("Who answers for it").select_option("installer")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("15:00–17:00")

    assert _start(database, week["taken"]) == ("15:00", ["installer"])


def test_the_week_fits_and_can_be_read(at, tuesday, axe, look):
    page = at("manager")
    _board(page, tuesday, span="week")

    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator(".dispatch-why")).to_contain_text("Ill until")
        look(page, f"dispatch-week-{theme}")
        _sound(page, axe)


def test_a_phone_shows_the_day_by_person_as_a_list(at, week, tuesday, axe, look):
    page = at("dispatcher", "phone")
    page.goto(f"/dispatch?day={tuesday.date()}")

    expect(page.locator(".dispatch-list")).to_be_visible()
    expect(page.locator(".dispatch-board")).to_be_hidden()
    look(page, "dispatch-phone", full_page=True)
    _sound(page, axe)
    page.locator(f".dispatch-list a[href='/dispatch/visits/{week['estimate']}']").click()
    expect(page.locator("h1")).to_have_text("Estimate at your place")
    look(page, "dispatch-visit-phone", full_page=True)
    _sound(page, axe)


def test_a_technician_sees_the_own_day_and_nothing_to_drag(at, tuesday, axe, look):
    page = at("technician2")
    _board(page, tuesday, **{"as": ""})

    look(page, "dispatch-own")
    expect(page.locator(".ec-row-head")).to_have_count(1)
    expect(page.locator(".ec-draggable")).to_have_count(0)
    _sound(page, axe)
