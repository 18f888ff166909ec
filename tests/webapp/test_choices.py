"""Steps that are done in any order: whoever may choose is told in the inbox, chooses there, and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

import engine.database
from engine.tables import UserTask
from tests.webapp.choosing import chosen, waits_for_a_choice
from tests.webapp.visitors import words


@pytest.fixture
def order(database: Engine) -> int:
    return waits_for_a_choice(database)


def open_steps(database: Engine, order: int) -> list[str]:
    with engine.database.reading(database) as session:
        return list(
            session.scalars(select(UserTask.element_id).where(UserTask.process_instance_key == order))
        )


def test_the_inbox_of_who_may_choose_says_so_and_that_of_others_does_not(visitor, order):
    sentence = "1 order waits for you to choose its next step."

    for address in ("/inbox", "/inbox/news"):
        assert sentence in words(visitor("it").get(address).text)
        assert "to choose" not in words(visitor("marketing").get(address).text)


def test_a_step_is_begun_with_one_press_and_opens_if_it_is_mine(visitor, order, database):
    answer = chosen(visitor, order)

    assert open_steps(database, order) == ["polish"]
    assert answer.status_code == 302
    assert "No order waits for your choice" in visitor("it").text("/inbox/choices")


def test_the_page_of_the_order_offers_the_choice_too(visitor, order):
    page = visitor("it").text(f"/orders/{order}")

    assert "What is done next in “Small extras”?" in page
    assert "Begin: Polish" in page and "Begin: Wrap" in page


def test_somebody_of_another_role_does_not_even_learn_that_the_order_exists(visitor, order, database):
    answer = visitor("marketing").post(f"/inbox/choices/{order}", {"token": "2", "step": "polish"})

    assert answer.status_code == 404
    assert open_steps(database, order) == []


@pytest.mark.parametrize("fields", [{}, {"token": "x", "step": "polish"}, {"token": "2", "step": "nobody"}])
def test_what_cannot_be_begun_is_said_and_changes_nothing(visitor, order, database, fields):
    person = visitor("it")

    answer = person.post(f"/inbox/choices/{order}", fields)

    assert answer.status_code in (302, 404)
    assert open_steps(database, order) == []
