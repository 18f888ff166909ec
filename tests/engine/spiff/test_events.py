"""Start, intermediate and end events, one smallest diagram each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    catch,
    diagram,
    end,
    mappings,
    message,
    on_message,
    start,
    sub,
    terminate_end,
    throw,
    timer,
    user,
)
from tests.engine.spiff.play import NOON, Play, play

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
