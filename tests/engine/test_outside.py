"""People outside the house: no account, no role of their own to give, but a question that a link answers (D13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, literal, select, update

from engine import accountability, errors, history, outside, roles, user_tasks
from engine.columns import UtcDateTime
from engine.tables import Membership, Person, ProcessInstance
from tests.engine.diagrams import end, flow, process, start, user_task
from tests.engine.house import House

PAGE = {"customer_page": "quote"}
Links = Callable[[str, datetime], None]


@pytest.fixture
def links() -> Iterator[Links]:
    """links(page, until): every order has a link to that page; at first none has one."""
    known = list(outside._links)

    def there_are(page: str, until: datetime) -> None:
        moment = literal(until, UtcDateTime).label("until")
        outside.links_are(lambda: select(ProcessInstance.key, literal(page).label("page"), moment))

    outside._links.clear()
    yield there_are
    outside._links[:] = known


def _asked(house: House, role: str = "Customer,staff") -> int:
    house.deploy(
        process(
            start(),
            user_task("answer_it", role, properties=PAGE),
            end(),
            flow("begin", "answer_it"),
            flow("answer_it", "done"),
        )
    )
    return house.start()


def _reasons(house: House, key: int) -> list[tuple[str, bool, str]]:
    found = house.ask(accountability.why_waiting, key, house.now)
    return [(each.kind, each.stuck, str(each.sentence)) for each in found]


def _stuck(house: House) -> list[str]:
    return [str(each.sentence) for each in house.ask(accountability.stuck, house.now)]


def test_an_order_waits_for_the_customer_as_long_as_a_link_works(house: House, links: Links):
    key = _asked(house, "Customer")
    links("quote", house.now + timedelta(days=14))

    assert _reasons(house, key) == [
        (
            "person",
            False,
            'Waits for the customer: "Answer it", asked 2026-11-23 08:00 UTC. The link works until 2026-12-07 08:00 UTC.',
        )
    ]
    assert _stuck(house) == []


@pytest.mark.parametrize("until", [timedelta(0), -timedelta(days=1)])
def test_it_is_stuck_when_the_link_is_over_and_no_colleague_may_answer(house: House, links: Links, until):
    key = _asked(house, "Customer")
    links("quote", house.now + until)
    sentence = 'Stuck: no link for the customer works, and nobody active may answer "Answer it" for them.'

    assert _reasons(house, key) == [("person", True, sentence)]
    assert _stuck(house) == [sentence]


def test_a_link_to_another_page_does_not_answer_this_question(house: House, links: Links):
    key = _asked(house, "Customer")
    links("survey", house.now + timedelta(days=14))

    assert [stuck for _, stuck, _ in _reasons(house, key)] == [True]
    assert len(_stuck(house)) == 1


def test_without_a_link_a_colleague_who_may_ask_by_phone_keeps_it_going(house: House, links: Links):
    key = _asked(house)

    [(_, stuck, sentence)] = _reasons(house, key)

    assert not stuck
    assert "No link works; staff can ask by phone and write down the answer." in sentence
    assert _stuck(house) == []


def test_it_is_stuck_when_the_colleagues_who_could_ask_have_left(house: House, links: Links):
    key = _asked(house)
    with house.write() as session:
        session.execute(update(Person).values(active=False))
    sentence = 'Stuck: no link for the customer works, and nobody active has the role "staff" to answer "Answer it" for them.'

    assert _reasons(house, key) == [("person", True, sentence)]
    assert _stuck(house) == [sentence]
    links("quote", house.now + timedelta(days=1))
    assert _stuck(house) == []


def test_questions_that_wait_for_a_link_do_not_hide_those_that_are_stuck(house: House, links: Links):
    _asked(house, "Customer")
    waiting = [house.start() for _ in range(7)]
    moment = literal(house.now + timedelta(days=1), UtcDateTime).label("until")
    outside.links_are(
        lambda: select(ProcessInstance.key, literal("quote").label("page"), moment).where(
            ProcessInstance.key.in_(waiting)
        )
    )

    assert len(house.ask(accountability.stuck, house.now, 2)) == 1


def test_the_customer_completes_the_question_and_is_named_in_the_history(house: House):
    key = _asked(house)
    actor = roles.customer("A. K.")
    with house.write() as session:
        task = house.task(session, key, "answer_it")
        user_tasks.complete(session, task.key, {"answer": "yes"}, actor=actor, now=house.now)
        assert user_tasks.last_completed_by(session, key, "answer_it") == "customer"
        with pytest.raises(errors.UserTaskClosed, match="was completed by Customer"):
            user_tasks.complete(session, task.key, {}, actor=house.actor("ann"), now=house.now)


def test_the_customer_does_no_work_of_the_house(house: House):
    house.deploy(
        process(start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done"))
    )
    key = house.start()
    with house.write() as session:
        task = house.task(session, key, "inspect")
        with pytest.raises(errors.NotACandidate):
            user_tasks.complete(session, task.key, {}, actor=roles.customer("A. K."), now=house.now)
        user_tasks.claim(session, task.key, actor=house.actor("ann"), now=house.now)
        with pytest.raises(errors.NotACandidate):
            user_tasks.complete(session, task.key, {}, actor=roles.customer("A. K."), now=house.now)


@pytest.mark.parametrize(("login", "by_staff"), [("ann", True), ("customer", False)])
def test_who_answers_is_a_variable_that_the_house_sets(house: House, login: str, by_staff: bool):
    key = _asked(house)
    actor = roles.customer("A. K.") if login == "customer" else house.actor(login)
    with house.write() as session:
        task = house.task(session, key, "answer_it")
        assert user_tasks.variables(session, task, actor)["answered_by_staff"] is by_staff
        assert "answered_by_staff" not in user_tasks.variables(session, task)
        user_tasks.complete(session, task.key, {"answer": "yes"}, actor=actor, now=house.now)
        [row] = [each for each in history.of(session, key) if each.kind == "completed"]
        assert row.detail["submission"] == {"answer": "yes", "amount": None, "answered_by_staff": by_staff}


def test_nobody_with_an_account_is_a_customer(house: House):
    with house.write() as session:
        for login, given in (("customer", []), ("orderlane", []), ("eve", ["Customer"])):
            with pytest.raises(errors.Refused):
                roles.add_person(session, login, "E. V.", given)
        roles.ensure_role(session, "Customer")
        session.flush()
        session.add(Membership(role_id="Customer", login="ann"))
        session.flush()

        assert "Customer" not in roles.actor(session, "ann").roles
        assert not roles.actor(session, "ann").is_outside
        assert "Customer" in roles.without_members(session)


def test_the_lane_of_the_customer_needs_no_role_to_be_published(house: House, engine: Engine):
    """House deploys with the roles of its people; a lane named Customer is known all the same."""
    deployed = house.deploy(
        process(
            start(),
            user_task("answer_it", "Customer"),
            end(),
            flow("begin", "answer_it"),
            flow("answer_it", "done"),
        )
    )

    findings = deployed.findings if deployed is not None else []
    assert [each.rule for each in findings if each.rule == "role_unknown"] == []
