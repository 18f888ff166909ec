"""The table of the dialect is what the check does: executed passes, refused is refused by its name."""

from __future__ import annotations

import pytest

from engine.dialect import extensions, table
from tests.engine.gate.company import MODELS, check, check_body

DEFINITION = {trigger: definition for definition, trigger in table.TRIGGER_OF_DEFINITION.items()}
REFUSED_NODES = [
    name
    for name, meaning in table.ELEMENTS.items()
    if meaning.kind in table.FLOW_NODES and not meaning.executed
]
REFUSED_PARTS = [
    name for name, meaning in table.ELEMENTS.items() if meaning.kind == table.PART and not meaning.executed
]
REFUSED_DEFINITIONS = [
    name
    for name, meaning in table.ELEMENTS.items()
    if meaning.kind == table.DEFINITION and not meaning.executed
]
PLACES = ("startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "endEvent")


def refusals(findings) -> list[str]:
    rules = ("unsupported_element", "unsupported_extension", "script_refused")
    return [finding.sentence for finding in findings if finding.rule in rules]


def event(place: str, trigger: str) -> str:
    host = 'attachedToRef="work"' if place == "boundaryEvent" else ""
    if trigger.endswith("multiple"):
        host += ' parallelMultiple="true"' if trigger == "parallel multiple" else ""
        definition = "<bpmn:messageEventDefinition/><bpmn:signalEventDefinition/>"
    else:
        definition = f"<bpmn:{DEFINITION[trigger]}/>" if trigger != "none" else ""
    return f'<bpmn:task id="work"/><bpmn:{place} id="happens" name="It happens" {host}>{definition}</bpmn:{place}>'


def test_a_model_of_all_executed_elements_has_no_finding():
    assert check({"everything.bpmn": (MODELS / "everything.bpmn").read_bytes()}) == []


def test_the_model_of_all_executed_elements_leaves_out_none():
    text = (MODELS / "everything.bpmn").read_text()

    missing = [
        name for name, meaning in table.ELEMENTS.items() if meaning.executed and f"<bpmn:{name}" not in text
    ]
    assert missing == []


def test_the_model_of_all_executed_elements_has_every_executed_extension():
    text = (MODELS / "everything.bpmn").read_text()

    missing = [
        name for name, each in extensions.EXTENSIONS.items() if each.executed and f"<zeebe:{name}" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("place, trigger", table.EVENTS)
def test_every_event_that_bpmn_knows_is_executed(place, trigger):
    assert table.EVENTS[place, trigger].executed
    assert refusals(check_body(event(place, trigger))) == []


@pytest.mark.parametrize(
    "place, trigger",
    [
        (place, trigger)
        for place in PLACES
        for trigger in ("none", *DEFINITION, "multiple", "parallel multiple")
        if (place, trigger) not in table.EVENTS
    ],
)
def test_an_event_that_is_no_bpmn_is_refused(place, trigger):
    (sentence,) = refusals(check_body(event(place, trigger)))

    assert "which BPMN 2.0 does not know for" in sentence


@pytest.mark.parametrize("name", REFUSED_NODES)
def test_a_flow_node_that_the_table_refuses_is_refused_by_name(name):
    word = table.ELEMENTS[name].word

    assert refusals(check_body(f'<bpmn:{name} id="special" name="Special"/>')) == [
        f'{word.capitalize()} "Special" is not executed by this version.'
    ]


@pytest.mark.parametrize("name", REFUSED_PARTS)
def test_a_part_of_an_element_that_the_table_refuses_is_refused(name):
    body = f'<bpmn:task id="work" name="Work"><bpmn:{name}>n</bpmn:{name}></bpmn:task>'

    (sentence,) = refusals(check_body(body))
    assert 'ndefined task "Work"' in sentence


@pytest.mark.parametrize("name", REFUSED_DEFINITIONS)
def test_a_definition_that_the_table_refuses_is_refused(name):
    (sentence,) = refusals(check_body("", before=f'<bpmn:{name} id="special" name="Special"/>'))

    assert sentence == f'{table.ELEMENTS[name].word.capitalize()} "Special" is not executed by this version.'


@pytest.mark.parametrize("name", [name for name, each in extensions.EXTENSIONS.items() if not each.executed])
def test_an_extension_that_the_table_refuses_is_refused_by_name(name):
    body = f'<bpmn:task id="work" name="Work"><bpmn:extensionElements><zeebe:{name}/></bpmn:extensionElements></bpmn:task>'

    assert refusals(check_body(body)) == [
        f'Undefined task "Work" has zeebe:{name}, which is not executed by this version.'
    ]


def test_an_unknown_extension_is_refused_and_an_unknown_attribute_is_a_warning():
    body = (
        '<bpmn:task id="work" name="Work" zeebe:colour="red">'
        "<bpmn:extensionElements><zeebe:teleport/></bpmn:extensionElements></bpmn:task>"
    )

    found = {(finding.rule, finding.severity) for finding in check_body(body)}
    assert {("unsupported_extension", "error"), ("unknown_attribute", "warning")} <= found


def test_no_element_is_drawn_and_something_else_at_once():
    assert not table.DRAWN & set(table.ELEMENTS)


def test_every_element_of_the_schema_of_bpmn_is_known():
    names = """
        auditing assignment artifact category complexBehaviorDefinition correlationKey correlationProperty dataPath messagePath
        correlationPropertyBinding correlationPropertyRef correlationPropertyRetrievalExpression correlationSubscription
        expression formalExpression ioBinding partnerEntity partnerRole relationship rendering resource resourceRef
        resourceAssignmentExpression resourceParameter resourceParameterBinding resourceRole
    """.split()

    unknown = [name for name in names if name not in table.ELEMENTS and name not in table.DRAWN]

    assert unknown == ["artifact"]  # which is abstract: no file holds one


def test_what_a_vendor_writes_into_its_extension_is_its_own_matter():
    found = check_body(
        '<bpmn:startEvent id="begun"><bpmn:extensionElements><w:style xmlns:w="urn:w"><bpmn:Grid spacing="15"/></w:style>'
        '<plain/></bpmn:extensionElements></bpmn:startEvent><bpmn:endEvent id="over"/>'
        '<bpmn:sequenceFlow id="on" sourceRef="begun" targetRef="over"/>'
    )

    assert [each.sentence for each in found] == [
        'Extensions of "urn:w" stand in 1 place; they are kept and mean nothing here.',
        "Extensions without a namespace stand in 1 place; they are kept and mean nothing here.",
    ]


def test_a_draft_of_bpmn_is_named_by_its_namespace():
    (finding,) = check({"a.bpmn": b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>'})

    assert finding.sentence == (
        "Expected <definitions> of BPMN 2.0, but this file begins with <definitions> of "
        '"http://schema.omg.org/spec/BPMN/2.0".'
    )
