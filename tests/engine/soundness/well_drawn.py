"""Small diagrams without a fault, many of them the sound sisters of those in `faulty.py`."""

from __future__ import annotations

from tests.engine.soundness.faulty import A_B, HOUR, MORE, two
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    catch,
    diagram,
    end,
    error_end,
    event_sub,
    on_error,
    on_message,
    some,
    start,
    starts,
    sub,
    terminate_end,
    timer,
    user,
    xor,
)

SOUND = {
    "inclusive of both kinds": two(
        some("s"), *A_B, some("j"), flows="start -> s; s -> a [=x]; s -> b [default]; a -> j; b -> j -> end"
    ),
    "parallel paths with ends of their own": two(
        both("s"), *A_B, end("e2"), flows="start -> s -> a -> end; s -> b -> e2"
    ),
    "parallel paths into one end": two(both("s"), *A_B, flows="start -> s -> a -> end; s -> b -> end"),
    "the first of two ends everything": two(
        both("s"), *A_B, xor("j"), terminate_end("stop"), flows="start -> s -> a -> j; s -> b -> j -> stop"
    ),
    "a reminder with its own end": two(
        user("a"),
        boundary("late", "a", timer("cycle", "R/PT1H"), False),
        user("b"),
        end("told"),
        flows="start -> a -> end; late -> b -> told",
    ),
    "a reminder to the same end": two(
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        xor("j"),
        flows="start -> a -> j; late -> b -> j -> end",
    ),
    "two reminders share a path": two(
        user("a"),
        boundary("late", "a", HOUR, False),
        boundary("asked", "a", on_message("M"), False),
        xor("j"),
        user("b"),
        end("told"),
        flows="start -> a -> end; late -> j; asked -> j -> b -> told",
    ),
    "a reminder joined inclusively": two(
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        some("j"),
        flows="start -> a -> j; late -> b -> j -> end",
    ),
    "a reminder that is first at an inclusive join beside others": two(
        both("s"),
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        some("j"),
        flows="start -> s -> a -> j; s -> b -> j; late -> j -> end",
    ),
    "a reminder in a loop": two(
        xor("e"),
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        end("told"),
        xor("q"),
        flows="start -> e -> a -> q; q -> e [=x]; q -> end [default]; late -> b -> told",
    ),
    "an event sub-process rescues an endless round": diagram(
        start(),
        xor("e"),
        user("a"),
        event_sub("stop", starts("told", on_message("M")), end("over"), flows="told -> over"),
        sub(
            "inner",
            start("i"),
            xor("x"),
            catch("t", HOUR),
            xor("y"),
            end("ie"),
            flows="i -> x -> t -> y; y -> x [=x]; y -> ie [default]",
        ),
        end(),
        flows="start -> e -> a -> inner -> end",
        more=MORE,
    ),
    "a call that may fail": two(
        call("called", "other"),
        boundary("failed", "called", on_error()),
        end("other"),
        flows="start -> called -> end; failed -> other",
    ),
    "a caught error goes round": two(
        xor("e"),
        sub(
            "inner",
            start("i"),
            user("a"),
            xor("q"),
            error_end("f", "E"),
            end("ie"),
            flows="i -> a -> q; q -> f [=x]; q -> ie [default]",
        ),
        boundary("failed", "inner", on_error("E")),
        flows="start -> e -> inner -> end; failed -> e",
    ),
}
