"""A server on the loopback that speaks Telegram's Bot API as documented: takes sendMessage and setWebhook, refuses what it refuses."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456:test-token"


class TelegramServer:
    """Listens until it is stopped. calls: (method, values) of everything that was accepted.

    blocked: chats whose people have blocked the bot; busy: how many calls are answered with 429 first.
    """

    def __init__(self) -> None:
        self.forget()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def forget(self) -> None:
        """As if nobody had called yet."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.blocked: set[str] = set()
        self.busy = 0

    @property
    def address(self) -> str:
        """What stands in the place of api.telegram.org."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def sent(self, chat_id: str) -> list[dict[str, Any]]:
        """What a chat has got."""
        return [
            values
            for method, values in self.calls
            if method == "sendMessage" and values["chat_id"] == chat_id
        ]

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, values: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the body for one call."""
        _, bot, method = path.split("/", 2)
        if bot != f"bot{TOKEN}":
            return 401, _refused(401, "Unauthorized")
        if method not in ("sendMessage", "setWebhook"):
            return 404, _refused(404, "Not Found")
        if self.busy:
            self.busy -= 1
            return 429, {
                **_refused(429, "Too Many Requests: retry after 1"),
                "parameters": {"retry_after": 1},
            }
        if method == "sendMessage":
            if not values.get("text"):
                return 400, _refused(400, "Bad Request: message text is empty")
            if values.get("chat_id") in self.blocked:
                return 403, _refused(403, "Forbidden: bot was blocked by the user")
        self.calls.append((method, values))
        return 200, {
            "ok": True,
            "result": {"message_id": len(self.calls)} if method == "sendMessage" else True,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, found = server.answer(self.path, json.loads(body))
                written = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, *_parts: object) -> None:
                pass

        return Handler


def _refused(code: int, words: str) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": words}
