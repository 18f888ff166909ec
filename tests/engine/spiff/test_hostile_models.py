"""Whatever a document holds, reading it ends with processes or with a refusal in one sentence; never with a traceback."""

from __future__ import annotations

import contextlib
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from engine import spiff
from engine.xml import XmlRefused, parse
from tests.engine.spiff.oracles import blocks, scoping

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


def damaged(document: bytes, random: Random) -> bytes:
    """A document after one to three accidents."""
    root = etree.fromstring(document)
    for _ in range(random.randint(1, 3)):
        nodes = [node for node in root.iter("*") if node is not root]
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


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the public models lie beside the project only on some machines"
)
def test_public_models_are_read_or_refused():
    files = sorted(SHARED.rglob("*.bpmn"))
    assert files

    for file in files:
        with contextlib.suppress(XmlRefused):
            assert read(file.read_bytes())
