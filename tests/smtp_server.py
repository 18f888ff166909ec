"""A real SMTP server on the loopback for tests: takes every mail and keeps it (RFC 5321, without extensions)."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage


class SmtpServer:
    """Listens in a thread of its own until it is stopped."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)
        self._thread.start()
        # Begun inside its thread: in ours a browser's loop may run already.
        beginning = asyncio.start_server(self._talk, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(beginning, self._loop).result(5)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._server.close)
        asyncio.run_coroutine_threadsafe(self._server.wait_closed(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def wait_for(self, wanted: Callable[[EmailMessage], bool], timeout_s: float = 20) -> EmailMessage:
        """The first mail that fits, as soon as it is there."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for mail in self.found(wanted):
                return mail
            time.sleep(0.05)
        raise AssertionError(f"No such mail came; there are {[each['Subject'] for each in self.mails]}.")

    def found(self, wanted: Callable[[EmailMessage], bool]) -> list[EmailMessage]:
        """All mails so far that fit."""
        return [each for each in list(self.mails) if wanted(each)]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 localhost ESMTP")
        while line := await reader.readline():
            verb = line.strip().upper().partition(b" ")[0]
            if verb == b"DATA":
                say("354 End with a dot")
                await writer.drain()
                self.mails.append(await self._read_mail(reader))
            if verb == b"QUIT":
                say("221 Bye")
                break
            known = {b"EHLO", b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP"}
            say("250 OK" if verb in known else "502 Not known here")
            await writer.drain()
        writer.close()

    @staticmethod
    async def _read_mail(reader: asyncio.StreamReader) -> EmailMessage:
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        for name in ("To", "Subject"):
            # Kept as it was read: a header that is text is read anew each time somebody looks for a mail.
            mail.replace_header(name, mail[name])
        return mail
