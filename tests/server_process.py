"""A real server process for tests: started, asked whether it is ready, killed with its workers."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

from tests.http_client import Client

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process(Protocol):
    """What a server asks of its process, the leader of its group."""

    pid: int

    def poll(self) -> int | None:
        """None while it lives."""

    def wait(self, timeout: float) -> object:
        """Return when it has ended."""


class Server:
    """`python -m module` in a process group of its own, on one port for all its lives."""

    def __init__(self, instance: Path, *arguments: str, module: str = "webapp.cli", **environment: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = instance / "server.log"
        self._module = module
        self._arguments = arguments
        self._environment = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "",  # a server that starts forty times compiles its code once
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "ORDERLANE_INSTANCE": str(instance),
            **environment,
        }
        self._process: Process | None = None

    def start(self, wait_s: float = 60) -> Server:
        """Start and return when it answers /readyz with 200."""
        self._process = self._begin()
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"The server ended: {self.log.read_text()[-3000:]}"
            probe = Client(self.url, timeout=2)
            try:
                if probe.get("/readyz").status == 200:
                    return self
            except (OSError, http.client.HTTPException):
                time.sleep(0.03)
            finally:
                probe.close()
        raise AssertionError(f"The server was not ready in {wait_s} s: {self.log.read_text()[-3000:]}")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the same program on the same installation, beside the server."""
        command = [sys.executable, "-m", self._module, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=60, check=False
        )

    def kill(self) -> None:
        """SIGKILL to all its processes: no goodbye, nothing is flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """The ordinary end."""
        self._end(signal.SIGTERM)

    def _begin(self) -> Process:
        command = [sys.executable, "-m", self._module, *self._arguments]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        group = os.getpgid(self._process.pid)
        os.killpg(group, number)
        self._process.wait(30)
        # The workers are children of the killed master; they die with the signal, but not before us.
        for _ in range(500):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                break
            time.sleep(0.01)
        self._process = None
