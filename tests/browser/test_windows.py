"""A browser context that is kept between tests is as good as a new one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext
from werkzeug.wrappers import Request, Response

from tests.browser.windows import LEAVES_TRACES, Windows

OPTIONS = {"locale": "en-GB", "viewport": {"width": 400, "height": 300}}
#: All places in which a page of a browser can leave something for a later one.
LEAVE = """async () => {
    document.cookie = 'left=script; max-age=1000';
    localStorage.left = sessionStorage.left = 'yes';
    await caches.open('left');
    await new Promise((done) => indexedDB.open('left').onsuccess = done);
    globalThis.left = 'yes';
}"""
FIND = """async () => [
    document.cookie, localStorage.length, sessionStorage.length, await caches.keys(), await indexedDB.databases(),
    globalThis.left ?? null, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, opener,
]"""


def _nothing(*_: object) -> None:
    """Somebody has to be called."""


#: What makes a mark that stays.
MARKS = {
    "add_init_script": ["globalThis.left = 'yes'"],
    "expose_binding": ["left", _nothing],
    "expose_function": ["left", _nothing],
    "grant_permissions": [["geolocation"]],
    "on": ["close", _nothing],
    "once": ["close", _nothing],
    "route": ["**/left", _nothing],
    "route_web_socket": ["**/left", _nothing],
    "set_extra_http_headers": [{"X-Left": "yes"}],
    "set_geolocation": [{"latitude": 47, "longitude": 28}],
    "set_offline": [True],
    "set_storage_state": [{"cookies": [], "origins": []}],
}


@pytest.fixture
def windows(browser) -> Iterator[Windows]:
    """A pool of this test's own; what it keeps is closed with the test."""
    before = set(browser.contexts)
    yield Windows(browser)
    for context in set(browser.contexts) - before:
        context.close()


@pytest.fixture(scope="module")
def place(serve) -> str:
    return serve(_place)


@Request.application
def _place(request: Request) -> Response:
    answer = Response(f"<title>{request.headers.get('Cookie', '')}</title>", mimetype="text/html")
    if request.path == "/deep/leave":
        answer.set_cookie("left", "server", httponly=True, max_age=1000, path="/deep")
    return answer


def test_a_kept_context_has_nothing_of_the_test_before(windows, place) -> None:
    fresh = _found(windows.take(OPTIONS), place)
    windows.give_back()
    context = windows.take(OPTIONS)
    for at in ("/", "/deep/leave"):
        page = context.new_page()
        page.goto(place + at)
        page.set_viewport_size({"width": 500, "height": 300})
        page.emulate_media(color_scheme="dark")
        page.route("**/*", lambda route: route.abort())
        page.add_init_script("globalThis.left = 'yes'")
        page.evaluate(LEAVE)
        assert _state(page) != fresh[0]
        page.evaluate("() => { open('about:blank'); }")
    context.add_cookies([{"name": "left", "value": "elsewhere", "url": "http://elsewhere.example"}])

    windows.give_back()
    again = windows.take(OPTIONS)

    assert again == context
    assert len(again.pages) == 1, "The blank page alone."
    assert again.cookies() == []
    assert _found(again, place) == fresh


def test_a_context_with_a_mark_that_stays_is_not_kept(windows) -> None:
    context = windows.take(OPTIONS)
    for mark in [*MARKS, "clock"]:
        if mark == "clock":
            context.new_page().clock.install()
        else:
            getattr(context, mark)(*MARKS[mark])

        windows.give_back()
        marked, context = context, windows.take(OPTIONS)

        assert context != marked, mark


def test_every_mark_is_tried() -> None:
    assert set(MARKS) == set(LEAVES_TRACES) - {"route_from_har"}, (
        "A file of recorded answers is a route as well."
    )


def test_who_asks_for_other_options_or_at_the_same_time_gets_another_context(windows, place) -> None:
    context = windows.take(OPTIONS)
    windows.give_back()

    romanian, one, other = (
        windows.take(OPTIONS | {"locale": "ro-RO"}),
        windows.take(OPTIONS),
        windows.take(OPTIONS),
    )
    one.add_cookies([{"name": "one", "value": "yes", "url": place}])

    assert one == context
    assert len({romanian, one, other}) == 3
    assert romanian.cookies() == other.cookies() == []


def _found(context: BrowserContext, place: str) -> list[object]:
    found = []
    for at in ("/", "/deep/down"):
        page = context.new_page()
        page.goto(place + at)
        assert page.title() == "", "A cookie came along."
        found.append(_state(page))
    return found


def _state(page) -> object:
    return page.evaluate(FIND)
