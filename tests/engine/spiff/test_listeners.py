"""Execution listeners: work before and after an element, one after the other, on everything that may have it."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import BusinessError
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    catch,
    diagram,
    each,
    end,
    listeners,
    mappings,
    message,
    on_message,
    process,
    receive,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.spiff.play import Play, play


def jobs(game: Play) -> list[tuple[str, str, str | None]]:
    """(type, kind, event) of the jobs that the last step opened."""
    return [(f.type, f.kind, f.event) for f in game.facts if isinstance(f, spiff.JobOpened)]


BOTH = listeners("start before", "end after")


@pytest.mark.parametrize(
    ("nodes", "flows", "finish"),
    [
        ([user("it", BOTH)], "start -> it -> end", lambda game: game.complete("it")),
        ([service("it", zeebe=BOTH)], "start -> it -> end", lambda game: game.complete("it")),
        ([service("it", zeebe=BOTH, tag="sendTask")], "start -> it -> end", lambda game: game.complete("it")),
        ([script("it", "=1", zeebe=BOTH)], "start -> it -> end", None),
        ([throw("it", BOTH)], "start -> it -> end", None),
        (
            [catch("it", timer("duration", "PT1H"), BOTH)],
            "start -> it -> end",
            lambda game: game.wait(hours=1),
        ),
        ([catch("it", on_message("m"), BOTH)], "start -> it -> end", lambda game: game.send("it")),
        (
            [sub("it", start("s"), user("inner"), end("e"), flows="s -> inner -> e", zeebe=BOTH)],
            "start -> it -> end",
            lambda game: game.complete("inner"),
        ),
        ([call("it", "q", BOTH)], "start -> it -> end", lambda game: game.complete("called")),
    ],
    ids=["user", "service", "send", "script", "throw", "timer", "message", "sub-process", "call activity"],
)
def test_start_listeners_are_heard_before_an_element_and_end_listeners_after_it(nodes, flows, finish):
    document = diagram(start(), *nodes, end(), flows=flows, more=message("m"))
    called = diagram(start(), user("called"), end(), flows="start -> called -> end", id="q")

    game = play(document, called, key="k")

    assert jobs(game) == [("before", "execution_listener", "start")]
    assert (game.open, game.waits) == (["it"], [])
    game.answer("it", heard="yes")
    if finish is not None:
        finish(game)
    assert jobs(game) == [("after", "execution_listener", "end")]
    assert game.open == ["it"]
    assert game.sees("it")["heard"] == "yes"
    game.answer("it", done="yes")
    assert game.is_finished
    assert game.root["done"] == "yes"
    assert "heard" not in game.root


def test_a_process_has_listeners_of_its_own_also_when_it_is_called():
    inside = process(start(), user("work"), end(), flows="start -> work -> end").replace(
        '<process id="p" isExecutable="true">',
        f'<process id="p" isExecutable="true"><extensionElements>{BOTH}</extensionElements>',
    )
    document = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        f'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">{inside}</definitions>'
    ).encode()

    game = play(document)
    assert game.open == ["p"]
    game.answer("p", opened=1).complete("work", made=2)
    assert game.open == ["p"]
    game.answer("p", closed=3)

    assert game.is_finished
    assert game.root == {"opened": 1, "made": 2, "closed": 3}


def test_listeners_of_an_event_are_asked_one_after_the_other_and_see_what_the_others_said():
    game = play(
        diagram(
            start(), user("it", listeners("start a", "start b", "end c")), end(), flows="start -> it -> end"
        )
    )

    assert jobs(game) == [("a", "execution_listener", "start")]
    game.answer("it", x=1)
    assert jobs(game) == [("b", "execution_listener", "start")]
    assert game.sees("it") == {"x": 1}
    game.answer("it", x=2)
    assert [f.element_id for f in game.facts if isinstance(f, spiff.UserTaskOpened)] == ["it"]
    assert game.sees("it") == {"x": 2}


def test_a_start_listener_sees_the_inputs_and_decides_what_the_element_evaluates():
    document = diagram(
        start(),
        xor("which"),
        user("left"),
        user("right"),
        flows='start -> which; which -> left [=side = "left"]; which -> right [default]',
    )
    document = document.replace(
        b'<exclusiveGateway id="which" default="which_to_right">',
        b'<exclusiveGateway id="which" default="which_to_right"><extensionElements>'
        + listeners("start look").encode()
        + b"</extensionElements>",
    )

    game = play(document)
    game.answer("which", side="left")

    assert game.open == ["left"]


def test_inputs_are_mapped_before_and_outputs_before_the_end_listener():
    zeebe = mappings({"a": "=x + 1"}, {"y": "=a * 10"}) + listeners("start before", "end after")
    game = play(diagram(start(), user("it", zeebe), end(), flows="start -> it -> end"), x=1)

    assert game.sees("it") == {"x": 1, "a": 2}
    game.answer("it", a=3).complete("it")
    assert game.sees("it") == {"x": 1, "a": 3, "y": 30}
    game.answer("it", y=31)
    assert game.root == {"x": 1, "y": 31}


def test_boundary_events_open_after_the_start_listeners_and_stay_while_an_end_listener_works():
    document = diagram(
        start(),
        user("it", BOTH),
        end(),
        boundary("late", "it", timer("duration", "PT1H")),
        user("remind"),
        flows="start -> it -> end; late -> remind",
    )

    game = play(document)
    assert game.waits == []
    game.answer("it")
    assert game.waits == ["late"]
    game.complete("it")
    assert (game.open, game.waits) == (["it"], ["late"])
    game.wait(hours=1)
    assert game.open == ["remind"]


def test_a_registered_operation_runs_as_a_listener_inside_the_step():
    game = Play(diagram(start(), service("it", "work", BOTH), end(), flows="start -> it -> end"))
    for type in ("before", "work", "after"):
        game.house.operations[type] = lambda call: {call.type: True}

    game.start()

    assert game.is_finished
    assert [call.type for call in game.house.calls] == ["before", "work", "after"]
    assert len({call.effect_scope for call in game.house.calls}) == 3
    assert game.root == {"work": True, "after": True}


def test_a_refusal_of_a_listener_is_an_incident_and_a_retry_asks_only_that_listener_again():
    def refuse(call: spiff.ServiceCall) -> dict:
        raise BusinessError("NO", "Not today.")

    zeebe = mappings({"n": "=x"}) + listeners("start first", "start second")
    game = Play(diagram(start(), user("it", zeebe), end(), flows="start -> it -> end"), x=1)
    game.house.operations = {"first": lambda call: {"first": 1}, "second": refuse}

    game.start()
    assert game.open == ["it!"]
    assert game.incident()[0] == spiff.EXECUTION_LISTENER_NO_RETRIES
    assert "Not today." in game.incident()[1]

    game.house.operations["second"] = lambda call: {"second": 2}
    game.retry("it")
    assert game.sees("it") == {"x": 1, "n": 1, "first": 1, "second": 2}
    assert [call.type for call in game.house.calls] == ["first", "second", "second"]


def test_a_listener_without_retries_left_is_an_incident_of_its_own_kind():
    game = play(diagram(start(), user("it", BOTH), end(), flows="start -> it -> end"))

    game.instance.raise_incident(game.token("it"), spiff.JOB_NO_RETRIES, "The worker gave up.")
    assert game._reload().incident()[0] == spiff.EXECUTION_LISTENER_NO_RETRIES
    with pytest.raises(spiff.NotWaiting):
        game.answer("it")
    game.retry("it").answer("it")
    assert [f.element_id for f in game.facts if isinstance(f, spiff.UserTaskOpened)] == ["it"]


def test_a_type_that_cannot_be_computed_asks_all_listeners_of_the_event_again():
    zeebe = listeners("end first", "end =missing")
    game = play(
        diagram(start(), user("it", mappings(outputs={"y": "=1"}) + zeebe), end(), flows="start -> it -> end")
    )

    game.complete("it").answer("it", seen=1)
    assert game.open == ["it!"]
    game.write(missing="second", y=5).retry("it")

    assert jobs(game) == [("first", "execution_listener", "end")]
    game.answer("it", seen=2)
    assert jobs(game) == [("second", "execution_listener", "end")]
    game.answer("it")
    assert game.root == {"missing": "second", "y": 5, "seen": 2}


def test_each_instance_of_a_multi_instance_activity_is_listened_to():
    inner = each("=[1, 2]", output="results", output_element="=item * 10")
    game = play(diagram(start(), user("it", BOTH, inner), end(), flows="start -> it -> end"))

    assert len(jobs(game)) == 2
    game.answer("it", 0).answer("it", 1).complete("it", 1).complete("it", 0)
    game.answer("it", 0).answer("it", 0)

    assert game.is_finished
    assert game.root["results"] == [10, 20]


def test_a_listener_before_all_is_asked_once_and_may_make_the_collection():
    drawn = listeners("beforeAll collect", "start before")
    game = play(diagram(start(), user("it", drawn, each("=found")), end(), flows="start -> it -> end"))

    assert jobs(game) == [("collect", "execution_listener", "beforeAll")]
    game.answer("it", found=[1, 2])
    assert jobs(game) == [("before", "execution_listener", "start")] * 2
    game.answer("it", 0).answer("it", 1).complete("it").complete("it")
    assert game.is_finished
    assert "found" not in game.root


def test_what_is_terminated_asks_no_end_listener():
    document = diagram(
        start(),
        both("split"),
        user("it", BOTH),
        user("other"),
        end("stop", inner="<terminateEventDefinition/>"),
        flows="start -> split; split -> it; split -> other; other -> stop",
    )

    game = play(document)
    game.answer("it").complete("other")

    assert game.is_finished
    assert jobs(game) == []


def test_an_element_does_not_take_its_own_work_while_a_listener_works():
    game = play(diagram(start(), service("it", zeebe=BOTH), end(), flows="start -> it -> end"))

    with pytest.raises(spiff.NotWaiting):
        game.complete("it")
    with pytest.raises(spiff.NotWaiting):
        game.fail("it", "E")
    with pytest.raises(spiff.AnswerRefused):
        game.answer("it", said=spiff.Answer(denied=True))
    assert game.answer("it").open == ["it"]
    with pytest.raises(spiff.NotWaiting):
        game.answer("it")


def test_a_listener_gets_the_headers_of_the_element_and_its_own_on_top():
    zeebe = (
        '<zeebe:taskHeaders><zeebe:header key="a" value="1"/><zeebe:header key="b" value="1"/></zeebe:taskHeaders>'
        + listeners("start before 5", headers={"b": "2"})
    )
    game = play(diagram(start(), service("it", zeebe=zeebe), end(), flows="start -> it -> end"))

    [job] = [f for f in game.facts if isinstance(f, spiff.JobOpened)]
    assert (job.headers, job.retries) == ({"a": "1", "b": "2"}, 5)


def test_a_receive_task_waits_for_its_message_only_after_its_start_listener():
    task = receive("it", "m")
    task.zeebe = BOTH
    game = play(diagram(start(), task, end(), flows="start -> it -> end", more=message("m")))

    assert game.waits == []
    game.answer("it", key="k-1")
    assert game.waits == ["it"]
    assert game.send("it").answer("it").is_finished


def test_listeners_in_a_loop_are_asked_each_time():
    document = diagram(
        start(),
        xor("again"),
        user("it", listeners("start before")),
        xor("enough"),
        end(),
        flows="start -> again -> it -> enough; enough -> again [=more]; enough -> end [default]",
    )
    game = play(document)

    for more in (True, True, False):
        game.answer("it").complete("it", more=more)

    assert game.is_finished
