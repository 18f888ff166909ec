"""Models of thousands of elements: what is asked of each is bounded, so that the answer comes soon and is of a size to read."""

from __future__ import annotations

from random import Random

from engine import dialect, soundness
from engine.dialect.report import MOST_OF_ALL_WAYS
from engine.soundness import reading
from engine.xml import parse
from tests.engine.gate.company import check, model


def flows(pairs: list[tuple[str, str]]) -> str:
    return "".join(
        f'<bpmn:sequenceFlow id="f{at}" sourceRef="{source}" targetRef="{target}"/>'
        for at, (source, target) in enumerate(pairs)
    )


def test_the_ways_to_a_thousand_unreachable_steps_are_bounded():
    steps = [f"step_{number}_of_many" for number in range(1_200)]
    tasks = "".join(f'<bpmn:task id="{step}"/>' for step in steps)
    round_ = flows(list(zip(steps, [*steps[1:], steps[0]], strict=True)))

    found = [
        each
        for each in check({"round.bpmn": model(f'<bpmn:startEvent id="begun"/>{tasks}{round_}')})
        if each.rule == "unreachable"
    ]

    assert len(found) == len(steps)
    assert sum(len(each.path) for each in found) < MOST_OF_ALL_WAYS + 10 * len(steps)
    assert all(each.path[-1] == each.element_id for each in found)


def test_what_is_tangled_beyond_measure_is_not_decided_and_not_searched():
    random = Random(7)
    gateways = [f"join_{number}" for number in range(400)]
    drawn = "".join(f'<bpmn:inclusiveGateway id="{each}"/>' for each in gateways)
    pairs = [(random.choice(gateways), random.choice(gateways)) for _ in range(1_600)]
    tangle = model(f'<bpmn:startEvent id="begun"/>{drawn}{flows([("begun", gateways[0]), *pairs])}')

    found = soundness.check(dialect.read(parse(tangle)), "tangle.bpmn")

    assert [each.rule for each in found] == ["not_decided"]
    assert found[0].sentence.endswith("was not decided: its paths are too many and too tangled to begin.")


def test_of_an_inclusive_split_with_many_branches_not_every_pair_is_tried():
    branches = list(range(500))

    assert len(list(reading._combinations(branches[:8]))) == 2**8 - 1
    assert len(list(reading._combinations(branches))) == 500 + 499 + 1


def test_blocks_of_many_branches_in_a_row_are_seen_once_each():
    pairs, drawn, before = [], '<bpmn:startEvent id="begun"/><bpmn:endEvent id="over"/>', "begun"
    for block in range(12):
        drawn += f'<bpmn:inclusiveGateway id="split_{block}"/><bpmn:inclusiveGateway id="join_{block}"/>'
        pairs.append((before, f"split_{block}"))
        for branch in range(6):
            step = f"step_{block}_{branch}"
            drawn += f'<bpmn:task id="{step}"/>'
            pairs += [(f"split_{block}", step), (step, f"join_{block}")]
        before = f"join_{block}"
    data = model(drawn + flows([*pairs, (before, "over")]))

    assert soundness.check(dialect.read(parse(data)), "blocks.bpmn") == []
