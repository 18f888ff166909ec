"""A user task at its page: form, draft, completing, and all the ways in which somebody else was faster."""

import html
from pathlib import Path

import pytest
from sqlalchemy import func, select

import engine.database
from engine import clock, definitions, instances, roles, user_tasks
from engine.tables import Draft, History, UserTask
from tests.webapp import stories
from tests.webapp.visitors import words

PROMISE = {"worker": "it", "promised_date": "2099-01-31"}


@pytest.fixture
def task(database):
    """ "Take the request", free, offered to IT."""
    return stories.step_of(database, stories.asked(database))


def _completions(database, task):
    with engine.database.reading(database) as session:
        return session.scalar(
            select(func.count()).where(
                History.process_instance_key == task.process_instance_key,
                History.element_id == task.element_id,
                History.kind == "completed",
            )
        )


def test_the_page_shows_form_instruction_history_and_the_way_to_take_it(visitor, task):
    page = visitor("it").get(f"/user-tasks/{task.key}").text

    text = words(page)
    assert "Say who does it and by when." in text
    assert "Requested" in text
    assert "Describe the IT problem" in text
    assert 'data-island="form"' in page
    assert f'"version": {task.version}' in page
    assert f"/user-tasks/{task.key}/claim" in page


def test_only_the_keys_of_the_form_leave_the_server(visitor, task):
    page = visitor("it").get(f"/user-tasks/{task.key}").text

    assert "estimated_cost" not in page or "started_by" not in page
    assert '"started_by"' not in page


def test_somebody_of_another_role_does_not_even_learn_that_it_exists(visitor, task):
    stranger = visitor("marketing")

    assert stranger.get(f"/user-tasks/{task.key}").status_code == 404
    assert stranger.submit(f"/user-tasks/{task.key}/complete", PROMISE).status_code == 403
    assert stranger.post(f"/user-tasks/{task.key}/claim").status_code == 403
    assert stranger.put(f"/user-tasks/{task.key}/draft", {"submission": {}}).status_code == 403


def test_completing_leads_to_the_next_step_of_the_same_order_if_it_is_mine(visitor, database, task):
    person = visitor("it")

    answer = person.submit(f"/user-tasks/{task.key}/complete", PROMISE, version=task.version)

    following = stories.step_of(database, task.process_instance_key)
    assert answer.json == {"go_to": f"/user-tasks/{following.key}"}
    assert following.name == "Do the work"
    assert "“Take the request” is done. Next: Do the work." in person.text(answer.json["go_to"])


def test_completing_the_last_step_of_mine_leads_to_the_list_with_what_comes_next(visitor, database, task):
    stories.promise(database, task.process_instance_key)
    work = stories.step_of(database, task.process_instance_key)
    person = visitor("it")

    answer = person.submit(f"/user-tasks/{work.key}/complete", {"work_notes": "New cable", "hours": 2})

    assert answer.json == {"go_to": "/inbox"}
    assert "“Do the work” is done. Next: Confirm the result (Requester)." in person.text("/inbox")


def test_wrong_answers_come_back_with_a_sentence_for_each_field_and_nothing_is_done(visitor, database, task):
    answer = visitor("it").submit(f"/user-tasks/{task.key}/complete", {"worker": "nobody"})

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"worker", "promised_date"}
    assert all(sentence.endswith(".") for sentence in answer.json["errors"].values())
    assert _completions(database, task) == 0


def test_what_is_no_json_is_refused_with_a_sentence(visitor, task):
    person = visitor("it")
    for text in ("{", "[]", "null", "[" * 5000, '"x"'):
        answer = person.post(
            f"/user-tasks/{task.key}/complete", {"submission": text}, accept="application/json"
        )
        assert answer.status_code == 400, text
        assert answer.json["detail"].startswith("JSON was expected")


def test_a_second_press_gets_a_sentence_and_has_no_effect(visitor, database, task):
    person = visitor("it")
    person.submit(f"/user-tasks/{task.key}/complete", PROMISE, version=task.version)

    again = person.submit(f"/user-tasks/{task.key}/complete", PROMISE, version=task.version)

    assert again.status_code == 409
    assert again.json["title"].startswith("You have completed this already, at ")
    assert again.json["detail"] == "Your answers were not sent; they are kept below."
    assert _completions(database, task) == 1


