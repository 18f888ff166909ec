"""Link events: what is thrown goes on at the catch of the same name in the same scope."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    catch,
    diagram,
    each,
    end,
    link,
    mappings,
    some,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.spiff.play import play

JUMP = (throw("off", inner=link("A")), catch("on", link("A")))


def test_a_link_leads_on_as_a_sequence_flow_would():
    played = play(diagram(start(), *JUMP, user("work"), flows="start -> off; on -> work"))

    assert played.open == ["work"]
    assert played.complete("work").is_finished
    assert played.instance.waits() == []


def test_several_throws_may_lead_to_one_catch():
    document = diagram(
        start(), both("f"), throw("off_1", inner=link("A")), throw("off_2", inner=link("A")), catch("on", link("A")),
        user("work"), flows="start -> f -> off_1; f -> off_2; on -> work",
    )  # fmt: skip

    assert play(document).open == ["work", "work"]


def test_names_are_told_apart():
    document = diagram(
        start(), throw("off", inner=link("B")), catch("on_a", link("A")), catch("on_b", link("B")), user("a"), user("b"),
        flows="start -> off; on_a -> a; on_b -> b",
    )  # fmt: skip

    assert play(document).open == ["b"]


def test_the_same_name_in_another_scope_is_another_link():
    inside = sub("sp", start("s"), throw("off_in", inner=link("A")), catch("on_in", link("A")), user("inner"),
                 flows="s -> off_in; on_in -> inner")  # fmt: skip
    document = diagram(start(), *JUMP, inside, user("work"), flows="start -> off; on -> sp -> work")

    assert play(document).open == ["inner"]
    assert play(document).complete("inner").open == ["work"]


def test_a_link_back_makes_a_loop():
    document = diagram(
        start(), xor("merge"), user("work"), xor("again"), throw("off", inner=link("A")), catch("on", link("A")), end(),
        flows="start -> merge -> work -> again -> off [default]; again -> end [=stop = true]; on -> merge",
    )  # fmt: skip
    played = play(document, stop=False)

    for _ in range(30):
        played.complete("work")
    assert played.open == ["work"]
    assert played.complete("work", stop=True).is_finished


def test_the_output_mappings_of_both_ends_count():
    document = diagram(
        start(), throw("off", mappings(outputs={"x": "=1"}), link("A")), catch("on", link("A"), mappings(outputs={"y": "=x + 1"})),
        user("work"), flows="start -> off; on -> work",
    )  # fmt: skip

    assert play(document).root == {"x": 1, "y": 2}


def test_an_inclusive_join_waits_for_what_comes_by_a_link():
    document = diagram(
        start(), some("split"), user("a"), user("b"), *JUMP, some("join"), user("after"),
        flows="start -> split -> a [=true] ; split -> b [=true]; a -> join; b -> off; on -> join -> after",
    )  # fmt: skip
    played = play(document).complete("a")
    assert played.open == ["b", "join+"]

    assert played.complete("b").open == ["after"]


def test_in_each_instance_of_a_multi_instance_activity():
    inside = sub("sp", start("s"), throw("off_in", inner=link("A")), catch("on_in", link("A")), user("inner"),
                 flows="s -> off_in; on_in -> inner", inner=each("=[1, 2]"))  # fmt: skip
    played = play(diagram(start(), inside, end(), flows="start -> sp -> end"))
    assert played.open == ["inner", "inner"]

    assert played.complete("inner").complete("inner").is_finished


def test_the_path_behind_a_link_is_cancelled_with_its_scope():
    inside = sub("sp", start("s"), throw("off_in", inner=link("A")), catch("on_in", link("A")), user("inner"),
                 flows="s -> off_in; on_in -> inner")  # fmt: skip
    document = diagram(start(), inside, boundary("late", "sp", timer("duration", "PT1H")), user("after"),
                       flows="start -> sp; late -> after")  # fmt: skip

    assert play(document).wait(hours=1).open == ["after"]


@pytest.mark.parametrize(
    "nodes",
    [
        (throw("off", inner=link("A")),),
        (throw("off", inner=link("A")), catch("on", link("A")), catch("on_2", link("A"))),
        (throw("off", inner=link("A")), sub("sp", start("s"), catch("on", link("A")))),
        (throw("off", inner="<linkEventDefinition/>"), catch("on", "<linkEventDefinition/>")),
    ],
)
def test_a_link_without_exactly_one_other_end_is_refused(nodes):
    with pytest.raises(spiff.ModelRefused, match="link"):
        play(diagram(start(), *nodes, flows="start -> off"))
