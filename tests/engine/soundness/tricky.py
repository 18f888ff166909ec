"""Tricky models and what is true of each: inclusive joins, boundary events, event sub-processes."""

from __future__ import annotations

from tests.engine.soundness.faulty import A_B, HOUR, MORE, two
from tests.engine.soundness.truths import FAIL, NO_END, SOUND, TELL, dead, deadlock, doubled
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
    user,
    xor,
)

INCLUSIVE = {
    "an inclusive join waits while one branch goes round": (
        two(
            *(some("s"), xor("e"), *A_B, xor("q"), some("j")),
            flows="start -> s; s -> e [=x]; s -> b [default]; e -> a -> q; q -> e [=y]; q -> j [default]; b -> j -> end",
        ),
        SOUND,
    ),
    "two inclusive joins wait for each other": (
        two(
            *(both("s"), some("j1"), some("j2"), xor("x1"), xor("x2"), end("e1"), end("e2")),
            flows="start -> s -> j1 -> x1; s -> j2 -> x2; x1 -> j2 [=x]; x1 -> e1 [default]; x2 -> j1 [=x]; x2 -> e2 [default]",
        ).replace(b'<endEvent id="end"></endEvent>', b""),
        deadlock("j1"),
    ),
    "an inclusive join does not wait for the branch that ends": (
        two(
            *(some("s"), *A_B, user("c"), some("j"), end("gone")),
            flows="start -> s; s -> a [=x]; s -> b [=y]; s -> c [default]; a -> j; b -> gone; c -> j -> end",
        ),
        SOUND,
    ),
    "branches that may be skipped meet inclusively": (
        two(
            *(both("s"), xor("x"), xor("y"), *A_B, some("j")),
            flows="start -> s -> x; s -> y; x -> a [=u]; x -> j [default]; y -> b [=v]; y -> j [default]; a -> j; b -> j -> end",
        ),
        SOUND,
    ),
    "two ways to begin meet inclusively": (
        diagram(
            *(start(), start("called", inner=on_message("M")), *A_B, some("j"), end()),
            flows="start -> a -> j; called -> b -> j -> end",
            more=MORE,
        ),
        SOUND,
    ),
    "an inclusive split into an exclusive merge before a task": (
        two(
            *(some("s"), *A_B, xor("j"), user("c")),
            flows="start -> s; s -> a [=x]; s -> b [default]; a -> j; b -> j -> c -> end",
        ),
        SOUND,  # the default is taken only where no other is
    ),
    "an inclusive loop that leaves and goes round at once": (
        two(some("j"), user("a"), some("s"), flows="start -> j -> a -> s; s -> j [=x]; s -> end [default]"),
        SOUND,
    ),
}