def test_when_somebody_was_faster_the_page_says_who_when_and_what_differs(visitor, database, task):
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
    visitor("it").submit(f"/user-tasks/{task.key}/complete", PROMISE)

    slower = visitor("it2").submit(
        f"/user-tasks/{task.key}/complete", {"worker": "it", "promised_date": "2099-02-28"}
    )

    assert slower.status_code == 409
    assert slower.json["title"].replace("\xa0", " ").startswith("M. T. completed this at ")
    table = words(slower.json["html"])
    assert "31 Jan 2099" in table
    assert "28 Feb 2099" in table
    assert _completions(database, task) == 1


def test_a_page_that_is_older_than_the_step_is_refused(visitor, database, task):
    person = visitor("it")
    person.post(f"/user-tasks/{task.key}/claim")

    answer = person.submit(f"/user-tasks/{task.key}/complete", PROMISE, version=task.version)

    assert answer.status_code == 409
    assert "This step has changed since you opened the page." in answer.json["detail"]
    assert _completions(database, task) == 0


def test_an_open_page_learns_that_the_step_was_taken_or_completed(visitor, database, task):
    person = visitor("it")
    address = f"/user-tasks/{task.key}/state?version={task.version}"
    assert words(person.get(address).text) == ""
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
        user_tasks.claim(session, task.key, actor=roles.actor(session, "it2"), now=clock.now())

    assert "Z. Z. has taken this." in words(person.get(address).text).replace("\xa0", " ")

    visitor("it2").submit(f"/user-tasks/{task.key}/complete", PROMISE)
    assert "Z. Z. completed this at" in words(person.get(address).text).replace("\xa0", " ")


def test_a_draft_is_kept_for_its_writer_only_and_goes_when_the_step_is_done(visitor, database, task):
    person = visitor("it")

    saved = person.put(
        f"/user-tasks/{task.key}/draft", {"submission": {"worker": "it", "promised_date": None}}
    )

    assert saved.json["saved"].startswith("Draft saved at ")
    assert '"worker": "it"' in person.get(f"/user-tasks/{task.key}").text
    assert "Draft" in person.text("/inbox")
    person.submit(f"/user-tasks/{task.key}/complete", PROMISE)
    with engine.database.reading(database) as session:
        assert session.scalars(select(Draft)).all() == []


def test_a_closed_step_is_answered_by_a_sentence_wherever_it_is_touched(visitor, database, task):
    person = visitor("it")
    person.submit(f"/user-tasks/{task.key}/complete", PROMISE)

    page = person.get(f"/user-tasks/{task.key}")
    claimed = person.post(f"/user-tasks/{task.key}/claim")

    assert "You have completed this already" in words(page.text)
    assert "Open the order" in words(page.text)
    assert claimed.location == "/inbox"
    assert "You have completed this already" in person.text("/inbox")


def test_the_requester_does_not_approve_their_own_request(visitor, database):
    order = stories.asked(database, by="head")
    with engine.database.reading(database) as session:
        names = session.scalars(select(UserTask.name).where(UserTask.process_instance_key == order)).all()
    assert "Take the request" in names  # 300 is below the limit: no approval was needed


def test_a_forged_key_never_becomes_a_variable(visitor, database, task):
    answer = visitor("it").submit(f"/user-tasks/{task.key}/complete", {**PROMISE, "started_by": "it"})

    if answer.status_code == 200:
        with engine.database.reading(database) as session:
            user_task = stories.only_step(session, task.process_instance_key)
            assert user_tasks.variables(session, user_task)["started_by"] == "sales"
    else:
        assert answer.status_code == 422


def test_a_step_without_a_form_shows_what_is_known_and_a_button(visitor, database):
    model = (Path(__file__).parents[1] / "engine" / "camunda_models" / "plain_tasks.bpmn").read_bytes()
    with engine.database.transaction(database) as session:
        now = clock.now()
        definitions.deploy(session, {"plain_tasks.bpmn": model}, actor=roles.SYSTEM, now=now)
        variables = {"formName": "f1", "box": {"height": 3}}
        order = instances.start(session, "Process_1plain0", variables=variables, actor=roles.SYSTEM, now=now)
        key = order.key
    manager = visitor("manager")

    first = stories.step_of(database, key)
    page = manager.get(f"/user-tasks/{first.key}").text
    assert "This step asks nothing. Complete it when it is done." in words(page)
    assert "formName f1" in words(page)
    assert '{"height":3}' in html.unescape(page)
    assert manager.post(f"/user-tasks/{first.key}/complete", {"version": first.version}).status_code == 302

    with engine.database.transaction(database) as session:
        second = session.scalars(select(UserTask).where(UserTask.state == "open")).one()
        user_tasks.assign(session, second.key, "manager", actor=roles.SYSTEM, now=clock.now())
    page = manager.get(f"/user-tasks/{second.key}").text
    assert 'href="https://example.org/form/f1"' in page
