"""Conditional events: asked when they open and at each write of a variable that they name."""

from __future__ import annotations

import pytest

from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    catch,
    diagram,
    each,
    end,
    error,
    error_end,
    event_sub,
    first,
    mappings,
    on_error,
    script,
    some,
    start,
    starts,
    sub,
    timer,
    user,
    when,
    xor,
)
from tests.engine.spiff.play import Play, play


def waiting(condition="=x > 2", names="", events="", **variables):
    return play(
        diagram(
            start(), catch("ready", when(condition, names, events)), end(), flows="start -> ready -> end"
        ),
        **variables,
    )


def guarded(condition, interrupting=True, task=None, **variables):
    return play(
        diagram(
            start(), task or user("work"), boundary("cond", "work", when(condition), interrupting), user("handle"),
            end(), flows="start -> work -> end; cond -> handle -> end",
        ),
        **variables,
    )  # fmt: skip


def test_a_catch_event_waits_until_its_condition_is_true():
    played = waiting(x=1)
    (wait,) = played.instance.waits()
    assert (wait.kind, wait.condition, wait.element_id) == ("condition", "=x > 2", "ready")

    assert played.write(x=2).open == ["ready"]
    assert played.write(x=3).is_finished


def test_a_condition_that_is_true_when_it_opens_fires_at_once():
    assert waiting(x=3).is_finished


@pytest.mark.parametrize("value", [None, "text", 5, [True], {"a": True}])
def test_null_and_what_is_no_boolean_is_not_true(value):
    played = waiting("=x")

    assert played.write(x=value).open == ["ready"]
    assert played.write(x=True).is_finished


def test_a_missing_variable_is_not_true():
    assert waiting().open == ["ready"]
    assert waiting().write(x=9).is_finished


def test_a_write_of_another_variable_does_not_ask():
    played = guarded("=x > 2", interrupting=False, x=3)
    assert played.open == ["handle", "work"]

    assert played.write(y=1).open == ["handle", "work"]
    assert played.write(x=4).open == ["handle", "handle", "work"]


def test_a_non_interrupting_one_fires_at_each_write_while_true():
    played = guarded("=x > 2", interrupting=False, x=1)
    for value in (3, 4, 1, 5):
        played.write(x=value)

    assert played.open == ["handle"] * 3 + ["work"]
    assert played.waits == ["cond"]


def test_a_write_counts_also_when_the_value_stays_the_same():
    played = guarded("=x > 2", interrupting=False, x=1).write(x=3).write(x=3)

    assert played.open == ["handle", "handle", "work"]


def test_it_fires_once_in_a_verb_whatever_is_written_in_it():
    document = diagram(
        start(), both("f"), user("work"), boundary("cond", "work", when("=x > 0"), False), user("go"), script("a", "=1", "x"),
        script("b", "=2", "x"), user("handle"), flows="start -> f -> work; f -> go -> a -> b; cond -> handle",
    )  # fmt: skip

    assert play(document).complete("go").open == ["handle", "work"]


def test_an_interrupting_one_ends_its_activity():
    played = guarded("=x > 2").write(x=3)

    assert (played.open, played.waits) == (["handle"], [])


def test_a_path_into_a_variable_is_asked_when_the_variable_is_written():
    played = guarded("=order.total > 10", order={"total": 1})

    assert played.write(order={"total": 11}).open == ["handle"]


def test_what_an_activity_writes_while_it_completes_does_not_reach_its_own_boundary_events():
    played = guarded("=x > 2").complete("work", x=3)

    assert played.is_finished


def test_a_boundary_condition_sees_the_locals_of_its_activity():
    task = user("work", mappings({"x": "=1"}))
    played = guarded("=x > 2", task=task)
    played.write(x=5)
    assert played.open == ["work"], "the write does not reach a scope that has a variable of its own"

    played.instance.set_variables({"x": 3}, played.token("work"), local=True)

    assert played._reload().open == ["handle"]


def test_siblings_do_not_see_each_others_scopes():
    document = diagram(
        start(), both("f"),
        sub("one", start("s1"), user("a"), flows="s1 -> a", zeebe=mappings({"x": "=0"})),
        sub("two", start("s2"), user("b"), flows="s2 -> b", zeebe=mappings({"x": "=0"})),
        boundary("c1", "one", when("=x > 2")), boundary("c2", "two", when("=x > 2")), user("h1"), user("h2"),
        flows="start -> f -> one; f -> two; c1 -> h1; c2 -> h2",
    )  # fmt: skip

    assert play(document).complete("a", x=3).open == ["b"]
    played = play(document)
    played.instance.set_variables({"x": 3}, played.token("one"), local=True)
    assert played._reload().open == ["b", "h1"]


def test_outer_scopes_are_asked_first():
    document = diagram(
        start(), sub("sp", start("s"), user("a"), boundary("in", "a", when("=x > 2")), user("h_in"), flows="s -> a; in -> h_in"),
        boundary("out", "sp", when("=x > 2")), user("h_out"), flows="start -> sp; out -> h_out",
    )  # fmt: skip

    assert play(document).write(x=3).open == ["h_out"]


@pytest.mark.parametrize(
    ("events", "fires_at"),
    [("create", ["x"]), ("update", ["again"]), ("create, update", ["x", "again"]), ("", ["x", "again"])],
)
def test_a_filter_on_the_kind_of_write(events, fires_at):
    document = diagram(
        start(), user("work"), boundary("cond", "work", when("=x > 0", events=events), False), user("handle"),
        flows="start -> work; cond -> handle",
    )  # fmt: skip
    played = play(document).write(x=1)
    seen = ["x"] if "handle" in played.open else []
    before = played.open.count("handle")
    played.write(x=2)
    seen += ["again"] if played.open.count("handle") > before else []

    assert seen == fires_at


