"""What has failed for the house itself (a clock, a delivery, a mail) has its remedy beside it on the cockpit."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, update

import engine.database
from engine import clock, mail, worker
from engine.tables import Job, Mail, ProcessInstance
from processes.records.audit import AuditRow
from tests.webapp import stories
from tests.webapp.conftest import Visit

OFFER = 'Stuck: the mail "Offer" to x@example.org could not be sent. Cause: no route'


@pytest.fixture
def failed(database: Engine) -> int:
    """The job of a mail that could not be sent."""
    with engine.database.transaction(database) as session:
        written = {"to": "x@example.org", "subject": "Offer", "body": "-", "process_instance_key": None}
        sent = mail.write(session, now=clock.now(), **written)
        sent.state, sent.problem = "failed", "no route"
        session.execute(update(Job).where(Job.kind == "mail").values(state="failed", problem="no route"))
        return session.scalars(select(Job.key).where(Job.kind == "mail")).one()


def test_a_manager_tries_it_again_and_it_is_done_and_noted(
    visitor: Visit, database: Engine, failed: int
) -> None:
    manager = visitor("manager")
    page = manager.get("/cockpit/").text
    assert OFFER in manager.text("/cockpit/")
    assert f'action="/cockpit/jobs/{failed}/try-again"' in page

    manager.post(f"/cockpit/jobs/{failed}/try-again")
    assert "It is tried again now." in manager.text("/cockpit/")
    worker.run_due(database, now=clock.now, sender=lambda _mail: True)

    assert "Nothing needs you now" in manager.text("/cockpit/")
    with engine.database.reading(database) as session:
        assert session.scalars(select(Mail.state)).one() == "sent"
        noted = session.scalars(select(AuditRow).where(AuditRow.object_table == "job")).one()
    assert (noted.actor, noted.object_key, noted.before["problem"]) == ("manager", str(failed), "no route")


def test_what_fails_again_is_shown_again(visitor: Visit, database: Engine, failed: int) -> None:
    def no_way(_mail: Mail) -> None:
        raise OSError("still no route")

    manager = visitor("manager")
    manager.post(f"/cockpit/jobs/{failed}/try-again")
    worker.run_due(database, now=clock.now, sender=no_way)

    assert "Cause: OSError: still no route" in manager.text("/cockpit/")


def test_who_may_not_repeat_is_refused_and_sees_no_button(
    visitor: Visit, database: Engine, failed: int
) -> None:
    assert visitor("it").post(f"/cockpit/jobs/{failed}/try-again").status_code == 403

    with engine.database.reading(database) as session:
        assert session.get_one(Job, failed).state == "failed"


def test_pressed_twice_it_is_tried_once(visitor: Visit, failed: int) -> None:
    manager = visitor("manager")
    manager.post(f"/cockpit/jobs/{failed}/try-again")
    manager.post(f"/cockpit/jobs/{failed}/try-again", {"next": "/cockpit/mails"})

    assert "This has not failed, or it is being tried again already." in manager.text("/cockpit/mails")
    assert manager.post("/cockpit/jobs/77/try-again").status_code == 302


def test_the_page_of_the_order_has_it_too(visitor: Visit, database: Engine) -> None:
    order = stories.asked(database)
    now = clock.now()
    with engine.database.transaction(database) as session:
        job = Job(kind="signal", name="recall", process_instance_key=order, due_at=now, detail={})
        job.state, job.problem = "failed", "the disk is full"
        session.add(job)
        session.get_one(ProcessInstance, order).silent_since = now
        session.flush()
        key = job.key

    page = visitor("manager").get(f"/cockpit/orders/{order}").text

    assert "could not be handed to it. Cause: the disk is full" in page
    assert f'action="/cockpit/jobs/{key}/try-again"' in page
