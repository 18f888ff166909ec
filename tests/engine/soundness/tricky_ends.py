"""Tricky models and what is true of each: how scopes end, what is repeated, what stands beside the flow."""

from __future__ import annotations

from tests.engine.soundness.faulty import A_B, HOUR, two
from tests.engine.soundness.truths import FAIL, NO_END, SOUND, dead, deadlock, doubled
from tests.engine.spiff.diagrams import (
    ad_hoc,
    again,
    both,
    boundary,
    cancel_end,
    catch,
    compensate,
    diagram,
    each,
    end,
    error_end,
    first,
    link,
    on_cancel,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    pair,
    signal,
    start,
    sub,
    terminate_end,
    throw,
    timer,
    transaction,
    user,
    xor,
)

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
