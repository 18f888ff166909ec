"""Ad-hoc sub-processes: inner elements are started by a list or by people, until it is enough."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import Refused
from tests.engine.spiff.diagrams import (
    ad_hoc,
    again,
    both,
    boundary,
    call,
    compensate,
    diagram,
    each,
    end,
    error,
    event_sub,
    handler,
    mappings,
    message,
    on_error,
    on_message,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    undone_by,
    user,
    xor,
)
from tests.engine.spiff.play import play


def around(work, *others, flows: str = "", more: str = "") -> bytes:
    return diagram(start(), work, user("after"), *others, flows=f"start -> work -> after; {flows}", more=more)


def chosen(*, tasks=("a", "b", "c"), **how):
    """An ad-hoc sub-process of user tasks."""
    return ad_hoc("work", *[user(task) for task in tasks], **how)


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


# -- around and inside --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inner",
    [
        lambda: script("a", "=n + 1", "n"),
        lambda: service("a", "counting"),
        lambda: sub("a", start("s"), script("x", "=n + 1", "n"), flows="s -> x", zeebe=mappings(outputs={"n": "=n"})),
        lambda: call("a", "child"),
        lambda: ad_hoc("a", script("x", "=n + 1", "n"), active='=["x"]', output="ns", output_element="=n",
                       zeebe=mappings(outputs={"n": "=ns[1]"})),
    ],
    ids=["script", "operation", "sub-process", "call", "ad-hoc"],
)  # fmt: skip
def test_any_activity_can_be_inside(inner):
    child = diagram(start("cs"), script("x", "=n + 1", "n"), flows="cs -> x", id="child")
    work = ad_hoc("work", inner(), user("b"), output="found", output_element="=n")
    played = play(around(work), child, n=1)
    played.house.operations["counting"] = lambda call: {"n": call.variables["n"] + 1}

    played.activate("work", "a")

    assert (played.open, played.root["found"]) == (["after"], [2])


def test_an_inner_activity_can_be_multi_instance_or_loop():
    work = ad_hoc(
        "work", user("a", inner=each("=[1, 2]")), user("b", inner=again(most=2)), active='=["a", "b"]'
    )
    played = play(around(work))
    assert played.open == ["a", "a", "b"]

    assert played.complete("a").complete("a").complete("b").complete("b").open == ["after"]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_it_can_be_multi_instance_itself(sequential):
    work = chosen(active="=[item]", output="mine", output_element="=x",
                  inner=each('=["a", "b"]', output="all", output_element="=x", sequential=sequential),
                  zeebe=mappings(outputs={"x": "=mine[1]"}))  # fmt: skip
    played = play(around(work))
    assert played.open == (["a"] if sequential else ["a", "b"])

    played.complete("a", x=1).complete("b", x=2)

    assert (played.open, played.root["all"]) == (["after"], [1, 2])


def test_it_can_loop():
    played = play(around(chosen(inner=again("=loopCounter < 2"))))
    for _ in range(2):
        assert played.open == ["work"]
        played.activate("work", "a").complete("a")

    assert played.open == ["after"]


def test_in_a_loop_drawn_with_a_gateway_it_begins_afresh():
    document = diagram(start(), xor("again"), chosen(), xor("enough"), user("after"),
                       flows="start -> again -> work -> enough; enough -> again [=more]; enough -> after [default]")  # fmt: skip
    played = play(document, more=True).activate("work", "a").complete("a")
    assert played.open == ["work"]

    assert played.write(more=False).activate("work", "b").complete("b").open == ["after"]


def test_in_parallel_two_of_them_are_independent():
    document = diagram(start(), both("split"), chosen(), ad_hoc("other", user("x")), both("meet"), user("after"),
                       flows="start -> split -> work -> meet; split -> other -> meet -> after")  # fmt: skip
    played = play(document)
    assert [s.element_id for s in played.instance.startable()] == ["work", "other"]

    played.activate("other", "x").complete("x").activate("work", "a")

    assert played.complete("a").open == ["after"]


@pytest.mark.parametrize("started", [False, True])
def test_a_boundary_event_interrupts_it(started):
    document = around(
        chosen(), boundary("late", "work", timer("duration", "PT1H")), user("told"), flows="late -> told"
    )
    played = play(document)
    if started:
        played.activate("work", "a", "b").complete("a")

    assert played.wait(hours=1).open == ["told"]


def test_a_boundary_event_inside_leads_the_path_on():
    work = ad_hoc("work", user("a"), boundary("late", "a", timer("duration", "PT1H")), user("told"), flows="late -> told",
                  active='=["a"]')  # fmt: skip
    played = play(around(work)).wait(hours=1)
    assert played.open == ["told"]

    assert played.complete("told").open == ["after"]


def test_an_error_inside_goes_to_its_boundary_event():
    document = around(ad_hoc("work", service("a"), user("b"), active='=["a", "b"]'), boundary("bad", "work", on_error("bad")),
                      user("told"), flows="bad -> told", more=error("bad"))  # fmt: skip
    played = play(document)

    assert played.fail("a", "bad")
    assert played.open == ["told"]


@pytest.mark.parametrize("started", [False, True])
def test_an_interrupting_event_sub_process_ends_it(started):
    stop = event_sub("stop", start("called", inner=on_message("ping")), user("tidy"), flows="called -> tidy")
    played = play(around(ad_hoc("work", user("a"), stop), more=message("ping")), key="k")
    if started:
        played.activate("work", "a")
    played.send("called")
    assert played.open == ["tidy"]
    assert played.instance.startable() == []

    assert played.complete("tidy").open == ["after"]


def test_an_event_sub_process_beside_the_paths_does_not_end_it():
    called = start("called", inner=on_message("ping"))
    called.attributes["isInterrupting"] = "false"
    note = event_sub("note", called, user("noted"), flows="called -> noted")
    played = (
        play(around(ad_hoc("work", user("a"), note), more=message("ping")), key="k")
        .send("called")
        .complete("noted")
    )
    assert played.open == ["work"]

    played.activate("work", "a").send("called").complete("a")
    assert played.open == ["noted"]
    assert played.complete("noted").open == ["after"]


def test_what_was_completed_inside_is_undone_with_the_variables_of_its_path():
    work = ad_hoc("work", user("a"), undone_by("a", "undo_a"), handler(user("undo_a")), user("b"))
    played = play(diagram(start(), work, throw("back", inner=compensate()), user("after"),
                          flows="start -> work -> back -> after"))  # fmt: skip
    assert [e.element_id for s in played.instance.startable() for e in s.elements] == ["a", "b"]
    played.activate("work", "a", n=1).activate("work", "a", n=2).complete("a").complete("a", m=3)

    assert played.sees("undo_a") == {"n": 2, "m": 3}
    played.complete("undo_a")
    assert played.sees("undo_a") == {"n": 1}
    assert played.complete("undo_a").open == ["after"]


def test_cancelling_the_process_instance_ends_all_paths():
    played = play(around(chosen(active='=["a", "b"]')))

    played.instance.terminate()

    assert played._reload().is_finished


# -- what cannot be -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "work, sentence",
    [
        (ad_hoc("work", start("s"), user("a"), flows="s -> a"), "no start and end events"),
        (ad_hoc("work", user("a"), end("e"), flows="a -> e"), "no start and end events"),
        (ad_hoc("work"), "something that can be started"),
        (ad_hoc("work", user("a"), user("b"), flows="a -> b -> a"), "something that can be started"),
    ],
)
def test_an_ad_hoc_sub_process_that_cannot_be_run_is_refused(work, sentence):
    with pytest.raises(spiff.ModelRefused) as refused:
        play(around(work))

    assert sentence in str(refused.value)


def test_a_sequential_ordering_is_refused():
    work = chosen()
    work.attributes["ordering"] = "Sequential"

    with pytest.raises(spiff.ModelRefused, match="sequential"):
        play(around(work))
