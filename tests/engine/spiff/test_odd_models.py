"""Odd but legal models: what the standard or Camunda 8 says of each, played and stored at each step.

The pages are those of `engine/dialect/table.py`; numbers are chapters of BPMN 2.0.2. How to read a script: scripts.py.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import dialect
from engine.spiff import tree
from engine.xml import parse
from tests.engine.spiff.diagrams import (
    Node,
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
    error,
    error_end,
    escalation,
    event_sub,
    first,
    handler,
    link,
    mappings,
    message,
    needs_all,
    on_cancel,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    receive,
    script,
    service,
    signal,
    some,
    start,
    starts,
    sub,
    terminate_end,
    throw,
    timer,
    transaction,
    undone_by,
    user,
    when,
    xor,
)
from tests.engine.spiff.play import Play
from tests.engine.spiff.scripts import follow

S, T, M, E = signal("S"), signal("T"), message("M"), error("E")
HOUR = timer("duration", "PT1H")


def can_be_undone(name: str, **more: str) -> tuple[Node, ...]:
    return user(name, **more), undone_by(name, f"undo_{name}"), handler(user(f"undo_{name}"))


def beside(name: str, trigger: str, interrupting: bool, task: str) -> Node:
    """An event sub-process with one task."""
    begins = starts(f"{name}_s", trigger, interrupting)
    return event_sub(name, begins, user(task), flows=f"{name}_s -> {task}")


def called(*nodes: Node, flows: str, more: str = "") -> bytes:
    return diagram(*nodes, flows=flows, id="q", more=more)


def booking(*nodes: Node, flows: str) -> bytes:
    """A transaction with its cancel boundary event."""
    return diagram(start(), transaction("tx", *nodes, flows=flows), boundary("c", "tx", on_cancel()), user("told"), user("after"),
                   flows="start -> tx -> after; c -> told", more=S + T + E)  # fmt: skip


def race(*nodes: Node, flows: str) -> bytes:
    """An event-based gateway."""
    return diagram(
        start(), first("g"), *nodes, user("a"), user("b"), flows="start -> g; " + flows, more=M + S
    )


def on_step(event: Node, more: str = "") -> bytes:
    """A step with this boundary event, b."""
    return diagram(start(), user("a"), event, user("z"), flows="start -> a; b -> z", more=more)


def tagged(document: bytes) -> bytes:
    """References as xsd:QName has them: with the prefix of the target namespace."""
    return document.replace(b"<definitions ", b'<definitions xmlns:tns="t" ')


GATEWAYS = {
    "a default flow alone": (diagram(start(), xor("x"), user("a"), flows="start -> x; x -> a [default]"), "= a"),
    "null is no answer, default or not (concepts/incidents)": (
        diagram(start(), xor("x"), user("a"), user("b"), flows="start -> x; x -> a [=n > 1]; x -> b [default]"),
        "= x!; incident CONDITION_ERROR; write n=0; retry x; = b"),
    "one of several inclusive conditions is null": (
        diagram(start(), some("x"), user("a"), user("b"), flows="start -> x; x -> a [=true]; x -> b [=n > 1]"), "= x!; write n=0; retry x; = a"),
    "two tokens on one flow of a parallel join (13.4.1)": (
        diagram(start(), both("s"), user("a"), user("b"), user("c"), xor("m"), both("j"), user("z"),
                flows="start -> s; s -> a -> m; s -> b -> m; m -> j; s -> c -> j; j -> z"), "a; b; = c j+; c; = j+ z; z; = j+"),
    "two flows between the same two gateways": (diagram(start(), both("s"), both("j"), user("z"), flows="start -> s; s -> j; s -> j; j -> z"), "= z; z; done"),
    "several flows into a step are no join (13.3.1)": (
        diagram(start(), user("a"), user("b"), user("c"), user("m"), flows="start -> a; a -> b -> m; a -> c -> m"), "a; b; c; = m m; m; m; done"),
    "two tokens on one flow of an inclusive join (13.4.3)": (
        diagram(start(), both("s"), user("a"), user("b"), xor("m"), some("j"), user("c"), user("z"),
                flows="start -> s; s -> a -> m; s -> b -> m; m -> j; s -> c -> j; j -> z"), "a; = b c j+; c; = b z; b; = z z"),
    "an inclusive join begins its own loop (13.4.3, second half)": (
        diagram(start(), some("j"), user("a"), xor("x"), end(), flows="start -> j; j -> a -> x; x -> j [=more]; x -> end [default]"),
        "a more=true; = a; a more=false; done"),
    "an inclusive join waits for an incident before it": (
        diagram(start(), both("s"), xor("a"), user("b"), some("j"), user("z"), flows="start -> s; s -> a; s -> b; a -> j [=ok]; b -> j; j -> z"),
        "b; = a! j+; write ok=true; retry a; = z"),
    "an event that fired beside a step does not excuse the step at an inclusive join (13.4.3)": (
        diagram(start(), both("s"), user("a"), user("b"), boundary("n", "a", timer("cycle", "R2/PT1H"), False), some("j"), user("z"),
                flows="start -> s; s -> a; s -> b; a -> j; b -> j; n -> j; j -> z"), "b; @ 1h; = a j+; a; = z; z; done"),
    "two inclusive joins are ready at once": (
        diagram(start(), user("a"), user("b"), both("s"), some("j1"), some("j2"), user("y"), user("z"),
                flows="start -> s; s -> a; s -> b; a -> j1; a -> j2; b -> j1; b -> j2; j1 -> y; j2 -> z"), "a; = b j1+ j2+; b; = y z; y; z; done"),
    "an inclusive join in each instance for itself": (
        diagram(start(), sub("u", start("i"), some("s"), user("a"), user("b"), some("j"), user("z"), inner=each("=[1, 2, 3]"),
                flows="i -> s; s -> a [=item < 3]; s -> b [=item > 1]; a -> j; b -> j; j -> z"), flows="start -> u"),
        "a; = a b b z; a; = b b j+ z; b; = b z z; b; = z z z; z; z; z; done"),
    "the race: the later one is refused": (race(catch("m", on_message("M")), catch("t", HOUR), flows="g -> m -> a; g -> t -> b"),
        "~ m t; > m x=1; = a; ~ -; no > t; no > m; root x=1"),
    "the race: a moment that has passed": (
        race(catch("m", on_message("M")), catch("t", timer("date", "2020-01-01T00:00:00Z")), flows="g -> m -> a; g -> t -> b"), "@ 0s; = b"),
    "the race in a loop": (race(catch("m", on_message("M")), catch("t", HOUR), flows="g -> m -> g; g -> t -> b"), "> m; > m; @ 1h; = b"),
    "the race: a key that cannot be told": (
        race(catch("m", on_message("M")), catch("t", HOUR), flows="g -> m -> a; g -> t -> b").replace(b"=key", b"=number"),
        "= g!; ~ -; write number=7; retry g; key 7; ~ m t"),
    "two links at once": (diagram(start(), both("f"), throw("l1", inner=link("L")), throw("l2", inner=link("L")), catch("c", link("L")), user("z"),
                                  flows="start -> f; f -> l1; f -> l2; c -> z"), "= z z"),
}  # fmt: skip

TIMERS = {
    f"{kind} {text}": (diagram(start(), catch("t", timer(kind, text)), user("z"), flows="start -> t -> z"), f"due {due}; @ 500d; = z")
    for kind, text, due in (
        ("date", '=date("2026-05-01")', "2026-05-01T00:00"), ("date", '=date and time("2026-05-01T09:00:00@Europe/Berlin")', "2026-05-01T07:00"),
        ("date", '=now() + duration("P1M")', "2026-04-02T12:00"), ("date", "2026-12-02T08:09:40+02:00[Europe/Berlin]", "2026-12-02T06:09"),
        ("duration", '=duration("P1Y2M")', "2027-05-02T12:00"), ("duration", "-P1M", "2026-03-02T12:00"), ("duration", '="PT" + string(2) + "H"', "2026-03-02T14:00"),
    )
} | {
    f"{kind} {text} is none": (diagram(start(), catch("t", timer(kind, text)), flows="start -> t"), "= t!; ~ -; incident EXTRACT_VALUE_ERROR")
    for kind, text in (("date", "=null"), ("date", '=time("09:00:00")'), ("duration", "=5"), ("date", '=""'),
                       ("duration", '="P" + string join(for i in 1..400 return "9") + "Y"'))
} | {
    "a moment that has passed interrupts": (on_step(boundary("b", "a", timer("date", "2020-01-01T00:00:00Z"))), "@ 0s; = z"),
    "a cycle whose start has passed": (on_step(boundary("b", "a", timer("cycle", "R2/2026-03-01T00:00:00Z/P1D"), False)),
        "due 2026-03-01T00:00; > b; due 2026-03-03T00:00; @ 2d; = a z z; ~ -; no > b"),
    "the last day of each month (ISO 8601)": (on_step(boundary("b", "a", timer("cycle", "R/2026-03-31T09:00:00Z/P1M"), False)),
        "@ 29d; due 2026-04-30T09:00; @ 30d; due 2026-05-31T09:00"),
    "a cycle of none at all": (on_step(boundary("b", "a", timer("cycle", '="R0/PT1H"'), False)), "= a!; incident EXTRACT_VALUE_ERROR"),
    "at the same moment inside and around": (
        diagram(start(), sub("u", start("i"), catch("c", HOUR), flows="i -> c"), boundary("b", "u", HOUR), user("z"), user("y"), flows="start -> u -> y; b -> z"),
        "@ 1h; = z; no > c"),
    "a timer whose step is completed": (on_step(boundary("b", "a", HOUR)), "twice a; no > b; done"),
}  # fmt: skip

EVENTS = {
    **{f"the key {value} is {key} (concepts/messages)": (diagram(start(), catch("m", on_message("M")), flows="start -> m", more=M), f"key {key}", {"key": value})
       for value, key in ((5, "5"), ("5", "5"), (Decimal("5.0"), "5"), (Decimal("2.50"), "2.5"), (Decimal("1E+2"), "100"))},
    **{f"{value} is no key": (diagram(start(), catch("m", on_message("M")), flows="start -> m", more=M), "= m!; incident EXTRACT_VALUE_ERROR; cancel; done", {"key": value})
       for value in (None, True, [1], {"a": 1})},
    "a message with a computed name": (diagram(start(), catch("m", on_message("M")), user("z"), flows="start -> m -> z", more=message("M", name="=kind")),
        '= m!; write kind="x"; retry m; > m; = z'),
    "a message without its key is not thrown": (diagram(start(), throw("t", inner=on_message("M")), flows="start -> t", more=message("M", "=number")),
        "= t!; incident EXTRACT_VALUE_ERROR; write number=1; retry t; done; thrown M"),
    "a message beside a step that receives one": (
        diagram(start(), receive("r", "M"), boundary("b", "r", on_message("N"), False), user("z"), flows="start -> r; b -> z", more=M + message("N")),
        "> b; > b; = r z z; > r; = z z; no > b"),
    "a signal interrupts who throws it": (
        diagram(start(), sub("u", start("i"), throw("t", inner=on_signal("S")), user("a"), flows="i -> t -> a"), boundary("b", "u", on_signal("S")), user("z"),
                flows="start -> u; b -> z", more=S), "= z; thrown S"),
    "a signal of the last instance reaches the others": (
        diagram(start(), sub("u", start("i"), xor("x"), catch("c", on_signal("S")), throw("t", inner=on_signal("S")), user("a"), inner=each("=[1, 2, 3]"),
                flows="i -> x; x -> t [=item = 3]; x -> c [default]; c -> a; t -> a"), flows="start -> u", more=S), "= a a a"),
    "a signal is kept for nobody": (diagram(start(), user("a"), catch("c", on_signal("S")), flows="start -> a -> c", more=S), "! S; a; = c; ! S; done"),
    "a signal end event begins an event sub-process of its scope": (
        diagram(start(), end("t", inner=on_signal("S")), beside("e", on_signal("S"), False, "y"), flows="start -> t", more=S), "= y; y; done"),
    "a signal that throws itself again without end": (
        diagram(start(), user("a"), event_sub("e", starts("s", on_signal("S"), False), throw("t", inner=on_signal("S")), flows="s -> t"), flows="start -> a", more=S),
        "! S; incident LOOP_WITHOUT_WAIT"),
    "of two interrupting handlers of one signal the outer comes first": (
        diagram(start(), sub("u", start("i"), user("a"), boundary("b1", "a", on_signal("S")), user("y"), flows="i -> a; b1 -> y"),
                boundary("b2", "u", on_signal("S")), user("z"), flows="start -> u; b2 -> z", more=S), "! S; = z"),
    "the nearest level catches, though it catches all (error-events)": (
        diagram(start(), sub("o", start("k"), sub("u", start("i"), error_end("x", "E"), flows="i -> x"), boundary("b", "u", on_error()), user("y"), flows="k -> u; b -> y"),
                boundary("b2", "o", on_error("E")), user("z"), flows="start -> o; b2 -> z", more=E), "= y"),
    "an exact code outside comes before all errors inside, on one level": (
        diagram(start(), sub("u", start("i"), error_end("x", "E"), beside("e", on_error(), True, "y"), flows="i -> x"), boundary("b", "u", on_error("E")), user("z"),
                flows="start -> u; b -> z", more=E), "= z"),
    "an error beside its catcher is not below it": (
        diagram(start(), user("a"), boundary("t", "a", HOUR, False), error_end("x", "E"), boundary("b", "a", on_error("E")), user("z"), flows="start -> a; t -> x; b -> z", more=E),
        "@ 1h; = a x!"),
    "an error in each instance is handled there": (
        diagram(start(), sub("u", start("i"), user("w"), error_end("x", "E"), beside("e", on_error("E"), True, "y"), flows="i -> w -> x", inner=each("=[1, 2]")), user("z"),
                flows="start -> u -> z", more=E), "w; = w y; w; = y y; y; y; = z"),
    "a code that is null is thrown by nobody": (
        diagram(start(), sub("u", start("i"), error_end("x", "E"), flows="i -> x"), boundary("b", "u", on_error()), user("z"), flows="start -> u; b -> z", more=error("E", "=code")),
        '= x!; write code="q"; retry x; = z'),
    "an escalation is caught as often as it comes": (
        diagram(start(), sub("u", start("i"), throw("t", inner=on_escalation("L")), throw("t2", inner=on_escalation("L")), user("a"), flows="i -> t -> t2 -> a"),
                boundary("b", "u", on_escalation("L"), False), user("z"), flows="start -> u; b -> z", more=escalation("L")), "= a z z"),
    "references with a prefix: one error is not all errors": (
        tagged(diagram(start(), sub("u", start("i"), error_end("x", "F"), flows="i -> x"), boundary("b", "u", on_error("tns:E")), user("z"), flows="start -> u; b -> z", more=E + error("F"))),
        "= x!"),
    "references with a prefix: host and message": (tagged(diagram(start(), user("a"), boundary("b", "tns:a", on_message("tns:M")), user("z"), flows="start -> a; b -> z", more=M)), "> b; = z"),
    "references with a prefix: association and activityRef": (
        tagged(diagram(start(), user("a"), undone_by("a", "tns:u"), handler(user("u")), throw("t", inner=compensate("tns:a")), user("z"), flows="start -> a -> t -> z")), "a; u; = z"),
    "references between blanks": (diagram(start(), xor("x"), user("a"), user("b"), flows="start -> x; x -> a [=false]; x -> b [default]")
        .replace(b'default="x_to_b"', b'default=" x_to_b "').replace(b'targetRef="x"', b'targetRef=" x "'), "= b"),
    "true may be written as 1": (diagram(start(), user("a", inner=each("=[1, 2]", sequential=True)), beside("e", on_signal("S"), False, "y"), flows="start -> a", more=S)
        .replace(b'"true"', b'"1"').replace(b'"false"', b'"0"'), "= a; ! S; = a y; a; = a y; a; y; done"),
    "one message or moment begins it, and not again": (
        diagram(start(), user("a"), beside("e", on_signal("S") + HOUR, True, "y"), flows="start -> a", more=S), "~ e_s e_s#2; @ 1h; = y; ~ -; ! S; = y; y; done"),
    "all must happen, each time anew": (
        diagram(start(), user("a"), event_sub("e", needs_all(starts("s", on_signal("S") + on_signal("T"), False)), user("y"), flows="s -> y"), flows="start -> a", more=S + T),
        "! S; ! S; = a; ! T; = a y; ! T; = a y; ! S; = a y y"),
    "all must happen: a moment and a signal": (
        diagram(start(), needs_all(catch("c", on_signal("S") + HOUR)), user("z"), flows="start -> c -> z", more=S), "@ 2h; = c; no > c#2; ! S x=1; = z; root x=1"),
    "throws all, ends last": (diagram(start(), both("f"), user("a"), end("e", inner="<terminateEventDefinition/>" + on_signal("S") + on_message("M")), flows="start -> f; f -> a; f -> e", more=S + M),
        "done; thrown S M"),
}  # fmt: skip

SCOPES = {
    "several event sub-processes at once": (
        diagram(start(), user("a"), beside("e1", on_signal("S"), False, "y"), beside("e2", on_signal("T"), True, "z"), flows="start -> a", more=S + T),
        "! S; ! S; = a y y; ! T; = z; ~ -; ! S; = z; z; done"),
    "one in another, opened twice": (
        diagram(start(), user("a"), event_sub("e1", starts("s", on_signal("S"), False), user("y"), beside("e2", on_signal("T"), True, "z"), flows="s -> y"), flows="start -> a", more=S + T),
        "~ s; ! S; ! S; ~ e2_s e2_s s; ! T; = a z z; ~ s; z; z; a; done"),
    "its time begins anew with its scope": (
        diagram(start(), xor("x"), sub("u", start("i"), user("a"), beside("e", HOUR, True, "y"), flows="i -> a"), flows="start -> x -> u -> x"), "@ 0.5h; a; @ 0.75h; = a; @ 0.25h; = y"),
    "a cycle in it": (diagram(start(), user("a"), beside("e", timer("cycle", "R3/PT1H"), False, "z"), flows="start -> a"), "@ 9h; = a z z z; ~ -; a; z; z; z; done"),
    "it waits although all else is done": (
        diagram(start(), sub("u", start("i"), user("a"), beside("e", on_signal("S"), False, "y"), flows="i -> a"), user("z"), flows="start -> u -> z", more=S),
        "! S; a; = y; ! S; = y y; y; y; = z; ! S; = z"),
    "one signal reaches the border before the inside": (
        diagram(start(), sub("u", start("i"), user("a"), beside("e", on_signal("S"), False, "y"), flows="i -> a"), boundary("b", "u", on_signal("S"), False, mappings(None, {"k": "=1"})),
                user("z", mappings({"seen": "=n"})), flows="start -> u; b -> z", more=S), "! S n=5; = a y z; sees z seen=0 n=5", {"n": 0}),
    "it takes over from an incident": (diagram(start(), xor("a"), beside("e", on_signal("S"), True, "y"), flows="start -> a; a -> a [=n > 1]", more=S), "= a!; ! S; = y; y; done"),
    "a terminate end event in it ends it alone": (
        diagram(start(), user("a"), event_sub("e", starts("s", on_signal("S"), False), both("f"), user("y"), user("x"), terminate_end(), flows="s -> f; f -> y; f -> x -> stop"), flows="start -> a", more=S),
        "! S; = a x y; x; = a"),
    "a terminate end event leaves what began at the border": (
        diagram(start(), sub("u", start("i"), user("b"), terminate_end(), flows="i -> b -> stop"), boundary("n", "u", on_signal("S"), False), user("y"), user("z"), flows="start -> u -> z; n -> y", more=S),
        "! S; b; = y z"),
    "a terminate end event ends one instance": (
        diagram(start(), sub("u", start("i"), both("g"), user("a"), user("b"), terminate_end(), flows="i -> g; g -> a; g -> b -> stop", inner=each("=[1, 2]")), user("z"), flows="start -> u -> z"),
        "b; = a b; b; = z"),
    "a called process: all in, all out": (diagram(start(), call("c", "q"), user("z"), flows="start -> c -> z"), "sees a x=1; a y=2; root x=1 y=2", {"x": 1},
        called(start(), user("a"), flows="start -> a")),
    "a called process: only what is mapped": (
        diagram(start(), call("c", "q", propagateAllParentVariables="false", zeebe=mappings({"k": "=x + 1"}, {"r": "=y"})), user("z"), flows="start -> c -> z"),
        "sees a k=2 x=null; a y=3 w=4; root r=3 y=null w=null k=null", {"x": 1}, called(start(), user("a"), flows="start -> a")),
    "a called process: nothing out": (diagram(start(), call("c", "q", propagateAllChildVariables="false"), user("z"), flows="start -> c -> z"), "a y=2; = z; root y=null", {},
        called(start(), user("a"), flows="start -> a")),
    "a called process is interrupted": (
        diagram(start(), call("c", "q"), boundary("b", "c", HOUR), user("z"), flows="start -> c; b -> z"), "a y=1; @ 1h; = z; root y=null", {},
        called(start(), user("a"), user("a2"), flows="start -> a -> a2")),
    "nobody outside sees what a called process writes": (
        diagram(start(), call("c", "q"), boundary("b", "c", when("=y = 1")), user("z"), flows="start -> c; b -> z"), "a y=1; = a2; a2; done", {},
        called(start(), user("a"), user("a2"), flows="start -> a -> a2")),
    "an escalation out of a called process": (
        diagram(start(), call("c", "q"), boundary("b", "c", on_escalation(), False), user("z"), flows="start -> c; b -> z"), "= w z; w; z; done", {},
        called(start(), throw("x", inner=on_escalation("L")), user("w"), flows="start -> x -> w", more=escalation("L"))),
    "a called process is corrected and tried again": (
        diagram(start(), call("c", "=name"), user("z"), flows="start -> c -> z"), '= c!; incident CALLED_ELEMENT_ERROR; write name="q"; retry c; a; = z', {"name": "nobody"},
        called(start(), user("a"), flows="start -> a")),
    "a called process that only a message starts": (diagram(start(), call("c", "q"), flows="start -> c"), "= c!; incident CALLED_ELEMENT_ERROR", {},
        called(start(inner=on_message("M")), user("a"), flows="start -> a", more=M)),
    "a leaf of a variable (concepts/variables)": (diagram(start(), user("a", zeebe=mappings(None, {"o.b": "=v"})), user("z"), flows="start -> a -> z"), 'a v=2; root o={"a":1,"b":2} v=null', {"o": {"a": 1}}),
    "a start event that sets variables": (diagram(start(zeebe=mappings(None, {"n": "=1 + 1"})), user("a"), flows="start -> a"), "root n=2"),
    "locals end with their scope": (diagram(start(), sub("u", start("i"), user("a"), flows="i -> a", zeebe=mappings({"l": "=1"})), user("z"), flows="start -> u -> z"), "a l=5 g=6; root g=6 l=null"),
}  # fmt: skip

UNDOING = {
    "the rounds of a loop backwards (13.5.5)": (
        diagram(start(), xor("x"), *can_be_undone("a"), *can_be_undone("b"), xor("y"), throw("t", inner=compensate()), user("z"),
                flows="start -> x -> a -> b -> y; y -> x [=more]; y -> t [default]; t -> z"),
        "a; b more=true; a; b more=false; = undo_b; undo_b; undo_a; = undo_b; undo_b; undo_a; = z"),
    "undone, done again, undone again": (
        diagram(start(), xor("x"), *can_be_undone("a"), throw("t", inner=compensate()), user("z"), flows="start -> x -> a -> t -> z -> x"),
        "twice a; twice undo_a; z; a; = undo_a; undo_a; = z"),
    "what completes while others are undone is left to the next throw": (
        diagram(start(), *can_be_undone("a"), both("f"), throw("t", inner=compensate()), *can_be_undone("b"), throw("t2", inner=compensate()), user("z"), user("y"),
                flows="start -> a -> f; f -> t -> z; f -> b -> t2 -> y"), "a; = b undo_a; b; = undo_a undo_b; undo_a; = undo_b z; undo_b; = y z"),
    "what still runs is not undone": (
        diagram(start(), both("f"), *can_be_undone("a"), *can_be_undone("b"), throw("t", inner=compensate()), user("z"), flows="start -> f; f -> a; f -> b -> t -> z"),
        "b; = a undo_b; undo_b; a; = z; z; done"),
    "each instance with its item": (
        diagram(start(), sub("u", start("i"), *can_be_undone("a"), flows="i -> a", inner=each("=[1, 2]")), throw("t", inner=compensate()), user("z"), flows="start -> u -> t -> z"),
        "a; a; sees undo_a item=2; undo_a; sees undo_a item=1; undo_a; = z"),
    "three scopes deep": (
        diagram(start(), sub("u1", start("i1"), *can_be_undone("a"), sub("u2", start("i2"), *can_be_undone("b"), flows="i2 -> b"), *can_be_undone("c"), flows="i1 -> a -> u2 -> c"),
                throw("t", inner=compensate()), user("z"), flows="start -> u1 -> t -> z"), "a; b; c; = undo_c; undo_c; undo_b; undo_a; = z"),
    "with the variables as they were": (
        diagram(start(), sub("u", start("i"), script("w", "=n * 10", "kept"), *can_be_undone("a"), flows="i -> w -> a", zeebe=mappings({"kept": "=0"})), script("later", "=99", "n"),
                throw("t", inner=compensate()), user("z"), flows="start -> u -> later -> t -> z"), "a; sees undo_a kept=10 n=99; undo_a; = z", {"n": 1}),
    "what a condition cut short was completed as a whole": (
        diagram(start(), *can_be_undone("a", inner=each("=[1, 2, 3]", until="=numberOfCompletedInstances = 2")), throw("t", inner=compensate()), user("z"), flows="start -> a -> t -> z"),
        "a; a; = undo_a; undo_a; = z"),
    "an interrupted step was not completed": (
        diagram(start(), *can_be_undone("a"), boundary("b", "a", HOUR), throw("t", inner=compensate()), user("z"), flows="start -> a -> z; b -> t -> z"), "@ 1h; = z"),
    "a handler that fails is tried again": (
        diagram(start(), user("a"), undone_by("a", "u"), handler(service("u")), throw("t", inner=compensate()), user("z"), flows="start -> a -> t -> z"), "a; fail u BAD; = u!; retry u; u; = z"),
    "a handler's error is the scope's": (
        diagram(start(), sub("s", start("i"), user("a"), undone_by("a", "u"), handler(service("u")), throw("t", inner=compensate()), flows="i -> a -> t"), boundary("b", "s", on_error()),
                user("z"), flows="start -> s; b -> z"), "a; fail u BAD; = z"),
    "the instance is cancelled while undoing": (
        diagram(start(), *can_be_undone("a"), throw("t", inner=compensate()), flows="start -> a -> t"), "a; = undo_a; cancel; done"),
    "a transaction: parallel paths, two cancel events": (
        booking(start("i"), both("f"), *can_be_undone("a"), user("w"), cancel_end("c1"), cancel_end("c2"), flows="i -> f; f -> a -> c1; f -> w -> c2"), "a; = undo_a; undo_a; = told"),
    "a transaction: nothing begins while it is undone": (
        booking(start("i"), *can_be_undone("a"), cancel_end(), beside("e", on_signal("S"), True, "y"), beside("e2", on_signal("T"), False, "x"), flows="i -> a -> cancel"),
        "~ e2_s e_s; a; ~ -; ! S; ! T; = undo_a; undo_a; = told"),
    "a transaction: its deadline still interrupts": (
        diagram(start(), transaction("tx", start("i"), *can_be_undone("a"), cancel_end(), flows="i -> a -> cancel"), boundary("c", "tx", on_cancel()), boundary("t", "tx", HOUR),
                user("told"), user("late"), flows="start -> tx; c -> told; t -> late"), "a; = undo_a; @ 1h; = late"),
    "a transaction: a handler fails (the hazard)": (
        diagram(start(), transaction("tx", start("i"), user("a"), undone_by("a", "u"), handler(service("u")), *can_be_undone("b"), cancel_end(), flows="i -> b -> a -> cancel"),
                boundary("c", "tx", on_cancel()), boundary("h", "tx", on_error()), user("told"), user("hazard"), flows="start -> tx; c -> told; h -> hazard"), "b; a; fail u BAD; = hazard"),
    "a transaction in another": (
        diagram(start(), transaction("o", start("k"), *can_be_undone("b"), transaction("tx", start("i"), *can_be_undone("a"), cancel_end(), flows="i -> a -> cancel"),
                boundary("c", "tx", on_cancel()), user("w"), cancel_end("c2"), flows="k -> b -> tx; c -> w -> c2"), boundary("c3", "o", on_cancel()), user("z"), flows="start -> o; c3 -> z"),
        "b; a; undo_a; = w; w; = undo_b; undo_b; = z"),
    "a transaction: cancelled, then done, then undone from outside": (
        diagram(start(), xor("x"), transaction("tx", start("i"), *can_be_undone("a"), xor("g"), cancel_end(), end("ok"), flows="i -> a -> g; g -> cancel [=bad]; g -> ok [default]"),
                boundary("c", "tx", on_cancel()), throw("t", inner=compensate()), user("z"), flows="start -> x -> tx -> t -> z; c -> x"), "a bad=true; undo_a; a bad=false; = undo_a; undo_a; = z"),
}  # fmt: skip


def repeated(step: Node, *others: Node, flows: str = "", more: str = "") -> bytes:
    return diagram(start(), step, *others, user("z"), flows=f"start -> a -> z; {flows}", more=more)


REPEATING = {
    "null is no list (multi-instance)": (repeated(user("a", inner=each("=items"))), "= a!; incident EXTRACT_VALUE_ERROR; write items=[1]; retry a; a; = z"),
    "a text is no list": (repeated(user("a", inner=each('="abc"'))), "= a!; incident EXTRACT_VALUE_ERROR"),
    "null items": (repeated(user("a", inner=each("=[null, null]", output="r", output_element="=item"))), "a; a; root r=[null,null]"),
    "answers in any order are collected in their own": (repeated(user("a", inner=each("=[1, 2, 3]", output="r", output_element="=v"))), "a@2 v=30; a@0 v=10; a v=20; root r=[10,20,30]"),
    "an answer without output is null": (repeated(user("a", inner=each("=[1, 2]", output="r", output_element="=v", sequential=True))), "a v=1; sees a item=2 loopCounter=2; a; root r=[1,null]; = z"),
    "enough answers: the others stay null": (
        repeated(user("a", inner=each("=[1, 2, 3]", until="=numberOfCompletedInstances >= 2", output="r", output_element="=v"))), "a v=1; a v=2; root r=[1,2,null]; = z"),
    "one list of lists": (
        repeated(sub("a", start("i"), user("b", inner=each("=items", item="x", output="r", output_element="=x * loopCounter")), flows="i -> b",
                     inner=each("=[[1, 2], [3]]", item="items", output="rr", output_element="=r"))), "b; b; b; root rr=[[1,4],[3]] r=null; = z"),
    "the list is read once": (repeated(user("a", inner=each("=items", sequential=True))), "a items=[]; sees a item=2; a; = z", {"items": [1, 2]}),
    "an item covers a variable": (repeated(script("a", "=item * 2", "item", inner=each("=[1, 2]", output="r", output_element="=item"))), "root r=[2,4] item=9; = z", {"item": 9}),
    "a receive task for each key": (repeated(Node("receiveTask", "a", "", each("=[1, 2]"), messageRef="M"), more=message("M", "=item")), "key 1 2; > a[]@1; > a[]; = z"),
    "an event beside all instances, until the last": (
        repeated(user("a", inner=each("=[1, 2]")), boundary("b", "a", on_signal("S"), False), user("y"), flows="b -> y", more=S), "! S; a; ! S; a; = y y z; ! S; = y y z"),
    "an error of one ends all": (repeated(service("a", inner=each("=[1, 2]")), boundary("b", "a", on_error()), user("y"), flows="b -> y"), "a; fail a BAD; = y"),
    "one instance has an incident": (repeated(sub("a", start("i"), xor("x"), user("b"), flows="i -> x; x -> b [=item > n]", inner=each("=[1, 2]"))), "= b x!; b; = x!; write n=0; retry x; b; = z", {"n": 1}),
    "a thousand": (repeated(script("a", "=item", "v", inner=each("=for i in 1..1000 return i", output="r", output_element="=v"))), "= z"),
    "no times at all": (repeated(user("a", inner="<multiInstanceLoopCharacteristics><loopCardinality>0</loopCardinality></multiInstanceLoopCharacteristics>")), "= z"),
    "a loop that is not wanted (10.3.8)": (repeated(user("a", inner=again("=false", before=True))), "= z"),
    "a loop whose condition is null": (repeated(user("a", inner=again("=more"))), "a; = a!; write more=false; retry a; = z"),
    "a loop that may not go on": (repeated(user("a", inner=again("=true", most=2))), "a; a; = z"),
}  # fmt: skip

TABLES = {
    "gateways": GATEWAYS,
    "timers": TIMERS,
    "events": EVENTS,
    "scopes": SCOPES,
    "undoing": UNDOING,
    "repeating": REPEATING,
}
ALL = {f"{table}: {name}": case for table, cases in TABLES.items() for name, case in cases.items()}


def faults(document: bytes) -> set[str]:
    return {each.rule for each in dialect.check(parse(document), "m.bpmn") if each.severity == "error"}


@pytest.mark.parametrize("name", ALL)
def test_an_odd_model_is_executed_as_the_standard_says(name, monkeypatch):
    monkeypatch.setattr(tree, "MOST_RUNS_OF_ONE_ELEMENT", 2_000)  # endless is found sooner
    document, script, *more = ALL[name]
    variables, *others = more or ({},)

    assert faults(document) == set()

    follow(Play(document, *others, **({"key": 1} | variables)).start(), script)
