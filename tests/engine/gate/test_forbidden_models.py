"""What BPMN 2.0.2 forbids, or what nobody could execute, is refused by its rule; nothing odd gets as far as the engine."""

from __future__ import annotations

import pytest

from engine import dialect
from engine.xml import parse
from tests.engine.spiff.diagrams import (
    Node,
    again,
    both,
    boundary,
    cancel_end,
    catch,
    compensate,
    diagram,
    each,
    end,
    error,
    event_sub,
    first,
    handler,
    link,
    message,
    needs_all,
    on_cancel,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    receive,
    signal,
    start,
    starts,
    sub,
    throw,
    timer,
    transaction,
    undone_by,
    user,
    when,
    xor,
)

MORE = signal("S") + message("M") + error("E")
HOUR = timer("duration", "PT1H")
PAIR = (user("a"), undone_by("a", "h"), handler(user("h")))
INNER = sub("u", start("i"), *PAIR, flows="i -> a")


def drawn(*nodes: Node, flows: str) -> bytes:
    return diagram(start(), *nodes, user("z"), flows=flows, more=MORE)


def race(*nodes: Node, flows: str) -> bytes:
    return drawn(first("g"), *nodes, flows=f"start -> g; {flows}")


def thrown(inner: str) -> bytes:
    return drawn(throw("x", inner=inner), flows="start -> x -> z")


def caught(inner: str) -> bytes:
    return drawn(catch("x", inner), flows="start -> x -> z")


def cycle(text: str) -> bytes:
    return drawn(user("a"), boundary("b", "a", timer("cycle", text), False), flows="start -> a; b -> z")


