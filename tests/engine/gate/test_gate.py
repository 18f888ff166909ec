"""A deployment is looked at as a whole: what one file brings, another may use."""

from __future__ import annotations

import json

from engine import findings, gate
from tests.engine.gate.company import MODELS, OPERATIONS, check, model

CALLER = """
    <bpmn:startEvent id="requested"/><bpmn:endEvent id="done"/><bpmn:endEvent id="failed"/>
    <bpmn:callActivity id="call" name="Call it"><bpmn:extensionElements>
      <zeebe:calledElement processId="{called}"/></bpmn:extensionElements></bpmn:callActivity>
    <bpmn:boundaryEvent id="caught" name="Caught" attachedToRef="call">{definition}</bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="a" sourceRef="requested" targetRef="call"/>
    <bpmn:sequenceFlow id="b" sourceRef="call" targetRef="done"/>
    <bpmn:sequenceFlow id="c" sourceRef="caught" targetRef="failed"/>"""
THROWER = """
    <bpmn:startEvent id="begun"/>
    <bpmn:endEvent id="thrown" name="Thrown"><bpmn:errorEventDefinition errorRef="error_full"/></bpmn:endEvent>
    <bpmn:sequenceFlow id="d" sourceRef="begun" targetRef="thrown"/>"""
FULL = '<bpmn:error id="error_full" name="Full" errorCode="FULL"/>'
OTHER = '<bpmn:error id="error_other" name="Other" errorCode="OTHER"/>'


def named(process_id: str, data: bytes) -> bytes:
    return data.replace(b'process id="repair"', f'process id="{process_id}"'.encode())


def rules(found: list[findings.Finding]) -> list[str]:
    return [finding.rule for finding in found]


def test_an_error_that_leaves_a_process_is_caught_by_the_process_that_calls_it():
    caller = model(
        CALLER.format(called="store", definition="<bpmn:errorEventDefinition errorRef='error_full'/>"), FULL
    )

    assert check({"caller.bpmn": caller, "store.bpmn": named("store", model(THROWER, FULL))}) == []


def test_an_error_that_its_caller_does_not_catch_is_named_on_both_sides():
    caller = model(
        CALLER.format(called="store", definition="<bpmn:errorEventDefinition errorRef='error_other'/>"), OTHER
    )

    found = check({"caller.bpmn": caller, "store.bpmn": named("store", model(THROWER, FULL))})

    assert [(finding.file, finding.rule) for finding in found] == [
        ("caller.bpmn", "error_never_thrown"),
        ("store.bpmn", "error_uncaught"),
    ]


def test_what_a_process_deployed_before_throws_is_not_guessed():
    caller = model(
        CALLER.format(called="delivery", definition="<bpmn:errorEventDefinition errorRef='error_full'/>"),
        FULL,
    )

    assert check({"caller.bpmn": caller}) == []


def test_a_process_that_only_a_message_starts_cannot_be_called():
    started = model(
        '<bpmn:startEvent id="ordered"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
        '<bpmn:endEvent id="done"/><bpmn:sequenceFlow id="a" sourceRef="ordered" targetRef="done"/>',
        '<bpmn:message id="m" name="order"/>',
    )
    caller = model(CALLER.format(called="store", definition="<bpmn:errorEventDefinition/>"))

    found = check({"caller.bpmn": caller, "store.bpmn": named("store", started)})

    assert "process_not_callable" in rules(found)
    assert findings.stops_deployment(found)
    assert "which has no start event without trigger" in found[0].sentence + found[-1].sentence


def test_a_deployment_brings_its_forms_and_decisions_along():
    resources = {path.name: path.read_bytes() for path in MODELS.iterdir()}

    assert gate.check(resources, operations=OPERATIONS, known_processes={"delivery"}) == []


def test_what_is_not_known_as_deployed_is_missing():
    found = gate.check({"everything.bpmn": (MODELS / "everything.bpmn").read_bytes()}, operations=OPERATIONS)

    assert sorted(rules(found)) == ["decision_unknown", "form_unknown", "form_unknown", "process_unknown"]
    assert not findings.stops_deployment(
        found
    )  # it may be deployed later; what asks for it before is an incident


def test_a_finding_is_told_as_plain_values():
    (finding,) = check({"empty.bpmn": b""})

    assert json.loads(json.dumps(finding.to_json())) == {
        "file": "empty.bpmn",
        "line": finding.line,
        "element_id": None,
        "element_name": None,
        "rule": "xml_refused",
        "severity": "error",
        "sentence": finding.sentence,
        "remedy": finding.remedy,
        "path": [],
    }


def test_only_errors_stop_a_deployment():
    warning = model(
        '<bpmn:startEvent id="a"/><bpmn:task id="stops" name="Stops"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="stops"/>'
    )

    assert rules(check({"a.bpmn": warning})) == ["dead_end"]
    assert not findings.stops_deployment(check({"a.bpmn": warning}))
    assert findings.stops_deployment(check({"a.bpmn": b""}))


def test_findings_come_in_the_order_of_files_and_lines():
    found = check(
        {"b.bpmn": b"", "a.bpmn": model("<bpmn:complexGateway id='x'/>\n<bpmn:transaction id='y'/>")}
    )

    assert [finding.file for finding in found] == sorted(finding.file for finding in found)
    assert [finding.line for finding in found if finding.file == "a.bpmn"] == sorted(
        finding.line for finding in found if finding.file == "a.bpmn"
    )
