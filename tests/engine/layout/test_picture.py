"""A picture shows every element where the drawing has it, with its name, and is the same for the same document."""

from pathlib import Path

import pytest
from lxml import etree

from engine import layout
from engine.layout import shown
from tests.engine.layout.diagrams import Random, document, flows, node, process

SVG = "{http://www.w3.org/2000/svg}"
PROCESSES = Path(__file__).parents[3] / "processes"


def _words(svg: bytes) -> str:
    return " ".join(
        " ".join(span.text or "" for span in text) for text in etree.fromstring(svg).iter(f"{SVG}text")
    )


def test_a_shipped_process_is_shown_whole():
    xml = (PROCESSES / "shared/sub_payment.bpmn").read_bytes()

    svg = layout.picture(xml)

    drawing = shown.read(etree.fromstring(xml))
    paths = [path.get("d") for path in etree.fromstring(svg).iter(f"{SVG}path")]
    for line in drawing.lines.values():
        x, y = line[0]
        assert any(d.startswith(f"M{x:g} {y:g}L") for d in paths)
    words = _words(svg).split()
    for name in ("Take the payment", "Anything owed?", "Cashier", "Payment has come"):
        assert set(name.split()) <= set(words)


@pytest.mark.parametrize("seed", range(20))
def test_any_drawing_makes_the_same_well_formed_picture_twice(seed):
    xml = layout.layout(Random(seed).document())

    svg = layout.picture(xml)

    assert svg == layout.picture(xml)
    assert etree.fromstring(svg).tag == f"{SVG}svg"


def test_names_cannot_write_into_the_picture():
    xml = layout.layout(
        document(
            process(
                node("startEvent", "s"),
                node("userTask", "a", "<b onclick='x'>&amp;</b>"),
                flows("s -> a"),
            )
        )
    )

    svg = layout.picture(xml)

    assert not list(etree.fromstring(svg).iter("{*}b"))
    assert "onclick" in _words(svg)


def test_a_document_without_a_drawing_is_refused_with_the_remedy():
    xml = document(process(node("startEvent", "s"), node("endEvent", "e"), flows("s -> e")))

    with pytest.raises(ValueError, match="orderlane layout"):
        layout.picture(xml)


@pytest.mark.parametrize("trigger", ["signal", "escalation", "conditional", "link", "compensate", "cancel"])
def test_every_trigger_has_a_sign_of_its_own(trigger):
    def picture(inside: str) -> bytes:
        event = f'<intermediateThrowEvent id="e" name="E">{inside}</intermediateThrowEvent>'
        return layout.picture(layout.layout(document(process(event))))

    definition = f"<{trigger}EventDefinition/>"
    pictures = {picture(""), picture(definition), picture(definition + "<timerEventDefinition/>")}

    assert len(pictures) == 3
