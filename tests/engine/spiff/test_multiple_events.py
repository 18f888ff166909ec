"""Events with several triggers: any one of them (multiple), all of them (parallel multiple), all thrown at once."""

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
    error,
    escalation,
    event_sub,
    first,
    mappings,
    message,
    needs_all,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    start,
    starts,
    sub,
    throw,
    timer,
    user,
    when,
    xor,
)
from tests.engine.spiff.play import Play, play

MORE = message("m") + message("n") + signal("sig") + error("e") + escalation("esc")
THREE = on_message("m") + on_signal("sig") + timer("duration", "PT1H")


def waiting(event, more_nodes=(), flows="start -> event -> end", **variables):
    return play(
        diagram(start(), event, *more_nodes, end(), flows=flows, more=MORE), **({"key": "k"} | variables)
    )


def test_each_trigger_waits_under_a_key_of_its_own():
    waits = waiting(catch("event", THREE)).instance.waits()

    assert [(w.event_id, w.kind, w.element_id) for w in waits] == [
        ("event", "message", "event"),
        ("event#2", "signal", "event"),
        ("event#3", "timer", "event"),
    ]


@pytest.mark.parametrize(
    "happens",
    [
        lambda played: played.send("event", x=1),
        lambda played: played.signal("sig", x=1),
        lambda played: played.wait(hours=1),
    ],
)
def test_any_one_trigger_is_enough_and_the_others_are_given_up(happens):
    played = waiting(catch("event", THREE), (user("after"),), "start -> event -> after -> end")

    happens(played)

    assert (played.open, played.waits) == (["after"], [])


def test_a_parallel_multiple_event_waits_for_all_with_the_variables_of_all():
    played = waiting(needs_all(catch("event", THREE + when("=ready = true"))))
    played.signal("sig", a=1)
    assert played.waits == ["event", "event#3", "event#4"]
    assert played.signal("sig", a=2) == 0
    played.write(ready=True)
    played.wait(hours=1)
    assert (played.open, played.waits, "a" in played.root) == (["event"], ["event"], False)

    played.send("event", b=3)

    assert (played.is_finished, played.root) == (True, {"key": "k", "ready": True, "a": 1, "b": 3})


def test_what_has_happened_is_not_answered_twice():
    played = waiting(needs_all(catch("event", on_message("m") + on_message("n")))).send("event")

    with pytest.raises(spiff.NotWaiting):
        played.instance.fire(played.token("event"), "event", {})
    assert played.send("event#2").is_finished


def with_boundary(event, **variables):
    return waiting(
        user("event_host"),
        (event, user("handle")),
        "start -> event_host -> end; event -> handle",
        **variables,
    )


def test_an_interrupting_boundary_event_ends_its_activity_by_any_trigger():
    for happens in (lambda p: p.send("event"), lambda p: p.signal("sig"), lambda p: p.wait(hours=1)):
        played = with_boundary(boundary("event", "event_host", THREE))
        happens(played)
        assert (played.open, played.waits) == (["handle"], [])


def test_a_non_interrupting_boundary_event_goes_on_waiting_for_what_can_come_again():
    played = with_boundary(boundary("event", "event_host", THREE, False)).wait(hours=1)
    assert played.waits == ["event", "event#2"]
    played.send("event").send("event")
    played.signal("sig")

    assert (played.open, played.waits) == (["event_host"] + ["handle"] * 4, ["event", "event#2"])


def test_a_non_interrupting_parallel_multiple_boundary_event_begins_anew_each_time():
    played = with_boundary(
        needs_all(boundary("event", "event_host", on_message("m") + on_signal("sig"), False))
    )
    for number in range(3):
        assert played.open == ["event_host"] + ["handle"] * number
        played.send("event", x=number)
        assert played.waits == ["event#2"]
        played.signal("sig")
    assert (played.waits, played.root["x"]) == (["event", "event#2"], 2)


def test_a_non_interrupting_parallel_multiple_boundary_event_with_a_single_moment_happens_once():
    played = (
        with_boundary(needs_all(boundary("event", "event_host", THREE, False))).send("event").wait(hours=1)
    )
    played.signal("sig")

    assert (played.open, played.waits) == (["event_host", "handle"], [])


def test_a_boundary_event_may_catch_an_error_beside_its_triggers():
    inside = sub(
        "event_host", start("s"), user("go"), end("bad", inner=on_error("e")), flows="s -> go -> bad"
    )
    flows = "start -> event_host -> end; event -> handle"
    event = boundary("event", "event_host", on_error("e") + on_message("m"))

    assert waiting(inside, (event, user("handle")), flows).complete("go").open == ["handle"]
    assert waiting(inside, (event, user("handle")), flows).send("event").open == ["handle"]


def test_a_boundary_event_may_catch_two_escalations():
    inside = sub(
        "event_host",
        start("s"),
        user("go"),
        throw("tell", inner=on_escalation("esc")),
        flows="s -> go -> tell",
    )
    event = boundary("event", "event_host", on_escalation("esc") + on_escalation("other"), False)
    played = play(
        diagram(start(), inside, event, user("handle"), flows="start -> event_host; event -> handle",
                more=MORE + escalation("other"))
    )  # fmt: skip

    assert played.complete("go").open == ["handle"]


@pytest.mark.parametrize("all_of_them", [False, True])
def test_an_event_sub_process_begins_by_several_triggers(all_of_them):
    begins = starts("begins", on_message("m") + on_signal("sig"), False)
    esp = event_sub(
        "esp", needs_all(begins) if all_of_them else begins, user("handle"), flows="begins -> handle"
    )
    played = waiting(user("event"), (esp,)).send("begins", x=1)
    assert played.open == (["event"] if all_of_them else ["event", "handle"])

    played.signal("sig")

    assert played.open.count("handle") == (1 if all_of_them else 2)
    assert played.root["x"] == 1