def test_a_filter_on_names_takes_the_place_of_the_names_in_the_condition():
    played = waiting("=x > 2", names="y, z")

    assert played.write(x=3).open == ["ready"]
    assert played.write(z=1).is_finished


def test_the_filter_does_not_hold_back_the_question_on_opening():
    assert waiting("=x > 2", events="update", x=3).is_finished


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_sub_process_begins_by_a_condition(interrupting):
    document = diagram(
        start(), user("work"), end(),
        event_sub("esp", starts("cond", when("=x > 2"), interrupting), user("handle"), flows="cond -> handle"),
        flows="start -> work -> end",
    )  # fmt: skip
    played = play(document)
    assert played.write(x=1).open == ["work"]

    assert played.write(x=3).open == (["handle"] if interrupting else ["handle", "work"])
    assert played.write(x=4).open == (["handle"] if interrupting else ["handle", "handle", "work"])


def test_the_condition_of_a_scope_is_asked_after_what_its_start_writes():
    document = diagram(
        start(zeebe=mappings(outputs={"x": "=3"})), user("work"),
        event_sub("esp", starts("cond", when("=x > 2")), user("handle"), flows="cond -> handle"), flows="start -> work",
    )  # fmt: skip

    assert play(document).open == ["handle"]


@pytest.mark.parametrize(
    "variables, begins",
    [({"x": 3}, True), ({"x": 2}, False), ({"x": "3"}, False), ({"y": 1}, False), ({}, False)],
)
def test_a_conditional_start_event_of_a_process_is_true_for_given_variables_only(variables, begins):
    game = Play(diagram(start("s", inner=when("=x > 2")), user("work"), flows="s -> work"), **variables)
    [event] = game.process.start_events

    assert (event.kind, event.is_true_for(variables, game.house.now)) == ("condition", begins)
    if begins:
        assert game.start("s").open == ["work"]
        assert game.root == variables


def test_what_starts_a_process_by_a_condition_goes_through_its_output_mappings():
    document = diagram(
        start("s", mappings(outputs={"size": "=x * 2"}), when("=x > 2")), user("work"), flows="s -> work"
    )

    assert Play(document, x=3, y=1).start("s").root == {"size": 6}


def test_after_an_event_based_gateway():
    document = diagram(
        start(), first("which"), catch("a", when("=x > 2")), catch("b", timer("duration", "PT1H")), user("after_a"),
        user("after_b"), flows="start -> which -> a -> after_a; which -> b -> after_b",
    )  # fmt: skip

    assert play(document).write(x=3).open == ["after_a"]
    assert play(document).wait(hours=1).open == ["after_b"]
    assert play(document, x=3).open == ["after_a"]


def test_a_called_process_does_not_see_the_writes_of_its_caller():
    called = diagram(start("s"), catch("ready", when("=x > 2")), flows="s -> ready", id="called")
    played = play(diagram(start(), call("c", "called"), end(), flows="start -> c -> end"), called, x=1).write(
        x=3
    )
    assert played.open == ["ready"]

    played.instance.set_variables({"x": 3}, played.token("called"), local=True)

    assert played._reload().is_finished


def test_in_a_loop_each_round_waits_anew():
    document = diagram(
        start(), catch("ready", when("=x > rounds")), script("count", "=rounds + 1", "rounds"), xor("again"), end(),
        flows="start -> ready -> count -> again -> end [=rounds > 3]; again -> ready [default]",
    )  # fmt: skip
    played = play(document, x=0, rounds=0)
    assert played.write(x=1).root["rounds"] == 1
    assert played.write(x=9).is_finished


def test_each_instance_of_a_multi_instance_activity_is_asked_by_itself():
    inside = sub(
        "sp",
        start("s"),
        catch("ready", when("=item < x")),
        user("go"),
        flows="s -> ready -> go",
        inner=each("=[1, 2, 3]"),
    )
    played = play(diagram(start(), inside, end(), flows="start -> sp -> end"), x=0)

    assert played.write(x=3).open == ["go", "go", "ready"]


def test_it_is_asked_after_an_inclusive_join():
    document = diagram(
        start(), both("f"), user("a"), catch("ready", when("=x > 2")), some("join"), user("b"), end(),
        flows="start -> f -> a -> join -> b; f -> ready -> join",
    )  # fmt: skip

    assert play(document).complete("a", x=3).open == ["b"]


def test_a_condition_on_an_activity_with_an_error_is_gone_with_it():
    document = diagram(
        start(), sub("sp", start("s"), user("a"), error_end("bad", "e"), flows="s -> a -> bad"),
        boundary("cond", "sp", when("=x > 2")), boundary("err", "sp", on_error("e")), user("h1"), user("h2"),
        flows="start -> sp; cond -> h1; err -> h2", more=error("e"),
    )  # fmt: skip

    assert play(document).complete("a", x=3).open == ["h2"]


def test_one_that_cannot_be_evaluated_is_an_incident_and_asked_again_at_a_retry():
    played = waiting("=every n in 1..x satisfies n > 0", names="y", x=10**9)
    assert played.open == ["ready!"]

    played.write(x=2)
    assert played.open == ["ready!"]
    assert played.retry("ready").is_finished


def test_a_write_that_makes_it_true_cures_one_that_could_not_be_evaluated():
    played = waiting("=every n in 1..x satisfies n > 0", x=10**9)

    assert played.write(x=2).is_finished
