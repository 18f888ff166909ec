"""The pages of checks and evaluations: plans by the manager, the new diagram by the process owner, the way back."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

import engine.database
from engine import clock, instances, roles, user_tasks, versions
from engine.tables import UserTask
from processes.records.system_checks import CheckPlan
from tests.webapp.visitors import words

PROPOSAL = {
    "bottleneck": "The name is odd",
    "proposal": "change_rule",
    "description": "Another name",
    "expected_gain": "An hour",
}


def _approved(database) -> str:
    """An evaluation of the internal request whose change the manager has approved."""
    with engine.database.transaction(database) as session:
        row = instances.start(
            session,
            "process_evaluation",
            submission={},
            actor=roles.actor(session, "owner"),
            now=clock.now(),
        )
        for login, answers in (
            ("owner", {"process_id": "internal_request", "days": 30}),
            ("owner", PROPOSAL),
            ("manager", {"decision": "approved"}),
        ):
            query = select(UserTask).where(UserTask.process_instance_key == row.key, UserTask.state == "open")
            task = session.scalars(query).one()
            actor = roles.actor(session, login)
            user_tasks.complete(session, task.key, answers, actor=actor, now=clock.now())
        return row.business_key


def _upload(person, order_no, body):
    return person.post(f"/evaluations/{order_no}/draft", {"diagram": (BytesIO(body), "changed.bpmn")})


def test_the_manager_plans_a_daily_check_and_others_only_read(visitor, database):
    done = visitor("manager").post("/house-checks/plans/daily", {"active": "1", "checker": "owner"})
    refused = visitor("checker").post("/house-checks/plans/daily", {"active": "1", "checker": "checker"})

    assert (done.status_code, refused.status_code) == (302, 403)
    with engine.database.reading(database) as session:
        assert session.get(CheckPlan, "daily").checker == "owner"
    assert "Daily" in visitor("checker").text("/house-checks")
    assert visitor("receiver").get("/house-checks").status_code == 403


def test_a_plan_for_nobody_is_refused_with_a_sentence(visitor):
    answer = visitor("manager").post("/house-checks/plans/daily", {"active": "1", "checker": "nobody"})

    assert answer.status_code == 422
    assert "somebody active" in words(answer.text)


def test_checks_and_findings_are_lists_that_can_be_exported(visitor):
    checker = visitor("checker")

    for name in ("checks", "findings"):
        assert checker.get(f"/{name}").status_code == 200
        assert checker.get(f"/{name}.csv").data.startswith(b"\xef\xbb\xbf")


def test_the_owner_takes_the_diagram_away_and_uploads_a_changed_one(visitor, database):
    order_no = _approved(database)
    owner = visitor("owner")
    before = owner.get(f"/evaluations/{order_no}/before.bpmn").data
    changed = before.replace(b'name="Take the request"', b'name="Take it or leave it"')

    done = _upload(owner, order_no, changed)

    assert done.status_code == 302
    page = owner.text(f"/evaluations/{order_no}")
    assert '"Take the request" is now called "Take it or leave it".' in page
    assert owner.get(f"/evaluations/{order_no}/draft.bpmn").data == changed
    with engine.database.reading(database) as session:
        assert versions.latest(session, "internal_request").version == 1


def test_a_diagram_that_would_not_execute_is_refused_with_line_and_remedy(visitor, database):
    order_no = _approved(database)
    owner = visitor("owner")
    before = owner.get(f"/evaluations/{order_no}/before.bpmn").data

    for body, said in (
        (before.replace(b'formId="internal_request_take"', b'formId="nothing"'), "nothing"),
        (b"<bpmn", "line"),
        (b"", "Choose a file"),
        (before, "in force already"),
    ):
        answer = _upload(owner, order_no, body)
        assert answer.status_code == 422, body[:40]
        assert said in words(answer.text)
    assert owner.get(f"/evaluations/{order_no}/draft.bpmn").status_code == 404


def test_who_changes_no_processes_uploads_nothing(visitor, database):
    order_no = _approved(database)

    assert _upload(visitor("checker"), order_no, b"<x/>").status_code == 403
    assert visitor("checker").get(f"/evaluations/{order_no}").status_code == 200
    assert visitor("manager").get("/evaluations/PE-0815").status_code == 404
