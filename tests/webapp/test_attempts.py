"""What somebody tried and may not do is in the audit, with their name; what goes wrong honestly is not."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

import engine.database
from engine import clock, instances, roles
from engine.tables import UserTask
from processes.records.audit import AuditRow
from tests.webapp.visitors import Visitor

ASKED = {"subject": "The mouse is slow", "item_kind": "it", "wanted_date": "2027-01-15"}


@pytest.fixture
def order(database: Engine, app) -> int:
    """A request of the sales desk."""
    with engine.database.transaction(database) as session:
        actor = roles.actor(session, "sales")
        row = instances.start(
            session, "internal_request", submission=ASKED, actor=actor, now=clock.now(), request_id="once"
        )
        return row.key


@pytest.fixture
def attempts(database: Engine):
    """(actor, what they tried, at which address) of all refused attempts, oldest first."""

    def found() -> list[tuple[str, str, str]]:
        with engine.database.reading(database) as session:
            rows = session.scalars(
                select(AuditRow).where(AuditRow.action == "refused").order_by(AuditRow.key)
            )
            return [(row.actor, row.after["tried"], row.object_key) for row in rows]

    return found


def _step(database: Engine, order: int) -> int:
    with engine.database.reading(database) as session:
        return session.scalars(select(UserTask.key).where(UserTask.process_instance_key == order)).one()


def test_a_page_that_ones_roles_do_not_open_is_an_attempt(visitor, attempts):
    assert visitor("storekeeper").get("/payments").status_code == 403

    assert attempts() == [("storekeeper", "GET", "/payments")]


def test_the_order_of_somebody_else_is_an_attempt_and_one_that_is_not_there_is_a_mistake(
    visitor, attempts, order
):
    office = visitor("office")

    answers = [office.get(f"/orders/{order}"), office.get("/orders/7")]

    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].text.count("There is no such order") == answers[1].text.count("There is no such order")
    assert attempts() == [("office", "GET of others", f"/orders/{order}")]


def test_the_step_of_somebody_else_is_an_attempt(visitor, attempts, order, database):
    step = _step(database, order)

    assert visitor("office").get(f"/user-tasks/{step}").status_code == 404
    assert visitor("office").submit(f"/user-tasks/{step}/complete", {}).status_code == 403

    assert attempts() == [
        ("office", "GET of others", f"/user-tasks/{step}"),
        ("office", "POST", f"/user-tasks/{step}/complete"),
    ]


def test_an_answer_that_no_form_asks_for_is_an_attempt_and_a_missing_one_is_not(
    visitor, attempts, order, database
):
    sales: Visitor = visitor("sales")
    address = f"/user-tasks/{_step(database, order)}/complete"

    assert sales.submit(address, {}).status_code == 422
    assert attempts() == []
    assert sales.submit(address, {"status": "completed"}).status_code == 422
    assert sales.submit("/orders/new/internal_request", {**ASKED, "order_no": "R-0001"}).status_code == 422

    assert attempts() == [
        ("sales", "POST to answer what is not asked: status", address),
        ("sales", "POST to answer what is not asked: order_no", "/orders/new/internal_request"),
    ]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_writing_to_an_order_from_outside_is_an_attempt(visitor, attempts, order, method):
    manager = visitor("manager")

    answer = manager.client.open(
        f"/orders/{order}", method=method, json={"status": "issued"}, headers={"X-CSRFToken": manager.token}
    )

    assert answer.status_code == 405
    assert attempts() == [("manager", method, f"/orders/{order}")]


def test_a_stranger_leaves_no_row(visitor, attempts, order):
    stranger = visitor()

    assert stranger.post(f"/orders/{order}/cancel", {"reason": "Because"}).status_code == 401
    assert stranger.get("/payments").status_code == 302

    assert attempts() == []


def test_an_attempt_says_from_where_and_its_request_changes_nothing(visitor, database, order):
    visitor("office").post(f"/orders/{order}/comments", {"text": "Hello"})

    with engine.database.reading(database) as session:
        [row] = session.scalars(select(AuditRow).where(AuditRow.action == "refused"))
    assert (row.ip, row.object_table) == ("127.0.0.1", "request")
    assert "Hello" not in visitor("sales").get(f"/orders/{order}").text
