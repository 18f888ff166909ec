"""What a drawing promises its reader: bands, a straight happy path, loops around, names that can be read."""

from itertools import pairwise
from pathlib import Path

import pytest

from engine import layout
from tests.engine.layout import samples
from tests.engine.layout.diagrams import Random, document, flows, lane_set, node, process
from tests.engine.layout.drawn import Drawn

REFERENCE = Path(__file__).parents[4] / "shared/bpmn-models/miwg-reference"


@pytest.mark.parametrize("name", samples.ALL)
def test_no_sample_has_a_problem(name):
    drawing = layout.layout(samples.ALL[name])

    assert layout.problems(drawing) == []
    assert Drawn(drawing).lying_on_each_other() == []


@pytest.mark.parametrize("seed", range(100))
def test_no_random_process_has_a_problem(seed):
    drawing = layout.layout(Random(seed).document())

    assert layout.problems(drawing) == []
    assert Drawn(drawing).lying_on_each_other() == []


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the BPMN reference models are not in ../shared here")
@pytest.mark.parametrize("name", "A.1.0 A.2.0 A.2.1 A.3.0 A.4.0 A.4.1 B.1.0 B.2.0".split())
def test_no_reference_model_has_a_problem_when_drawn_anew(name):
    drawing = layout.layout((REFERENCE / f"{name}.bpmn").read_bytes())

    assert layout.problems(drawing) == []
    assert Drawn(drawing).lying_on_each_other() == []


def test_the_happy_path_is_one_straight_line():
    drawn = Drawn(layout.layout(samples.choice_with_loop()))

    path = ["begin", "write", "review", "good", "send", "sent"]
    assert len({drawn.middle(id)[1] for id in path}) == 1
    for source, target in pairwise(path):
        assert len(drawn.lines[f"flow_{source}_{target}"]) == 2
        assert drawn.middle(source)[0] < drawn.middle(target)[0]


def test_a_longer_way_to_a_failure_is_not_the_happy_path():
    drawn = Drawn(
        layout.layout(
            document(
                process(
                    node("startEvent", "begin"),
                    node("exclusiveGateway", "ok"),
                    node("userTask", "regret"),
                    node("userTask", "pay_back"),
                    node("endEvent", "failed", inner="<errorEventDefinition/>"),
                    node("endEvent", "done"),
                    flows("begin -> ok\nok -> regret\nregret -> pay_back\npay_back -> failed\nok -> done"),
                )
            )
        )
    )

    assert drawn.middle("done")[1] == drawn.middle("begin")[1]
    assert drawn.middle("failed")[1] != drawn.middle("begin")[1]


def test_a_loop_goes_back_beside_the_happy_path():
    drawn = Drawn(layout.layout(samples.choice_with_loop()))

    line = drawn.lines["flow_improve_review"]
    x, y, width, height = drawn.boxes["review"]
    assert line[-1] == (x + width / 2, y + height)
    assert max(at[1] for at in line) > drawn.boxes["improve"][1] + drawn.boxes["improve"][3]


def test_shapes_have_the_sizes_of_the_modeler():
    drawn = Drawn(layout.layout(samples.choice_with_loop()))

    assert drawn.boxes["write"][2:] == (100, 80)
    assert drawn.boxes["begin"][2:] == (36, 36)
    assert drawn.boxes["good"][2:] == (50, 50)


def test_lanes_without_a_pool_are_bands_of_one_width_below_each_other():
    drawn = Drawn(layout.layout(samples.lanes_back_and_forth()))

    bands = [drawn.boxes[f"lane_{name}"] for name in ("sales", "technical_department", "stock")]
    assert len({(x, width) for x, _, width, _ in bands}) == 1
    for (_, y, _, height), (_, below, _, _) in pairwise(bands):
        assert y + height == below
    assert drawn.shape("lane_sales").get("isHorizontal") == "true"


def test_a_lane_without_nodes_is_drawn_as_high_as_its_name_needs():
    lanes = lane_set(sales="begin", the_department_with_a_very_long_name_that_nobody_remembers="")

    drawn = Drawn(layout.layout(document(process(lanes, node("startEvent", "begin")))))

    lane = "lane_the_department_with_a_very_long_name_that_nobody_remembers"
    assert drawn.boxes[lane][3] > 180


def test_nested_lanes_stand_inside_their_parent():
    lanes = (
        '<laneSet id="lanes"><lane id="outer" name="Sales"><childLaneSet id="children">'
        '<lane id="upper" name="Inside"><flowNodeRef>begin</flowNodeRef></lane>'
        '<lane id="lower" name="Outside"><flowNodeRef>done</flowNodeRef></lane>'
        "</childLaneSet></lane></laneSet>"
    )
    xml = document(
        process(lanes, node("startEvent", "begin"), node("endEvent", "done"), flows("begin -> done"))
    )

    drawing = layout.layout(xml)

    assert layout.problems(drawing) == []
    drawn = Drawn(drawing)
    x, y, width, height = drawn.boxes["outer"]
    assert drawn.boxes["upper"][:3] == (x + 30, y, width - 30)
    assert drawn.boxes["upper"][3] + drawn.boxes["lower"][3] == height


def test_a_sub_process_across_lanes_keeps_its_nodes_in_their_lanes():
    drawing = layout.layout(samples.internal_request(lanes_outside=True))

    drawn = Drawn(drawing)
    for lane, id in (("department_head", "approve"), ("department", "work"), ("accounting", "cost")):
        _, y, _, height = drawn.boxes[f"lane_{lane}"]
        assert y < drawn.middle(id)[1] < y + height


