"""The inbox: what stands in the list, in which order, and what happens to a row when somebody acts."""

from datetime import timedelta

import pytest
from sqlalchemy import update

import engine.database
from engine import clock, roles, user_tasks
from engine.tables import UserTask, UserTaskCandidate
from tests.webapp import stories
from tests.webapp.visitors import words
from webapp.inbox import queries


def _page(database, login="it", wanted=None, **more):
    with engine.database.reading(database) as session:
        actor = roles.actor(session, login)
        wanted = wanted or queries.Filter()
        now = more.pop("now", clock.now())
        return queries.page(session, actor, wanted, now=now, time_zone="UTC", **more)


def _due(database, order, moment, urgent=False):
    task = stories.step_of(database, order)
    with engine.database.transaction(database) as session:
        session.execute(update(UserTask).where(UserTask.key == task.key).values(due_at=moment, urgent=urgent))
        session.execute(
            update(UserTaskCandidate)
            .where(UserTaskCandidate.user_task_key == task.key)
            .values(due_at=moment, urgent=urgent)
        )
    return task.key


def test_a_user_task_of_my_role_stands_in_my_inbox_and_in_no_other(visitor, database):
    stories.asked(database)

    assert "Take the request" in visitor("it").text("/inbox")
    assert "IR-0001 · The screen stays dark" in visitor("it").text("/inbox")
    assert "Take the request" not in visitor("marketing").text("/inbox")
    assert "Nothing waits for you" in visitor("marketing").text("/inbox")


def test_overdue_comes_first_then_today_then_later_and_urgent_first_in_each(database):
    now = clock.now().replace(hour=9)
    keys = {}
    for name, due, urgent in (
        ("undated", None, False),
        ("later", now + timedelta(days=3), False),
        ("today", now + timedelta(hours=2), False),
        ("late", now - timedelta(hours=5), False),
        ("later urgent", now + timedelta(days=9), True),
        ("today urgent", now + timedelta(hours=9), True),
        ("late urgent", now - timedelta(hours=1), True),
    ):
        keys[_due(database, stories.asked(database), due, urgent)] = name

    page = _page(database, now=now)

    assert [keys[row.user_task.key] for row in page.rows] == [
        "late urgent", "late", "today urgent", "today", "later urgent", "later", "undated",
    ]  # fmt: skip
    assert [row.group for row in page.rows] == ["late"] * 2 + ["today"] * 2 + ["later"] * 3
    assert page.counts == {"late": 2, "today": 2, "later": 3, "urgent": 3, "all": 7}


def test_a_claimed_user_task_is_hidden_from_other_candidates(database):
    task = stories.step_of(database, stories.asked(database))
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
        user_tasks.claim(session, task.key, actor=roles.actor(session, "it"), now=clock.now())

    assert [row.user_task.key for row in _page(database, "it").rows] == [task.key]
    assert _page(database, "it2").rows == []

    with engine.database.transaction(database) as session:
        user_tasks.release(session, task.key, actor=roles.actor(session, "it"), now=clock.now())
    assert [row.user_task.key for row in _page(database, "it2").rows] == [task.key]


def test_whoever_searches_also_finds_what_a_colleague_has_taken(database):
    task = stories.step_of(database, stories.asked(database))
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
        user_tasks.claim(session, task.key, actor=roles.actor(session, "it"), now=clock.now())

    found = _page(database, "it2", queries.Filter.read("all", "screen"))

    assert [row.assignee_name for row in found.rows] == ["M. T."]


@pytest.mark.parametrize(
    ("words_", "finds"),
    [
        ("IR-0001", 1), ("ir-0002", 1), ("ноутбук", 1), ("НОУТБУК", 1), ("take request", 2), ("100%", 1),
        ("0_2", 0), ("%", 1), ("a' OR 1=1 --", 0), ("", 2),
    ],
)  # fmt: skip
def test_search_looks_into_number_subject_and_name_and_takes_signs_literally(database, words_, finds):
    stories.asked(database, subject="Ноутбук разряжен")
    stories.asked(database, subject="Battery at 100% dies")

    found = _page(database, "it", queries.Filter.read("all", words_))

    assert len(found.rows) == finds
    assert found.counts["all"] == finds


