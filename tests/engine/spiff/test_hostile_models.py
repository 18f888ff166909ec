"""Whatever a document holds, reading it ends with processes or with a refusal in one sentence; never with a traceback."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from engine import spiff
from engine.spiff import tree
from engine.xml import XmlRefused, parse
from tests.engine.spiff.oracles import blocks, scoping
from tests.engine.spiff.play import Play

SHARED = Path(__file__).parents[4] / "shared" / "bpmn-models"
RICH = [
    *(blocks.Drawing(blocks.Generator(seed, 3).process()).document for seed in range(8)),
    *(scoping.Drawing(scoping.Generator(seed).body(2)).document for seed in range(4)),
]


def read(document: bytes) -> str:
    """What came of it."""
    try:
        return "read" if spiff.read(parse(document)) else "empty"
    except spiff.ModelRefused as refusal:
        return refusal.sentence


def run(document: bytes, random: Random) -> int:
    """Do anything that the process allows; the number of steps."""
    played = Play(document, key=1, x=1)
    with contextlib.suppress(spiff.NotStartable):
        played.start()
        for step in range(12):
            acts = [
                partial(answer, played, token.token_id, random)
                for token in played.instance.tokens()
                if not token.is_scope and token.state != "join"
            ]
            acts += [
                partial(played.instance.fire, wait.token_id, wait.event_id)
                for wait in played.instance.waits()
            ]
            if not acts:
                return step
            with contextlib.suppress(spiff.NotWaiting):
                random.choice(acts)()
            played._reload()
    return 0


def answer(played: Play, token_id: int, random: Random) -> None:
    """Retry what has an incident, complete or fail what waits."""
    if played.instance.tasks[token_id].incident is not None:
        played.instance.retry(token_id)
    elif random.random() < 0.2:
        played.instance.throw_error(token_id, "e1", None, {})
    else:
        choices = {f"v_{element_id}": random.randint(0, 2) for element_id in played.process.elements}
        played.instance.complete(token_id, choices | {"x": random.choice([1, None, [], "a"])})


def damaged(document: bytes, random: Random) -> bytes:
    """A document after one to three accidents."""
    root = etree.fromstring(document)
    for _ in range(random.randint(1, 3)):
        nodes = [node for node in root.iter("*") if node is not root]
        if not nodes:
            break
        node, other = random.choice(nodes), random.choice(nodes)
        accident = random.choice(["remove", "copy", "move", "attribute", "swap", "rename", "text"])
        if accident == "remove":
            node.getparent().remove(node)
        elif accident == "copy":
            other.append(etree.fromstring(etree.tostring(node)))
        elif accident == "move" and other not in node.iter("*"):
            other.append(node)
        elif accident == "attribute" and node.attrib:
            node.attrib.pop(random.choice(list(node.attrib)))
        elif accident == "swap" and node.attrib and other.attrib:
            node.attrib[random.choice(list(node.attrib))] = random.choice(list(other.attrib.values()))
        elif accident == "rename":
            node.tag = other.tag
        elif accident == "text":
            node.text = random.choice(["", "=", "=(", "R/PT1H", "\n", "0"])
    return etree.tostring(root)


def test_damaged_models_are_read_or_refused():
    random = Random(1)

    ends = [read(damaged(random.choice(RICH), random)) for _ in range(400)]

    assert ends.count("read") > 20
    refusals = {end for end in ends if end not in ("read", "empty")}
    assert len(refusals) > 20
    assert all(sentence.startswith("Expected") and sentence.endswith(".") for sentence in refusals)


def test_what_could_be_read_of_a_damaged_model_runs_without_a_traceback(monkeypatch):
    random = Random(2)
    monkeypatch.setattr(tree, "MOST_RUNS_OF_ONE_ELEMENT", 60)
    steps = 0

    for _ in range(200):
        document = damaged(random.choice(RICH), random)
        if read(document) == "read":
            steps += run(document, random)

    assert steps > 100


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the public models lie beside the project only on some machines"
)
def test_public_models_are_read_or_refused():
    files = sorted(SHARED.rglob("*.bpmn"))
    assert files

    for file in files:
        with contextlib.suppress(XmlRefused):
            assert read(file.read_bytes())
