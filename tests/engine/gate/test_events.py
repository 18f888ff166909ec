"""What the gate says about events: what fits together passes, and the engine runs it; what does not is named."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.xml import parse
from tests.engine.gate.company import check_body, model

BEFORE = (
    '<bpmn:signal id="alarm" name="alarm"/><bpmn:error id="broken" errorCode="BROKEN"/>'
    '<bpmn:escalation id="late" escalationCode="LATE"/><bpmn:message id="answer" name="answer"><bpmn:extensionElements>'
    '<zeebe:subscription correlationKey="=order_number"/></bpmn:extensionElements></bpmn:message>'
)
ON = {
    "timer": "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
    "cycle": "<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>",
    "message": '<bpmn:messageEventDefinition messageRef="answer"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="alarm"/>',
    "conditional": "<bpmn:conditionalEventDefinition><bpmn:condition>=x &gt; 1</bpmn:condition></bpmn:conditionalEventDefinition>",
    "error": '<bpmn:errorEventDefinition errorRef="broken"/>',
    "any error": "<bpmn:errorEventDefinition/>",
    "escalation": '<bpmn:escalationEventDefinition escalationRef="late"/>',
    "any escalation": "<bpmn:escalationEventDefinition/>",
    "link": '<bpmn:linkEventDefinition name="A"/>',
    "terminate": "<bpmn:terminateEventDefinition/>",
}


def flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"/>'


def event(tag: str, id: str, *kinds: str, more: str = "") -> str:
    return f'<bpmn:{tag} id="{id}" name="{id}" {more}>{"".join(ON[kind] for kind in kinds)}</bpmn:{tag}>'


def event_sub(id: str, *starts: str, more: str = "") -> str:
    inner = "".join(starts)
    return f'<bpmn:subProcess id="{id}" name="{id}" triggeredByEvent="true" {more}>{inner}</bpmn:subProcess>'


def begins(*kinds: str, id: str = "begins", interrupting: bool = True, all_of_them: bool = False) -> str:
    more = f'isInterrupting="{str(interrupting).lower()}" parallelMultiple="{str(all_of_them).lower()}"'
    return event("startEvent", id, *kinds, more=more) + event("endEvent", f"{id}_end") + flow(id, f"{id}_end")


AROUND = event("startEvent", "requested") + '<bpmn:task id="work" name="work"/>' + event("endEvent", "done")
STRAIGHT = AROUND + flow("requested", "work") + flow("work", "done")
SCOPE = event("startEvent", "requested") + event("endEvent", "done") + flow("requested", "done")


def boundary(id: str, *kinds: str, interrupting: bool = True, more: str = "") -> str:
    more += f' attachedToRef="work" cancelActivity="{str(interrupting).lower()}"'
    return (
        event("boundaryEvent", id, *kinds, more=more) + event("endEvent", f"{id}_end") + flow(id, f"{id}_end")
    )


def inline(tag: str, *kinds: str, more: str = "") -> str:
    """requested -> this event -> done"""
    middle = event(tag, "middle", *kinds, more=more)
    return (
        event("startEvent", "requested")
        + middle
        + event("endEvent", "done")
        + flow("requested", "middle")
        + flow("middle", "done")
    )


def faults(body: str) -> list[str]:
    """The rules that a body breaks, those of the design and of soundness left out."""
    design = {
        "error_never_thrown",
        "error_uncaught",
        "dead_step",
        "throw_uncaught",
        "end_unreachable",
        "loop_without_wait",
    }
    return sorted({f.rule for f in check_body(body, BEFORE) if f.severity != "info"} - design)


GOOD = {
    **{f"{kind} catch": inline("intermediateCatchEvent", kind) for kind in ("timer", "message", "signal", "conditional")},
    **{f"{kind} throw": inline("intermediateThrowEvent", kind) for kind in ("signal", "escalation")},
    **{
        f"{kind} boundary, interrupting={interrupting}": STRAIGHT + boundary("caught", kind, interrupting=interrupting)
        for kind in ("timer", "message", "signal", "conditional", "escalation", "any escalation")
        for interrupting in (True, False)
    },
    "error boundary": STRAIGHT + boundary("caught", "any error"),
    **{
        f"{kind} event sub-process, interrupting={interrupting}": SCOPE + event_sub("esp", begins(kind, interrupting=interrupting))
        for kind in ("timer", "message", "signal", "conditional", "escalation", "any escalation")
        for interrupting in (True, False)
    },
    "error event sub-process": SCOPE + event_sub("esp", begins("any error")),
    "cycle event sub-process": SCOPE + event_sub("esp", begins("cycle", interrupting=False)),
    "signal start": event("startEvent", "requested", "signal") + event("endEvent", "done") + flow("requested", "done"),
    "conditional start": event("startEvent", "requested", "conditional") + event("endEvent", "done") + flow("requested", "done"),
    "multiple start": event("startEvent", "requested", "signal", "message", "cycle") + event("endEvent", "done") + flow("requested", "done"),
    "multiple catch": inline("intermediateCatchEvent", "timer", "message", "signal", "conditional"),
    "parallel multiple catch": inline("intermediateCatchEvent", "timer", "message", "signal", "conditional", more='parallelMultiple="true"'),
    "multiple boundary": STRAIGHT + boundary("caught", "timer", "any error", "any escalation", "signal"),
    "parallel multiple boundary": STRAIGHT + boundary("caught", "timer", "signal", more='parallelMultiple="true"'),
    "multiple throw": inline("intermediateThrowEvent", "signal", "escalation"),
    "multiple end": event("startEvent", "requested") + event("endEvent", "done", "signal", "terminate") + flow("requested", "done"),
    "multiple event sub-process": SCOPE + event_sub("esp", begins("timer", "any error", "message")),
    "parallel multiple event sub-process": SCOPE + event_sub("esp", begins("signal", "message", all_of_them=True, interrupting=False)),
    "link": event("startEvent", "requested") + event("intermediateThrowEvent", "off", "link") + event("intermediateCatchEvent", "on", "link")
    + event("endEvent", "done") + flow("requested", "off") + flow("on", "done"),
    "event gateway": event("startEvent", "requested") + '<bpmn:eventBasedGateway id="which" name="which"/>'
    + event("intermediateCatchEvent", "a", "signal") + event("intermediateCatchEvent", "b", "conditional")
    + '<bpmn:receiveTask id="c" name="c" messageRef="answer"/>' + event("intermediateCatchEvent", "d", "timer", "message") + event("endEvent", "done")
    + flow("requested", "which") + "".join(flow("which", each) + flow(each, "done") for each in "abcd"),
    "event sub-process in an event sub-process": SCOPE
    + event_sub("esp", begins("message", interrupting=False), event_sub("inner", begins("signal", id="inner_begins"))),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_the_gate_lets_through_the_engine_reads(name):
    assert faults(GOOD[name]) == []

    assert spiff.read(parse(model(GOOD[name], BEFORE)))["repair"].elements


BAD = {
    "an event sub-process without start": (SCOPE + event_sub("esp", event("endEvent", "e")), ["event_sub_process_start"]),
    "an event sub-process with a none start": (SCOPE + event_sub("esp", begins()), ["event_sub_process_start"]),
    "an event sub-process with two starts": (
        SCOPE + event_sub("esp", begins("signal"), begins("timer", id="again")), ["event_sub_process_start"]),
    "a boundary event on an event sub-process": (
        SCOPE + event_sub("work", begins("signal")) + boundary("b", "timer"), ["event_sub_process_alone"]),
    "a loop mark on an event sub-process": (
        SCOPE + event_sub("esp", begins("signal"), '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=[1]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'),
        ["event_sub_process_alone"]),
    "an interrupting cycle": (SCOPE + event_sub("esp", begins("cycle")), ["timer_not_allowed"]),
    "a non-interrupting error": (SCOPE + event_sub("esp", begins("any error", interrupting=False)), ["error_not_interrupting"]),
    "two start events for one condition": (
        event("startEvent", "one", "conditional") + event("startEvent", "two", "conditional", "signal") + event("endEvent", "done")
        + flow("one", "done") + flow("two", "done"), ["condition_twice"]),
    "one condition twice in one start event": (
        event("startEvent", "one", "conditional", "conditional") + event("endEvent", "done") + flow("one", "done"),
        ["condition_twice"]),
    "a process started by an escalation": (
        event("startEvent", "requested", "any escalation") + event("endEvent", "done") + flow("requested", "done"), ["start_trigger"]),
    "two catch-alls for escalations": (
        STRAIGHT + boundary("a", "any escalation") + boundary("b", "any escalation"), ["escalation_caught_twice"]),
    "one error twice in one event": (STRAIGHT + boundary("a", "error", "error"), ["error_caught_twice"]),
    "two event sub-processes for one error": (
        SCOPE + event_sub("one", begins("error")) + event_sub("two", begins("error", id="again")), ["error_caught_twice"]),
    "two event sub-processes for one message": (
        SCOPE + event_sub("one", begins("message")) + event_sub("two", begins("message", id="again")), ["message_twice"]),
    "two start events for one signal": (
        SCOPE + event("startEvent", "one", "signal") + event("startEvent", "two", "signal") + flow("one", "done") + flow("two", "done"),
        ["signal_twice"]),
    "a link catch in another scope": (
        event("startEvent", "requested") + event("intermediateThrowEvent", "off", "link") + flow("requested", "off")
        + event_sub("esp", begins("signal"), event("intermediateCatchEvent", "on", "link")), ["link_refused"]),
    "an error where all must happen": (
        STRAIGHT + boundary("a", "error", "signal", more='parallelMultiple="true"'), ["event_definitions"]),
    "a timer thrown": (inline("intermediateThrowEvent", "timer", "signal"), ["event_definitions"]),
    "a link among several": (inline("intermediateThrowEvent", "link", "signal"), ["event_definitions"]),
    "an error thrown half way": (inline("intermediateThrowEvent", "error", "signal"), ["event_definitions"]),
    "several results with a job": (
        inline("intermediateThrowEvent", "escalation", "signal").replace(
            ON["escalation"], '<bpmn:extensionElements><zeebe:taskDefinition type="x"/></bpmn:extensionElements>' + ON["escalation"], 1),
        ["misplaced_extension"]),
    "an event gateway that needs all": (
        GOOD["event gateway"].replace('id="d"', 'id="d" parallelMultiple="true"'), ["event_gateway_target"]),
    "an escalation thrown without reference": (inline("intermediateThrowEvent", "any escalation"), ["escalation_missing"]),
    "a caught code that is computed": (
        STRAIGHT + boundary("a", "escalation"), ["expression_not_allowed"]),
}  # fmt: skip


# What follows from these faults for the paths, and is told besides.
FOLLOWS = {"dead_step", "end_unreachable", "deadlock", "throw_uncaught", "unreachable"}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_events_is_named(name):
    body, expected = BAD[name]
    before = BEFORE.replace('"LATE"', '"=code"') if "computed" in name else BEFORE

    found = {f.rule for f in check_body(body, before) if f.severity == "error"}

    assert sorted(found - FOLLOWS) == expected


PLACES = {
    "catch": lambda kind, more, interrupting: inline("intermediateCatchEvent", kind, more=more),
    "throw": lambda kind, more, interrupting: inline("intermediateThrowEvent", kind),
    "boundary": lambda kind, more, interrupting: STRAIGHT + boundary("b", kind, interrupting=interrupting, more=more),
    "event sub-process": lambda kind, more, interrupting: (
        SCOPE + event_sub("esp", begins(kind, interrupting=interrupting, all_of_them="true" in more))
    ),
    "start": lambda kind, more, interrupting: (
        event("startEvent", "requested", kind, more=more) + event("endEvent", "done") + flow("requested", "done")
    ),
    "end": lambda kind, more, interrupting: (
        event("startEvent", "requested") + event("endEvent", "done", kind) + flow("requested", "done")
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_whatever_passes_at_a_place_the_engine_reads_and_what_it_cannot_read_does_not_pass(place):
    for kind in ON:
        for more in ('parallelMultiple="false"', 'parallelMultiple="true"'):
            for interrupting in (True, False):
                body = PLACES[place](kind, more, interrupting)
                passes = not any(f.severity == "error" for f in check_body(body, BEFORE))
                try:
                    spiff.read(parse(model(body, BEFORE)))
                except spiff.ModelRefused:
                    assert not passes, f"{kind} {more} interrupting={interrupting}"
