"""Variables in scopes: mappings, results, sub-processes, call activities."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    call,
    diagram,
    end,
    mappings,
    script,
    start,
    sub,
    throw,
    user,
)
from tests.engine.spiff.play import play


def one(task, **variables):
    return play(diagram(start(), task, end(), flows="start -> work -> end"), **variables)


def test_a_result_without_output_mapping_goes_up_to_the_process():
    assert one(user("work")).complete("work", a=1).root == {"a": 1}


def test_an_input_mapping_makes_a_local_variable():
    played = one(user("work", mappings({"a": "=x + 1", "b": "=a + 1", "c.d": "=b", "c.e": "=nothing"})), x=1)

    assert played.sees("work") == {"x": 1, "a": 2, "b": 3, "c": {"d": 3, "e": None}}
    assert played.root == {"x": 1}


def test_a_result_with_the_name_of_a_local_stays_local_and_is_lost():
    assert one(user("work", mappings({"a": "=1"}))).complete("work", a=2, b=3).root == {"b": 3}


def test_only_mapped_results_leave_when_there_are_output_mappings():
    task = user("work", mappings({"local": "=5"}, {"sum": "=result + local", "twice": "=sum * 2"}))

    assert one(task).complete("work", result=1, other=2).root == {"sum": 6, "twice": 12}


def test_an_output_mapping_to_a_path_changes_only_that_leaf():
    task = user("work", mappings(outputs={"order.state": "=s", "order.deep.er": "=1"}))

    played = one(task, order={"id": 7, "state": "new"}).complete("work", s="done")

    assert played.root == {"order": {"id": 7, "state": "done", "deep": {"er": 1}}}


def test_an_output_mapping_without_source_writes_null():
    assert one(user("work", mappings(outputs={"a": "=missing"}))).complete("work").root == {"a": None}


def test_a_failing_output_mapping_is_an_incident_that_keeps_the_token_and_its_result():
    task = user("work", mappings(outputs={"a": "=result", "b": "=assert(limit, limit > 1)"}))
    played = one(task, limit=1).complete("work", result=9)
    assert (played.open, played.root) == (["work!"], {"limit": 1})
    assert played.incident()[0] == spiff.IO_MAPPING_ERROR

    played.write(limit=2).retry("work")

    assert played.is_finished
    assert played.root == {"limit": 2, "a": 9, "b": 2}


def test_a_failing_input_mapping_is_repeated_on_retry():
    task = user("work", mappings({"x": "=x + 1", "y": "=assert(limit, limit > 1)"}))
    played = one(task, limit=1, x=1)
    assert played.open == ["work!"]
    assert played.incident()[0] == spiff.IO_MAPPING_ERROR

    played.write(limit=2).retry("work")

    assert played.sees("work") == {"limit": 2, "x": 2, "y": 2}


def test_entering_again_starts_from_the_same_variables():
    task = script("work", "=assert(limit, limit > 1)", "r", mappings({"x": "=x + 1"}, {"seen": "=x"}))
    played = one(task, limit=0, x=1)
    for _ in range(3):
        assert played.retry("work").open == ["work!"]

    assert played.write(limit=2).retry("work").root["seen"] == 2


def test_a_start_event_may_initialise_variables():
    document = diagram(start(zeebe=mappings(outputs={"n": "=0"})), user("work"), flows="start -> work")

    assert play(document, a=1).root == {"a": 1, "n": 0}


SUB = diagram(
    start(),
    sub(
        "sp",
        start("s"),
        user("inside"),
        flows="s -> inside",
        zeebe=mappings({"local": "=x"}, {"out": "=local * 10"}),
    ),
    user("after"),
    flows="start -> sp -> after",
)


def test_a_sub_process_has_a_scope_of_its_own():
    played = play(SUB, x=1)
    assert played.sees("inside") == {"x": 1, "local": 1}

    played.complete("inside", local=3, x=2)

    assert played.root == {"x": 2, "out": 30}


def test_a_variable_nobody_has_goes_from_inside_a_sub_process_to_the_process():
    assert play(SUB, x=1).complete("inside", new=5).root == {"x": 1, "out": 10, "new": 5}


def test_parallel_branches_see_each_others_writes_and_lose_none():
    document = diagram(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        both("join"),
        user("after"),
        flows="start -> fork -> a -> join -> after; fork -> b -> join",
    )
    played = play(document).complete("a", x=1)
    assert played.sees("b") == {"x": 1}

    assert played.complete("b", y=2).root == {"x": 1, "y": 2}


def test_variables_are_never_shared_by_reference():
    document = diagram(
        start(), script("copy", "=order", "second"), user("work", mappings(outputs={"order.id": "=2"})),
        user("look"), flows="start -> copy -> work -> look",
    )  # fmt: skip

    played = play(document, order={"id": 1}).complete("work")

    assert played.root == {"order": {"id": 2}, "second": {"id": 1}}


# -- call activity ----------------------------------------------------------------------------------------------------

CHILD = diagram(start("cs"), user("t"), flows="cs -> t", id="child")


def calling(zeebe="", process_id="child", **attributes):
    return diagram(
        start(), call("work", process_id, zeebe, **attributes), user("after"), flows="start -> work -> after"
    )


def test_a_call_activity_runs_the_called_process_with_copies_of_all_variables():
    played = play(calling(), CHILD, x=1)
    assert played.sees("t") == {"x": 1}

    played.complete("t", x=2, y=3)

    assert (played.open, played.root) == (["after"], {"x": 2, "y": 3})


def test_the_called_process_does_not_see_what_changes_in_its_caller():
    played = play(calling(), CHILD, x=1).write(x=5)

    assert played.sees("t") == {"x": 1}


def test_input_mappings_of_a_call_activity_add_to_all_variables():
    assert play(calling(mappings({"a": "=x + 1"})), CHILD, x=1).sees("t") == {"x": 1, "a": 2}


def test_a_call_activity_can_hand_in_only_its_locals():
    document = calling(mappings({"a": "=x + 1"}), propagateAllParentVariables="false")

    assert play(document, CHILD, x=1).sees("t") == {"a": 2}


def test_output_mappings_of_a_call_activity_restrict_what_comes_back():
    played = play(calling(mappings(outputs={"b": "=y"})), CHILD, x=1).complete("t", x=2, y=3)

    assert played.root == {"x": 1, "b": 3}


def test_a_call_activity_can_bring_back_nothing():
    played = play(calling(propagateAllChildVariables="false"), CHILD, x=1).complete("t", x=2, y=3)

    assert played.root == {"x": 1}


def test_a_called_process_that_is_missing_is_an_incident():
    played = play(calling())
    assert played.open == ["work!"]
    assert played.incident()[0] == spiff.CALLED_ELEMENT_ERROR

    played.house.processes.update(spiff.read(__import__("engine.xml", fromlist=["parse"]).parse(CHILD)))
    assert played.retry("work").open == ["t"]


def test_the_called_process_can_be_chosen_by_an_expression():
    assert play(calling(process_id='="ch" + rest'), CHILD, rest="ild").open == ["t"]


def test_a_process_that_calls_itself_without_end_is_an_incident():
    played = play(calling(process_id="p"))

    assert played.open == ["work!"]
    assert "call each other" in played.incident()[1]


def test_a_called_process_stays_on_its_version():
    played = play(calling(), CHILD)
    old = played.processes["child"]
    old.key = 1
    played._reload()  # its key is now in the state
    newer = diagram(start("cs"), user("other"), flows="cs -> other", id="child")
    played.house.processes["child"] = spiff.read(__import__("engine.xml", fromlist=["parse"]).parse(newer))[
        "child"
    ]
    played.house.processes["child"].key = 2
    played.house.processes["old"] = old

    assert played._reload().open == ["t"]
    assert played.instance.process_of(played.token("t")) is old
    assert played.complete("t").open == ["after"]


@pytest.mark.parametrize("local", [True, False])
def test_variables_can_be_written_into_a_token_or_as_its_result(local):
    played = play(SUB, x=1)

    played.instance.set_variables({"x": 9, "n": 1}, played.token("inside"), local=local)

    assert played._reload().sees("inside")["x"] == 9
    assert played.root == ({"x": 1} if local else {"x": 9, "n": 1})


def test_a_throw_event_in_a_sub_process_writes_to_the_scope_that_has_the_name():
    document = diagram(
        start(),
        sub(
            "sp",
            start("s"),
            throw("set", mappings(outputs={"local": "=2", "x": "=3"})),
            user("look"),
            flows="s -> set -> look",
            zeebe=mappings({"local": "=1"}),
        ),
        flows="start -> sp",
    )
    played = play(document, x=1)

    assert (played.sees("look"), played.root) == ({"local": 2, "x": 3}, {"x": 3})


@pytest.mark.parametrize("name", ["count", "date", "duration", "cycle", "sum"])
def test_a_variable_with_the_name_of_a_feel_function_is_read(name):
    document = diagram(start(), script("a", f"={name}", "b"), end(), flows="start -> a -> end")

    assert play(document, **{name: 5}).root == {name: 5, "b": 5}
