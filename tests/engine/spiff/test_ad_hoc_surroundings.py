"""Ad-hoc sub-processes around and inside of other things: any activity, loops, events, compensation; and what is refused."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    ad_hoc,
    again,
    around,
    both,
    boundary,
    call,
    chosen,
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
