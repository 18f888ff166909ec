"""The open questions to a customer, and how they are said: which is asked first, on which page it stands, in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, roles, user_tasks
from engine.sentences import Label, Sentence, _l, in_language
from engine.tables import ProcessInstance, UserTask, UserTaskCandidate
from processes.chat.dialogue import Question
from processes.records import customer_links, order_status
from processes.records.chats import ChatMessage
from processes.records.order_status import StatusChange
from processes.records.orders import CustomerOrder


def oldest_open(session: Session, customer_key: int) -> tuple[CustomerOrder, UserTask] | None:
    """The question that has waited for this customer the longest; None when none does."""
    query = (
        select(CustomerOrder, UserTask)
        .join(ProcessInstance, ProcessInstance.business_key == CustomerOrder.order_no)
        .join(UserTask, UserTask.process_instance_key == ProcessInstance.key)
        .join(UserTaskCandidate, UserTaskCandidate.user_task_key == UserTask.key)
        .where(
            CustomerOrder.customer_key == customer_key,
            UserTask.state == "open",
            UserTaskCandidate.kind == "role",
            UserTaskCandidate.name == roles.CUSTOMER,
        )
        .order_by(UserTask.key)
    )
    found = session.execute(query.limit(1)).first()
    return None if found is None else (found[0], found[1])


def order_of(session: Session, user_task: UserTask) -> CustomerOrder | None:
    """The order that a question is about."""
    instance = session.get_one(ProcessInstance, user_task.process_instance_key)
    return session.get(CustomerOrder, instance.business_key)


def status_of(session: Session, order_no: str) -> str | None:
    """The status of a repair as people read it; None for an order that has no such status."""
    query = select(StatusChange.to_status).where(StatusChange.order_no == order_no)
    found = session.scalar(query.order_by(StatusChange.number.desc()).limit(1))
    return order_status.LABELS[found] if found else None


def page(session: Session, order: CustomerOrder, user_task: UserTask, now: datetime) -> str:
    """A new link to the page on which the question can be read whole, and answered too."""
    wanted = user_tasks.page_of(user_task)
    purpose = wanted if wanted in customer_links.PURPOSES else customer_links.STATUS
    made = customer_links.make(
        session,
        purpose,
        order_no=order.order_no,
        process_instance_key=user_task.process_instance_key,
        now=now,
        record_key=_record_key(session, user_task, purpose),
    )
    return made.address


def page_of_message(session: Session, message: ChatMessage, now: datetime) -> str:
    """A new link to the page that a message names. Raises NotFound when its question is asked no longer."""
    user_task = session.get(UserTask, message.user_task_key)
    order = None if user_task is None else order_of(session, user_task)
    if order is None or user_task.state != "open":
        raise errors.NotFound(_l("This was answered already."))
    return page(session, order, user_task, now)


def in_words(question: Question, language: str) -> Question:
    """The question in a language: what the designer wrote is translated as on a page."""
    return replace(
        question,
        label=_word(question.label, language),
        choices=tuple((value, _word(label, language)) for value, label in question.choices),
    )


def _word(text: str, language: str) -> str:
    return in_language(Sentence("{text}", text=Label(text)), language)


def _record_key(session: Session, user_task: UserTask, purpose: str) -> str | None:
    """A quote is asked for by its version."""
    if purpose != customer_links.QUOTE:
        return None
    version = user_tasks.variables(session, user_task).get("quote_version")
    return None if version is None else str(version)
