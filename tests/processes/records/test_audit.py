"""The audit writes itself: every change of a record, every ledger row, every refused attempt, and nothing is taken out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, exc, func, select, update
from sqlalchemy.orm import Session

from engine import database
from processes.records import audit, cost_centres, customers
from processes.records.audit import AuditRow
from tests import statements
from tests.processes.company import NOW, order, posting
from tests.processes.repair_shop import open_shop, repair


def test_a_new_record_and_each_change_of_it_say_who_when_and_what(session: Session) -> None:
    audit.acting(session, "receiver", NOW, "192.0.2.7")
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    audit.acting(session, "manager", NOW + timedelta(hours=1))
    card.change(notes="Asks for a receipt", language="ro")
    session.flush()

    created, changed = audit.of(session, "customer", card.key)
    assert (created.action, created.actor, created.at, created.ip) == (
        "created",
        "receiver",
        NOW,
        "192.0.2.7",
    )
    assert created.before is None
    assert created.after["name"] == "Z. Z."
    assert (changed.action, changed.actor, changed.at) == ("changed", "manager", NOW + timedelta(hours=1))
    assert changed.before == {"notes": None, "language": "en"}
    assert changed.after == {"notes": "Asks for a receipt", "language": "ro"}


def test_a_change_that_changes_nothing_leaves_no_row(session: Session) -> None:
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    card.change(name=card.name)
    session.flush()

    assert [row.action for row in audit.of(session, "customer", card.key)] == ["created"]


def test_a_deleted_record_leaves_what_it_was(session: Session) -> None:
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    session.delete(card)
    session.flush()

    gone = audit.of(session, "customer", card.key)[-1]
    assert (gone.action, gone.before["name"], gone.after) == ("deleted", "Z. Z.", None)


def test_a_ledger_row_is_audited_with_its_own_actor(company: Session) -> None:
    row = cost_centres.get(company, "SALES").book({"labour": 100}, posting(order(company)))[0]

    posted = audit.of(company, "cost_centre_entry", row.key)

    assert [(each.action, each.actor, each.after["amount_cents"]) for each in posted] == [
        ("posted", "sales", 100)
    ]


def test_days_and_moments_are_written_as_text(session: Session) -> None:
    open_shop(session)
    card = repair(session)

    after = audit.of(session, "customer_order", card.order_no)[0].after

    assert after["promised_date"] == "2026-12-23"
    assert after["created_at"] == "2026-11-23T08:00:00+00:00"


def test_a_change_that_is_taken_back_leaves_no_row(session: Session) -> None:
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    with session.begin_nested() as savepoint:
        card.change(notes="A slip")
        session.flush()
        savepoint.rollback()

    assert [row.action for row in audit.of(session, "customer", card.key)] == ["created"]


def test_changes_that_are_written_together_are_noted_with_one_statement(
    session: Session, engine: Engine
) -> None:
    cards = [customers.add(session, f"Z. {n}", phone=f"069 555 00{n}", now=NOW) for n in range(3)]

    with statements.asked(engine) as asked:
        for card in cards:
            card.change(notes="Asks for a receipt")
        session.flush()

    assert len([each for each in asked if each.startswith("INSERT INTO audit")]) == 1
    assert [len(audit.of(session, "customer", card.key)) for card in cards] == [2, 2, 2]


def test_what_the_database_refused_is_not_noted_with_the_next_change(session: Session) -> None:
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    with pytest.raises(exc.IntegrityError), session.begin_nested():
        card.kind = "robot"
        session.flush()
    card.change(notes="Asks for a receipt")
    session.flush()

    created, changed = audit.of(session, "customer", card.key)
    assert (created.action, changed.after) == ("created", {"notes": "Asks for a receipt"})


def test_what_somebody_tried_and_may_not_is_written_down(session: Session) -> None:
    audit.refused(session, "storekeeper", "open payments", "R-0001", NOW, ip="192.0.2.7")

    row = session.scalars(select(AuditRow).where(AuditRow.action == "refused")).one()
    assert (row.actor, row.object_key, row.after, row.ip) == (
        "storekeeper",
        "R-0001",
        {"tried": "open payments"},
        "192.0.2.7",
    )


def test_the_database_lets_nobody_change_or_delete_the_audit(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    for statement in (update(AuditRow).values(actor="somebody else"), delete(AuditRow)):
        with Session(any_database) as session, pytest.raises(exc.DBAPIError, match="only grows"):
            database.begin_write(session)
            session.execute(statement)

    with Session(any_database) as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 1
