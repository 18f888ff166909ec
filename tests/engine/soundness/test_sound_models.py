"""What is drawn well has no finding: random block-structured processes of every element, and the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import dialect, soundness
from engine.xml import parse
from tests.engine.soundness.drawings import sound

SHIPPED = sorted((Path(__file__).parents[3] / "processes").rglob("*.bpmn"))
MODELS = 300
A_BATCH = 100


def findings(document: bytes):
    return soundness.check(dialect.read(parse(document)), "model.bpmn")


@pytest.mark.parametrize("batch", range(MODELS // A_BATCH))
def test_a_random_sound_process_has_no_finding(batch):
    for seed in range(batch * A_BATCH, (batch + 1) * A_BATCH):
        found = findings(sound(seed).document())

        assert found == [], f"seed {seed}: {found[0].sentence} {found[0].path}"


def test_the_random_processes_hold_every_element():
    documents = b"".join(sound(seed).document() for seed in range(A_BATCH))

    for tag in (
        "userTask serviceTask sendTask scriptTask businessRuleTask manualTask receiveTask callActivity subProcess "
        "transaction adHocSubProcess exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway boundaryEvent "
        "timerEventDefinition messageEventDefinition signalEventDefinition conditionalEventDefinition "
        "errorEventDefinition escalationEventDefinition cancelEventDefinition compensateEventDefinition "
        "linkEventDefinition terminateEventDefinition multiInstanceLoopCharacteristics standardLoopCharacteristics"
    ).split():
        assert f"<{tag}".encode() in documents, tag
    assert b'triggeredByEvent="true"' in documents
    assert b'cancelActivity="false"' in documents


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_process_is_sound(file):
    assert findings(file.read_bytes()) == []
