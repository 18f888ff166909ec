"""Ad-hoc sub-processes that a worker directs: it is asked at the start and again as each path ends."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import BusinessError, Refused
from tests.engine.spiff.diagrams import (
    ad_hoc,
    around,
    boundary,
    error,
    mappings,
    on_error,
    script,
    user,
)
from tests.engine.spiff.directed import agent, directed, job, needs
from tests.engine.spiff.play import play

# -- asking and answering ------------------------------------------------------------------------------------------------


def test_entering_asks_the_worker_and_begins_nothing():
    headers = '<zeebe:taskHeaders><zeebe:header key="model" value="m1"/></zeebe:taskHeaders>'
    played = play(around(agent(zeebe=headers)), x=1)

    opened = job(played)
    assert (played.open, played.asked) == (["work"], ["work"])
    assert (opened.kind, opened.type, opened.retries) == (spiff.DIRECTION, "agent", 2)
    assert opened.headers == {"model": "m1"}
    assert needs(played)["work"] == "job"


def test_the_worker_is_told_what_can_be_begun():
    played = play(around(agent(user("a"), user("b"), user("c"), flows="a -> b")), x=1)

    told = played.instance.told_to_worker(played.token("work"))

    assert told["x"] == 1
    assert [each["elementId"] for each in told["adHocSubProcessElements"]] == ["a", "c"]
    assert "adHocSubProcessElements" not in played.sees("work")


def test_it_begins_what_it_names_each_with_variables_of_its_own_one_more_than_once():
    played = play(around(agent()), x=0)

    played.direct("work", ("a", {"x": 1}), ("a", {"x": 2}), "c")

    assert (played.open, played.asked) == (["a", "a", "c"], [])
    assert [played.sees("a", 0)["x"], played.sees("a", 1)["x"], played.sees("c")["x"]] == [1, 2, 0]
    assert needs(played)["work"] == "inside"


def test_each_path_that_ends_asks_again_until_it_is_enough():
    played = play(around(agent())).direct("work", "a", "b")

    assert played.complete("a").asked == ["work"]
    assert played.direct("work", "c").open == ["b", "c"]
    assert played.complete("c").complete("b").open == ["work"]
    assert played.direct("work", enough=True).open == ["after"]


def test_there_is_one_job_at_a_time_the_older_one_is_withdrawn():
    played = play(around(agent())).direct("work", "a", "b").complete("a")
    assert not [fact for fact in played.facts if isinstance(fact, spiff.JobWithdrawn)]

    played.complete("b")

    kinds = [type(f) for f in played.facts if isinstance(f, spiff.JobOpened | spiff.JobWithdrawn)]
    assert kinds == [spiff.JobWithdrawn, spiff.JobOpened]


def test_enough_waits_for_what_runs_and_asks_nobody_any_more():
    played = play(around(agent())).direct("work", "a", "b", "c").complete("a")

    assert played.direct("work", enough=True).open == ["b", "c"]
    assert played.complete("b").asked == []
    assert played.instance.startable() == []
    assert played.complete("c").open == ["after"]


@pytest.mark.parametrize("begin, left", [((), ["after"]), (("c",), ["c"])])
def test_what_still_runs_can_be_cancelled(begin, left):
    played = play(around(agent())).direct("work", "a", "b").complete("a")

    assert played.direct("work", *begin, enough=not begin, cancel=True).open == left


def test_to_cancel_without_beginning_or_ending_anything_changes_nothing():
    played = play(around(agent())).direct("work", "a", "b").complete("a")

    assert played.direct("work", cancel=True).open == ["b"]


def test_who_begins_nothing_leaves_it_to_what_runs_and_then_to_people():
    played = play(around(agent())).direct("work")
    assert needs(played)["work"] == "choice"

    assert played.activate("work", "b").open == ["b"]
    assert played.complete("b").asked == ["work"]
    assert played.direct("work", enough=True).open == ["after"]


def test_people_may_begin_steps_while_the_worker_thinks():
    played = play(around(agent())).activate("work", "a")

    assert played.open == ["a"]
    assert needs(played)["work"] == "job"
    assert played.complete("a").asked == ["work"]


@pytest.mark.parametrize(
    "begin, enough, said", [(("a", "x"), False, "it names x"), (("a",), True, "it says both")]
)
def test_what_cannot_be_is_refused_and_nothing_has_changed(begin, enough, said):
    played = play(around(agent()), x=1)
    before = spiff.dump(played.instance)

    with pytest.raises(Refused, match=said):
        played.direct("work", *begin, enough=enough, x=2)

    assert spiff.dump(played.instance) == before
    assert played.direct("work", enough=True).open == ["after"]


def test_an_answer_that_nobody_asked_for_is_refused():
    played = play(around(agent())).direct("work", "a")

    with pytest.raises(spiff.NotWaiting):
        played.direct("work", enough=True)
    with pytest.raises(spiff.NotWaiting, match="that a worker directs"):
        played.direct("a", enough=True)


def test_variables_of_the_answer_are_a_result_that_begins_at_its_own_scope():
    inputs = mappings({"memory": "=null"}, {"said": "=memory"})
    played = play(around(agent(zeebe=inputs)), total=1)

    played.direct("work", "a", memory="hello", total=2, found=3)
    assert played.root == {"total": 2, "found": 3}
    played.complete("a").direct("work", enough=True)

    assert played.root == {"total": 2, "found": 3, "said": "hello"}


def test_outputs_are_collected_before_the_worker_is_asked_again():
    work = agent(output="answers", output_element="=answer", zeebe=mappings({"q": "=1"}))
    played = play(around(work)).direct("work", "a", "b").complete("a", answer=7)

    assert played.instance.told_to_worker(played.token("work"))["answers"] == [7]
    assert played.complete("b", answer=8).direct("work", enough=True).root == {"answers": [7, 8]}


# -- an operation of this type ----------------------------------------------------------------------------------------


def test_an_operation_directs_within_the_step():
    calls = []

    def decide(call):
        calls.append(call)
        tried = call.variables.get("tried", 0)
        if tried == 3:
            return {"isCompletionConditionFulfilled": True, "verdict": "done"}
        return {
            "activateElements": [{"elementId": "a", "variables": {"n": tried}}, {"elementId": "a"}],
            "tried": tried + 1,
        }

    work = agent(script("a", "=1"))
    game = directed(around(work), decide)

    assert game.open == ["after"]
    assert game.root["verdict"] == "done"
    assert len({call.effect_scope for call in calls}) == len(calls)
    assert "adHocSubProcessElements" in calls[0].variables


def test_an_operation_that_says_enough_at_once_begins_nothing():
    assert directed(around(agent()), lambda call: {"isCompletionConditionFulfilled": True}).open == ["after"]


@pytest.mark.parametrize(
    "answer",
    [
        {"activateElements": ["a"]},
        {"activateElements": {"elementId": "a"}},
        {"activateElements": [{"elementId": "nobody"}]},
        {"activateElements": [{"elementId": "a", "variables": [1]}]},
        {"isCompletionConditionFulfilled": "yes"},
        {"activateElements": [{"elementId": "a"}], "isCompletionConditionFulfilled": True},
    ],
)
def test_an_operation_that_says_what_cannot_be_is_an_incident_and_is_asked_anew(answer):
    answers = [answer, {"activateElements": [{"elementId": "b"}]}]
    game = directed(around(agent()), lambda call: answers.pop(0))
    assert game.open == ["work!"]
    assert game.incident()[0] == spiff.EXTRACT_VALUE_ERROR

    assert game.retry("work").open == ["b"]


def test_a_later_wrong_answer_stops_the_sub_process_not_its_paths():
    answers = [
        {"activateElements": [{"elementId": "a"}, {"elementId": "b"}]},
        {"activateElements": [{"elementId": "nobody"}]},
        {"activateElements": [{"elementId": "c"}]},
    ]
    game = directed(around(agent()), lambda call: answers.pop(0)).complete("a")
    assert game.open == ["b", "work!"]

    assert game.retry("work").open == ["b", "c"]


def test_the_next_path_that_ends_asks_anew_what_had_failed():
    answers = [
        {"activateElements": [{"elementId": "a"}, {"elementId": "b"}]},
        {"activateElements": 1},
        {"isCompletionConditionFulfilled": True},
    ]
    game = directed(around(agent()), lambda call: answers.pop(0)).complete("a").complete("b")

    assert game.open == ["after"]


@pytest.mark.parametrize("first", [True, False])
def test_an_operation_may_throw_an_error_that_a_boundary_event_catches(first):
    answers = [{"activateElements": [{"elementId": "a"}, {"elementId": "b"}]}]

    def decide(call):
        if first or not answers:
            raise BusinessError("E", "No.")
        return answers.pop()

    document = around(
        agent(),
        boundary("oops", "work", on_error("e")),
        user("rescue"),
        flows="oops -> rescue",
        more=error("e", "E"),
    )
    game = directed(document, decide)

    assert (game if first else game.complete("a")).open == ["rescue"]


@pytest.mark.parametrize("first", [True, False])
def test_an_error_that_nothing_catches_is_an_incident(first):
    answers = [{"activateElements": [{"elementId": "a"}]}]
    good = {"isCompletionConditionFulfilled": True}
    throws = [True]

    def decide(call):
        if not first and answers:
            return answers.pop()
        if throws.pop():
            throws.append(False)
            raise BusinessError("E", "No.")
        return good

    game = directed(around(agent()), decide)
    game = game if first else game.complete("a")
    assert (game.open, game.incident()[0]) == (["work!"], spiff.UNHANDLED_ERROR_EVENT)

    assert game.retry("work").open == ["after"]


# -- what goes wrong outside ---------------------------------------------------------------------------------------------


def test_no_tries_left_is_an_incident_of_its_own_kind_and_its_paths_go_on():
    played = play(around(agent())).direct("work", "a", "b").complete("a")
    played.instance.raise_incident(played.token("work"), spiff.JOB_NO_RETRIES, "The model is away.")
    played._reload()
    assert played.incident() == (spiff.AD_HOC_SUB_PROCESS_NO_RETRIES, "The model is away.")

    played.retry("work")
    assert needs(played)["work"] == "job"
    played.instance.raise_incident(played.token("work"), spiff.JOB_NO_RETRIES, "Again.")

    assert played._reload().complete("b").asked == ["work"]
    assert [fact for fact in played.facts if isinstance(fact, spiff.IncidentResolved)]
    assert played.direct("work", enough=True).open == ["after"]


def test_a_worker_throws_an_error_and_a_boundary_event_catches_it():
    played = play(
        around(
            agent(),
            boundary("oops", "work", on_error("e")),
            user("rescue"),
            flows="oops -> rescue",
            more=error("e", "E"),
        )
    ).direct("work", "a", "b")
    played.complete("a")

    assert played.fail("work", "E")
    assert played.open == ["rescue"]


def test_a_job_type_that_is_no_text_is_an_incident_and_asked_anew():
    work = ad_hoc("work", user("a"), user("b"), zeebe='<zeebe:taskDefinition type="=kind"/>')
    played = play(around(work))
    assert played.open == ["work!"]

    played.write(kind="agent")
    assert played.retry("work").direct("work", "a", "b").write(kind=None).complete("a").asked == []
    assert played.incident()[0] == spiff.EXTRACT_VALUE_ERROR
    played.write(kind="other")
    assert job(played.retry("work")).type == "other"
