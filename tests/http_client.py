"""A person without a browser: keeps cookies and the CSRF token, follows nothing by itself."""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

#: The server closes a connection that was idle for five seconds.
_IDLE_S = 2.0
#: In the head of our people's pages, in the form of a customer's.
_TOKEN = re.compile(r'name="csrf[-_]token" (?:content|value)="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str | None

    def json(self) -> Any:
        return json.loads(self.text)


class Client:
    """One person at one server. Raises OSError or http.client's errors when the server is gone."""

    def __init__(self, base: str, timeout: float = 20):
        self._where = urlsplit(base)
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self._cookies: dict[str, str] = {}
        self._used = 0.0
        self._token = ""
        self._is_signed_in = False

    def sign_in(self, link: str) -> Client:
        """Use a one-time link (its path)."""
        self.get(link)
        answered = self.post(link)
        assert answered.status == 302, (answered.status, answered.text[-600:])
        self._token, self._is_signed_in = "", True
        return self

    def go_on(self, session: str) -> Client:
        """Be signed in with a session that is there already, and open the inbox: all that can be made ready is."""
        self.with_session(session).get("/inbox")
        return self

    def with_session(self, session: str) -> Client:
        """Be signed in with a session that is there already; which page is opened first is left to what follows."""
        self._cookies["orderlane"] = session
        self._is_signed_in = True
        return self

    @property
    def token(self) -> str:
        """The CSRF token of the last page; who has signed in and opened none since opens the inbox for it."""
        if self._is_signed_in and not self._token:
            self.get("/inbox")
        return self._token

    def get(self, path: str, **headers: str) -> Answer:
        """GET, remembering the CSRF token of the page."""
        answer = self._send("GET", path, None, headers)
        found = _TOKEN.search(answer.text)
        if found:
            self._token = found[1]
        return answer

    def post(self, path: str, fields: dict[str, Any] | None = None, *, as_program: bool = False) -> Answer:
        """POST form fields with the CSRF token; `as_program` asks for JSON."""
        body = urlencode({**(fields or {}), "csrf_token": self.token}, doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if as_program:
            headers["Accept"] = "application/json"
        return self._send("POST", path, body, headers)

    def complete(self, user_task_key: int, answers: dict[str, Any], version: int = 1) -> Answer:
        """Submit the form of a user task as its page does."""
        fields = {"submission": json.dumps(answers), "version": version}
        return self.post(f"/user-tasks/{user_task_key}/complete", fields, as_program=True)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if time.monotonic() - self._used > _IDLE_S:
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self._where.hostname or "", self._where.port, timeout=self._timeout
            )
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, path, body, {**headers, "Cookie": cookie} if cookie else headers)
            response = self._connection.getresponse()
            text = response.read().decode(errors="replace")
            self._used = time.monotonic()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for value in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(value).items():
                self._cookies[name] = morsel.value
        return Answer(response.status, text, response.headers.get("Location"))
