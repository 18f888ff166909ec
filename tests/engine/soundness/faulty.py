"""Small diagrams, each with one fault of its own; and sound ones that look much like them."""

from __future__ import annotations

from tests.engine.spiff import diagrams as draw
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    cancel_end,
    catch,
    diagram,
    end,
    error,
    error_end,
    escalation,
    first,
    link,
    message,
    on_cancel,
    on_error,
    on_escalation,
    on_message,
    some,
    start,
    sub,
    throw,
    timer,
    transaction,
    user,
    xor,
)

HOUR = timer("duration", "PT1H")
MORE = error("E") + error("F") + escalation("X") + escalation("Y") + message("M")
A_B = (user("a"), user("b"))


def two(*nodes: draw.Node, flows: str) -> bytes:
    return diagram(start(), end(), *nodes, flows=flows, more=MORE)


PLAYED = {
    "exclusive into parallel": (
        two(
            xor("s"),
            *A_B,
            both("j"),
            flows="start -> s; s -> a [=c_s_to_a = 1]; s -> b [=c_s_to_b = 1]; a -> j; b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "event gateway into parallel": (
        two(
            first("g"),
            catch("m", on_message("M")),
            catch("t", HOUR),
            both("j"),
            flows="start -> g -> m -> j; g -> t -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "boundary path into parallel": (
        two(
            user("a"),
            boundary("late", "a", HOUR),
            user("b"),
            both("j"),
            flows="start -> a -> j; late -> b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "reminder into parallel": (
        two(
            user("a"),
            boundary("late", "a", HOUR, False),
            user("b"),
            both("j"),
            flows="start -> a -> j; late -> b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "an interrupted branch never joins": (
        two(
            both("s"),
            *A_B,
            boundary("late", "a", HOUR),
            end("gone"),
            both("j"),
            flows="start -> s -> a -> j; s -> b -> j -> end; late -> gone",
        ),
        "deadlock",
        "j",
    ),
    "a loop into a parallel join": (
        two(
            user("a"),
            both("j"),
            xor("s"),
            flows="start -> j -> a -> s; s -> j [=c_s_to_j = 1]; s -> end [=c_s_to_end = 1]",
        ),
        "deadlock",
        "j",
    ),
    "two starts into one parallel join": (
        diagram(
            start(),
            start("told", inner=on_message("M")),
            *A_B,
            both("j"),
            end(),
            flows="start -> a -> j; told -> b -> j -> end",
            more=MORE,
        ),
        "deadlock",
        "j",
    ),
    "an error path into parallel": (
        two(
            user("a"),
            boundary("failed", "a", on_error("E")),
            user("b"),
            both("j"),
            flows="start -> a -> j; failed -> b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "a link into parallel": (
        two(
            xor("s"),
            user("a"),
            throw("over", inner=link("L")),
            catch("on", link("L")),
            both("j"),
            flows="start -> s; s -> a [=c_s_to_a = 1]; s -> over [=c_s_to_over = 1]; a -> j; on -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "inside a sub-process behind a task": (
        two(
            user("before"),
            sub(
                "inner",
                start("begin"),
                xor("s"),
                *A_B,
                both("j"),
                end("done"),
                flows="begin -> s; s -> a [=c_s_to_a = 1]; s -> b [=c_s_to_b = 1]; a -> j; b -> j -> done",
            ),
            flows="start -> before -> inner -> end",
        ),
        "deadlock",
        "j",
    ),
    "parallel into exclusive": (
        two(both("s"), *A_B, xor("j"), user("c"), flows="start -> s -> a -> j; s -> b -> j -> c -> end"),
        "lack_of_synchronisation",
        "j",
    ),
    "parallel into a task": (
        two(both("s"), *A_B, user("c"), flows="start -> s -> a -> c; s -> b -> c -> end"),
        "lack_of_synchronisation",
        "c",
    ),
    "a task with two flows": (
        two(user("a"), user("b"), xor("j"), user("c"), flows="start -> a -> b -> j; a -> j -> c -> end"),
        "lack_of_synchronisation",
        "j",
    ),
    "a reminder that comes back": (
        two(
            user("a"),
            boundary("late", "a", HOUR, False),
            xor("j"),
            user("c"),
            flows="start -> a -> j; late -> j -> c -> end",
        ),
        "lack_of_synchronisation",
        "j",
    ),
    "inclusive into exclusive": (
        two(
            some("s"),
            *A_B,
            xor("j"),
            user("c"),
            flows="start -> s; s -> a [=c_s_to_a = 1]; s -> b [=c_s_to_b = 1]; a -> j; b -> j -> c -> end",
        ),
        "lack_of_synchronisation",
        "j",
    ),
    "a task left behind in each round": (
        two(
            xor("e"),
            *A_B,
            both("s"),
            xor("q"),
            end("over"),
            flows="start -> e -> a -> s -> b -> end; s -> q; q -> e [=c_q_to_e = 1]; q -> over [=c_q_to_over = 1]",
        ),
        "lack_of_synchronisation",
        "s",
    ),
    "a loop that ends a bit in each round": (
        two(user("a"), both("s"), user("b"), xor("j"), flows="start -> j -> a -> s -> b -> j; s -> end"),
        "end_unreachable",
        "s",
    ),
    "a loop of tasks without a way out": (
        two(xor("e"), *A_B, flows="start -> e -> a -> b -> e").replace(
            b'<endEvent id="end"></endEvent>', b""
        ),
        "end_unreachable",
        "e",
    ),
}

DEAD = {
    "behind a sub-process that only fails": (
        two(
            sub("inner", start("begin"), error_end("fail", "E"), flows="begin -> fail"),
            boundary("caught", "inner", on_error("E")),
            user("next"),
            end("other"),
            flows="start -> inner -> next -> end; caught -> other",
        ),
        "next",
    ),
    "an escalation that nobody throws": (
        two(
            sub("inner", start("begin"), user("a"), end("done"), flows="begin -> a -> done"),
            boundary("told", "inner", on_escalation("X"), False),
            end("other"),
            flows="start -> inner -> end; told -> other",
        ),
        "told",
    ),
    "an escalation that somebody nearer catches": (
        two(
            sub(
                "outer",
                start("o"),
                sub(
                    "inner", start("i"), throw("t", inner=on_escalation("X")), end("ie"), flows="i -> t -> ie"
                ),
                boundary("near", "inner", on_escalation("X"), False),
                end("oe"),
                end("ne"),
                flows="o -> inner -> oe; near -> ne",
            ),
            boundary("far", "outer", on_escalation("X"), False),
            end("other"),
            flows="start -> outer -> end; far -> other",
        ),
        "far",
    ),
    "behind an escalation that always interrupts": (
        two(
            sub(
                "inner",
                start("begin"),
                throw("t", inner=on_escalation("X")),
                user("after"),
                end("done"),
                flows="begin -> t -> after -> done",
            ),
            boundary("caught", "inner", on_escalation("X")),
            end("other"),
            flows="start -> inner -> end; caught -> other",
        ),
        "after",
    ),
    "a cancel event that nothing triggers": (
        two(
            transaction("inner", start("begin"), user("a"), end("done"), flows="begin -> a -> done"),
            boundary("cancelled", "inner", on_cancel()),
            end("other"),
            flows="start -> inner -> end; cancelled -> other",
        ),
        "cancelled",
    ),
    "behind a transaction that is always cancelled": (
        two(
            transaction("inner", start("begin"), cancel_end("no"), flows="begin -> no"),
            boundary("cancelled", "inner", on_cancel()),
            user("next"),
            end("other"),
            flows="start -> inner -> next -> end; cancelled -> other",
        ),
        "next",
    ),
}
