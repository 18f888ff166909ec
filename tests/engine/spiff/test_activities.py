"""The life of every kind of activity, in every surrounding: alone, cancelled, interrupted, in loops, beside others, undone.

Each is reloaded after every verb (play.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    Node,
    ad_hoc,
    again,
    both,
    boundary,
    call,
    cancel_end,
    compensate,
    diagram,
    each,
    end,
    error,
    handler,
    message,
    on_error,
    on_message,
    receive,
    rule,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    transaction,
    undone_by,
    user,
    xor,
)
from tests.engine.spiff.play import Play

MORE = message("ping") + message("call") + error("bad")


def child(step: Node) -> bytes:
    return diagram(start("cs"), step, flows="cs -> inside", id="child")


CHILD = child(user("inside"))
CONTAINERS: dict[str, Callable[[str, Node], Node]] = {
    "call activity": lambda id, step: call(id, "child"),
    "sub-process": lambda id, step: sub(id, start("s"), step, flows="s -> inside"),
    "transaction": lambda id, step: transaction(id, start("s"), step, flows="s -> inside"),
    "ad-hoc sub-process": lambda id, step: ad_hoc(id, step, user("other")),
}


@dataclass(frozen=True)
class Kind:
    """How it is drawn, what is open while it waits ("" when it passes in one step), and how it is done once."""

    draw: Callable[[str], Node]
    waits_at: str
    do: Callable[[Play], object] = lambda played: None


def _containing(name: str) -> Callable[[str], Node]:
    return lambda id: CONTAINERS[name](id, user("inside"))


KINDS = {
    "undefined task": Kind(lambda id: Node("task", id), ""),
    "manual task": Kind(lambda id: Node("manualTask", id), ""),
    "script task": Kind(lambda id: script(id, "=1 + 1", "two"), ""),
    "business rule task": Kind(lambda id: rule(id, "decide"), ""),
    "operation": Kind(lambda id: service(id, "operation"), ""),
    "user task": Kind(user, "it", lambda played: played.complete("it")),
    "service task": Kind(service, "it", lambda played: played.complete("it")),
    "send task": Kind(lambda id: service(id, tag="sendTask"), "it", lambda played: played.complete("it")),
    "receive task": Kind(
        lambda id: receive(id, "ping"), "it", lambda played: played.send(next(w for w in played.waits if w.startswith("it")))
    ),
    **{
        name: Kind(_containing(name), "inside", lambda played: played.complete("inside"))
        for name in ("call activity", "sub-process", "transaction")
    },
    "ad-hoc sub-process": Kind(
        _containing("ad-hoc sub-process"), "it", lambda played: played.activate("it", "inside").complete("inside")
    ),
}  # fmt: skip
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
WAITING = pytest.mark.parametrize(
    "kind", [k for k in KINDS.values() if k.waits_at], ids=[n for n, k in KINDS.items() if k.waits_at]
)


def begun(kind: Kind, *nodes: Node, flows: str, inner: str = "", **variables: object) -> Play:
    """A process with the activity `it`; `inner` is its loop mark."""
    it = kind.draw("it")
    it.inner += inner
    played = Play(diagram(start(), it, *nodes, flows=flows, more=MORE), CHILD, key="k", **variables)
    played.house.decisions["decide"] = lambda variables: 1
    played.house.operations["operation"] = lambda call: {}
    return played.start()


@EVERY
def test_it_is_entered_and_completed(kind):
    played = begun(kind, user("after"), flows="start -> it -> after")
    assert played.open == [kind.waits_at or "after"]

    kind.do(played)

    assert played.open == ["after"]
    assert played.complete("after").is_finished


@WAITING
def test_it_ends_with_its_process_instance(kind):
    played = begun(kind, flows="start -> it")

    played.instance.terminate()

    assert played._reload().is_finished
    assert played.waits == []


@WAITING
def test_an_interrupting_boundary_event_takes_it_away(kind):
    played = begun(
        kind,
        boundary("late", "it", timer("duration", "PT1H")),
        user("told"),
        flows="start -> it; late -> told",
    )

    assert played.wait(hours=1).open == ["told"]


@WAITING
def test_a_boundary_event_beside_it_leaves_it_alone(kind):
    called = boundary("called", "it", on_message("call"), interrupting=False)
    played = begun(kind, called, user("told"), user("after"), flows="start -> it -> after; called -> told")
    played.send("called").send("called")
    assert played.open == sorted(["told", "told", kind.waits_at])

    kind.do(played)

    assert played.open == ["after", "told", "told"]
    assert "called" not in played.waits


@EVERY
def test_a_loop_drawn_with_a_gateway_enters_it_again(kind):
    played = begun(
        kind, xor("back"), user("decide"), xor("enough"), user("after"),
        flows="start -> back -> it -> decide -> enough; enough -> back [=more]; enough -> after [default]",
    )  # fmt: skip
    for round_number in range(3):
        kind.do(played)
        played.complete("decide", more=round_number < 2)

    assert played.open == ["after"]


@EVERY
def test_beside_another_branch_it_is_waited_for(kind):
    played = begun(
        kind, both("split"), user("work"), both("meet"), user("after"),
        flows="start -> split -> it -> meet; split -> work -> meet -> after",
    )  # fmt: skip
    played.complete("work")
    assert ("after" in played.open) == (not kind.waits_at)

    kind.do(played)

    assert played.open == ["after"]


@EVERY
@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_it_runs_once_for_each_item(kind, sequential):
    played = begun(
        kind, user("after"), flows="start -> it -> after",
        inner=each("=[7, 8, 9]", output="items", output_element="=item * 10", sequential=sequential),
    )  # fmt: skip
    if kind.waits_at:
        assert played.open == [kind.waits_at] * (1 if sequential else 3)
        assert played.sees(kind.waits_at)["item"] == 7
    for _ in range(3):
        kind.do(played)

    assert (played.open, played.root["items"]) == (["after"], [70, 80, 90])


@EVERY
def test_it_runs_as_often_as_the_cardinality_says(kind):
    inner = "<multiInstanceLoopCharacteristics><loopCardinality>=n + 1</loopCardinality></multiInstanceLoopCharacteristics>"
    played = begun(kind, user("after"), flows="start -> it -> after", inner=inner, n=1)
    if kind.waits_at:
        assert played.open == [kind.waits_at] * 2
    for _ in range(2):
        kind.do(played)

    assert played.open == ["after"]


@WAITING
@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_a_completion_condition_takes_the_other_instances_away(kind, sequential):
    mark = each("=[1, 2, 3]", until="=numberOfCompletedInstances = 2", sequential=sequential)
    played = begun(kind, user("after"), flows="start -> it -> after", inner=mark)
    kind.do(played)
    assert played.open == [kind.waits_at] * (1 if sequential else 2)

    kind.do(played)

    assert played.open == ["after"]
    assert played.waits == []


@WAITING
@pytest.mark.parametrize("mark", [each("=[1, 2]"), again("=true")], ids=["multi-instance", "standard loop"])
def test_a_boundary_event_takes_all_instances_away(kind, mark):
    late = boundary("late", "it", timer("duration", "PT1H"))
    played = begun(kind, late, user("told"), flows="start -> it; late -> told", inner=mark)
    kind.do(played)

    assert played.wait(hours=1).open == ["told"]
    assert played.waits == []


@EVERY
@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_it_is_repeated_while_a_condition_is_true(kind, before):
    mark = again(f"=loopCounter {'<=' if before else '<'} 3", before)
    played = begun(kind, user("after"), flows="start -> it -> after", inner=mark)
    for _ in range(3):
        kind.do(played)

    assert played.open == ["after"]


@EVERY
@pytest.mark.parametrize(
    "mark", ["", each("=[1, 2]"), again(most=2)], ids=["alone", "multi-instance", "loop"]
)
def test_it_is_undone_once_when_it_was_completed(kind, mark):
    played = begun(
        kind, undone_by("it", "undo"), handler(user("undo")), throw("back", inner=compensate()), user("after"),
        flows="start -> it -> back -> after", inner=mark,
    )  # fmt: skip
    while played.open != ["undo"]:
        kind.do(played)

    assert played.complete("undo").open == ["after"]


@EVERY
def test_it_undoes_another_activity(kind):
    it = handler(kind.draw("it"))
    document = diagram(start(), user("work"), undone_by("work", "it"), it, throw("back", inner=compensate()), user("after"),
                       flows="start -> work -> back -> after", more=MORE)  # fmt: skip
    played = Play(document, CHILD, key="k")
    played.house.decisions["decide"] = lambda variables: 1
    played.house.operations["operation"] = lambda call: {}
    played.start().complete("work")

    kind.do(played)

    assert played.open == ["after"]


@EVERY
def test_it_is_started_in_an_ad_hoc_sub_process(kind):
    it = kind.draw("it")
    document = diagram(
        start(),
        ad_hoc("extras", it, user("more")),
        user("after"),
        flows="start -> extras -> after",
        more=MORE,
    )
    played = Play(document, CHILD, key="k")
    played.house.decisions["decide"] = lambda variables: 1
    played.house.operations["operation"] = lambda call: {}
    played.start().activate("extras", "it", "more")

    kind.do(played)

    assert played.open == ["more"]
    assert played.complete("more").open == ["after"]


@WAITING
def test_it_ends_when_the_transaction_around_it_is_cancelled(kind):
    around = transaction("around", start("ts"), both("split"), kind.draw("it"), user("give_up"), cancel_end(),
                         flows="ts -> split -> it; split -> give_up -> cancel")  # fmt: skip
    document = diagram(start(), around, boundary("off", "around", "<cancelEventDefinition/>"), user("told"), end(),
                       flows="start -> around; off -> told -> end", more=MORE)  # fmt: skip
    played = Play(document, CHILD, key="k").start()

    assert played.complete("give_up").open == ["told"]
    assert played.waits == []


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_error_inside_is_caught_at_its_border(name):
    step = service("inside")
    document = diagram(start(), CONTAINERS[name]("it", step), boundary("caught", "it", on_error("bad")), user("told"),
                       flows="start -> it; caught -> told", more=MORE)  # fmt: skip
    played = Play(document, child(step), key="k").start()
    if played.open == ["it"]:
        played.activate("it", "inside")

    assert played.fail("inside", "bad", amount=3)

    assert played.open == ["told"]
    assert "amount" not in played.root


def test_a_cardinality_that_is_no_whole_number_is_an_incident():
    mark = "<multiInstanceLoopCharacteristics><loopCardinality>=n</loopCardinality></multiInstanceLoopCharacteristics>"
    for wrong in (None, -1, "3", 10_000_000, True):
        played = begun(KINDS["user task"], user("after"), flows="start -> it -> after", inner=mark, n=wrong)
        assert played.open == ["it!"]
        kind, sentence = played.incident()
        assert kind == spiff.EXTRACT_VALUE_ERROR
        assert "loop cardinality" in sentence

        assert played.write(n=2).retry("it").open == ["it", "it"]

    assert begun(KINDS["user task"], user("after"), flows="start -> it -> after", inner=mark, n=0).open == [
        "after"
    ]