FORBIDDEN = {
    "event_gateway_target": {
        "a task behind an event-based gateway (10.6.6)": race(user("a"), catch("t", HOUR), flows="g -> a; g -> t"),
        "a receive task that loops": race(Node("receiveTask", "m", "", again("=false"), messageRef="M"), catch("t", HOUR), flows="g -> m; g -> t"),
        "an event that needs all": race(needs_all(catch("m", on_signal("S") + HOUR)), catch("t", HOUR), flows="g -> m; g -> t"),
    },
    "message_twice": {
        "one message twice in a race": race(catch("m", on_message("M")), receive("n", "M"), flows="g -> m; g -> n"),
        "two starts by one message": diagram(start("s", inner=on_message("M")), start("t", inner=on_message("M")), user("z"), flows="s -> z; t -> z", more=MORE),
    },
    "signal_twice": {"one signal twice in a race": race(catch("m", on_signal("S")), catch("n", on_signal("S")), flows="g -> m; g -> n")},
    "default_wrong": {
        "a default of a parallel gateway (table 8.54)": drawn(both("g"), user("a"), flows="start -> g; g -> a; g -> z [default]"),
        "a default of a task that takes all its flows": drawn(user("g"), user("a"), flows="start -> g; g -> a; g -> z [default]"),
    },
    "condition_not_allowed": {"a condition behind a task": drawn(user("a"), flows="start -> a; a -> z [=x]")},
    "condition_missing": {"two ways and one condition": drawn(xor("x"), user("a"), user("b"), flows="start -> x; x -> a; x -> b; x -> z [default]")},
    "timer_refused": {text: cycle(text) for text in ("0 0 0 30 2 *", "R0/PT1H", "R/-PT1H", "R//PT1H", "PT1H", "R3/PT1H/2027-01-01T00:00:00Z", "0 9 * * 1", "R12345678901/PT1S")},
    "timer_not_allowed": {
        "a cycle to wait for": caught(timer("cycle", "R/PT1H")),
        "a cycle that interrupts": cycle("R/PT1H").replace(b'cancelActivity="false"', b'cancelActivity="true"'),
        "a process that starts after a while": diagram(start(inner=HOUR), user("z"), flows="start -> z"),
    },
    "unsupported_element": {
        **{f"thrown on the way: {what}": thrown(inner) for what, inner in (("error", on_error("E")), ("terminate", "<terminateEventDefinition/>"), ("timer", HOUR), ("condition", when("=true")))},
        **{f"caught on the way: {what}": caught(inner) for what, inner in (("error", on_error("E")), ("escalation", on_escalation()), ("compensation", compensate()), ("nothing", ""))},
        "a link at a border": drawn(user("a"), boundary("x", "a", link("L")), flows="start -> a; x -> z"),
        "a moment at the end": drawn(end("x", inner=HOUR), flows="start -> z -> x"),
        "a complex gateway": drawn(Node("complexGateway", "g"), flows="start -> g -> z"),
    },
    "unsupported_attribute": {
        "two tokens to begin": drawn(Node("userTask", "a", startQuantity="2"), flows="start -> a -> z"),
        "a throw that does not wait": drawn(*PAIR, throw("t", inner='<compensateEventDefinition waitForCompletion="false"/>'), flows="start -> a -> t -> z"),
        "a gateway that starts the process": race(catch("m", on_message("M")), catch("t", HOUR), flows="g -> m; g -> t").replace(b"<eventBasedGateway", b'<eventBasedGateway instantiate="1"'),
        "an event of one instance": drawn(user("a", inner=each("=[1]").replace(" isSequential", ' behavior="One" isSequential')), flows="start -> a -> z"),
    },
    "start_trigger": {"a process that starts by an error": diagram(start(inner=on_error()), user("z"), flows="start -> z")},
    "event_sub_process_start": {"an event sub-process without a trigger": drawn(event_sub("e", start("s"), user("y"), flows="s -> y"), flows="start -> z")},
    "event_sub_process_alone": {
        "an event sub-process that undoes a step": drawn(user("a"), undone_by("a", "e"), handler(event_sub("e", starts("s", on_signal("S")), user("y"), flows="s -> y")), flows="start -> a -> z"),
        "a flow into an event sub-process": drawn(event_sub("e", starts("s", on_signal("S")), user("y"), flows="s -> y"), flows="start -> z -> e"),
    },
    "error_not_interrupting": {"an error that interrupts nothing": drawn(user("a"), boundary("b", "a", on_error(), False), flows="start -> a; b -> z")},
    "link_refused": {
        "a link out of its scope": drawn(sub("u", start("i"), throw("x", inner=link("L")), flows="i -> x"), catch("c", link("L")), flows="start -> u; c -> z"),
        "a link to two places": drawn(throw("x", inner=link("L")), catch("c", link("L")), catch("d", link("L")), user("y"), flows="start -> x; c -> z; d -> y"),
    },
    "loop_refused": {
        "two loop marks": drawn(user("a", inner=each("=[1]") + again("=true")), flows="start -> a -> z"),
        "a loop without an end": drawn(user("a", inner=again()), flows="start -> a -> z"),
        "an event for each item": drawn(catch("a", HOUR + each("=[1]")), flows="start -> a -> z"),
    },
    "cancel_refused": {
        "a cancel end event outside of a transaction": drawn(cancel_end(), flows="start -> z -> cancel"),
        "one that lies deeper": drawn(transaction("t", start("i"), sub("v", start("j"), cancel_end(), flows="j -> cancel"), flows="i -> v"), boundary("c", "t", on_cancel()), flows="start -> t; c -> z"),
        "a cancelled sub-process": drawn(INNER, boundary("c", "u", on_cancel()), flows="start -> u; c -> z"),
        "a cancellation that lets the transaction go on": drawn(transaction("t", start("i"), cancel_end(), flows="i -> cancel"), boundary("c", "t", on_cancel(), False), flows="start -> t; c -> z"),
    },
    "compensation_handler": {
        "a handler in the flow": drawn(*PAIR, flows="start -> a -> h -> z"),
        "a handler of nothing": drawn(handler(user("h")), flows="start -> z"),
        "an event that interrupts a handler": drawn(*PAIR, boundary("b", "h", HOUR), flows="start -> a; b -> z"),
    },
    "compensation_target": {"what lies in another scope": drawn(INNER, throw("t", inner=compensate("a")), flows="start -> u -> t -> z")},
    "sub_process_start": {"two ways to begin a sub-process": drawn(sub("u", start("i"), start("j"), user("a"), flows="i -> a; j -> a"), flows="start -> u -> z")},
    "no_executable_process": {"a process without the mark": drawn(flows="start -> z").replace(b' isExecutable="true"', b"")},
}  # fmt: skip
CASES = {
    f"{rule}: {name}": (document, rule)
    for rule, cases in FORBIDDEN.items()
    for name, document in cases.items()
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_forbidden_is_refused_by_its_rule_with_a_remedy(name):
    document, rule = CASES[name]

    found = [each for each in dialect.check(parse(document), "m.bpmn") if each.severity == "error"]

    assert rule in {each.rule for each in found}
    assert all(each.sentence.endswith(".") and each.remedy for each in found)
