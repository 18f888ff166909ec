"""Reading a document: what elements know of their diagram, and refusals with a sentence instead of a traceback."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.xml import parse
from tests.engine.spiff.diagrams import (
    Node,
    boundary,
    catch,
    diagram,
    each,
    end,
    error_end,
    first,
    on_message,
    process,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)


def read(document: bytes) -> spiff.Process:
    return next(iter(spiff.read(parse(document)).values()))


def test_a_process_knows_its_elements_and_flows():
    zeebe = '<zeebe:properties><zeebe:property name="sla" value="PT1H"/></zeebe:properties>'
    document = diagram(
        start(),
        Node("userTask", "work", zeebe, "<documentation> Look at it. </documentation>", name="Look"),
        sub("sp", start("s"), user("inside"), flows="s -> inside"),
        end(),
        flows="start -> work -> sp -> end",
    )

    found = read(document)

    assert list(found.elements) == ["start", "work", "sp", "s", "inside", "end"]
    work, inside = found.elements["work"], found.elements["inside"]
    assert (work.type, work.name, work.documentation, work.properties) == (
        "userTask",
        "Look",
        "Look at it.",
        {"sla": "PT1H"},
    )
    assert ([f.flow_id for f in work.incoming], [f.target for f in work.outgoing]) == (
        ["start_to_work"],
        ["sp"],
    )
    assert (inside.parent, work.parent) == ("sp", None)
    assert found.flows["work_to_sp"].source == "work"


def test_a_multi_instance_activity_is_read_as_what_it_is():
    found = read(diagram(start(), user("work", inner=each("=[1]")), flows="start -> work"))

    work = found.elements["work"]
    assert (work.type, work.element_id, [f.source for f in work.incoming]) == ("userTask", "work", ["start"])


def test_the_innermost_lane_wins():
    document = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">
      <laneSet id="ls"><lane id="l1" name="outer"><flowNodeRef>s</flowNodeRef><flowNodeRef>t</flowNodeRef>
      <childLaneSet id="c"><lane id="l2" name="inner"><flowNodeRef>t</flowNodeRef></lane></childLaneSet></lane></laneSet>
      <startEvent id="s"/><userTask id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/></process></definitions>"""

    found = read(document)

    assert (found.elements["s"].lane, found.elements["t"].lane) == ("outer", "inner")


def test_an_embedded_form_comes_with_its_text():
    form = '<extensionElements><zeebe:userTaskForm id="f1">{"components": []}</zeebe:userTaskForm></extensionElements>'
    document = diagram(
        start(),
        user("work", '<zeebe:formDefinition formKey="camunda-forms:bpmn:f1"/>'),
        flows="start -> work",
    ).replace(b'isExecutable="true">', b'isExecutable="true">' + form.encode())

    assert read(document).elements["work"].form.embedded == '{"components": []}'


def test_several_processes_are_read_and_drawings_are_left_out():
    document = diagram(start(), id="p1", more=process(start("s2"), id="p2")).replace(
        b'id="p2" isExecutable="true"', b'id="p2" isExecutable="false"'
    )

    assert list(spiff.read(parse(document))) == ["p1"]


def test_data_stores_annotations_and_foreign_extensions_are_no_hindrance():
    extras = """<dataStore id="ds"/><signal id="s"/><error id="x"/><collaboration id="c"><participant id="pa" processRef="p"/>
      </collaboration>"""
    document = diagram(start(), user("work"), flows="start -> work", more=extras).replace(
        b"<userTask",
        b'<dataObject id="do"/><ioSpecification/><dataObjectReference id="dr" dataObjectRef="nowhere"/><textAnnotation id="ta"><text>t</text></textAnnotation>'
        b'<association id="a" sourceRef="ta" targetRef="work"/><userTask xmlns:v="urn:vendor" v:color="red"',
        1,
    )

    assert list(read(document).elements) == ["start", "work"]


MI = "<multiInstanceLoopCharacteristics/>"

