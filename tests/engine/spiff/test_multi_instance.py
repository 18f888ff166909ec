"""Multi-instance activities: parallel and sequential, output collection, completion condition."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    boundary,
    call,
    diagram,
    each,
    end,
    mappings,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.spiff.play import play

SEQUENTIAL = pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])


def loop(task, **variables):
    return play(
        diagram(start(), task, user("after"), end(), flows="start -> work -> after -> end"), **variables
    )


def test_parallel_instances_open_all_at_once():
    played = loop(user("work", inner=each("=items")), items=["a", "b", "c"])
    assert played.open == ["work"] * 3
    assert [(played.sees("work", i)["item"], played.sees("work", i)["loopCounter"]) for i in range(3)] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]

    assert played.complete("work", at=1).open == ["work"] * 2
    assert played.complete("work").complete("work").open == ["after"]


def test_sequential_instances_open_one_after_the_other():
    played = loop(user("work", inner=each("=items", sequential=True)), items=["a", "b", None])
    for item, counter in (("a", 1), ("b", 2), (None, 3)):
        assert played.open == ["work"]
        assert (played.sees("work")["item"], played.sees("work")["loopCounter"]) == (item, counter)
        played.complete("work")

    assert played.open == ["after"]


@SEQUENTIAL
def test_outputs_are_collected_by_index_and_handed_up_at_the_end(sequential):
    task = user(
        "work", inner=each("=items", output="answers", output_element="=answer", sequential=sequential)
    )
    played = loop(task, items=[1, 2, 3])

    played.complete("work", at=0 if sequential else 2, answer="x")
    assert "answers" not in played.root
    played.complete("work", answer="y").complete("work")

    assert played.root["answers"] == (["x", "y", None] if sequential else ["y", None, "x"])
    assert "answer" not in played.root


@SEQUENTIAL
def test_an_empty_collection_completes_at_once_with_an_empty_output(sequential):
    played = loop(user("work", inner=each("=[]", output="answers", sequential=sequential)))

    assert (played.open, played.root) == (["after"], {"answers": []})


@pytest.mark.parametrize("items", ["abc", 3, None, {"a": 1}], ids=str)
def test_a_collection_that_is_no_list_is_an_incident(items):
    played = loop(user("work", inner=each("=items")), items=items)
    assert played.open == ["work!"]
    kind, sentence = played.incident()
    assert kind == spiff.EXTRACT_VALUE_ERROR
    assert "to be a list" in sentence

    assert played.write(items=[1]).retry("work").open == ["work"]


def test_items_may_be_called_as_a_function_is():
    task = script(
        "work", '=number("5") + number', inner=each("=[1, 2]", "number", "sum", "=sum"), result="sum"
    )

    assert loop(task).root == {"sum": [6, 7]}


def test_a_number_of_times_is_a_list_made_by_feel():
    assert loop(user("work", inner=each("=for i in 1..n return i")), n=4).open == ["work"] * 4


@SEQUENTIAL
def test_the_completion_condition_ends_the_rest(sequential):
    task = user(
        "work",
        inner=each(
            "=items", output="votes", output_element="=vote", until="=vote = false", sequential=sequential
        ),
    )
    played = loop(task, items=[1, 2, 3, 4]).complete("work", vote=True)
    assert played.open == ["work"] if sequential else ["work"] * 3

    played.complete("work", vote=False)

    assert played.open == ["after"]
    assert played.root["votes"] == [True, False, None, None]


@pytest.mark.parametrize(
    ("condition", "completed"),
    [
        ("=numberOfCompletedInstances >= 2", 2),
        ("=numberOfActiveInstances = 1", 3),
        ("=numberOfInstances - numberOfCompletedInstances = numberOfActiveInstances and loopCounter = 3", 3),
        ("=count(done[item != null]) = 1", 1),
        ("=numberOfTerminatedInstances > 0 or numberOfCompletedInstances = numberOfInstances", 4),
    ],
)
def test_the_completion_condition_counts_the_instance_that_just_completed(condition, completed):
    task = user(
        "work", inner=each("=[1, 2, 3, 4]", item="n", output="done", output_element="=n", until=condition)
    )
    played = loop(task)

    for _ in range(completed):
        assert "work" in played.open
        played.complete("work")

    assert played.open == ["after"]


def test_the_counters_exist_in_the_completion_condition_only_and_cover_variables_of_their_names():
    counters = "[numberOfInstances, numberOfActiveInstances, numberOfCompletedInstances, numberOfTerminatedInstances]"
    task = user(
        "work",
        mappings({"seen": f"={counters}"}),
        each("=[1, 2, 3]", output="done", output_element=f"={counters}", until=f"={counters} = [3, 1, 2, 0]"),
    )
    played = loop(task, numberOfInstances=77)
    assert played.sees("work")["seen"] == [77, None, None, None]
    assert "numberOfCompletedInstances" not in played.sees("work")

    played.complete("work").complete("work")

    assert played.open == ["after"]
    assert played.root == {"numberOfInstances": 77, "done": [[77, None, None, None]] * 2 + [None]}


@SEQUENTIAL
def test_a_boundary_event_ends_all_instances_without_partial_output(sequential):
    document = diagram(
        start(), user("work", inner=each("=[1, 2, 3]", output="done", output_element="=item", sequential=sequential)),
        boundary("late", "work", timer("duration", "PT1H")), user("told"), flows="start -> work; late -> told",
    )  # fmt: skip
    played = play(document).complete("work")

    assert played.wait(hours=1).open == ["told"]
    assert "done" not in played.root


@SEQUENTIAL
def test_a_body_inside_a_body_counts_and_collects_for_itself(sequential):
    inner = sub("inner", start("s"), user("work"), flows="s -> work",
                inner=each("=item", item="one", output="ones", output_element="=one * 10", sequential=sequential),
                zeebe="")  # fmt: skip
    outer = sub("outer", start("os"), inner, flows="os -> inner", zeebe=mappings(outputs={"ones": "=ones"}),
                inner=each("=lists", output="all", output_element="=ones", sequential=sequential))  # fmt: skip
    played = play(
        diagram(start(), outer, user("after"), flows="start -> outer -> after"), lists=[[1, 2], [], [3]]
    )

    for _ in range(3):
        played.complete("work")

    assert (played.open, played.root["all"]) == (["after"], [[10, 20], [], [30]])


@SEQUENTIAL
def test_in_a_loop_drawn_with_a_gateway_the_collection_is_read_again(sequential):
    document = diagram(
        start(), xor("again"), user("work", inner=each("=items", sequential=sequential)), xor("enough"), user("after"),
        flows="start -> again -> work -> enough; enough -> again [=count(items) > 1]; enough -> after [default]",
    )  # fmt: skip
    played = play(document, items=[1, 2]).complete("work").write(items=[3, 4]).complete("work")
    assert (set(played.open), played.sees("work")["item"]) == ({"work"}, 3)

    assert played.write(items=[]).complete("work").complete("work").open == ["after"]


def test_a_completion_condition_that_is_no_boolean_is_an_incident_and_counts_nothing_twice():
    task = user("work", inner=each("=[1, 2]", output="done", output_element="=a", until="=limit > 1"))
    played = loop(task).complete("work", a="x")
    assert played.open == ["work", "work!"]
    assert "limit = missing" in played.incident()[1]

    broken = next(t.token_id for t in played.instance.tokens() if t.state == "incident")
    played.instance.set_variables({"limit": 0})
    played.instance.retry(broken)
    played._reload().complete("work", a="y")

    assert (played.open, played.root["done"]) == (["after"], ["x", "y"])


def test_mappings_run_for_each_instance_and_begin_at_its_own_locals():
    task = user(
        "work",
        mappings({"double": "=item * 2"}, {"answer": "=double + bonus", "last": "=item"}),
        inner=each("=[1, 2]", output="answers", output_element="=answer"),
    )
    played = loop(task)

    played.complete("work", bonus=10).complete("work", bonus=20)

    assert played.root == {"last": 2, "answers": [12, 24]}


@pytest.mark.parametrize("kind", [spiff.FORM_NOT_FOUND, spiff.EXTRACT_VALUE_ERROR])
def test_an_instance_that_opens_again_has_its_item_and_fresh_inputs(kind):
    task = user("work", mappings({"item": "=item + bonus"}), inner=each("=[1]"))
    played = loop(task, bonus=10)
    assert played.sees("work")["item"] == 11
    played.instance.raise_incident(played.token("work"), kind, "Something is missing.")
    played._reload()

    played.write(bonus=20).retry("work")

    assert played.open == ["work"]
    assert (played.sees("work")["item"], played.sees("work")["loopCounter"]) == (21, 1)


def test_an_instance_that_could_not_be_entered_keeps_its_item():
    task = script("work", "=assert(item, item > 15)", "r", mappings({"item": "=item + bonus"}), each("=[1]"))
    played = loop(task, bonus=10)
    assert played.open == ["work!"]

    assert played.write(bonus=20).retry("work").root["r"] == 21


def test_results_of_instances_without_mapping_go_to_the_process():
    played = loop(user("work", inner=each("=[1, 2]")))

    assert played.complete("work", a=1).complete("work", a=2).root == {"a": 2}


@SEQUENTIAL
def test_operations_and_scripts_run_through_all_items_in_one_step(sequential):
    played = loop(
        script("work", "=item * item", "square",
               inner=each("=items", output="squares", output_element="=square", sequential=sequential)),
        items=[1, 2, 3],
    )  # fmt: skip

    assert (played.open, played.root["squares"]) == (["after"], [1, 4, 9])


def test_every_instance_of_a_service_task_has_its_own_effect():
    played = loop(service("work", inner=each("=[1, 2, 3]")))

    assert len({call.effect_scope for call in played.house.calls}) == 3


@SEQUENTIAL
def test_sub_processes_and_calls_can_be_repeated(sequential):
    inside = sub(
        "work",
        start("s"),
        user("a"),
        user("b"),
        flows="s -> a -> b",
        inner=each("=[1, 2]", output="r", output_element="=x", sequential=sequential),
        zeebe=mappings({"x": "=item"}, {"x": "=x + 1"}),
    )
    played = loop(inside)
    assert played.open == (["a"] if sequential else ["a", "a"])
    for _ in range(2):
        played.complete("a").complete("b")
    assert (played.open, played.root) == (["after"], {"r": [2, 3]})

    child = diagram(start("cs"), user("t"), flows="cs -> t", id="child")
    document = diagram(
        start(), call("work", "child", inner=each("=[5, 6]", sequential=sequential)), user("after"),
        flows="start -> work -> after",
    )  # fmt: skip
    played = play(document, child)
    assert played.sees("t")["item"] == 5
    assert played.complete("t").complete("t").open == ["after"]


def test_a_thousand_parallel_instances_stay_cheap():
    played = loop(
        user("work", inner=each("=for i in 1..1000 return i", output="done", output_element="=item"))
    )
    assert len(played.open) == 1000
    tokens = [t.token_id for t in played.instance.tokens() if t.element_id == "work" and not t.is_scope]

    for token in tokens:
        played.instance.complete(token, {})

    assert played._reload().root["done"] == list(range(1, 1001))


@pytest.mark.parametrize("items", [10_000])
def test_ten_thousand_items_of_a_script_run_in_one_step(items):
    played = loop(script("work", "=item", "x", inner=each(f"=for i in 1..{items} return i", sequential=True)))

    assert played.open == ["after"]
