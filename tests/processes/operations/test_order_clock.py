"""What a service task can do with the clock of an order, with an order that is open already, with people, with a second repair."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, operations, roles
from engine.tables import Mail
from processes.records import audit, comments
from tests.processes.repair_shop import instance, open_shop, ready, repair, run, step


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def _run(
    session: Session, type: str, headers: dict[str, str], days: int = 0, **inputs: Any
) -> dict[str, Any]:
    given = replace(step(session, f"{type} {headers} {days}", days=days), headers=headers)
    answer = operations.attempt(session, operations.find(type), given, inputs)
    if isinstance(answer, operations.Failed):
        raise errors.Refused(answer.sentence)
    return answer


def test_a_look_says_after_how_long_to_look_again(shop: Session) -> None:
    repair(shop, urgent=True)

    assert _run(shop, "order_clock.look", {"term": "target"}) == {"time_left": "PT86400S"}
    assert _run(shop, "order_clock.look", {"term": "limit"}, days=1) == {"time_left": "PT86400S"}
    assert _run(shop, "order_clock.look", {"term": "target"}, days=1) == {"time_left": None}


def test_the_leads_are_told_in_their_language_and_a_role_without_leads_as_a_whole(shop: Session) -> None:
    repair(shop)
    roles.add_person(shop, "lead", "L. D.", ["Receiver"], email="lead@shop.example", leads=["Receiver"])
    roles.add_person(shop, "fitter", "F. T.", ["Master"], email="fitter@shop.example")
    roles.add_person(shop, "desk", "D. K.", ["Receiver"], email="desk@shop.example")

    told = _run(
        shop, "order_clock.tell", {"about": "target_passed", "roles": "Receiver, Master"}, subject="Bosch"
    )

    assert told == {"told": 2}
    mails = shop.scalars(select(Mail).order_by(Mail.recipient)).all()
    assert [mail.recipient for mail in mails] == ["fitter@shop.example", "lead@shop.example"]
    assert mails[0].subject == "Late: R-0001, Bosch"


def test_a_message_that_there_is_not_is_refused(shop: Session) -> None:
    repair(shop)

    with pytest.raises(errors.Refused, match="limit_passed, target_passed"):
        _run(shop, "order_clock.tell", {"about": "hurry", "roles": "Master"})


def test_a_new_promise_is_in_the_audit(shop: Session) -> None:
    repair(shop)

    assert run(shop, "order_clock.promise", promised_date="2026-12-05") == {"promised_date": "2026-12-05"}
    shop.flush()

    last = audit.of(shop, "customer_order", "R-0001")[-1]
    assert (last.actor, last.after) == ("master", {"promised_date": "2026-12-05"})


def test_a_note_is_written_on_the_open_order(shop: Session) -> None:
    repair(shop)
    instance(shop, "R-0002")

    note, said = operations.find("open_orders.note"), {"order_no": "R-0001", "text": "It also smells"}
    operations.attempt(shop, note, step(shop, "note", "R-0002"), said)

    assert [each.text for each in comments.on(shop, instance(shop).key)] == ["It also smells"]


def test_the_active_people_of_a_role_are_offered(shop: Session) -> None:
    roles.add_person(shop, "fitter", "F. T.", ["Master"])

    offered = _run(shop, "offered_people.of_role", {"role": "Master"})

    assert offered == {
        "offered_people": [{"value": "fitter", "label": "F. T."}, {"value": "master", "label": "M. A."}]
    }


def test_a_second_repair_of_what_is_not_completed_waits_for_somebody_to_look(shop: Session) -> None:
    ready(shop)

    answer = operations.attempt(
        shop, operations.find("second_repairs.begin"), step(shop, "again"), {"reason": "Still leaks"}
    )

    assert isinstance(answer, operations.Failed)
