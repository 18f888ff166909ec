"""A deputy in the inbox: the free steps of who is away are offered to them, and the order tells for whom they were done."""

from __future__ import annotations

from datetime import timedelta

import pytest

import engine.database
from engine import clock, deputies, roles, user_tasks
from processes.records import audit
from tests.webapp import stories
from tests.webapp.visitors import words


def test_a_deputy_sees_and_completes_a_step_of_who_is_away_and_the_order_says_for_whom(visitor, database):
    key = stories.asked(database)
    step = stories.step_of(database, key)
    address = f"/user-tasks/{step.key}"
    assert visitor("workshop").get(f"{address}").status_code == 404

    with engine.database.transaction(database) as session:
        now = clock.now()
        deputies.appoint(
            session,
            "it",
            "workshop",
            starts_at=now,
            ends_at=now + timedelta(days=7),
            actor=roles.SYSTEM,
            now=now,
        )
    deputy = visitor("workshop")

    assert address in deputy.get("/inbox").text
    promised = (clock.now() + timedelta(days=2)).date().isoformat()
    assert (
        deputy.submit(f"{address}/complete", {"worker": "it", "promised_date": promised}).status_code == 200
    )
    assert "for" in visitor("manager").text(f"/orders/{key}").partition("Take the request")[2][:120]


def _stands_in(database, *, absent="it", login="workshop", process_id=None):
    now = clock.now()
    with engine.database.transaction(database) as session:
        deputies.appoint(
            session,
            absent,
            login,
            starts_at=now,
            ends_at=now + timedelta(days=7),
            process_id=process_id,
            actor=roles.SYSTEM,
            now=now,
        )


def test_a_deputy_finds_what_the_absent_person_has_taken_and_sees_for_whom_it_is(visitor, database):
    key = stories.asked(database)
    step = stories.step_of(database, key)
    with engine.database.transaction(database) as session:
        user_tasks.claim(session, step.key, actor=roles.actor(session, "it"), now=clock.now())
    _stands_in(database, login="sales")
    deputy = visitor("sales")

    inbox, page = deputy.get("/inbox").text, deputy.text(f"/user-tasks/{step.key}")

    assert f"/user-tasks/{step.key}" in inbox and "Taken:" not in inbox
    assert "You do this for" in page and "has taken this" not in page
    answers = {"worker": "it", "promised_date": (clock.now() + timedelta(days=2)).date().isoformat()}
    assert deputy.submit(f"/user-tasks/{step.key}/complete", answers).status_code == 200


@pytest.mark.parametrize("taken", [False, True])
def test_a_deputy_of_one_process_finds_its_steps_and_no_others(visitor, database, taken):
    key = stories.asked(database)
    step = stories.step_of(database, key)
    if taken:
        with engine.database.transaction(database) as session:
            user_tasks.claim(session, step.key, actor=roles.actor(session, "it"), now=clock.now())
    _stands_in(database, process_id="internal_request")
    _stands_in(database, login="storekeeper", process_id="repair_intake")

    address = f"/user-tasks/{step.key}"

    assert address in visitor("workshop").get("/inbox").text
    assert address in visitor("workshop").get("/inbox?q=screen").text
    assert visitor("workshop").get(address).status_code == 200
    assert address not in visitor("storekeeper").get("/inbox").text
    assert visitor("storekeeper").get(address).status_code == 404


def test_people_appoint_and_end_their_own_deputies_and_only_managers_those_of_others(visitor, database):
    it, workshop = visitor("it"), visitor("workshop")
    today = clock.now().date()
    sent = {
        "deputy": "workshop",
        "process": "internal_request",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=7)).isoformat(),
    }

    assert it.post("/deputies", sent).status_code == 302
    with engine.database.reading(database) as session:
        [row] = deputies.ahead(session, clock.now())
        assert (row.absent_login, row.login, row.process_id) == ("it", "workshop", "internal_request")
        [told] = audit.of(session, "deputy", row.key)
        assert (told.actor, told.after["deputy"]) == ("it", "workshop")
    assert f"/deputies/{row.key}/end" in workshop.get("/deputies").text
    assert f"/deputies/{row.key}/end" not in visitor("sales").get("/deputies").text
    assert it.post("/deputies", {**sent, "deputy": "it"}).status_code == 422
    assert workshop.post("/deputies", {**sent, "absent": "it", "deputy": "sales"}).status_code == 403
    assert visitor("sales").post(f"/deputies/{row.key}/end").status_code == 404
    assert visitor("manager").post("/deputies", {**sent, "absent": "sales"}).status_code == 302
    assert it.post(f"/deputies/{row.key}/end").status_code == 302
    assert f"/deputies/{row.key}/end" not in workshop.get("/deputies").text


def test_a_circle_and_a_missing_day_are_refused_with_a_sentence_and_what_was_typed_stays(visitor, database):
    _stands_in(database, absent="it", login="sales")
    today = clock.now().date().isoformat()

    circle = visitor("sales").post("/deputies", {"deputy": "it", "first_day": today, "last_day": today})
    without = visitor("sales").post("/deputies", {"deputy": "office", "first_day": today, "last_day": ""})

    assert circle.status_code == without.status_code == 422
    assert "in that time already" in words(circle.text)
    assert "A first and a last day are needed" in words(without.text)
    assert 'value="office" selected' in without.text