REFUSED = {
    "complexGateway": (diagram(start(), Node("complexGateway", "x"), flows="start -> x"), "x"),
    "transaction": (diagram(start(), Node("transaction", "x"), flows="start -> x"), "x"),
    "adHocSubProcess": (diagram(start(), Node("adHocSubProcess", "x"), flows="start -> x"), "x"),
    "signal catch": (diagram(start(), catch("x", "<signalEventDefinition/>"), flows="start -> x"), "x"),
    "escalation end": (diagram(start(), end("x", inner="<escalationEventDefinition/>"), flows="start -> x"), "x"),
    "several definitions": (diagram(start(), end("x", inner="<terminateEventDefinition/><errorEventDefinition/>")), "x"),
    "none catch": (diagram(start(), catch("x", ""), flows="start -> x"), "x"),
    "event sub-process": (diagram(start(), Node("subProcess", "x", triggeredByEvent="true")), "x"),
    "standard loop": (diagram(start(), user("x", inner="<standardLoopCharacteristics/>"), flows="start -> x"), "x"),
    "multi-instance without collection": (diagram(start(), user("x", inner=MI), flows="start -> x"), "x"),
    "multi-instance mark on an event": (diagram(start("x", inner=each("=[1]"))), "x"),
    "id used twice": (diagram(start(), user("x"), user("x"), flows="start -> x"), "x"),
    "no id": (diagram(start(), Node("userTask", ""), flows=""), None),
    "flow to nowhere": (diagram(start(), flows="start -> x"), "start_to_x"),
    "flow across a border": (diagram(start(), sub("sp", start("s"), user("x"), flows="s -> x"), flows="start -> x"), "start_to_x"),
    "condition missing": (diagram(start(), xor("x"), user("a"), user("b"), flows="start -> x; x -> a [=true]; x -> b"), "x"),
    "condition is no FEEL": (diagram(start(), xor("x"), user("a"), flows="start -> x; x -> a [=1 +]"), "x"),
    "mapping is no FEEL": (diagram(start(), script("x", "=)(", "a"), flows="start -> x"), "x"),
    "service task without type": (diagram(start(), Node("serviceTask", "x"), flows="start -> x"), "x"),
    "message throw without type": (diagram(start(), throw("x", inner=on_message("m")), flows="start -> x"), "x"),
    "message without name": (diagram(start(), catch("x", on_message("m")), flows="start -> x"), "x"),
    "call without process": (diagram(start(), Node("callActivity", "x"), flows="start -> x"), "x"),
    "decision without id": (
        diagram(start(), Node("businessRuleTask", "x", "<zeebe:calledDecision/>"), flows="start -> x"), "x"),
    "error end without code": (diagram(start(), error_end("x", "nowhere"), flows="start -> x"), "x"),
    "boundary on nothing": (diagram(start(), boundary("x", "nowhere", timer("duration", "PT1H"))), "x"),
    "boundary on a gateway": (diagram(start(), xor("g"), boundary("x", "g", timer("duration", "PT1H")), flows="start -> g"), "x"),
    "interrupting cycle": (diagram(start(), user("t"), boundary("x", "t", timer("cycle", "R/PT1H"))), "x"),
    "intermediate cycle": (diagram(start(), catch("x", timer("cycle", "R/PT1H")), flows="start -> x"), "x"),
    "timer without value": (diagram(start(), catch("x", "<timerEventDefinition/>"), flows="start -> x"), "x"),
    "timer with two values": (
        diagram(start(), catch("x", "<timerEventDefinition><timeDate>2026-01-01</timeDate><timeDuration>P1D</timeDuration>"
                               "</timerEventDefinition>"), flows="start -> x"), "x"),
    "event gateway to a task": (diagram(start(), first("x"), user("a"), user("b"), flows="start -> x -> a; x -> b"), "x"),
    "sub-process without start": (diagram(start(), sub("x", user("a")), flows="start -> x"), "x"),
    "sub-process with a timer start": (
        diagram(start(), sub("sp", start("x", inner=timer("date", "2026-01-01"))), flows="start -> sp"), "x"),
    "message start by expression": (
        diagram(start("x", inner=on_message("m")), more='<message id="m" name="=a"/>'), "x"),
    "output without target": (
        diagram(start(), service("x", zeebe='<zeebe:ioMapping><zeebe:output source="=1" target=""/></zeebe:ioMapping>')), "x"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_executed_is_refused_by_element_with_a_sentence(name):
    document, element_id = REFUSED[name]

    with pytest.raises(spiff.ModelRefused) as refusal:
        read(document)

    assert refusal.value.element_id == element_id
    assert refusal.value.line == 1
    assert refusal.value.sentence.startswith("Expected ")
    assert refusal.value.sentence.endswith(".")
