"""User tasks: who may take one, what a stale page is told, what is kept."""

from __future__ import annotations

import pytest

from engine import errors, forms, user_tasks
from engine.tables import Draft, History, UserTask, UserTaskCandidate
from tests.engine.diagrams import end, flow, process, start, user_task
from tests.engine.house import House

ONE = process(start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done"))


def _key(house: House, instance: int, element_id: str = "inspect") -> int:
    with house.read() as session:
        return house.task(session, instance, element_id).key


def test_completing_a_user_task_moves_the_instance_to_its_end(house: House):
    house.deploy(ONE)
    key = house.start()

    house.complete(key, "inspect", answer="fine")

    assert house.state(key) == "completed"
    [task] = house.rows(UserTask)
    assert (task.state, task.closed_by, task.closed_at) == ("completed", "ann", house.now)
    assert house.rows(UserTaskCandidate) == []


def test_a_second_completion_is_told_who_did_it_and_when(house: House):
    house.deploy(ONE)
    key = house.start()
    task_key = _key(house, key)
    house.complete(key, "inspect", answer="fine")

    with pytest.raises(errors.UserTaskClosed) as refused, house.write() as session:
        user_tasks.complete(session, task_key, {"answer": "bad"}, actor=house.actor("ben"), now=house.now)

    assert str(refused.value.sentence) == '"Inspect" was completed by Ann at 2026-11-23 08:00 UTC.'
    assert refused.value.facts["closed_by"] == "ann"
    completed = [row for row in house.rows(History) if row.kind == "completed"]
    assert [row.actor for row in completed] == ["ann"]


def test_only_a_candidate_may_take_it(house: House):
    house.deploy(ONE)
    task_key = _key(house, house.start())

    with pytest.raises(errors.NotACandidate), house.write() as session:
        user_tasks.claim(session, task_key, actor=house.actor("mia"), now=house.now)


def test_a_taken_user_task_is_refused_to_others_and_not_free_any_more(house: House):
    house.deploy(ONE)
    task_key = _key(house, house.start())
    with house.write() as session:
        user_tasks.claim(session, task_key, actor=house.actor("ann"), now=house.now)

    with pytest.raises(errors.UserTaskAlreadyClaimed, match="taken by Ann"), house.write() as session:
        user_tasks.claim(session, task_key, actor=house.actor("ben"), now=house.now)
    with pytest.raises(errors.NotTheAssignee), house.write() as session:
        user_tasks.complete(session, task_key, {}, actor=house.actor("ben"), now=house.now)

    assert [row.free for row in house.rows(UserTaskCandidate)] == [False]


def test_what_is_given_back_is_free_again(house: House):
    house.deploy(ONE)
    task_key = _key(house, house.start())
    with house.write() as session:
        user_tasks.claim(session, task_key, actor=house.actor("ann"), now=house.now)
        user_tasks.release(session, task_key, actor=house.actor("ann"), now=house.now)

    with house.write() as session:
        user_tasks.claim(session, task_key, actor=house.actor("ben"), now=house.now)

    kinds = [row.kind for row in house.rows(History) if row.element_id == "inspect"]
    assert kinds == ["entered", "claimed", "released", "claimed"]


def test_a_page_that_shows_an_older_version_is_refused(house: House):
    house.deploy(ONE)
    task_key = _key(house, house.start())
    with house.write() as session:
        user_tasks.assign(session, task_key, "ann", actor=house.actor("mia"), now=house.now)

    with pytest.raises(user_tasks.StaleUserTask), house.write() as session:
        user_tasks.complete(session, task_key, {}, actor=house.actor("ann"), now=house.now, version=1)


def test_an_answer_that_no_field_asks_for_never_reaches_a_variable(house: House):
    house.deploy(ONE)
    task_key = _key(house, house.start())

    with pytest.raises(forms.SubmissionInvalid), house.write() as session:
        user_tasks.complete(
            session, task_key, {"answer": "x", "is_admin": True}, actor=house.actor("ann"), now=house.now
        )

    assert house.open_tasks(house.rows(UserTask)[0].process_instance_key) == ["inspect"]


def test_a_draft_is_kept_for_its_writer_until_the_user_task_closes(house: House):
    house.deploy(ONE)
    key = house.start()
    task_key = _key(house, key)
    with house.write() as session:
        user_tasks.save_draft(session, task_key, {"answer": "half"}, actor=house.actor("ann"), now=house.now)
        user_tasks.save_draft(
            session, task_key, {"answer": "half a"}, actor=house.actor("ann"), now=house.now
        )

    assert house.ask(user_tasks.draft, task_key, "ann").submission == {"answer": "half a"}
    assert house.ask(user_tasks.draft, task_key, "ben") is None

    house.complete(key, "inspect", login="ben", answer="fine")
    assert house.rows(Draft) == []


def test_four_eyes_keeps_out_who_did_the_step_before(house: House):
    checked = user_task("check", properties={"four_eyes": "inspect"})
    house.deploy(
        process(
            start(),
            user_task("inspect"),
            checked,
            end(),
            flow("begin", "inspect"),
            flow("inspect", "check"),
            flow("check", "done"),
        )
    )
    key = house.start()
    house.complete(key, "inspect", login="ann", answer="fine")

    with pytest.raises(user_tasks.FourEyes):
        house.complete(key, "check", login="ann")

    house.complete(key, "check", login="ben")
    assert house.state(key) == "completed"


def test_four_eyes_may_name_the_starter_by_an_expression(house: House):
    house.deploy(
        process(
            start(),
            user_task("approve", properties={"four_eyes": "=started_by"}),
            end(),
            flow("begin", "approve"),
            flow("approve", "done"),
        )
    )
    key = house.start(login="ann")

    with pytest.raises(user_tasks.FourEyes):
        house.complete(key, "approve", login="ann")
    house.complete(key, "approve", login="ben")
