"""What throws a message publishes it, or is a job when a zeebe:taskDefinition says so."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import Node, diagram, end, mappings, message, service, start, throw
from tests.engine.spiff.play import Play, play

MESSAGE = '<messageEventDefinition messageRef="m"/>'


def drawn(place: str, zeebe: str = "", inner: str = MESSAGE) -> bytes:
    if place == "sendTask":
        node, flows = Node("sendTask", "it", zeebe, messageRef="m"), "start -> it -> end"
    elif place == "throw":
        node, flows = throw("it", zeebe, inner), "start -> it -> end"
    else:
        return diagram(start(), end("it", zeebe, inner), flows="start -> it", more=message("m", name="=who"))
    return diagram(start(), node, end(), flows=flows, more=message("m", name="=who"))


def thrown(game: Play) -> list[tuple]:
    return [
        (f.name, f.correlation_key, f.variables, f.time_to_live_s)
        for f in game.facts
        if isinstance(f, spiff.MessageThrown)
    ]


@pytest.mark.parametrize("place", ["throw", "end", "sendTask"])
def test_without_a_task_definition_the_message_is_published_and_the_token_goes_on(place):
    game = play(drawn(place), who="guests", key=7)

    assert thrown(game) == [("guests", "7", {"who": "guests", "key": 7}, 3600.0)]
    assert game.is_finished


@pytest.mark.parametrize("place", ["throw", "end", "sendTask"])
def test_with_a_task_definition_it_is_a_job(place):
    game = play(drawn(place, '<zeebe:taskDefinition type="mailer"/>'), who="guests", key=7)

    assert thrown(game) == []
    assert [f.type for f in game.facts if isinstance(f, spiff.JobOpened)] == ["mailer"]
    assert game.complete("it").is_finished


def test_with_input_mappings_only_those_are_sent():
    game = play(drawn("throw", mappings({"n": "=key + 1"})), who="guests", key=7)

    assert thrown(game) == [("guests", "7", {"n": 8}, 3600.0)]


def test_publish_message_names_key_and_time_and_a_header_the_time():
    own = '<zeebe:publishMessage correlationKey="=other" timeToLive="PT5M"/>'
    header = '<zeebe:taskHeaders><zeebe:header key="timeToLive" value="=hold"/></zeebe:taskHeaders>'

    game = play(drawn("throw", own), who="guests", key=7, other="x")
    assert [(key, lives) for _, key, _, lives in thrown(game)] == [("x", 300.0)]
    inside = MESSAGE.replace("/>", f"><extensionElements>{own}</extensionElements></messageEventDefinition>")
    game = play(drawn("end", inner=inside), who="guests", key=7, other="y")
    assert [(key, lives) for _, key, _, lives in thrown(game)] == [("y", 300.0)]
    game = play(drawn("sendTask", header), who="guests", key=7, hold="PT1S")
    assert [lives for _, _, _, lives in thrown(game)] == [1.0]


@pytest.mark.parametrize("variables", [{"who": "guests"}, {"key": 7}], ids=["no key", "no name"])
def test_a_message_without_key_or_name_is_an_incident_that_can_be_cured(variables):
    game = play(drawn("throw"), **variables)
    assert (game.open, game.incident()[0]) == (["it!"], spiff.EXTRACT_VALUE_ERROR)

    game.write(who="guests", key=7).retry("it")
    assert len(thrown(game)) == 1
    assert game.is_finished


def test_a_service_task_needs_its_task_definition():
    document = diagram(start(), Node("serviceTask", "it"), end(), flows="start -> it -> end")

    with pytest.raises(spiff.ModelRefused, match="taskDefinition"):
        play(document)
    assert play(diagram(start(), service("it"), end(), flows="start -> it -> end")).open == ["it"]