def test_boundary_events_sit_on_the_lower_border_side_by_side_and_their_flows_leave_downwards():
    drawn = Drawn(layout.layout(samples.nested_with_boundaries()))

    _, y, _, height = drawn.boxes["hand_out"]
    assert drawn.middle("reminder")[1] == drawn.middle("not_fetched")[1] == y + height
    assert abs(drawn.middle("reminder")[0] - drawn.middle("not_fetched")[0]) >= 40
    for id in ("flow_reminder_remind", "flow_not_fetched_scrap", "flow_cancelled_review_cancellation"):
        first, second = drawn.lines[id][:2]
        assert first[0] == second[0]
        assert second[1] > first[1]


def test_a_way_back_from_a_boundary_event_does_not_cross_the_way_there():
    drawn = Drawn(layout.layout(samples.boundary_that_leads_back()))

    there, back = drawn.lines["flow_refused_choose"], drawn.lines["flow_choose_book"]
    assert back[-1][1] == drawn.boxes["book"][1] + 80
    assert there[0][0] < min(x for x, _ in back)


def test_many_boundary_events_widen_their_activity():
    events = [f"event_{place}" for place in range(4)]
    xml = document(
        process(
            node("userTask", "work"),
            *(
                node("boundaryEvent", id, inner="<timerEventDefinition/>", attachedToRef="work")
                for id in events
            ),
            *(node("userTask", f"after_{id}") for id in events),
            flows("\n".join(f"{id} -> after_{id}" for id in events)),
        )
    )

    drawing = layout.layout(xml)

    assert layout.problems(drawing) == []
    assert Drawn(drawing).boxes["work"][2] > 100


def test_message_flows_between_neighbours_in_time_are_straight():
    drawn = Drawn(layout.layout(samples.pools_with_messages()))

    for id in ("message_place_shop_begin", "message_confirm_wait", "message_ship_carrier"):
        assert len(drawn.lines[id]) == 2
        assert drawn.lines[id][0][0] == drawn.lines[id][1][0]


def test_a_message_flow_goes_around_an_empty_pool():
    xml = samples.pools_with_messages().replace(b'targetRef="shop_begin"', b'targetRef="delivered"')
    xml = xml.replace(b'<participant id="carrier" name="Carrier"/>', b"")
    xml = xml.replace(
        b'<participant id="shop"', b'<participant id="carrier" name="Carrier"/><participant id="shop"'
    )

    drawn = Drawn(layout.layout(xml))

    x, y, width, height = drawn.boxes["carrier"]
    for start, end in pairwise(drawn.lines["message_place_shop_begin"]):
        left, right = sorted((start[0], end[0]))
        upper, lower = sorted((start[1], end[1]))
        assert right < x or left > x + width or lower < y or upper > y + height


def test_annotations_and_data_stand_right_beside_what_they_belong_to():
    drawn = Drawn(layout.layout(samples.artifacts()))

    assert drawn.middle("note")[0] == drawn.middle("approve")[0]
    assert drawn.boxes["note"][1] + drawn.boxes["note"][3] < drawn.boxes["approve"][1]
    assert drawn.middle("order")[0] == drawn.middle("check")[0]
    assert 0 < drawn.boxes["order"][1] - drawn.boxes["check"][1] - 80 < 60


def test_a_group_encloses_its_members():
    value = '<category id="category"><categoryValue id="value" value="Paper work"/></category>'
    reference = "<categoryValueRef>value</categoryValueRef>"
    xml = document(
        value,
        process(
            node("startEvent", "begin"),
            node("userTask", "write", inner=reference),
            node("userTask", "file", inner=reference),
            '<group id="group" categoryValueRef="value"/>',
            flows("begin -> write\nwrite -> file"),
        ),
    )

    drawn = Drawn(layout.layout(xml))

    x, y, width, height = drawn.boxes["group"]
    for id in ("write", "file"):
        assert x < drawn.boxes[id][0]
        assert drawn.boxes[id][0] + 100 < x + width
        assert y < drawn.middle(id)[1] < y + height
    assert drawn.boxes["begin"][0] + 36 < x


def test_every_name_outside_of_a_shape_has_bounds_of_its_own():
    drawn = Drawn(layout.layout(samples.choice_with_loop()))

    assert {"begin", "good", "sent", "given_up", "flow_good_send", "flow_good_improve"} <= set(drawn.labels)
    assert "write" not in drawn.labels


def test_nodes_no_flow_touches_stand_side_by_side():
    xml = document(
        process(
            node("adHocSubProcess", "any_order", inner="".join(node("userTask", f"do_{n}") for n in "abc"))
        )
    )

    drawn = Drawn(layout.layout(xml))

    assert len({drawn.middle(f"do_{n}")[1] for n in "abc"}) == 1


def test_a_collaboration_and_a_process_beside_it_get_a_diagram_each():
    xml = samples.pools_with_messages().replace(
        b"</definitions>", process(node("startEvent", "x"), id="lonely").encode() + b"</definitions>"
    )

    drawn = Drawn(layout.layout(xml))

    planes = drawn.root.xpath("//*[local-name()='BPMNPlane']/@bpmnElement")
    assert planes == ["collaboration", "lonely"]