def test_a_process_starts_by_any_of_several_triggers():
    document = diagram(start(inner=on_message("m") + on_signal("sig") + timer("cycle", "R/P1D")), user("a"),
                       flows="start -> a", more=MORE)  # fmt: skip
    (event,) = Play(document).process.start_events

    assert (event.kind, event.message_names, event.signal_names) == ("multiple", ("m",), ("sig",))
    assert event.timers == (spiff.Timer("cycle", "R/P1D"),)
    assert Play(document, x=1).start("start").root == {"x": 1}


def test_a_process_that_needs_all_triggers_to_start_is_refused():
    with pytest.raises(spiff.ModelRefused, match="needs all"):
        Play(diagram(needs_all(start(inner=on_message("m") + on_signal("sig"))), more=MORE))


def test_one_trigger_is_no_parallel_multiple():
    assert waiting(needs_all(catch("event", on_message("m")))).send("event").is_finished


def test_an_event_that_needs_all_may_not_catch_an_error():
    with pytest.raises(spiff.ModelRefused, match="all triggers"):
        with_boundary(needs_all(boundary("event", "event_host", on_error("e") + on_message("m"))))


def test_after_an_event_based_gateway():
    document = diagram(
        start(), first("which"), catch("event", on_message("m") + on_signal("sig")), catch("late", timer("duration", "PT1H")),
        user("a"), user("b"), flows="start -> which -> event -> a; which -> late -> b", more=MORE,
    )  # fmt: skip
    played = play(document, key="k")
    played.signal("sig", x=1)

    assert (played.open, played.root["x"], played.waits) == (["a"], 1, [])


def test_one_that_needs_all_cannot_stand_after_an_event_based_gateway():
    document = diagram(
        start(), first("which"), needs_all(catch("event", on_message("m") + on_signal("sig"))),
        catch("late", timer("duration", "PT1H")), flows="start -> which -> event; which -> late", more=MORE,
    )  # fmt: skip

    with pytest.raises(spiff.ModelRefused, match="event-based gateway"):
        play(document)


@pytest.mark.parametrize("place", [throw, end])
def test_a_throwing_event_throws_all_in_drawn_order(place):
    event = place("event", mappings({"x": "=1"}), on_signal("sig") + on_message("m") + on_escalation("esc"))
    played = waiting(user("go"), (event,), "start -> go -> event").complete("go")

    thrown = [
        f
        for f in played.facts
        if type(f) in (spiff.SignalThrown, spiff.MessageThrown, spiff.EscalationUncaught)
    ]
    assert [type(f).__name__ for f in thrown] == ["SignalThrown", "MessageThrown", "EscalationUncaught"]
    assert (thrown[0].variables, thrown[1].name, thrown[1].correlation_key, thrown[1].variables) == (
        {"x": 1}, "m", "k", {"x": 1},
    )  # fmt: skip
    assert played.is_finished


def test_what_ends_the_path_comes_last():
    document = diagram(
        start(), both("f"), user("go"), user("other"), end("event", inner="<terminateEventDefinition/>" + on_signal("sig")),
        flows="start -> f -> go -> event; f -> other", more=MORE,
    )  # fmt: skip
    played = play(document).complete("go")

    assert played.is_finished
    assert [f.name for f in played.facts if isinstance(f, spiff.SignalThrown)] == ["sig"]


def test_a_throwing_event_with_an_incident_throws_nothing_twice():
    event = throw("event", inner=on_signal("sig") + on_message("m"))
    played = waiting(event, key=None)
    assert [f.name for f in played.facts if isinstance(f, spiff.SignalThrown)] == ["sig"]
    assert played.open == ["event!"]

    played.write(key="k").retry("event")

    assert not any(isinstance(f, spiff.SignalThrown) for f in played.facts)
    assert played.is_finished


def test_a_throwing_event_with_several_results_has_no_job():
    with pytest.raises(spiff.ModelRefused, match="several results"):
        waiting(throw("event", '<zeebe:taskDefinition type="mail"/>', on_signal("sig") + on_message("m")))


def test_in_a_loop_each_round_waits_for_all_anew():
    played = waiting(
        needs_all(catch("event", on_message("m") + on_signal("sig"))), (xor("again"),),
        "start -> event -> again -> end [=stop = true]; again -> event [default]",
    )  # fmt: skip
    for _ in range(3):
        played.send("event", stop=False)
        assert played.signal("sig") == 1
    played.send("event", stop=True)
    played.signal("sig")

    assert played.is_finished


def test_each_instance_of_a_multi_instance_activity_waits_for_itself():
    inside = sub("sp", start("s"), needs_all(catch("event", on_message("m") + on_signal("sig"))), user("go"),
                 flows="s -> event -> go", inner=each("=[1, 2]"))  # fmt: skip
    played = waiting(inside, flows="start -> sp -> end").send("event", at=1)
    assert played.waits == ["event", "event#2", "event#2"]

    assert (played.signal("sig"), played.open) == (2, ["event", "go"])


def test_a_cancelled_one_waits_for_nothing():
    inside = sub(
        "sp", start("s"), needs_all(catch("event", on_message("m") + on_signal("sig"))), flows="s -> event"
    )
    played = waiting(inside, (boundary("stop", "sp", timer("duration", "PT1H")),), "start -> sp; stop -> end")

    assert played.send("event").wait(hours=1).is_finished
