"""Ad-hoc sub-processes that a worker directs, inside and beside other things: what ends them, loops, listeners, versions."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import BusinessError
from tests.engine.spiff.diagrams import (
    ad_hoc,
    again,
    around,
    both,
    boundary,
    diagram,
    each,
    error,
    event_sub,
    listeners,
    message,
    on_error,
    on_message,
    start,
    starts,
    timer,
    user,
    xor,
)
from tests.engine.spiff.directed import WORK, agent, directed, job, needs
from tests.engine.spiff.play import Play, play

# -- what ends it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_boundary_event(interrupting):
    event = boundary("late", "work", timer("duration", "PT1H"), interrupting)
    played = play(around(agent(), event, user("hurry"), flows="late -> hurry")).direct("work", "a", "b")
    played.complete("a").wait(hours=1)

    assert played.open == (["hurry"] if interrupting else ["b", "hurry"])
    assert ("work" in needs(played)) is not interrupting


def esp(interrupting: bool, inner: str = on_message("m")):
    return event_sub("esp", starts("come", inner, interrupting), user("care"), flows="come -> care")


def test_an_interrupting_event_sub_process_withdraws_the_job_and_ends_it():
    played = play(around(agent(user("a"), esp(True)), more=message("m")), key="k").direct("work", "a")
    played.activate("work", "a").complete("a")
    assert needs(played)["work"] == "job"

    played.send("come")
    assert (played.open, needs(played)["work"]) == (["care"], "inside")
    assert [fact for fact in played.facts if isinstance(fact, spiff.JobWithdrawn)]
    assert played.complete("care").open == ["after"]


def test_another_event_sub_process_asks_again_when_it_is_over():
    played = play(around(agent(user("a"), esp(False)), more=message("m")), key="k").direct("work", "a")

    played.send("come").complete("care")
    assert (played.open, played.asked) == (["a"], ["work"])
    assert played.direct("work", enough=True, cancel=True).open == ["after"]


def test_an_error_of_the_worker_reaches_its_own_event_sub_process():
    played = play(around(agent(user("a"), esp(True, on_error("e"))), more=error("e", "E")))

    assert played.fail("work", "E")
    assert (played.open, needs(played)["work"]) == (["care"], "inside")
    assert played.complete("care").open == ["after"]


def test_an_error_caught_inside_while_nothing_was_asked_yet_is_asked_no_more():
    def refuse(call):
        raise BusinessError("E", "No.")

    game = directed(around(agent(user("a"), esp(True, on_error("e"))), more=error("e", "E")), refuse)

    assert (game.open, needs(game)["work"]) == (["care"], "inside")
    assert game.complete("care").open == ["after"]


def test_cancelled_as_a_whole():
    played = play(around(agent())).direct("work", "a")
    played.instance.terminate()

    assert played.instance.is_finished


# -- in loops, in parallel, with listeners ------------------------------------------------------------------------------


def test_in_a_loop_each_round_is_asked_anew():
    document = diagram(
        start(), xor("g"), agent(), user("after"), xor("h"), user("last"),
        flows="start -> g -> work -> after -> h; h -> last [=not(more)]; h -> g [=more]",
    )  # fmt: skip
    played = play(document)
    for more in (True, True, False):
        played.direct("work", "a").complete("a").direct("work", enough=True).complete("after", more=more)

    assert played.open == ["last"]


def test_two_at_once_keep_apart():
    two = ad_hoc("two", user("x"), zeebe=WORK)
    document = diagram(
        start(), both("f"), agent(), two, both("j"), user("after"),
        flows="start -> f; f -> work -> j; f -> two -> j; j -> after",
    )  # fmt: skip
    played = play(document).direct("two", "x").direct("work", "a")

    assert played.complete("x").asked == ["two"]
    assert played.direct("two", enough=True).open == ["a", "j+"]
    assert played.complete("a").direct("work", enough=True).open == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_once_for_each_item(sequential):
    work = agent(inner=each("=[1, 2]", "item", sequential=sequential))
    played = play(around(work))

    for item in (1, 2):
        assert played.sees("work")["item"] == item
        played.direct("work", "a").complete("a").direct("work", enough=True)
    assert played.open == ["after"]


def test_again_and_again():
    played = play(around(agent(inner=again("=loopCounter < 3"))))

    for _ in range(3):
        played.direct("work", enough=True)
    assert played.open == ["after"]


def test_its_listeners_are_asked_before_and_after_its_worker():
    played = play(around(agent(zeebe=listeners("start load", "end save"))))
    assert job(played).kind == "execution_listener"
    assert needs(played)["work"] == "job"

    played.answer("work", memory=1)
    assert (job(played).kind, played.sees("work")["memory"]) == (spiff.DIRECTION, 1)
    played.direct("work", "a").complete("a").direct("work", enough=True)
    assert job(played).event == "end"
    assert played.answer("work").open == ["after"]


# -- what the model may not say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{"active": '=["a"]'}, {"until": "=true"}, {"cancel_rest": False}])
def test_who_else_decides_is_refused(how):
    with pytest.raises(spiff.ModelRefused, match="worker alone"):
        play(around(agent(**how)))


def test_a_running_one_does_not_move_to_a_version_without_a_worker():
    played = play(around(agent())).direct("work", "a")
    new = Play(around(ad_hoc("work", user("a"), user("b"), user("c")))).process

    with pytest.raises(spiff.CannotMove):
        spiff.move(spiff.dump(played.instance), played.process, new, {}, played.house)
