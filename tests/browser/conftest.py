"""Chromium for the tests that look at pages as people do.

desktop, phone      a page of 1440 x 900 (mouse) or 360 x 740 (touch).   any_screen: the test runs on both.
open_page(...)      more pages, each with its own cookies: open_page("phone", dark=True, locale="ro-RO").
serve(app)          runs a WSGI application on a free port of the loopback and gives its address.
axe(page)           the accessibility violations of what the page shows now, as sentences: assert axe(page) == [].
                    That it must be scrolled sideways is one of them (WCAG 2.2, 1.4.10), which axe itself cannot see.
look(page, name)    a screenshot into tests/browser/screenshots (not in git), for a person to look at; only where
                    ORDERLANE_LOOK=1 asks for it: nobody looks at two hundred pictures of each run.

A console error, an uncaught exception, a refused resource (Content-Security-Policy) or an answer of 500 fails the test
that opened the page. What a test provokes on purpose it names: page.expected_noise.append("409").
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.browser.windows import Windows

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "webapp/frontend/node_modules/axe-core/axe.min.js"
SCREENSHOTS = Path(__file__).parent / "screenshots"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}
#: The shell is the same engine without the windows around it: a page costs it a fifth of the processor time.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Without these Chromium looks for its maker's hosts at every start.
_QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
# A page of the tests lives for a second: what V8 spends on optimising its functions never comes back, and in a nursery of
# 16 MB most of what a page makes is gone before the collector looks. And the first address, with its
# Cross-Origin-Opener-Policy, need not bring a second process: each test has one of its own anyway.
_SHORT_LIVED = ["--js-flags=--no-opt --no-maglev --min-semi-space-size=16", "--renderer-process-limit=1"]
#: How long a page may take before it counts as stuck: a shared machine stands still for seconds at times.
_PATIENCE_MS = 30_000
OpenPage = Callable[..., Page]
#: What WCAG 2.2 AA refuses, as [rule, where, why]. Described is only that: for what a page does right, axe would work out
#: selectors and sentences too. No rule of these tags reads the style sheets that axe collects unless it is told not to.
_RUN_AXE = """async () => {
    const refusedOnly = (rules, options, done) => axe.getReporter('v1')(
        rules.filter((rule) => rule.violations.length)
            .map((rule) => ({...rule, passes: [], incomplete: [], inapplicable: []})),
        options, done);
    const found = await axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        preload: {assets: ['media']},
        reporter: refusedOnly,
    });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target, node.failureSummary]));
}"""
#: What scrolls as a page does: the window, the main part, the panes of a split page. Not the window's innerWidth: a phone
#: zooms out until everything is inside. Tables, tabs and diagrams may scroll by themselves.
_TOO_WIDE = """() => [...document.querySelectorAll(':root, main, .pane')]
    .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth)
    .map((each) => `${each.localName}.${each.className}: ${each.scrollWidth} px wide, but ${each.clientWidth} px are seen`)"""
#: Both in one question to the browser, or null where axe is not yet.
_EXAMINE = f"async () => window.axe ? [await ({_RUN_AXE})(), ({_TOO_WIDE})()] : null"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked `browser`."""
    folder = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(folder):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless, for the whole session."""
    path = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if path is None:
        pytest.skip(
            "Chromium is not installed; `make test` as root installs it, else: sudo apt-get install chromium-headless-shell"
        )
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", *_QUIET, *_SHORT_LIVED]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """Contexts as good as new, for the whole session."""
    return Windows(browser)


@pytest.fixture
def open_page(windows: Windows) -> Iterator[OpenPage]:
    """Opens pages and, at the end, fails when one of them complained."""
    complaints: list[tuple[Page, str]] = []

    def open_one(screen: str = "desktop", *, dark: bool = False, **options: Any) -> Page:
        scheme = "dark" if dark else "light"
        options = {"locale": "en-GB", "reduced_motion": "reduce", "color_scheme": scheme, **options}
        context = windows.take({**SCREENS[screen], **options})
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.expected_noise = []
        page.on("console", lambda message: message.type in ("error", "warning") and note(message.text))
        page.on("pageerror", lambda error: note(f"uncaught: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and note(f"{answer.status} {answer.url}"))

        def note(text: str) -> None:
            complaints.append((page, text))

        return page

    yield open_one
    windows.give_back()
    unexpected = [
        text for page, text in complaints if not any(noise in text for noise in page.expected_noise)
    ]
    assert unexpected == [], "The browser complained."


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """A page with a mouse, 1440 x 900."""
    return open_page("desktop")


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page on a phone of 360 px."""
    return open_page("phone")


@pytest.fixture(params=["desktop", "phone"])
def any_screen(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """A page, once on the desktop and once on the phone."""
    return open_page(request.param)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves WSGI applications until the session ends."""
    servers = []

    def start(app: Any) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Finds what WCAG 2.2 AA refuses."""
    script = AXE.read_text(encoding="utf-8")

    def violations(page: Page) -> list[str]:
        found = page.evaluate(_EXAMINE)
        if found is None:
            # By the debugger, so the page's own Content-Security-Policy stays as strict as it is; and as a script of
            # its own, not inside one of Playwright's, so that Chromium keeps from page to page what it has compiled.
            debugger = page.context.new_cdp_session(page)
            debugger.send("Runtime.evaluate", {"expression": script})
            debugger.detach()
            # Who is looked at once is looked at again: Chromium keeps the script itself for the pages to come.
            page.add_init_script(script)
            found = page.evaluate(_EXAMINE)
        refused, too_wide = found
        return [f"{rule}: {target} {summary}" for rule, target, summary in refused] + too_wide

    return violations


@pytest.fixture(scope="session")
def look() -> Callable[..., None]:
    """Keeps a screenshot for a person to look at, where that is asked for, or where the test has found something."""
    is_asked_for = os.environ.get("ORDERLANE_LOOK") == "1"

    def save(page: Page, name: str, *, is_wrong: bool = False, **options: Any) -> None:
        if is_asked_for or is_wrong:
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)

    return save
