"""Ad-hoc sub-processes: inner elements are started by a list or by people, until it is enough."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import Refused
from tests.engine.spiff.diagrams import (
    ad_hoc,
    around,
    both,
    chosen,
    mappings,
    start,
    sub,
    user,
    xor,
)
from tests.engine.spiff.play import play

# -- starting -----------------------------------------------------------------------------------------------------------


def test_what_the_list_names_begins_at_once_each_element_once():
    played = play(around(chosen(active="=wanted")), wanted=["c", "a", "c"])
    assert played.open == ["a", "c"]

    assert played.complete("a").open == ["c"]
    assert played.complete("c").open == ["after"]


@pytest.mark.parametrize("active", [None, "=[]"])
def test_with_nothing_started_it_stays_open_and_waits_for_a_person(active):
    played = play(around(chosen(active=active)))
    assert played.open == ["work"]
    assert [[e.element_id for e in s.elements] for s in played.instance.startable()] == [["a", "b", "c"]]

    assert played.activate("work", "b").open == ["b"]
    assert played.complete("b").open == ["after"]


def test_more_can_be_started_while_it_is_open_the_same_element_too():
    played = play(around(chosen(active='=["a"]')))

    assert played.activate("work", "a", "b").open == ["a", "a", "b"]
    assert played.complete("a").complete("a").complete("b").open == ["after"]


def test_variables_of_a_started_element_are_its_own():
    played = play(around(chosen()), x=1).activate("work", "a", "b", x=2).activate("work", "c")

    assert [played.sees(task)["x"] for task in "abc"] == [2, 2, 1]
    assert played.root == {"x": 1}


@pytest.mark.parametrize(
    "wanted, said",
    [
        ("a", "no list of texts"),
        ([1], "no list of texts"),
        (["a", "inside"], 'names "inside"'),
        (["nobody"], 'names "nobody"'),
        (None, "no list"),
    ],
)
def test_a_list_that_names_no_inner_elements_is_an_incident(wanted, said):
    work = ad_hoc(
        "work", user("a"), sub("s1", start("s"), user("inside"), flows="s -> inside"), active="=wanted"
    )
    played = play(around(work), wanted=wanted)
    assert played.open == ["work!"]
    kind, sentence = played.incident()
    assert kind == spiff.EXTRACT_VALUE_ERROR
    assert said in sentence
    assert played.instance.startable() == []

    assert played.write(wanted=["a"]).retry("work").open == ["a"]


def test_the_list_is_read_after_the_input_mappings_and_can_ask_what_there_is():
    work = ad_hoc("work", user("a"), user("c"), active='=adHocSubProcessElements[elementId != skipped].elementId',
                  zeebe=mappings({"skipped": '="a"'}))  # fmt: skip
    played = play(around(work))

    assert played.open == ["c"]
    assert "adHocSubProcessElements" not in played.sees("c")


@pytest.mark.parametrize("named", [[], ["nobody"], ["a", "a"], ["a", "next"]], ids=str)
def test_what_cannot_be_started_is_refused_and_nothing_has_changed(named):
    work = ad_hoc("work", user("a"), user("next"), flows="a -> next")
    played = play(around(work))
    before = spiff.dump(played.instance)

    with pytest.raises(Refused, match="a, each once"):
        played.instance.activate(played.token("work"), named)

    assert spiff.dump(played.instance) == before


def test_only_an_open_ad_hoc_sub_process_starts_something():
    played = play(around(chosen(active='=["a"]')))
    with pytest.raises(spiff.NotWaiting, match="Expected an ad-hoc sub-process"):
        played.instance.activate(played.token("a"), ["a"])
    work = played.token("work")

    played.complete("a")

    with pytest.raises(spiff.NoSuchToken):
        played.instance.activate(work, ["a"])


# -- when it is over ----------------------------------------------------------------------------------------------------


def test_a_completion_condition_that_is_true_cancels_the_rest():
    played = play(around(chosen(active='=["a", "b", "c"]', until="=enough")), enough=False).complete("a")
    assert played.open == ["b", "c"]

    assert played.write(enough=True).complete("b").open == ["after"]


def test_the_rest_can_be_waited_for_but_nothing_more_be_started():
    played = play(
        around(chosen(active='=["a", "b"]', until="=enough", cancel_rest=False)), enough=True
    ).complete("a")
    assert played.open == ["b"]
    assert played.instance.startable() == []
    with pytest.raises(spiff.NotWaiting, match="not any more"):
        played.instance.activate(played.token("work"), ["c"])

    assert played.write(enough=False).complete("b").open == ["after"]


def test_with_a_condition_that_is_false_it_waits_for_a_person_again():
    played = play(around(chosen(active='=["a"]', until="=enough")), enough=False).complete("a")
    assert played.open == ["work"]

    assert played.activate("work", "b").write(enough=True).complete("b").open == ["after"]


def test_a_condition_that_is_no_boolean_is_an_incident_of_the_path_and_collects_nothing_twice():
    work = chosen(active='=["a", "b"]', until="=enough > 1", output="done", output_element="=x")
    played = play(around(work)).complete("a", x=1)
    assert played.open == ["b", "work!"]
    broken = next(t.token_id for t in played.instance.tokens() if t.state == "incident")

    played.instance.set_variables({"enough": 1})
    played.instance.retry(broken)

    assert played._reload().open == ["b"]
    assert played.write(enough=2).complete("b", x=2).root["done"] == [1, 2]


def test_a_path_goes_along_its_flows_and_is_over_at_their_end():
    work = ad_hoc("work", user("a"), xor("way"), user("b"), user("c"), both("split"), user("d"), user("e"),
                  flows="a -> way; way -> b [=short]; way -> split [default]; split -> d; split -> e; c -> d",
                  active='=["a", "c"]', until="=true", cancel_rest=False)  # fmt: skip
    played = play(around(work), short=False)
    assert [e.element_id for s in played.instance.startable() for e in s.elements] == ["a", "c"]

    played.complete("a").complete("c")
    assert played.open == ["d", "d", "e"]
    played.complete("e").complete("d")
    assert played.open == ["d"]
    assert played.complete("d").open == ["after"]


# -- variables ----------------------------------------------------------------------------------------------------------


def test_what_is_written_inside_stays_in_its_path_and_is_collected():
    work = ad_hoc("work", user("a"), user("b", mappings(outputs={"x": "=y + 1"})), user("then"), flows="a -> then",
                  active='=["a", "b"]', output="results", output_element="=x")  # fmt: skip
    played = play(around(work), x=0).complete("a", x=5)
    assert (played.sees("then")["x"], played.sees("b")["x"]) == (5, 0)
    played.complete("b", y=6)
    assert "results" not in played.root

    played.complete("then")

    assert played.root == {"x": 0, "results": [7, 5]}


def test_output_mappings_hand_up_what_was_collected():
    work = chosen(active='=["a", "b"]', output="found", output_element="=x",
                  zeebe=mappings(outputs={"first": "=found[1]"}))  # fmt: skip
    played = play(around(work)).complete("b", x=2).complete("a", x=1)

    assert played.root == {"found": [2, 1], "first": 2}