BOUNDARIES = {
    "a sub-process or its time, then joined": (
        two(
            *(both("s"), user("b"), xor("x"), both("j")),
            sub(
                "inner",
                start("i"),
                both("k"),
                user("c"),
                user("d"),
                both("q"),
                end("ie"),
                flows="i -> k -> c -> q; k -> d -> q -> ie",
            ),
            boundary("late", "inner", HOUR),
            flows="start -> s -> inner -> x -> j; s -> b -> j -> end; late -> x",
        ),
        SOUND,
    ),
    "a sub-process whose time ends the branch": (
        two(
            *(both("s"), user("b"), both("j"), end("gone")),
            sub("inner", start("i"), user("c"), end("ie"), flows="i -> c -> ie"),
            boundary("late", "inner", HOUR),
            flows="start -> s -> inner -> j; s -> b -> j -> end; late -> gone",
        ),
        deadlock("j"),
    ),
    "an endless round inside is left by its time": (
        two(
            sub("inner", start("i"), xor("e"), catch("t", HOUR), user("c"), flows="i -> e -> t -> c -> e"),
            boundary("late", "inner", HOUR),
            end("over"),
            flows="start -> inner; late -> over",
        ).replace(b'<endEvent id="end"></endEvent>', b""),
        SOUND,
    ),
    "an endless round inside with a reminder only": (
        two(
            sub("inner", start("i"), xor("e"), user("c"), flows="i -> e -> c -> e"),
            boundary("late", "inner", HOUR, False),
            end("over"),
            flows="start -> inner; late -> over",
        ).replace(b'<endEvent id="end"></endEvent>', b""),
        NO_END,
    ),
    "behind an endless round that only its time leaves": (
        two(
            sub("inner", start("i"), xor("e"), user("c"), flows="i -> e -> c -> e"),
            boundary("late", "inner", HOUR),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; late -> over",
        ),
        dead("next"),
    ),
    "the error is for the one around": (
        two(
            sub(
                "outer",
                *(start("o"), user("n"), end("oe"), end("no")),
                sub("inner", *FAIL, flows="i -> f"),
                boundary("other", "inner", on_error("F")),
                flows="o -> inner -> n -> oe; other -> no",
            ),
            boundary("caught", "outer", on_error("E")),
            end("over"),
            flows="start -> outer -> end; caught -> over",
        ),
        dead("n"),
    ),
    "a call that may fail goes on or not": (
        two(
            *(call("c", "other"), boundary("failed", "c", on_error("E")), both("j"), both("s"), user("b")),
            flows="start -> s -> c -> j; s -> b -> j -> end; failed -> j",
        ),
        deadlock("j"),
    ),
    "a reminder in a loop comes back into it": (
        two(
            *(xor("e"), user("a"), boundary("late", "a", HOUR, False), user("b"), xor("q")),
            flows="start -> e -> a -> q; q -> e [=x]; q -> end [default]; late -> b -> e",
        ),
        doubled("e"),
    ),
}

HANDLERS = {
    "an endless round is ended by what is told": (
        diagram(
            *(start(), xor("e"), user("a")),
            event_sub("stop", TELL, end("over"), flows="told -> over"),
            flows="start -> e -> a -> e",
            more=MORE,
        ),
        SOUND,
    ),
    "an endless round that only hears": (
        diagram(
            *(start(), xor("e"), user("a")),
            event_sub("hear", starts("told", on_message("M"), False), end("over"), flows="told -> over"),
            flows="start -> e -> a -> e",
            more=MORE,
        ),
        NO_END,
    ),
    "the handler of the scope catches what always fails": (
        two(
            sub(
                "inner",
                *FAIL,
                event_sub(
                    "h", starts("caught", on_error("E")), user("c"), end("he"), flows="caught -> c -> he"
                ),
                flows="i -> f",
            ),
            user("next"),
            flows="start -> inner -> next -> end",
        ),
        SOUND,
    ),
    "the handler is for another error": (
        two(
            sub(
                "inner",
                *FAIL,
                event_sub("h", starts("caught", on_error("F")), end("he"), flows="caught -> he"),
                flows="i -> f",
            ),
            boundary("failed", "inner", on_error()),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        dead("next"),
    ),
    "a reminder inside throws to the one around": (
        two(
            sub(
                "inner",
                *(start("i"), user("c"), end("ie")),
                event_sub("h", starts("late", HOUR, False), error_end("f", "E"), flows="late -> f"),
                flows="i -> c -> ie",
            ),
            boundary("failed", "inner", on_error("E")),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        SOUND,
    ),
    "a fault inside a handler": (
        diagram(
            *(start(), user("w"), end()),
            event_sub(
                "h",
                *(TELL, xor("s"), *A_B, both("j"), end("he")),
                flows="told -> s; s -> a [=x]; s -> b [default]; a -> j; b -> j -> he",
            ),
            flows="start -> w -> end",
            more=MORE,
        ),
        deadlock("j"),
    ),
    "a handler that ends at once ends only itself": (
        two(
            sub(
                "inner",
                *(start("i"), user("c"), end("ie")),
                event_sub("h", starts("late", HOUR, False), terminate_end("stop"), flows="late -> stop"),
                flows="i -> c -> ie",
            ),
            user("next"),
            flows="start -> inner -> next -> end",
        ),
        SOUND,
    ),
}
