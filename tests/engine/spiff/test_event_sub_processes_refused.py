"""Event sub-processes that are drawn as none may be, and to which process one belongs."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    Node,
    boundary,
    diagram,
    each,
    event_sub,
    on_error,
    on_message,
    on_signal,
    process,
    start,
    starts,
    timer,
    user,
)
from tests.engine.spiff.event_sub_processes import MORE, content, handler, in_process
from tests.engine.spiff.play import Play, play

REFUSED = {
    "no start event": (user("handle"),),
    "a none start event": (start("x"),),
    "two start events": (starts("x", on_message("m")), starts("y", on_signal("sig"))),
    "an interrupting cycle": (starts("x", timer("cycle", "R/PT1H")),),
}


@pytest.mark.parametrize("why", REFUSED)
def test_it_is_refused_with(why):
    with pytest.raises(spiff.ModelRefused):
        play(diagram(start(), event_sub("esp", *REFUSED[why]), more=MORE))


@pytest.mark.parametrize(
    "document",
    [
        diagram(start(), handler("message"), flows="start -> esp", more=MORE),
        diagram(start(), handler("message"), user("after"), flows="esp -> after", more=MORE),
        diagram(start(), handler("message"), boundary("b", "esp", on_signal("sig")), more=MORE),
        diagram(start(), event_sub("esp", starts("x", on_message("m")), inner=each("=[1]")), more=MORE),
    ],
    ids=["flow into it", "flow out of it", "boundary event on it", "loop mark on it"],
)
def test_it_is_refused_where_it_is_used_like_another_activity(document):
    with pytest.raises(spiff.ModelRefused):
        play(document)


def test_an_error_start_event_always_interrupts():
    played = in_process(
        event_sub("esp", starts("begins", on_error(), False), user("handle"), flows="begins -> handle")
    )

    assert played.complete("fail_it").open == ["handle"]


def test_it_belongs_to_its_process_only():
    other = process(Node("startEvent", "s2"), id="other")
    nodes, flows = content(handler("message"))
    document = diagram(start(), *nodes, flows=f"start -> {flows}", more=MORE).replace(
        b"</definitions>", other.encode() + b"</definitions>"
    )

    assert Play(document).processes["other"].body.event_starts == ()
