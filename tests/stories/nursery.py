"""Servers with a moved clock that begin without importing and compiling anew: each is a fork of one process that has.

A server that is started from the shell spends four seconds of a processor on imports, and two more until it has compiled
what it asks its database; a company whose clock is moved starts again and again. What is forked is the command itself, in a
session of its own.
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
import tempfile
import time
from collections.abc import Callable, Sequence
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

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the same program on the same installation, beside the server."""
        written = functools.partial(tempfile.NamedTemporaryFile, "r", encoding="utf-8")
        with written() as said, written() as problems:
            code = self._wish("command", arguments, said.name, problems.name)
            return subprocess.CompletedProcess(arguments, code, said.read(), problems.read())

    def begin_work(self) -> None:
        """Let the processes of a company begin in its books. The nurse does that herself, and remembers it."""
        self._wish("work", (), os.devnull, os.devnull)

    def _begin(self) -> Forked:
        return Forked(self._wish("server", self._arguments, str(self.log), str(self.log)))

    def _wish(self, for_what: str, arguments: Sequence[str], out: str, errors: str) -> int:
        wish = {
            "for": for_what,
            "arguments": arguments,
            "environment": self._environment,
            "out": out,
            "errors": errors,
        }
        nurse = _nurse()
        nurse.stdin.write(json.dumps(wish) + "\n")
        nurse.stdin.flush()
        return int(nurse.stdout.readline())


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


def care(command: Callable[[], None], begin_work: Callable[[], None]) -> None:
    """The life of the nurse: for each wish that is read a process that runs the command, or `begin_work` in this one.

    The answer to the wish for a server is its number, to that for a command its exit code, as soon as it has ended.
    """
    signal.signal(signal.SIGCHLD, _bury)
    configure_mappers()
    gc.freeze()
    gc.enable()
    for line in sys.stdin:
        wish = json.loads(line)
        if wish["for"] == "work":
            os.environ.update(wish["environment"])
            gc.disable()
            begin_work()
            # Garbage, too: to look for it would take a third of a second, and here it is in nobody's way.
            gc.freeze()
            gc.enable()
            os.write(1, b"0\n")
            continue
        # Who waits for a command buries it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        child = os.fork()
        if child == 0:
            _become(wish)
            command()
            return
        answer = child
        if wish["for"] == "command":
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.write(1, f"{answer}\n".encode())


def _become(wish: dict[str, Any]) -> None:
    """A process like one that a shell has started: its own session, environment, arguments and output."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for number, place, mode in ((0, os.devnull, "rb"), (1, wish["out"], "ab"), (2, wish["errors"], "ab")):
        with Path(place).open(mode) as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(wish["environment"])
    sys.argv = ["orderlane", *wish["arguments"]]


def _bury(*_signal: object) -> None:
    """Nobody else waits for the servers that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
