"""Stories of the internal service request, told through the verbs, for tests that begin in the middle of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select

import engine.database
from engine import clock, instances, roles, user_tasks
from engine.tables import ProcessInstance, UserTask

SCREEN = {
    "item": "computer_repair",
    "device": "PC 14",
    "problem": "No picture since this morning",
    "cost_centre": "SALES",
    "estimated_cost": 300,
}


def asked(
    database: Engine, *, by: str = "sales", subject: str = "The screen stays dark", cost: int = 300
) -> int:
    """Somebody has asked IT for a repair and described it; returns the key of the order.

    Open: "Take the request", or "Approve the request" above a cost of 2,000.
    """
    now = clock.now()
    wanted = (now + timedelta(days=5)).date().isoformat()
    with engine.database.transaction(database) as session:
        actor = roles.actor(session, by)
        order = instances.start(
            session,
            "internal_request",
            submission={"subject": subject, "item_kind": "it", "wanted_date": wanted},
            actor=actor,
            now=now,
        )
        task = only_step(session, order.key)
        answers = {**SCREEN, "estimated_cost": cost}
        user_tasks.complete(session, task.key, answers, actor=actor, now=now)
        return order.key


def step_of(database: Engine, order_key: int) -> UserTask:
    """The open user task of an order."""
    with engine.database.reading(database) as session:
        return only_step(session, order_key)


def order_of(database: Engine, order_key: int) -> ProcessInstance:
    """The order's row."""
    with engine.database.reading(database) as session:
        return session.get_one(ProcessInstance, order_key)


def only_step(session: Any, order_key: int) -> UserTask:
    """The one open user task."""
    found = session.scalars(
        select(UserTask).where(UserTask.process_instance_key == order_key, UserTask.state == "open")
    )
    return found.one()


def promise(database: Engine, order_key: int, *, by: str = "it") -> None:
    """IT takes the request; open: "Do the work", with `by`."""
    now = clock.now()
    with engine.database.transaction(database) as session:
        actor = roles.actor(session, by)
        task = only_step(session, order_key)
        promised = (now + timedelta(days=2)).date().isoformat()
        user_tasks.complete(
            session, task.key, {"worker": by, "promised_date": promised}, actor=actor, now=now
        )
