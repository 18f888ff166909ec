"""A person at a browser, as far as HTTP goes: cookies, CSRF token, forms as the form viewer sends them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Visitor:
    """get, post and put like a browser: the token of the page goes with every unsafe request."""

    def __init__(self, client: FlaskClient):
        self.client = client
        self._token: str | None = None

    def get(self, address: str, **headers: str) -> TestResponse:
        """Open an address."""
        page = self.client.get(address, headers=_named(headers))
        if self._token is None and page.mimetype == "text/html":
            self._note_token(page.text)
        return page

    def text(self, address: str) -> str:
        """The page without tags, as a person reads it."""
        page = self.get(address)
        assert page.status_code == 200, page.text[:500]
        return words(page.text)

    def post(self, address: str, fields: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """Send a form."""
        data = {"csrf_token": self.token, **(fields or {})}
        return self.client.post(address, data=data, headers=_named(headers))

    def submit(self, address: str, answers: dict[str, Any], **fields: Any) -> TestResponse:
        """Send answers as the form island does."""
        return self.post(address, {"submission": json.dumps(answers), **fields}, accept="application/json")

    def put(self, address: str, body: Any) -> TestResponse:
        """Send JSON as the form island does while somebody types."""
        return self.client.put(address, json=body, headers={"X-CSRFToken": self.token})

    @property
    def token(self) -> str:
        """The CSRF token of this browser's pages."""
        if self._token is None:
            # Every page has it, and this one asks the least of the database.
            self.get("/no-such-page")
        return self._token

    def _note_token(self, page: str) -> None:
        if found := re.search(r'name="csrf-token" content="([^"]+)"', page):
            self._token = found.group(1)

    def forget_token(self) -> None:
        """After signing in or out the next page has another one."""
        self._token = None


def words(page: str) -> str:
    """The text of a page, with single blanks."""
    without_script = re.sub(r"<script.*?</script>", " ", page, flags=re.S)
    text = html.unescape(re.sub(r"<[^>]+>", " ", without_script))
    return " ".join(text.split())


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {"accept": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
