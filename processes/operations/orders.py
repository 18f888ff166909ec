"""Operations on orders themselves: look at a step, hand it over, cancel an order, take its effects back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, messages, roles, user_tasks
from engine.operations import Step, operation
from engine.tables import Person, UserTask, UserTaskCandidate
from processes.records import audit, comments, completion, cost_centres, equipment, money, reversing
from processes.records.ledger import Posting

STEP_CLOSED = "STEP_CLOSED"
NOT_CANCELLABLE = "ORDER_NOT_CANCELLABLE"


@operation("orders.look_at_step")
def look_at_step(session: Session, step: Step, user_task_key: str) -> dict[str, Any]:
    """Look whether a step is still open, and who could do it.

    Result: step_is_open, step_name, step_people (list of value and label).
    """
    user_task = session.get(UserTask, int(user_task_key))
    if user_task is None or user_task.state != "open":
        return {"step_is_open": False, "step_name": user_task.name if user_task else None, "step_people": []}
    return {
        "step_is_open": True,
        "step_name": user_task.name,
        "step_people": [
            {"value": each.login, "label": each.name} for each in _candidates(session, user_task)
        ],
    }


@operation("orders.reassign", errors={STEP_CLOSED: "The step was closed in the meantime."})
def reassign(session: Session, step: Step, user_task_key: str, login: str, reason: str) -> dict[str, Any]:
    """Give an open step to another person and note the reason on its order.

    Result: reassigned_to.
    """
    try:
        user_task = user_tasks.assign(
            session, int(user_task_key), login, actor=_actor(session, step), now=step.now
        )
    except errors.UserTaskClosed as closed:
        raise errors.BusinessError(STEP_CLOSED, str(closed.sentence)) from closed
    comments.add(session, user_task.process_instance_key, reason, author=step.actor, now=step.now)
    return {"reassigned_to": login}


@operation("orders.note")
def note(session: Session, step: Step, order: str, text: str) -> dict[str, Any]:
    """Write a comment on an order, named by the key of its process instance.

    Result: none.
    """
    comments.add(session, int(order), text, author=step.actor, now=step.now)
    return {}


@operation(
    "orders.cancel",
    errors={NOT_CANCELLABLE: "The order has ended, or is at a step where it cannot be cancelled."},
)
def cancel(session: Session, step: Step, order_no: str, reason: str) -> dict[str, Any]:
    """Ask an order to stop: it goes to the review of its cancellation.

    Result: none.
    """
    published = messages.publish(
        session,
        "cancel_order",
        order_no,
        {"cancel_reason": reason},
        actor=_actor(session, step),
        now=step.now,
    )
    if not published.process_instance_keys:
        raise errors.BusinessError(NOT_CANCELLABLE, f"Order {order_no} does not wait for a cancellation.")
    return {}


@operation("orders.reverse_effects")
def reverse_effects(session: Session, step: Step, reason: str | None = None) -> dict[str, Any]:
    """Take back everything this order has booked: cost, entries in equipment histories, and all of a repair.

    Of an order of a customer that is stock and reservations, invoice and payments, cost, wages, warranties and the open quote,
    and what other records have registered (`reversing.on_cancel`); it counts as cancelled then.

    Result: reversed_cost, refunded (what the customer gets back).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    rows = cost_centres.reverse_order(session, posting, reason)
    equipment.reverse_order(session, posting)
    reversing.cancel(session, posting, reason)
    refunded = completion.reverse_order(session, posting, reason)
    return {
        "reversed_cost": money.units(-sum(row.amount_cents for row in rows)),
        "refunded": money.units(refunded),
    }


def _actor(session: Session, step: Step) -> roles.Actor:
    return roles.SYSTEM if step.actor == roles.SYSTEM.login else roles.actor(session, step.actor)


def _candidates(session: Session, user_task: UserTask) -> list[Person]:
    """The people who could do a step: its candidates, and who has it now."""
    found = session.execute(
        select(UserTaskCandidate.kind, UserTaskCandidate.name).where(
            UserTaskCandidate.user_task_key == user_task.key
        )
    ).all()
    people = {
        each.login: each for kind, name in found if kind == "role" for each in roles.members(session, name)
    }
    logins = {name for kind, name in found if kind == "person"} | {user_task.assignee}
    for person in session.scalars(select(Person).where(Person.login.in_(logins - {None}), Person.active)):
        people[person.login] = person
    return sorted(people.values(), key=lambda person: person.name)
