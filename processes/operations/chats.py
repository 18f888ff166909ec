"""Operations on conversations with customers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, chats


@operation("chats.say")
def say(session: Session, step: Step, chat_key: str, text: str) -> dict[str, Any]:
    """Write a colleague's answer into a conversation with a customer; it leaves the house after the step.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    thread = chats.get(session, int(chat_key))
    chats.say(session, thread, text, step.now, by=step.actor, process_instance_key=step.process_instance_key)
    return {}
