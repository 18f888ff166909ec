"""Boundary events: timers and messages, interrupting and not, cycles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    each,
    mappings,
    message,
    on_message,
    receive,
    service,
    start,
    sub,
    timer,
    user,
    with_boundary,
)
from tests.engine.spiff.play import NOON, play


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


def test_a_timer_that_has_fired_does_not_open_again_with_its_activity():
    played = play(with_boundary(timer("duration", "PT1H"), interrupting=False)).wait(hours=1)
    played.instance.raise_incident(played.token("work"), spiff.FORM_NOT_FOUND, "The form is gone.")
    played._reload()

    played.retry("work")

    assert (played.open, played.waits) == (["handle", "work"], [])
