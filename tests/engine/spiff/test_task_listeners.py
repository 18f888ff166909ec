"""Task listeners: asked before a user task changes; they correct, deny, and hear of its end."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import BusinessError
from tests.engine.spiff.diagrams import boundary, diagram, end, listeners, start, timer, user
from tests.engine.spiff.play import Play, play

ASSIGNED = '<zeebe:assignmentDefinition assignee="=who" candidateGroups="desk"/>'


def one_task(zeebe: str, *more, flows: str = "start -> it -> end") -> bytes:
    return diagram(start(), user("it", zeebe), end(), *more, flows=flows)


def jobs(game: Play) -> list[tuple[str, str, str | None]]:
    return [(f.type, f.kind, f.event) for f in game.facts if isinstance(f, spiff.JobOpened)]


def opened(game: Play) -> list[spiff.UserTaskOpened]:
    return [f for f in game.facts if isinstance(f, spiff.UserTaskOpened)]


def moved(game: Play) -> list[tuple[str, dict]]:
    return [(f.event, f.changes) for f in game.facts if isinstance(f, spiff.UserTaskMoved)]


def denied(game: Play) -> list[tuple[str, str]]:
    return [(f.event, f.reason) for f in game.facts if isinstance(f, spiff.UserTaskDenied)]


def ask(game: Play, event: str, action: str = "act", result: dict | None = None, **changes) -> Play:
    game.instance.change_user_task(
        game.token("it"), event, changes, action=action, actor="ann", result=result
    )
    return game._reload()


def test_a_user_task_opens_when_the_creating_listeners_agree_and_with_their_corrections():
    game = play(one_task(listeners("creating first", "creating second")))

    assert (opened(game), jobs(game)) == ([], [("first", "task_listener", "creating")])
    game.answer("it", said=spiff.Answer(corrections={"priority": 80, "due_date": None}))
    [second] = [f for f in game.facts if isinstance(f, spiff.JobOpened)]
    assert second.headers["io.camunda.zeebe:priority"] == "80"
    assert second.headers["io.camunda.zeebe:changedAttributes"] == '["priority"]'
    game.answer("it", said=spiff.Answer(corrections={"candidate_groups": ["desk"], "assignee": "ben"}))
    [task] = opened(game)
    assert (task.priority, task.candidate_groups, task.assignee) == (80, ["desk"], "ben")
    assert game.complete("it").is_finished


def test_an_assignee_that_the_model_names_is_assigned_after_the_creation():
    game = play(one_task(ASSIGNED + listeners("creating a", "assigning b")), who="ann")

    with pytest.raises(spiff.AnswerRefused):
        game.answer("it", said=spiff.Answer(corrections={"assignee": "ben"}))
    game.answer("it")
    assert [task.assignee for task in opened(game)] == [None]
    assert jobs(game) == [("b", "task_listener", "assigning")]
    game.answer("it", said=spiff.Answer(corrections={"assignee": "ben"}))
    assert moved(game) == [("assigning", {"assignee": "ben"})]


def test_a_denied_assignment_leaves_the_user_task_unassigned_and_open():
    game = play(one_task(ASSIGNED + listeners("assigning b")), who="ann")

    game.answer("it", said=spiff.Answer(denied=True, reason="On holiday."))

    assert (moved(game), denied(game)) == ([], [("assigning", "On holiday.")])
    assert game.open == ["it"]
    ask(game, "assigning", assignee="ben").answer("it")
    assert moved(game) == [("assigning", {"assignee": "ben"})]


@pytest.mark.parametrize("event", ["assigning", "updating", "completing"])
def test_a_change_waits_for_its_listeners_and_comes_into_force_with_their_corrections(event):
    game = play(one_task(listeners(f"{event} look")))
    result = {"answer": 1} if event == "completing" else None
    changes = {} if event == "completing" else {"assignee": "ben"}

    ask(game, event, result=result, **changes)
    assert jobs(game) == [("look", "task_listener", event)]
    assert moved(game) == []
    game.answer("it", said=spiff.Answer(corrections={"follow_up_date": "2026-04-01T08:00:00Z"}))

    [(moved_by, changed)] = moved(game)
    assert (moved_by, changed) == (event, {**changes, "follow_up_date": "2026-04-01T08:00:00Z"})
    assert game.is_finished == (event == "completing")
    if event == "completing":
        assert game.root == {"answer": 1}


def test_a_denial_drops_the_corrections_of_the_listeners_before():
    game = play(one_task(listeners("completing a", "completing b")))

    ask(game, "completing", result={"answer": 1})
    game.answer("it", said=spiff.Answer(corrections={"priority": 99}))
    game.answer("it", said=spiff.Answer(denied=True, reason="Not yet."))
    assert (denied(game), game.open) == ([("completing", "Not yet.")], ["it"])

    ask(game, "completing", result={"answer": 2}).answer("it").answer("it")
    assert moved(game) == [("completing", {})]
    assert game.root == {"answer": 2}


def test_while_a_listener_works_nothing_else_is_asked_of_the_user_task():
    game = play(one_task(listeners("assigning a")))
    ask(game, "assigning", assignee="ann")

    with pytest.raises(spiff.NotWaiting):
        ask(game, "completing", result={})
    with pytest.raises(spiff.NotWaiting):
        game.complete("it")


@pytest.mark.parametrize(
    "said",
    [
        spiff.Answer(variables={"x": 1}),
        spiff.Answer(corrections={"colour": "red"}),
        spiff.Answer(corrections={"priority": 101}),
        spiff.Answer(corrections={"candidate_users": "ann"}),
        spiff.Answer(corrections={"assignee": "ben"}, denied=True),
    ],
    ids=["variables", "unknown", "priority", "no list", "denied and corrected"],
)
def test_an_answer_that_no_task_listener_may_give_is_refused(said):
    game = play(one_task(listeners("updating a")))
    ask(game, "updating", priority=60)

    with pytest.raises(spiff.AnswerRefused):
        game.answer("it", said=said)
    assert moved(game.answer("it")) == [("updating", {"priority": 60})]


def test_creating_cannot_be_denied():
    game = play(one_task(listeners("creating a")))

    with pytest.raises(spiff.AnswerRefused):
        game.answer("it", said=spiff.Answer(denied=True))


def test_an_operation_denies_by_refusing_and_the_verb_is_refused_with_its_reason():
    def refuse(call: spiff.ServiceCall) -> dict:
        raise BusinessError("NO", "First weigh the parcel.")

    game = Play(one_task(listeners("completing check")))
    game.house.operations["check"] = refuse
    game.start()
    before = spiff.dump(game.instance)

    with pytest.raises(spiff.ChangeDenied, match="weigh the parcel"):
        ask(game, "completing", result={"answer": 1})
    assert spiff.dump(game.instance) == before

    game.house.operations["check"] = lambda call: {"priority": 70, "other": 1}
    ask(game, "completing", result={"answer": 1})
    assert moved(game) == [("completing", {"priority": 70})]
    assert game.root == {"answer": 1}


def test_a_refusal_where_nothing_can_be_denied_is_an_incident_and_a_retry_asks_again():
    def refuse(call: spiff.ServiceCall) -> dict:
        raise BusinessError("NO", "No desk is free.")

    game = Play(one_task(listeners("creating a")))
    game.house.operations["a"] = refuse
    game.start()
    assert game.incident()[0] == spiff.TASK_LISTENER_NO_RETRIES
    assert (game.open, opened(game)) == (["it!"], [])

    game.house.operations["a"] = lambda call: {"candidate_groups": ["desk"]}
    game.retry("it")
    assert [task.candidate_groups for task in opened(game)] == [["desk"]]


def test_a_listener_that_gives_up_is_an_incident_of_its_kind_and_asks_only_that_one_again():
    game = play(one_task(listeners("updating a", "updating b")))
    ask(game, "updating", priority=60).answer("it")

    game.instance.raise_incident(game.token("it"), spiff.JOB_NO_RETRIES, "Gone.")
    assert game._reload().incident()[0] == spiff.TASK_LISTENER_NO_RETRIES
    game.retry("it").answer("it")
    assert moved(game) == [("updating", {"priority": 60})]


def test_a_type_that_cannot_be_computed_repeats_the_whole_change():
    game = play(one_task(listeners("updating a", "updating =other")))
    ask(game, "updating", priority=60).answer("it")
    assert game.open == ["it!"]

    game.write(other="b").retry("it")
    assert jobs(game) == [("a", "task_listener", "updating")]
    game.answer("it").answer("it")
    assert moved(game) == [("updating", {"priority": 60})]


def test_a_cancelled_user_task_tells_its_listeners_and_does_not_wait_for_them():
    document = one_task(
        listeners("canceling told"),
        boundary("late", "it", timer("duration", "PT1H")),
        user("next"),
        flows="start -> it -> end; late -> next",
    )
    game = play(document, x=1)
    game.wait(hours=1)

    assert game.open == ["next"]
    [job] = [f for f in game.facts if isinstance(f, spiff.JobOpened)]
    assert (job.type, job.event, job.variables) == ("told", "canceling", {"x": 1})


def test_a_completed_user_task_is_not_told_as_cancelled():
    game = play(one_task(listeners("canceling told", "end after")))

    ask(game, "completing", result={})
    assert jobs(game) == [("after", "execution_listener", "end")]
    game.instance.terminate()
    assert [f for f in game.instance.facts if isinstance(f, spiff.JobOpened)] == []


def test_older_names_of_the_events_mean_the_same():
    game = play(one_task(listeners("complete a", "assignment b")))

    ask(game, "assigning", assignee="ann")
    assert jobs(game) == [("b", "task_listener", "assigning")]
    ask(game.answer("it"), "completing", result={})
    assert jobs(game) == [("a", "task_listener", "completing")]
    assert game.answer("it").is_finished
