"""Tricky models and what is true of each, written down before the checker was asked: SOUND, or the rules and elements."""

from __future__ import annotations

from tests.engine.soundness.faulty import A_B, HOUR, MORE, two
from tests.engine.spiff.diagrams import (
    ad_hoc,
    again,
    both,
    boundary,
    call,
    cancel_end,
    catch,
    compensate,
    diagram,
    each,
    end,
    error_end,
    event_sub,
    first,
    link,
    on_cancel,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    pair,
    signal,
    some,
    start,
    starts,
    sub,
    terminate_end,
    throw,
    timer,
    transaction,
    user,
    xor,
)

SOUND: tuple[tuple[str, str], ...] = ()
TELL = starts("told", on_message("M"))
FAIL = (start("i"), error_end("f", "E"))


NO_END = (("end_unreachable", None),)


def deadlock(*nodes: str):
    return tuple(("deadlock", node) for node in nodes)


def doubled(node: str):
    return (("lack_of_synchronisation", node),)


def dead(*nodes: str):
    return tuple(("dead_step", node) for node in nodes)


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

ENDS = {
    "one branch ends all": (
        two(both("s"), *A_B, terminate_end("stop"), flows="start -> s -> a -> stop; s -> b -> end"),
        SOUND,
    ),
    "one branch ends its sub-process": (
        two(
            sub(
                "inner",
                start("i"),
                both("s"),
                *A_B,
                terminate_end("stop"),
                end("ie"),
                flows="i -> s -> a -> stop; s -> b -> ie",
            ),
            user("next"),
            flows="start -> inner -> next -> end",
        ),
        SOUND,
    ),
    "one branch always fails": (
        two(
            sub(
                "inner",
                start("i"),
                both("s"),
                *A_B,
                error_end("f", "E"),
                end("ie"),
                flows="i -> s -> a -> f; s -> b -> ie",
            ),
            boundary("failed", "inner", on_error("E")),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        dead("next"),
    ),
    "one branch fails and the other ends all": (
        two(
            sub(
                "inner",
                start("i"),
                both("s"),
                *A_B,
                error_end("f", "E"),
                terminate_end("stop"),
                flows="i -> s -> a -> f; s -> b -> stop",
            ),
            boundary("failed", "inner", on_error("E")),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        SOUND,
    ),
    "one branch always cancels": (
        two(
            transaction(
                "inner",
                start("i"),
                both("s"),
                *A_B,
                cancel_end("no"),
                end("ie"),
                flows="i -> s -> a -> no; s -> b -> ie",
            ),
            boundary("cancelled", "inner", on_cancel()),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; cancelled -> over",
        ),
        dead("next"),
    ),
    "cancelled, failed or done": (
        two(
            transaction(
                "inner",
                *(start("i"), xor("x"), user("a"), cancel_end("no"), error_end("f", "E"), end("ie")),
                flows="i -> x; x -> a [=u]; x -> no [=v]; x -> f [default]; a -> ie",
            ),
            *(
                boundary("cancelled", "inner", on_cancel()),
                boundary("failed", "inner", on_error("E")),
                xor("j"),
            ),
            flows="start -> inner -> j; cancelled -> j; failed -> j -> end",
        ),
        SOUND,
    ),
    "an escalation interrupts now and then": (
        two(
            sub(
                "inner",
                start("i"),
                xor("x"),
                throw("t", inner=on_escalation("X")),
                user("a"),
                end("ie"),
                flows="i -> x; x -> t [=u]; x -> a [default]; t -> ie; a -> ie",
            ),
            *(boundary("told", "inner", on_escalation("X")), xor("j")),
            flows="start -> inner -> j; told -> j -> end",
        ),
        SOUND,
    ),
}

REPEATED = {
    "nothing fails where there is no item": (
        two(
            sub("inner", *FAIL, flows="i -> f", inner=each("=items")),
            boundary("failed", "inner", on_error("E")),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        SOUND,
    ),
    "nothing fails that is not begun": (
        two(
            sub("inner", *FAIL, flows="i -> f", inner=again("=x < 1", before=True)),
            boundary("failed", "inner", on_error("E")),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        SOUND,
    ),
    "what is repeated is begun once": (
        two(
            sub("inner", *FAIL, flows="i -> f", inner=again("=x < 1")),
            boundary("failed", "inner", on_error("E")),
            *(user("next"), end("over")),
            flows="start -> inner -> next -> end; failed -> over",
        ),
        dead("next"),
    ),
    "a fault for each item": (
        two(
            sub(
                "inner",
                *(start("i"), xor("s"), *A_B, both("j"), end("ie")),
                flows="i -> s; s -> a [=x]; s -> b [default]; a -> j; b -> j -> ie",
                inner=each("=items", until="=done"),
            ),
            flows="start -> inner -> end",
        ),
        deadlock("j"),
    ),
    "each item may end at once": (
        two(
            sub(
                "inner",
                start("i"),
                both("s"),
                *A_B,
                terminate_end("stop"),
                end("ie"),
                flows="i -> s -> a -> stop; s -> b -> ie",
                inner=each("=items"),
            ),
            flows="start -> inner -> end",
        ),
        SOUND,
    ),
}

OTHERS = {
    "a round through a gateway of events": (
        two(
            *(xor("e"), first("g"), catch("m", on_message("M")), catch("t", HOUR)),
            flows="start -> e -> g -> m -> end; g -> t -> e",
        ),
        SOUND,
    ),
    "a round that every event goes on": (
        two(
            *(xor("e"), first("g"), catch("m", on_message("M")), catch("t", HOUR)),
            flows="start -> e -> g -> m -> e; g -> t -> e",
        ).replace(b'<endEvent id="end"></endEvent>', b""),
        NO_END,
    ),
    "two links of parallel paths lead to one place": (
        two(
            *(
                both("s"),
                throw("l1", inner=link("L")),
                throw("l2", inner=link("L")),
                catch("on", link("L")),
                user("c"),
            ),
            flows="start -> s -> l1; s -> l2; on -> c -> end",
        ),
        doubled("l1"),
    ),
    "a link is one of two parallel paths": (
        two(
            *(both("s"), throw("l", inner=link("L")), catch("on", link("L")), user("a"), both("j")),
            flows="start -> s -> l; s -> a -> j; on -> j -> end",
        ),
        SOUND,
    ),
    "what is thrown and caught in one instance": (
        two(
            *(both("s"), catch("c", on_signal("S")), throw("t", inner=on_signal("S")), both("j")),
            flows="start -> s -> c -> j; s -> t -> j -> end",
        ).replace(b"<process", signal("S").encode() + b"<process", 1),
        SOUND,
    ),
    "an undone step": (
        two(
            *pair("a"),
            throw("u", inner=compensate()),
            xor("q"),
            flows="start -> a -> q; q -> u [=x]; q -> end [default]; u -> end",
        ),
        SOUND,
    ),
    "two flows between the same gateways": (
        two(both("s"), both("j"), user("a"), flows="start -> s -> j; s -> a -> j -> end").replace(
            b'<sequenceFlow id="s_to_j"',
            b'<sequenceFlow id="again" sourceRef="s" targetRef="j"/><sequenceFlow id="s_to_j"',
        ),
        SOUND,
    ),
    "steps that people choose, with a choice before a join": (
        two(
            ad_hoc(
                "inner",
                *A_B,
                user("c"),
                xor("x"),
                both("j"),
                flows="a -> x; x -> b [=u]; x -> c [default]; b -> j; c -> j",
            ),
            flows="start -> inner -> end",
        ),
        deadlock("j"),
    ),
    "a clock that starts it and a hand": (
        diagram(
            *(start(), start("daily", inner=timer("cycle", "R/PT24H")), xor("j"), user("a"), end()),
            flows="start -> j; daily -> j -> a -> end",
        ),
        SOUND,
    ),
}

TRICKY = INCLUSIVE | BOUNDARIES | HANDLERS | ENDS | REPEATED | OTHERS
