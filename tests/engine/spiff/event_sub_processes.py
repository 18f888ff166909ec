"""Event sub-processes of every start type, in a process and in a sub-process, for the tests."""

from __future__ import annotations

from tests.engine.spiff.diagrams import (
    both,
    diagram,
    end,
    error,
    error_end,
    escalation,
    event_sub,
    message,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    start,
    starts,
    sub,
    throw,
    timer,
    user,
    when,
)
from tests.engine.spiff.play import Play, play

MORE = message("m") + signal("sig") + error("e") + error("other") + escalation("esc")

TRIGGERS = {
    "timer": (timer("duration", "PT1H"), lambda played: played.wait(hours=1)),
    "message": (on_message("m"), lambda played: played.send("begins")),
    "signal": (on_signal("sig"), lambda played: played.signal("sig")),
    "condition": (when("=ready = true"), lambda played: played.write(ready=True)),
    "escalation": (on_escalation("esc"), lambda played: played.complete("tell_it")),
    "error": (on_error("e"), lambda played: played.complete("fail_it")),
}
NON_INTERRUPTING = [name for name in TRIGGERS if name != "error"]


def handler(kind, interrupting=True, zeebe="", id="esp"):
    return event_sub(
        id, starts("begins", TRIGGERS[kind][0], interrupting, zeebe), user("handle"), flows="begins -> handle"
    )


def content(*handlers):
    """Two parallel user tasks, and two more that throw when they are completed."""
    return (
        (both("f"), user("a"), user("b"), user("tell_it"), throw("told", inner=on_escalation("esc")), user("fail_it"),
         error_end("failed", "e"), *handlers),
        "f -> a; f -> b; f -> tell_it -> told; f -> fail_it -> failed",
    )  # fmt: skip


def in_process(*handlers) -> Play:
    nodes, flows = content(*handlers)
    return play(diagram(start(), *nodes, flows=f"start -> {flows}", more=MORE), key="k")


def in_sub_process(*handlers, around=(), flows="", **attributes) -> Play:
    nodes, inner = content(*handlers)
    body = sub("sp", start("s"), *nodes, flows=f"s -> {inner}", **attributes)
    document = diagram(
        start(), body, *around, user("after"), end(), flows=f"start -> sp -> after -> end; {flows}", more=MORE
    )
    return play(document, key="k")
