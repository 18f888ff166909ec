"""Servers with a moved clock that begin without importing anything anew: each is a fork of one process that has.

A server that is started from the shell spends four seconds of a processor on imports, and a company whose clock is moved
starts again and again. What is forked is the command itself, in a session of its own; the company whose clock nobody moves
is started from the shell.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from tests.server_process import ROOT, Server


class Forked:
    """A process of the nursery, asked as one asks a Popen."""

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        """None while it lives. How it ended only the nursery knows."""
        return None if Path(f"/proc/{self.pid}").exists() else -1

    def wait(self, timeout: float) -> None:
        """Return when it has ended. Raises AssertionError when that takes too long."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            assert time.monotonic() < deadline, f"Process {self.pid} has not ended in {timeout} s."
            time.sleep(0.01)


class MovedServer(Server):
    """A server whose clock is the file ORDERLANE_CLOCK."""

    def __init__(self, instance: Path, *arguments: str, **environment: str):
        super().__init__(instance, *arguments, module="tests.stories.moved_clock", **environment)

    def _begin(self) -> Forked:
        wish = {
            "arguments": self._arguments,
            "environment": self._environment,
            "log": str(self.log),
        }
        nurse = _nurse()
        nurse.stdin.write(json.dumps(wish) + "\n")
        nurse.stdin.flush()
        return Forked(int(nurse.stdout.readline()))


@functools.cache
def _nurse() -> subprocess.Popen[str]:
    """One for all companies of a test process; it ends with the tests."""
    nurse = subprocess.Popen(
        [sys.executable, "-m", "tests.stories.moved_clock", "nursery"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        nurse.terminate()
        nurse.communicate()

    atexit.register(end)
    return nurse


def care(command: Callable[[], None]) -> None:
    """The life of the nurse: for each wish that is read a process that runs the command; its number is the answer."""
    signal.signal(signal.SIGCHLD, _bury)
    configure_mappers()
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            command()
            return
        os.write(1, f"{child}\n".encode())


def _become(wish: dict[str, Any]) -> None:
    """A process like one that a shell has started: its own session, environment, arguments and log."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(os.devnull).open() as nothing, Path(wish["log"]).open("ab") as log:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.environ.clear()
    os.environ.update(wish["environment"])
    sys.argv = ["orderlane", *wish["arguments"]]


def _bury(*_signal: object) -> None:
    """Nobody else waits for the servers that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
