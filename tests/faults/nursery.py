"""Real servers that begin without importing anything anew: each is forked from a nursery, which is a fork of the tests.

A server that is started from the shell spends four seconds of a processor on imports; a test that kills forty of them
would spend minutes on nothing else. Nor does a fork compile what was compiled here before. What is forked is the product's
own `server.serve`, in a session of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import gunicorn.glogging
import gunicorn.workers.gthread  # noqa: F401  (a fork would import it anew)

from tests.faults import compiled, struck
from tests.http_client import Client
from tests.server_process import free_port
from webapp import config, server

#: linux/prctl.h: the orphans among its descendants become a process's own children.
PR_SET_CHILD_SUBREAPER = 36


class Nursery:
    """Begin it before the test has threads. before: makes its servers broken ones."""

    def __init__(self, folder: Path, database_url: str, before: Callable[[], None] = lambda: None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        #: Set while the server answers: who finds it dead waits for this instead of knocking.
        self.there = threading.Event()
        environment = {
            "DATABASE_URL": database_url,
            "PORT": str(self.port),
            "THREADS": "16",
        }
        self.settings = config.load(folder, environ=environment)
        self._before = before
        self._server: int | None = None
        there, self._wishes = os.pipe()
        self._births, here = os.pipe()

        def care() -> None:
            os.close(self._wishes)
            os.close(self._births)
            self._bear(there, here)

        self._nurse = struck.begin(care)
        os.close(there)
        os.close(here)

    def start(self, wait_s: float = 60) -> None:
        """Start a server and return when it answers /readyz with 200."""
        os.write(self._wishes, b"+")
        self._server = int(os.read(self._births, 32))
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            probe = Client(self.url, timeout=5)
            try:
                if probe.get("/readyz").status == 200:
                    self.there.set()
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                probe.close()
        raise AssertionError(f"The server was not ready in {wait_s} s: {self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """SIGKILL to the server and its workers: no goodbye, nothing is flushed."""
        if self._server is None:
            return
        group, self._server = self._server, None
        self.there.clear()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        for _ in range(500):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)

    def kill_a_worker(self) -> None:
        """SIGKILL to the process that serves; its master, which knows nothing of databases, begins another one."""
        assert self._server is not None
        children = Path(f"/proc/{self._server}/task/{self._server}/children").read_text().split()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def end(self) -> None:
        """End the server and the nursery."""
        self.kill()
        os.close(self._wishes)
        os.close(self._births)
        struck.killed(self._nurse)

    def _bear(self, wishes: int, births: int) -> None:
        """The life of the nurse: one server for each sign, until nobody wishes any more."""
        # The workers of a killed server are buried here too: the system's own undertaker may come once a second only.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        signal.signal(signal.SIGCHLD, _bury)
        while os.read(wishes, 1):
            child = os.fork()
            if child == 0:
                self._serve(wishes, births)
            os.write(births, f"{child}\n".encode())

    def _serve(self, wishes: int, births: int) -> None:
        try:
            os.setsid()
            os.close(wishes)
            os.close(births)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with self.log.open("ab") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            self._before()
            with compiled.together():
                server.serve(self.settings)
        finally:
            os._exit(3)


def _bury(*_signal: object) -> None:
    """Nobody else waits for the servers that have died."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
