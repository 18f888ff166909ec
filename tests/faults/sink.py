"""A mail server that is in a different mood at each connection: it takes a mail, refuses, dies, is late, or forgets to answer.

It knows a mail by its Message-ID, as readers' programs do: what comes again under the same one is not accepted again.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine import mail
from webapp import config, mailer

TAKES, REFUSES, DIES, LATE, FORGETS = MOODS = ("takes", "refuses", "dies", "late", "forgets")


class Sink:
    """Listens on the loopback until it is stopped. mood: of the n-th connection."""

    def __init__(self, mood: Callable[[int], str] = lambda _number: TAKES):
        self._mood = mood
        self.moods: list[str] = []
        #: (Message-ID, subject, body) of what was accepted, in order; and the Message-IDs of all that came.
        self.accepted: list[tuple[str, str, str]] = []
        self.came: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, name="sink", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            mood = self._mood(len(self.moods))
            self.moods.append(mood)
            with connection, contextlib.suppress(OSError):
                self._talk(connection, mood)

    def _talk(self, connection: socket.socket, mood: str) -> None:
        if mood == LATE:
            time.sleep(0.4)
            return
        lines = connection.makefile("rb")

        def say(line: str) -> None:
            connection.sendall(f"{line}\r\n".encode())

        say("220 sink")
        for line in lines:
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"MAIL" and mood == REFUSES:
                say("451 Not now")
                continue
            if verb == b"DATA":
                say("354 Go on")
                if mood == DIES:
                    return
                self._take(lines)
                if mood == FORGETS:
                    return
            if verb == b"QUIT":
                say("221 Bye")
                return
            say("250 OK")

    def _take(self, lines: object) -> None:
        text = b""
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return  # the sender died: half a mail is none
            text += line
        mail = email.message_from_bytes(text, policy=email.policy.default)
        key = str(mail["Message-ID"])
        if key not in self.came:
            self.accepted.append((key, str(mail["Subject"]), mail.get_content().strip()))
        self.came.append(key)


def sender_to(sink: Sink, folder: Path) -> mail.Sender:
    """What sends our mails to this server. folder: an instance folder, of which nothing is read."""
    smtp = {"host": "127.0.0.1", "port": sink.port, "sender": "us@example.org", "security": "none"}
    settings = config.Settings(instance=folder, database_url="sqlite://", secret_key="x" * 50, smtp=smtp)
    return mailer.sender(settings)
