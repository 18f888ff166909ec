"""What the stories find in chats, and what customers write there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes import chat
from processes.records import chats
from processes.records.chats import ChatMessage, ChatThread


def said_in_chats(session: Session, order_no: str) -> list[str]:
    """What was said to customers in all chats, oldest first."""
    query = select(ChatMessage.text).where(ChatMessage.direction == chats.OUT)
    return list(session.scalars(query.order_by(ChatMessage.key)))


def newest_chat(session: Session, order_no: str | None) -> str:
    """The key of the chat that was opened last."""
    return str(session.scalar(select(ChatThread.key).order_by(ChatThread.key.desc()).limit(1)))


def somebody_writes(session: Session, now: datetime, text: str) -> None:
    """Somebody whom we do not know writes a question in the chat of our pages."""
    chat.receive(session, chat.Incoming(chats.WEB, "a browser", now.isoformat(), text), now=now)


FINDERS = (said_in_chats, newest_chat)
CHANGES = (somebody_writes,)