def test_a_user_task_offered_to_two_of_my_roles_is_one_row_and_counts_once(database):
    task = stories.step_of(database, stories.asked(database))
    with engine.database.transaction(database) as session:
        session.add(
            UserTaskCandidate(
                user_task_key=task.key,
                kind="person",
                name="it",
                free=True,
                urgent=task.urgent,
                due_at=task.due_at,
            )
        )

    page = _page(database, "it")

    assert (len(page.rows), page.counts["all"]) == (1, 1)


def test_the_next_page_goes_on_where_the_last_one_ended_even_when_rows_came_and_went(database, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    now = clock.now().replace(hour=9)
    orders = [stories.asked(database) for _ in range(5)]
    keys = [_due(database, order, now + timedelta(days=index)) for index, order in enumerate(orders)]

    first = _page(database, now=now)
    assert [row.user_task.key for row in first.rows] == keys[:2]
    _due(database, orders[0], None)
    newcomer = _due(database, stories.asked(database), now - timedelta(hours=1))
    second = _page(database, now=now, after=queries.Cursor.read(str(first.next)))
    third = _page(database, now=now, after=queries.Cursor.read(str(second.next)))

    assert [row.user_task.key for row in second.rows] == keys[2:4]
    assert [row.user_task.key for row in third.rows] == [keys[4], keys[0]]
    assert newcomer not in [row.user_task.key for page in (second, third) for row in page.rows]
    assert third.next is None


@pytest.mark.parametrize("text", ["", "x", "1~~x", "9~~1", "1~2026-01-01~3", "1~~99999999999999999999", "~~"])
def test_an_address_that_is_no_cursor_shows_the_beginning(visitor, text):
    assert queries.Cursor.read(text) is None
    assert visitor("it").get(f"/inbox?after={text}").status_code == 200


def test_taking_and_giving_back_moves_the_row_between_mine_and_free(visitor, database):
    task = stories.step_of(database, stories.asked(database))
    person = visitor("it")

    person.post(f"/user-tasks/{task.key}/claim")
    assert "Yours" in person.text("/inbox")
    person.post(f"/user-tasks/{task.key}/release")
    assert "Yours" not in person.text("/inbox")
    assert "Take the request" in person.text("/inbox?chip=free")


def test_several_are_taken_at_once_and_those_that_cannot_be_are_named(visitor, database):
    tasks = [stories.step_of(database, stories.asked(database)) for _ in range(3)]
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
        user_tasks.claim(session, tasks[0].key, actor=roles.actor(session, "it2"), now=clock.now())
    person = visitor("it")

    answer = person.post("/inbox/claim", {"selected": [str(task.key) for task in tasks] + ["x", "77"]})
    page = person.text(answer.location)

    assert "2 steps are yours now." in page
    assert '"Take the request" has already been taken by Z. Z..' in page
    assert "There is no such step" in page
    assert _page(database, "it").counts["all"] == 2


def test_a_row_that_somebody_took_says_who_and_a_new_one_waits_behind_a_bar(visitor, database):
    taken = stories.step_of(database, stories.asked(database))
    still = stories.step_of(database, stories.asked(database))
    with engine.database.transaction(database) as session:
        roles.add_person(session, "it2", "Z. Z.", ["IT"])
        user_tasks.claim(session, taken.key, actor=roles.actor(session, "it2"), now=clock.now())
    stories.asked(database)

    news = visitor("it").get(f"/inbox/news?shown={taken.key}&shown={still.key}").text

    assert "1 new step." in words(news)
    assert f'id="row_{taken.key}"' in news
    assert "taken by Z." in words(news)
    assert f'id="row_{still.key}"' not in news


def test_a_filter_that_hides_everything_offers_to_be_cleared(visitor, database):
    stories.asked(database)

    page = visitor("it").text("/inbox?q=nothing+like+this")

    assert "Nothing is found with this filter" in page
    assert "Clear the filter" in page
