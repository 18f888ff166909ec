"""Chromium's browser contexts, kept between tests: a kept one saves its renderer, and what V8 has compiled there.

Whoever takes one cannot tell it from a new one: its pages, its cookies, and what pages have stored are gone. What stays is
Chromium's own cache of files, as for people.
A context on which a test has set something that outlives its pages (LEAVES_TRACES, the clock) is closed, never kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

#: What is set on a context and stays there when its pages are closed.
LEAVES_TRACES = (
    "add_init_script", "expose_binding", "expose_function", "grant_permissions", "on", "once", "route", "route_from_har",
    "route_web_socket", "set_extra_http_headers", "set_geolocation", "set_offline", "set_storage_state",
)  # fmt: skip
#: Each holds a process of some 100 MB.
_KEPT = 3


class Windows:
    """The contexts of one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[_Window] = []
        self._taken: list[_Window] = []

    def take(self, options: dict[str, Any]) -> BrowserContext:
        """A context with these options in which nothing has happened yet."""
        wanted = json.dumps(options, sort_keys=True)
        window = next((each for each in self._free if each.options == wanted), None)
        if window:
            self._free.remove(window)
            window.forget()
        else:
            window = _Window(wanted, self._browser.new_context(**options))
        self._taken.append(window)
        return window.context

    def give_back(self) -> None:
        """Close the pages of all that were taken; the latest contexts are kept for whoever comes next."""
        for window in self._taken:
            if window.is_marked():
                window.context.close()
            else:
                window.close_pages()
                self._free.append(window)
        self._taken.clear()
        while len(self._free) > _KEPT:
            self._free.pop(0).context.close()


class _Window:
    """A context, a blank page that keeps its renderer alive, and where its other pages have been."""

    def __init__(self, options: str, context: BrowserContext) -> None:
        self.options = options
        self.context = context
        self._marked = False
        self._origins: set[str] = set()
        self._blank = context.new_page()
        self._blank.on("crash", lambda _: self._mark())
        self._storage = context.new_cdp_session(self._blank)
        context.on("page", lambda page: page.on("framenavigated", lambda frame: self._note(frame.url)))
        for name in LEAVES_TRACES:
            setattr(context, name, self._marking(getattr(context, name)))

    def is_marked(self) -> bool:
        """Whether something was set here that stays. A clock that was set is set on every page, the blank one too."""
        return self._marked or self._blank.evaluate("'__pwClock' in globalThis")

    def close_pages(self) -> None:
        """All but the blank one."""
        for page in self.context.pages:
            if page != self._blank:
                page.close()

    def forget(self) -> None:
        """What pages have left: as late as possible, because a last message of theirs may have been on its way."""
        self.context.clear_cookies()
        for origin in self._origins:
            self._storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self._origins.clear()

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https"):
            self._origins.add(f"{parts.scheme}://{parts.netloc}")

    def _mark(self) -> None:
        self._marked = True

    def _marking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def marked(*arguments: Any, **options: Any) -> Any:
            self._mark()
            return method(*arguments, **options)

        return marked
