"""Events: start, intermediate, boundary and end events, one smallest diagram each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors, spiff
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
    mappings,
    message,
    on_error,
    on_message,
    receive,
    service,
    start,
    sub,
    terminate_end,
    throw,
    timer,
    user,
)
from tests.engine.spiff.play import NOON, Play, play

# -- start ------------------------------------------------------------------------------------------------------------

THREE_STARTS = diagram(
    start("none"),
    start("asked", inner=on_message("ask")),
    start("daily", inner=timer("cycle", "R2/2026-03-03T08:00:00Z/P1D")),
    user("a"),
    user("b"),
    user("c"),
    flows="none -> a; asked -> b; daily -> c",
    more=message("ask", key=None),
)


def test_a_process_starts_at_its_none_start_event_or_at_the_one_that_happened():
    assert play(THREE_STARTS).open == ["a"]
    assert Play(THREE_STARTS).start("daily").open == ["c"]

    asked = Play(THREE_STARTS, question="why").start("asked")
    assert (asked.open, asked.root) == (["b"], {"question": "why"})


def test_the_start_events_say_what_they_wait_for():
    none, asked, daily = Play(THREE_STARTS).process.start_events

    assert (none.kind, asked.kind, daily.kind) == ("none", "message", "timer")
    assert asked.message_name == "ask"
    assert daily.timer == spiff.Timer("cycle", "R2/2026-03-03T08:00:00Z/P1D")


def test_a_message_start_event_lets_out_only_what_it_maps():
    document = diagram(
        start("asked", zeebe=mappings(outputs={"topic": "=question.topic"}), inner=on_message("ask")),
        user("a"),
        flows="asked -> a",
        more=message("ask", key=None),
    )

    assert Play(document, question={"topic": "x"}).start("asked").root == {"topic": "x"}


def test_a_process_without_a_none_start_event_cannot_be_started_by_hand():
    document = diagram(start("asked", inner=on_message("ask")), more=message("ask", key=None))

    with pytest.raises(spiff.NotStartable):
        play(document)
    with pytest.raises(spiff.NotStartable):
        Play(document).start("other")


# -- intermediate -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "after"),
    [
        ("duration", "PT1H", timedelta(hours=1)),
        ("duration", "=length", timedelta(days=2)),
        ("duration", '=duration("PT3H")', timedelta(hours=3)),
        ("duration", "-PT1H", timedelta(0)),
        ("date", "2026-03-02T13:00:00", timedelta(hours=1)),
        ("date", "2026-03-02T15:00:00+02:00", timedelta(hours=1)),
        ("date", '=date and time("2026-03-02T13:00:00Z")', timedelta(hours=1)),
        ("date", "2026-03-01T12:00:00Z", timedelta(days=-1)),
    ],
)
def test_a_timer_event_waits_for_its_moment(kind, text, after):
    played = play(
        diagram(start(), catch("wait", timer(kind, text)), end(), flows="start -> wait -> end"), length="P2D"
    )
    assert played.instance.waits()[0].due_at == NOON + after

    assert played.wait(days=2).is_finished


@pytest.mark.parametrize(("kind", "text"), [("duration", "=soon"), ("date", "tomorrow"), ("duration", "=5")])
def test_a_timer_that_is_no_time_is_an_incident(kind, text):
    played = play(diagram(start(), catch("wait", timer(kind, text)), end(), flows="start -> wait -> end"))

    assert played.open == ["wait!"]
    assert played.incident()[0] == spiff.EXTRACT_VALUE_ERROR
    assert played.waits == []


def test_a_timer_that_waits_for_a_variable_to_be_corrected_counts_from_the_retry():
    played = play(
        diagram(start(), catch("wait", timer("duration", "=soon")), end(), flows="start -> wait -> end")
    )
    played.house.now += timedelta(hours=5)

    played.write(soon="PT1H").retry("wait")

    assert played.instance.waits()[0].due_at == NOON + timedelta(hours=6)


def test_a_message_event_takes_the_variables_of_its_message():
    document = diagram(
        start(),
        catch("paid", on_message("payment")),
        end(),
        flows="start -> paid -> end",
        more=message("payment"),
    )
    played = play(document, key="o1")
    wait = played.instance.waits()[0]
    assert (wait.message_name, wait.correlation_key, wait.event_id) == ("payment", "o1", "paid")

    played.send("paid", amount=5)

    assert played.root == {"key": "o1", "amount": 5}


@pytest.mark.parametrize("key", [None, True, [1], {"a": 1}])
def test_a_correlation_key_that_is_no_text_or_number_is_an_incident(key):
    document = diagram(
        start(),
        catch("paid", on_message("payment")),
        end(),
        flows="start -> paid -> end",
        more=message("payment"),
    )
    played = play(document, key=key)

    assert played.open == ["paid!"]
    assert "correlation key" in played.incident()[1]


def test_the_correlation_key_is_not_evaluated_again():
    document = diagram(
        start(),
        catch("paid", on_message("payment")),
        end(),
        flows="start -> paid -> end",
        more=message("payment"),
    )
    played = play(document, key=1).write(key=2)

    assert played.instance.waits()[0].correlation_key == "1"


def test_a_none_throw_event_maps_its_outputs():
    document = diagram(
        start(), throw("mark", mappings(outputs={"x": "=1 + 1"})), end(), flows="start -> mark -> end"
    )

    assert play(document).root == {"x": 2}


def test_a_message_throw_event_is_work():
    document = diagram(
        start(),
        throw("tell", '<zeebe:taskDefinition type="mail"/>', on_message("news")),
        end("done", '<zeebe:taskDefinition type="mail"/>', on_message("news")),
        flows="start -> tell -> done",
        more=message("news"),
    )
    played = play(document)
    assert played.open == ["tell"]

    assert played.complete("tell").open == ["done"]
    assert played.complete("done").is_finished


# -- boundary ---------------------------------------------------------------------------------------------------------


def with_boundary(kind, interrupting=True, task=None, more="", zeebe=""):
    return diagram(
        start(),
        task or user("work"),
        boundary("event", "work", kind, interrupting, zeebe),
        user("handle"),
        user("after"),
        end(),
        flows="start -> work -> after -> end; event -> handle -> end",
        more=more,
    )


def test_an_interrupting_timer_ends_the_activity():
    played = play(with_boundary(timer("duration", "PT1H")))
    assert (played.open, played.waits) == (["work"], ["event"])

    played.wait(hours=1)

    assert (played.open, played.waits) == (["handle"], [])
    assert [f.element_id for f in played.facts if isinstance(f, spiff.Terminated)] == ["work"]


def test_a_boundary_event_is_given_up_when_its_activity_is_completed():
    played = play(with_boundary(timer("duration", "PT1H"))).complete("work")

    assert (played.open, played.waits) == (["after"], [])


def test_a_non_interrupting_timer_leaves_the_activity_alone_and_fires_once():
    played = play(with_boundary(timer("duration", "PT1H"), interrupting=False)).wait(hours=1)
    assert (played.open, played.waits) == (["handle", "work"], [])

    played.complete("work")

    assert played.open == ["after", "handle"]


def test_a_cycle_fires_as_often_as_it_says():
    played = play(with_boundary(timer("cycle", "R3/PT1H"), interrupting=False))
    wait = played.instance.waits()[0]
    assert (wait.occurrence, wait.repeats, wait.due_at) == (1, True, NOON + timedelta(hours=1))

    assert played.wait(hours=1).open == ["handle", "work"]
    assert played.instance.waits()[0].occurrence == 2
    played.wait(hours=1)
    assert not played.instance.waits()[0].repeats
    assert played.wait(hours=5).open == ["handle"] * 3 + ["work"]
    assert played.waits == []


@pytest.mark.parametrize(
    ("text", "firsts"),
    [
        ("R/PT1H", [1, 2, 3]),
        ("=cycle", [2, 4, 6]),
        ("R/2026-03-02T12:30:00Z/PT1H", [0.5, 1.5, 2.5]),
        ("0 0 * * * *", [1, 2, 3]),
        ("@hourly", [1, 2, 3]),
    ],
)
def test_a_cycle_keeps_its_rhythm(text, firsts):
    played = play(with_boundary(timer("cycle", text), interrupting=False), cycle="R/PT2H")

    for hours in firsts:
        wait = played.instance.waits()[0]
        assert wait.due_at == NOON + timedelta(hours=hours)
        played.house.now = wait.due_at
        played.send("event")


def test_missed_cycles_fire_once_and_the_past_is_skipped():
    played = play(with_boundary(timer("cycle", "R/PT1H"), interrupting=False))
    played.house.now = NOON + timedelta(days=400, minutes=20)

    played.send("event")

    assert played.open == ["handle", "work"]
    assert played.instance.waits()[0].due_at == NOON + timedelta(days=400, hours=1)


def test_an_interrupting_message_ends_the_activity_and_brings_its_variables():
    played = play(with_boundary(on_message("m"), more=message("m")), key="1").send("event", why="x")

    assert (played.open, played.waits, played.root["why"]) == (["handle"], [], "x")


def test_a_non_interrupting_message_stays_open():
    played = play(with_boundary(on_message("m"), False, more=message("m")), key="1")

    played.send("event").send("event")

    assert (played.open, played.waits) == (["handle", "handle", "work"], ["event"])
    assert played.complete("work").waits == []


def test_a_boundary_event_maps_only_what_its_output_mappings_name():
    document = with_boundary(on_message("m"), more=message("m"), zeebe=mappings(outputs={"reason": "=why"}))

    assert play(document, key="1").send("event", why="x", secret="y").root == {"key": "1", "reason": "x"}


def test_a_boundary_event_fires_on_an_activity_with_an_incident():
    played = play(with_boundary(timer("duration", "PT1H"), task=service("work")))
    played.instance.raise_incident(played.token("work"), spiff.JOB_NO_RETRIES, "It broke.")
    assert played._reload().waits == ["event"]

    assert played.wait(hours=1).open == ["handle"]


def test_an_activity_that_could_not_be_entered_has_no_boundary_events_yet():
    document = with_boundary(
        timer("duration", "PT1H"), task=user("work", '<zeebe:priorityDefinition priority="=urgency"/>')
    )
    played = play(document)
    assert (played.open, played.waits) == (["work!"], [])

    played.house.now += timedelta(hours=2)
    played.write(urgency=5).retry("work")

    assert played.instance.waits()[0].due_at == NOON + timedelta(hours=3)


def test_a_boundary_timer_sees_the_mapped_inputs_of_its_activity():
    document = with_boundary(
        timer("duration", "=limit"), task=user("work", mappings({"limit": '="PT" + text + "H"'}))
    )

    assert play(document, text="2").instance.waits()[0].due_at == NOON + timedelta(hours=2)


def test_a_receive_task_has_boundary_events():
    document = with_boundary(timer("duration", "PT1H"), task=receive("work", "m"), more=message("m"))
    assert play(document, key="1").waits == ["event", "work"]

    assert play(document, key="1").send("work").waits == []
    assert play(document, key="1").wait(hours=1).open == ["handle"]


def test_a_boundary_timer_on_a_sub_process_ends_everything_inside():
    inside = sub("work", start("s"), both("fork"), user("a"), user("b"), flows="s -> fork -> a; fork -> b")
    played = play(with_boundary(timer("duration", "PT1H"), task=inside))
    assert played.open == ["a", "b"]

    assert played.wait(hours=1).open == ["handle"]


def test_a_boundary_event_on_a_multi_instance_activity_ends_all_instances():
    task = user("work", inner=each("=[1, 2, 3]", output="done", output_element="=item"))
    played = play(with_boundary(timer("duration", "PT1H"), task=task)).complete("work")
    assert played.waits == ["event"]

    played.wait(hours=1)

    assert played.open == ["handle"]
    assert "done" not in played.root


# -- errors -----------------------------------------------------------------------------------------------------------

E1 = error("e1") + error("e2")


def test_an_error_of_a_job_takes_the_boundary_event_with_its_code():
    document = diagram(
        start(),
        service("work"),
        boundary("other", "work", on_error("e2")),
        boundary("any", "work", on_error()),
        boundary("exact", "work", on_error("e1")),
        user("a"),
        user("b"),
        user("c"),
        flows="start -> work; other -> a; any -> b; exact -> c",
        more=E1,
    )

    exact = play(document)
    assert exact.fail("work", "e1")
    assert exact.open == ["c"]

    catch_all = play(document)
    assert catch_all.fail("work", "e3")
    assert catch_all.open == ["b"]


def test_the_variables_of_an_error_stay_local_to_its_event():
    plain = play(with_boundary(on_error(), task=service("work")))
    plain.fail("work", "e1", "It is closed.", detail=5)
    assert plain.root == {}

    zeebe = mappings(outputs={"seen": "=detail", "code": "=errorCode", "said": "=errorMessage"})
    mapped = play(with_boundary(on_error(), task=service("work"), zeebe=zeebe))
    mapped.fail("work", "e1", "It is closed.", detail=5)
    assert mapped.root == {"seen": 5, "code": "e1", "said": "It is closed."}


def test_an_operation_that_throws_is_caught_by_its_boundary_event():
    def refuse(call):
        raise errors.BusinessError("e1", "Closed.", {"n": 1})

    document = diagram(
        start(),
        user("before"),
        service("work"),
        boundary("event", "work", on_error("e1"), zeebe=mappings(outputs={"n": "=n"})),
        user("handle"),
        flows="start -> before -> work; event -> handle",
        more=E1,
    )
    played = play(document)
    played.house.operations["work"] = refuse

    played.complete("before")

    assert (played.open, played.root) == (["handle"], {"n": 1})


def test_an_uncaught_error_of_a_job_is_an_incident_and_a_retry_gives_the_job_back():
    played = play(with_boundary(timer("duration", "PT1H"), task=service("work")))

    assert not played.fail("work", "e1", "Closed.")
    assert (played.open, played.waits) == (["work!"], ["event"])
    assert played.incident()[0] == spiff.UNHANDLED_ERROR_EVENT

    assert played.retry("work").open == ["work"]
    assert played.complete("work").open == ["after"]


def nested(*boundaries, inner_boundary=None):
    inner = sub(
        "inner",
        start("s2"),
        both("fork"),
        user("busy"),
        user("t"),
        error_end("throw", "e1"),
        flows="s2 -> fork -> t -> throw; fork -> busy",
    )
    outer = sub("outer", start("s1"), inner, *(inner_boundary or ()), flows="s1 -> inner" + (
        "; near -> near_user" if inner_boundary else ""))  # fmt: skip
    return diagram(
        start(), outer, *boundaries, user("handle"), flows="start -> outer; event -> handle", more=E1
    )


def test_an_error_end_event_goes_upwards_to_the_nearest_boundary_event_that_catches_it():
    far = play(nested(boundary("event", "outer", on_error("e1"))))
    assert far.open == ["busy", "t"]
    assert far.complete("t").open == ["handle"]

    near = play(
        nested(
            boundary("event", "outer", on_error("e1")),
            inner_boundary=(boundary("near", "inner", on_error()), user("near_user")),
        )
    )
    assert near.complete("t").open == ["near_user"]


def test_an_uncaught_error_end_event_is_an_incident_and_the_rest_goes_on():
    played = play(nested(boundary("event", "outer", on_error("e2")))).complete("t")

    assert played.open == ["busy", "throw!"]
    assert played.incident()[0] == spiff.UNHANDLED_ERROR_EVENT
    assert played.retry("throw").open == ["busy", "throw!"]


def test_an_error_leaves_a_called_process_to_the_boundary_of_its_call_activity():
    called = diagram(
        start(), user("t"), error_end("throw", "e1"), flows="start -> t -> throw", id="child", more=E1
    )
    played = play(with_boundary(on_error("e1"), task=call("work", "child"), more=E1), called).complete("t")

    assert played.open == ["handle"]


def test_the_error_of_one_instance_ends_the_whole_multi_instance_activity():
    inside = sub(
        "work",
        start("s"),
        user("t"),
        error_end("throw", "e1"),
        flows="s -> t -> throw",
        inner=each("=[1, 2]"),
    )
    played = play(with_boundary(on_error("e1"), task=inside, more=E1)).complete("t", at=1)

    assert played.open == ["handle"]


# -- end --------------------------------------------------------------------------------------------------------------


def test_a_terminate_end_event_ends_its_own_scope_only():
    inside = sub(
        "sp",
        start("s"),
        both("fork"),
        user("a"),
        user("b"),
        terminate_end(),
        flows="s -> fork -> a -> stop; fork -> b",
    )
    document = diagram(
        start(),
        both("f"),
        inside,
        user("other"),
        user("after"),
        flows="start -> f -> sp -> after; f -> other",
    )
    played = play(document)
    assert played.open == ["a", "b", "other"]

    assert played.complete("a").open == ["after", "other"]


def test_a_process_is_finished_when_nothing_is_open():
    document = diagram(start(), both("fork"), user("a"), user("b"), flows="start -> fork -> a; fork -> b")
    played = play(document).complete("a")
    assert not played.is_finished

    assert played.complete("b").is_finished


def test_an_instance_can_be_terminated_as_a_whole():
    played = play(nested(boundary("event", "outer", on_error("e1"))))

    played.instance.terminate()

    assert played._reload().is_finished
    assert [f.element_id for f in played.facts] == ["busy", "t", "inner", "outer", "p"] or sorted(
        f.element_id for f in played.facts
    ) == ["busy", "inner", "outer", "p", "t"]
    assert not any(isinstance(f, spiff.Finished) for f in played.facts)
