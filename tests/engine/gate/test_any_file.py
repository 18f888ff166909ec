"""Whatever the bytes are, the gate ends with findings: truncated, flipped, nested, public and random files."""

from __future__ import annotations

import copy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import spiff, xml
from engine.dialect.model import BPMN
from engine.findings import stops_deployment
from engine.rules import RULES
from tests.engine.gate.company import BROKEN_MODELS, MODELS, PUBLIC_MODELS, check, model

GOOD = (MODELS / "everything.bpmn").read_bytes()
FILES = [
    (path.name, path.read_bytes())
    for path in [*sorted(MODELS.iterdir()), *sorted(BROKEN_MODELS.iterdir())]
    if path.suffix in (".bpmn", ".dmn", ".form")
]
TRIES = settings(max_examples=150, deadline=None, derandomize=True)
FOUND = sorted(PUBLIC_MODELS.rglob("*.bpmn"))


def assert_findings(resources: dict[str, bytes]) -> None:
    findings = check(resources)
    assert all(finding.rule in RULES and finding.sentence and finding.remedy for finding in findings)
    assert findings == sorted(findings, key=lambda finding: finding.place)


@TRIES
@given(file=st.sampled_from(FILES), share=st.floats(0, 1))
def test_a_truncated_file_ends_with_findings(file, share):
    name, data = file

    assert_findings({name: data[: int(len(data) * share)]})


@TRIES
@given(
    file=st.sampled_from(FILES),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12),
)
def test_a_file_with_flipped_bytes_ends_with_findings(file, flips):
    name, data = file[0], bytearray(file[1])
    for share, byte in flips:
        if data:
            data[int(len(data) * share)] = byte

    assert_findings({name: bytes(data)})


@TRIES
@given(
    words=st.lists(
        st.tuples(st.sampled_from(GOOD.decode().split('"')), st.sampled_from(GOOD.decode().split('"'))),
        max_size=6,
    )
)
def test_a_model_whose_names_and_values_are_mixed_up_ends_with_findings(words):
    text = GOOD.decode()
    for old, new in words:
        if old:
            text = text.replace(f'"{old}"', f'"{new}"', 1)

    assert_findings({"model.bpmn": text.encode()})


@TRIES
@given(
    tags=st.lists(
        st.sampled_from(
            "subProcess userTask startEvent boundaryEvent sequenceFlow lane script extensionElements".split()
        ),
        max_size=90,
    ),
    attributes=st.sampled_from(
        ["", 'id="a"', 'default="a"', 'sourceRef="a" targetRef="a"', 'attachedToRef="a" id="a"']
    ),
)
def test_nested_elements_in_places_where_they_never_stand_end_with_findings(tags, attributes):
    inner = "".join(f"<bpmn:{tag} {attributes}>" for tag in tags) + "".join(
        f"</bpmn:{tag}>" for tag in reversed(tags)
    )

    assert_findings({"model.bpmn": model(inner)})


@TRIES
@given(
    data=st.binary(max_size=300),
    name=st.sampled_from(["a.bpmn", "a.dmn", "a.form", "a.xml", "a.json", "a", "a.png"]),
)
@example(data=b"[" * 200_000, name="a.form")
@example(data=b"<a>" * 200_000, name="a.bpmn")
@example(data=b'{"components": ' * 100_000, name="a.form")
@example(data=b"\xff\xfe<\x00a\x00/\x00>\x00", name="a.xml")
def test_random_bytes_end_with_findings(data, name):
    assert_findings({name: data})


@pytest.mark.skipif(not FOUND, reason="the public models in ../shared/bpmn-models are not there")
@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_a_public_model_ends_with_findings_that_have_places(path):
    findings = check({path.name: path.read_bytes()})

    assert findings
    assert all(finding.line for finding in findings)


