"""An instance on its way to another version of its process: what stays, what begins to wait, and what is refused."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.spiff import versions
from engine.xml import parse
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    catch,
    diagram,
    each,
    end,
    message,
    on_message,
    start,
    sub,
    timer,
    user,
)
from tests.engine.spiff.play import Play, play


def move(played: Play, document: bytes, **mapping: str) -> Play:
    """The same play, in the version of this document."""
    [new] = spiff.read(parse(document)).values()
    state = spiff.dump(played.instance)
    played.instance = versions.move(state, played.process, new, mapping, played.house)
    played.process = new
    return played._reload()


def line(*nodes, flows: str, more: str = "") -> bytes:
    return diagram(start(), *nodes, end(), flows=flows, more=more)


def test_a_renamed_user_task_stays_open_with_its_variables_and_goes_on_along_the_new_flows():
    played = play(line(user("work"), flows="start -> work -> end"), x=1)

    move(played, line(user("labour"), user("check"), flows="start -> labour -> check -> end"), work="labour")

    assert (played.open, played.sees("labour")) == (["labour"], {"x": 1})
    assert played.complete("labour").open == ["check"]


def test_a_timer_keeps_its_due_time_and_an_event_that_is_gone_is_given_up():
    flows = "start -> work -> end; late -> told; cancelled -> told"
    nodes = [user("work"), user("told"), boundary("late", "work", timer("duration", "PT1H"))]
    cancel = boundary("cancelled", "work", on_message("cancel"))
    played = play(line(*nodes, cancel, flows=flows, more=message("cancel")), key="1").wait(minutes=20)

    move(played, line(*nodes, flows="start -> work -> end; late -> told"))

    assert played.waits == ["late"]
    assert played.wait(minutes=40).open == ["told"]


def test_a_new_event_begins_to_wait_and_one_that_has_fired_does_not_come_back():
    late = boundary("late", "work", timer("duration", "PT1H"), interrupting=False)
    flows = "start -> work -> end; late -> told"
    played = play(line(user("work"), user("told"), late, flows=flows)).wait(hours=2)
    later = boundary("later", "work", timer("duration", "PT1H"), interrupting=False)

    move(played, line(user("work"), user("told"), late, later, flows=f"{flows}; later -> told"))

    assert played.waits == ["later"]


def test_a_token_at_a_join_keeps_the_flow_it_came_by():
    nodes = [both("split"), user("a"), user("b"), both("join")]
    flows = "start -> split; split -> a -> join; split -> b -> join; join -> end"
    played = play(line(*nodes, flows=flows)).complete("a")
    drawn_between = flows.replace("a -> join", "a -> c -> join")
    new = line(*nodes, user("c"), flows=drawn_between)

    with pytest.raises(versions.CannotMove, match='the flow "a_to_join"'):
        move(played, new)
    move(played, new, a_to_join="c_to_join")

    assert played.complete("b").is_finished


def test_a_refusal_names_all_reasons_and_changes_nothing():
    played = play(
        line(
            both("split"), user("a"), user("b"), flows="start -> split; split -> a -> end; split -> b -> end"
        )
    )
    state = spiff.dump(played.instance)

    with pytest.raises(versions.CannotMove) as refusal:
        move(played, line(sub("b", start("s"), end("e"), flows="s -> e"), flows="start -> b -> end"), c="d")

    assert [reason[:40] for reason in refusal.value.reasons] == [
        'The mapping names "c", which the old ver',
        'Expected a place for the userTask "a", b',
        'Expected "b" to stay a userTask, but "b"',
    ]
    assert spiff.dump(played.instance) == state


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            line(user("work", inner=each("=[1, 2]", sequential=True)), flows="start -> work -> end"),
            "parallel or sequential",
        ),
        (
            line(sub("around", start("s"), user("work"), flows="s -> work"), flows="start -> around -> end"),
            "stay in the same scope",
        ),
        (
            line(user("work"), flows="start -> work -> end"),
            "to stay a multiInstanceBody",
        ),
    ],
)
def test_a_place_of_another_kind_or_nesting_is_refused(document, reason):
    played = play(line(user("work", inner=each("=[1, 2]")), flows="start -> work -> end"))

    with pytest.raises(versions.CannotMove) as refusal:
        move(played, document)

    assert any(reason in each for each in refusal.value.reasons)


def test_an_event_that_waits_for_something_else_now_is_refused():
    played = play(line(catch("pause", timer("duration", "PT1H")), flows="start -> pause -> end"))

    with pytest.raises(versions.CannotMove, match="wait for a timer as before, but it waits for a message"):
        move(
            played,
            line(
                catch("pause", on_message("go")),
                flows="start -> pause -> end",
                more=message("go", key='="1"'),
            ),
        )


def test_a_new_event_that_cannot_be_evaluated_refuses_the_move():
    played = play(line(user("work"), flows="start -> work -> end"))
    late = boundary("late", "work", timer("duration", "=missing"))

    with pytest.raises(versions.CannotMove, match="the duration of the timer"):
        move(played, line(user("work"), user("told"), late, flows="start -> work -> end; late -> told"))
