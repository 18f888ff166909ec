"""The checker finds every mistake planted in a good drawing, and says which elements it is about."""

import re

import pytest

from engine import layout
from tests.engine.layout import samples


@pytest.fixture(scope="module")
def drawing() -> str:
    return layout.layout(samples.lanes_back_and_forth()).decode()


def _moved(drawing: str, id: str, **values: float | str) -> bytes:
    """The drawing with the bounds of one shape changed."""

    def change(found: re.Match) -> str:
        text = found.group(0)
        for name, value in values.items():
            text = re.sub(rf'(Bounds [^>]*?\b{name}=")[^"]*', rf"\g<1>{value}", text, count=1)
        return text

    changed, count = re.subn(
        rf'<bpmndi:BPMNShape [^>]*bpmnElement="{id}".*?</bpmndi:BPMNShape>', change, drawing, flags=re.S
    )
    assert count == 1
    return changed.encode()


def _box(drawing: str, id: str) -> dict[str, float]:
    found = re.search(rf'bpmnElement="{id}"[^>]*>\s*<dc:Bounds ([^>]*)/>', drawing)
    return {name: float(value) for name, value in re.findall(r'(\w+)="([\d.]+)"', found.group(1))}


def _without(drawing: str, kind: str, id: str) -> bytes:
    changed, count = re.subn(
        rf'<bpmndi:{kind} [^>]*bpmnElement="{id}".*?</bpmndi:{kind}>', "", drawing, flags=re.S
    )
    assert count == 1
    return changed.encode()


def test_a_good_drawing_has_no_problems(drawing):
    assert layout.problems(drawing.encode()) == []


def test_overlapping_shapes_are_named(drawing):
    other = _box(drawing, "confirm")

    found = layout.problems(_moved(drawing, "offer", x=other["x"] + 10, y=other["y"] + 10))

    assert (
        "The shapes of the userTask 'Offer' (offer) and the userTask 'Confirm with the customer' (confirm) overlap."
        in found
    )


def test_a_node_outside_of_its_lane_is_named(drawing):
    found = layout.problems(_moved(drawing, "build", y=_box(drawing, "reserve")["y"]))

    assert any(
        "'Build' (build) lies outside of its lane 'Technical department'" in sentence for sentence in found
    )


def test_a_missing_shape_is_named(drawing):
    found = layout.problems(_without(drawing, "BPMNShape", "offer"))

    assert "Expected a shape for the userTask 'Offer' (offer), but the diagram has none." in found


def test_a_missing_lane_is_named(drawing):
    found = layout.problems(_without(drawing, "BPMNShape", "lane_stock"))

    assert "Expected a shape for the lane 'Stock' (lane_stock), but the diagram has none." in found


def test_a_missing_line_is_named(drawing):
    found = layout.problems(_without(drawing, "BPMNEdge", "flow_begin_offer"))

    assert "Expected a line for the sequence flow 'flow_begin_offer', but the diagram has none." in found


def test_a_shape_without_numbers_counts_as_missing(drawing):
    found = layout.problems(_moved(drawing, "offer", x="left"))

    assert "Expected a shape for the userTask 'Offer' (offer), but the diagram has none." in found


def test_a_document_without_a_diagram_misses_everything():
    found = layout.problems(samples.linear())

    assert len(found) == 4 + 3


def test_a_slanted_line_is_named(drawing):
    changed = re.sub(
        r'(bpmnElement="flow_begin_offer".*?<di:waypoint x="[\d.]+" y=")[\d.]+',
        r"\g<1>50",
        drawing,
        count=1,
        flags=re.S,
    )

    found = layout.problems(changed.encode())

    assert any(
        "'flow_begin_offer' has a piece that is neither horizontal nor vertical" in sentence
        for sentence in found
    )


def test_a_line_through_a_shape_is_named(drawing):
    line = re.search(r'bpmnElement="flow_accepted_reserve".*?</bpmndi:BPMNEdge>', drawing, flags=re.S).group(
        0
    )
    x = float(re.search(r'waypoint x="([\d.]+)"', line).group(1))

    found = layout.problems(_moved(drawing, "build", x=x - 50))

    assert any(
        "flow_accepted_reserve) runs through the shape of the userTask 'Build'" in sentence
        for sentence in found
    )


def test_a_label_on_a_shape_is_named(drawing):
    label = re.search(
        r'bpmnElement="lost".*?<bpmndi:BPMNLabel>\s*<dc:Bounds x="([\d.]+)" y="([\d.]+)"', drawing, flags=re.S
    )
    changed = _moved(drawing, "done", x=float(label.group(1)), y=float(label.group(2)))

    found = layout.problems(changed)

    assert any(
        "The label of the endEvent 'Order lost' (lost) overlaps the shape of" in sentence
        for sentence in found
    )


def test_labels_on_each_other_are_named(drawing):
    first, second = (
        re.search(
            rf'bpmnElement="{id}".*?<bpmndi:BPMNLabel>\s*(<dc:Bounds [^>]*/>)', drawing, flags=re.S
        ).group(1)
        for id in ("begin", "lost")
    )

    found = layout.problems(drawing.replace(first, second).encode())

    assert (
        "The labels of the startEvent 'Customer calls' (begin) and the endEvent 'Order lost' (lost) overlap."
        in found
    )


def test_what_lies_in_a_collapsed_sub_process_is_not_missed():
    drawing = layout.layout(samples.nested_with_boundaries()).decode()
    for id in ("repair_begin", "replace", "test", "works", "repair_done"):
        drawing = _without(drawing, "BPMNShape", id).decode()
    missing = layout.problems(drawing.encode())

    collapsed = re.sub(r'(bpmnElement="repair" isExpanded=")true', r"\1false", drawing)

    assert missing
    assert layout.problems(collapsed.encode()) == []