def test_five_thousand_nodes_in_a_row_are_checked_without_recursion():
    ids = [f"step_{number}_of_many" for number in range(5_000)]
    nodes = "".join(f'<bpmn:task id="{each}" name="Work"/>' for each in ids)
    pairs = zip(["requested", *ids], [*ids, "done"], strict=True)
    flows = "".join(f'<bpmn:sequenceFlow id="from_{a}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)
    body = f'<bpmn:startEvent id="requested"/>{nodes}<bpmn:endEvent id="done"/>{flows}'

    assert check({"long.bpmn": model(body)}) == []


@pytest.mark.parametrize(
    "cycle",
    [
        "R/P" + "9" * 150 + "Y",
        "R" + "9" * 150 + "/PT1H",
        "P" + "9" * 400 + "Y",
        "² * * * * *",
        "PT1H" * 100_000,
    ],
)
def test_a_timer_beyond_the_calendar_is_a_finding(cycle):
    timer = f"<bpmn:timerEventDefinition><bpmn:timeCycle>{cycle}</bpmn:timeCycle></bpmn:timerEventDefinition>"

    found = check({"model.bpmn": model(f'<bpmn:startEvent id="each_day">{timer}</bpmn:startEvent>')})

    assert [finding.rule for finding in found if finding.severity == "error"] in ([], ["timer_refused"])


def call(identity: str, process_id: str) -> str:
    return (
        f'<bpmn:callActivity id="{identity}"><bpmn:extensionElements><zeebe:calledElement processId="{process_id}"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )


def test_a_thousand_processes_that_call_each_other_twice_are_checked_without_recursion():
    files = {}
    for number in range(1_000):
        follower = f"p{number + 1}" if number < 999 else "delivery"
        body = '<bpmn:startEvent id="begun"/>' + call("first", follower) + call("second", follower)
        files[f"p{number}.bpmn"] = model(body).replace(
            b'process id="repair"', f'process id="p{number}"'.encode()
        )

    found = check(files)

    assert {finding.rule for finding in found} == {"unreachable", "dead_end"}


def test_a_circle_of_many_processes_is_named_shortly():
    files = {}
    for number in range(300):
        body = '<bpmn:startEvent id="begun"/>' + call("next_one", f"p{(number + 1) % 300}")
        files[f"p{number:03}.bpmn"] = model(body).replace(
            b'process id="repair"', f'process id="p{number}"'.encode()
        )

    circles = [finding.sentence for finding in check(files) if finding.rule == "process_calls_itself"]

    assert 'Process "p0" calls itself: p0 → p1 → p2 → p3 → … → p297 → p298 → p299 → p0.' in circles
    assert len(circles) < 10


def test_a_model_that_is_too_large_is_only_measured():
    (finding,) = check({"model.bpmn": model('<bpmn:task id="a"/>' * 20_001)})

    assert (
        finding.sentence
        == "This file has 20001 flow nodes and sequence flows, but at most 20000 are looked at."
    )


NODES = (
    "userTask serviceTask callActivity subProcess transaction adHocSubProcess parallelGateway exclusiveGateway "
    "inclusiveGateway eventBasedGateway intermediateThrowEvent intermediateCatchEvent boundaryEvent startEvent endEvent"
).split()
TREE = etree.fromstring(GOOD)
PLACES = st.integers(0, sum(1 for _ in TREE.iter(etree.Element)) - 1)


def changed(kind: str, tag: str, at: int, other: int) -> bytes:
    """The good model with one thing done to the element at a place."""
    root = copy.deepcopy(TREE)
    elements = list(root.iter(etree.Element))
    one, two = elements[at], elements[other]
    if kind == "is something else" and one is not root:
        one.tag = f"{{{BPMN}}}{tag}"
    elif kind == "stands twice" and one is not root:
        one.addnext(copy.deepcopy(one))
    elif kind == "holds a copy of another":
        one.append(copy.deepcopy(two))
    elif kind == "has the id of another":
        one.set("id", two.get("id") or "")
    elif kind == "points elsewhere":
        for name in {"sourceRef", "targetRef", "attachedToRef", "activityRef", "default"} & set(one.attrib):
            one.set(name, two.get("id") or "nowhere")
    elif kind == "is repeated":
        etree.SubElement(one, f"{{{BPMN}}}standardLoopCharacteristics", loopMaximum="2")
    return etree.tostring(root)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(
        [
            "is something else",
            "stands twice",
            "holds a copy of another",
            "has the id of another",
            "points elsewhere",
            "is repeated",
        ]
    ),
    tag=st.sampled_from(NODES),
    at=PLACES,
    other=PLACES,
)
def test_a_model_with_an_element_in_a_wrong_place_is_refused_or_can_be_read(kind, tag, at, other):
    data = changed(kind, tag, at, other)

    if not stops_deployment(check({"model.bpmn": data})):
        assert spiff.read(xml.parse(data))


@pytest.mark.parametrize(
    "place",
    [
        "<bpmn:task id='a'><bpmn:extensionElements>{}</bpmn:extensionElements></bpmn:task>",
        "<bpmn:documentation>{}</bpmn:documentation>",
    ],
)
def test_a_process_inside_of_something_else_is_refused_by_name(place):
    inner = '<bpmn:process id="inner" isExecutable="true"><bpmn:task id="inside"/></bpmn:process>'

    found = check({"model.bpmn": model('<bpmn:startEvent id="begun"/>' + place.format(inner))})

    assert 'Process "inner" stands inside of' in "".join(each.sentence for each in found)
    assert stops_deployment(found)


def test_a_process_that_is_only_drawn_needs_an_id_as_well():
    data = model('<bpmn:startEvent id="begun"/>').replace(
        b"</bpmn:definitions>", b"<bpmn:process/></bpmn:definitions>"
    )

    assert [each.rule for each in check({"model.bpmn": data}) if each.severity == "error"] == ["id_missing"]


@pytest.mark.parametrize("gateway", ["inclusiveGateway", "parallelGateway", "exclusiveGateway"])
def test_an_event_on_a_gateway_is_a_finding(gateway):
    event = (
        '<bpmn:boundaryEvent id="late" attachedToRef="join" cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    pairs = ["begun split", "split a", "split b", "a join", "b join", "join over", "late over"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{at}" sourceRef="{pair.split()[0]}" targetRef="{pair.split()[1]}"/>'
        for at, pair in enumerate(pairs)
    )

    found = check(
        {
            "model.bpmn": model(
                f'<bpmn:startEvent id="begun"/><bpmn:{gateway} id="split"/><bpmn:task id="a"/><bpmn:task id="b"/>'
                f'<bpmn:{gateway} id="join"/><bpmn:endEvent id="over"/>{event}{flows}'
            )
        }
    )

    assert "dangling_reference" in {each.rule for each in found}
