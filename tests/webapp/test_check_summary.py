"""orderlane check --summary: what share of a folder of BPMN files can be used, and what stands in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.engine.gate.company import model
from webapp.cli import cli

GOOD = model('<bpmn:startEvent id="begun"/><bpmn:sequenceFlow id="on" sourceRef="begun" targetRef="over"/>'
             '<bpmn:endEvent id="over"/>')  # fmt: skip
CALLS = model(
    '<bpmn:startEvent id="begun"/><bpmn:sequenceFlow id="on" sourceRef="begun" targetRef="call"/>'
    '<bpmn:callActivity id="call"><bpmn:extensionElements><zeebe:calledElement processId="other"/>'
    '</bpmn:extensionElements></bpmn:callActivity><bpmn:sequenceFlow id="off" sourceRef="call" targetRef="over"/>'
    '<bpmn:endEvent id="over"/>'
)
WITHOUT_TASK_DEFINITION = model(
    '<bpmn:startEvent id="begun"/><bpmn:sequenceFlow id="on" sourceRef="begun" targetRef="work"/>'
    '<bpmn:serviceTask id="work"/><bpmn:serviceTask id="more"/>'
    '<bpmn:sequenceFlow id="off" sourceRef="work" targetRef="over"/><bpmn:endEvent id="over"/>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "good.bpmn").write_bytes(GOOD)
    (tmp_path / "calls.bpmn20.xml").write_bytes(CALLS.replace(b'id="repair"', b'id="calls"'))
    (tmp_path / "deep" / "other.bpmn").write_bytes(GOOD.replace(b'id="repair"', b'id="other"'))
    (tmp_path / "deep" / "work.bpmn").write_bytes(WITHOUT_TASK_DEFINITION.replace(b'id="repair"', b'id="w"'))
    (tmp_path / "torn.bpmn").write_bytes(GOOD[:200])
    (tmp_path / "pom.xml").write_text("<project/>")
    return tmp_path


def asked(*arguments: str) -> str:
    answer = CliRunner().invoke(cli, ["check", *arguments])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_each_model_of_a_folder_is_deployable_imported_or_refused(folder: Path):
    report = json.loads(asked("--summary", str(folder), "--json"))

    each = {Path(file).name: verdict for file, verdict in report["each"].items()}
    assert each == {
        "good.bpmn": "deployed",
        "calls.bpmn20.xml": "deployed",
        "other.bpmn": "deployed",
        "work.bpmn": "imported",
        "torn.bpmn": "refused",
    }
    assert report["verdicts"] == {"deployed": 3, "deployed with remarks": 0, "imported": 1, "refused": 1}


def test_the_reasons_are_counted_by_file_and_by_finding(folder: Path):
    report = json.loads(asked("--summary", str(folder), "--json"))

    reasons = {each["rule"]: (each["files"], each["findings"]) for each in report["reasons"]}
    assert reasons["task_definition_missing"] == (1, 2)
    assert reasons["xml_refused"] == (1, 1)


def test_the_summary_is_a_table_for_people(folder: Path):
    said = asked("--summary", str(folder))

    assert "5 files" in said
    assert "| 3 | 60% | can be deployed as they are |" in said
    assert "| 1 | 2 | `task_definition_missing` |" in said


def test_a_folder_without_models_says_so(tmp_path: Path):
    assert asked("--summary", str(tmp_path)) == "There is no BPMN file in this folder.\n"
