"""Conversations with customers over a messenger or the chat on our pages: who it is, what was said, what is being asked (E30).

A thread is known by its channel and its address there (the number of a Telegram chat, the secret of a browser, hashed). It
belongs to a customer once they came through a link of ours or shared their own telephone number; before that it learns nothing
of anybody's orders. Every message is kept; one that comes in twice is one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, mail
from engine.columns import Base, PlainJson
from engine.keys import new_key
from engine.sentences import _l
from processes.records import audit

TELEGRAM, WEB = CHANNELS = ("telegram", "web")
CHANNEL_LABELS = {TELEGRAM: _l("Telegram"), WEB: _l("Chat on our pages")}
IN, OUT = "in", "out"
LONGEST = 4000
#: So many messages of one thread are answered in a minute; whoever sends more is not answered.
MOST_A_MINUTE = 20
#: A choice that begins so shares one's own telephone number, where a messenger has such a key.
SHARE = "\N{BLACK TELEPHONE} "


class ChatThread(audit.Audited, Base):
    """One conversation. asking: the question that is open in it, as `processes.chat` writes it; empty when none is.

    consent_at: when its person agreed that we keep what they write. stopped_at: when they asked us to write no more.
    """

    __tablename__ = "chat_thread"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        CheckConstraint(f"channel IN {CHANNELS!r}", name="channel"),
        CheckConstraint("length(address) > 0", name="address"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    channel: Mapped[str]
    address: Mapped[str]
    customer_key: Mapped[int | None] = mapped_column(ForeignKey("customer.key"), index=True)
    language: Mapped[str]
    asking: Mapped[dict[str, Any]] = mapped_column(PlainJson)
    opened_at: Mapped[datetime]
    consent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class ChatMessage(Base):
    """One message. provider_id: what the channel calls it, so that one that is delivered twice is one.

    choices: the answers that it offers, as texts. user_task_key: the question whose page it names; the text has the place `{link}` for
    it, because a working address is kept nowhere.
    """

    __tablename__ = "chat_message"
    __table_args__ = (
        CheckConstraint(f"direction IN ('{IN}', '{OUT}')", name="direction"),
        UniqueConstraint("thread_key", "provider_id"),
        Index("ix_chat_message_thread", "thread_key", "key"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    thread_key: Mapped[int] = mapped_column(ForeignKey("chat_thread.key"))
    direction: Mapped[str]
    text: Mapped[str]
    choices: Mapped[list[str]] = mapped_column(PlainJson)
    provider_id: Mapped[str | None]
    user_task_key: Mapped[int | None] = mapped_column(ForeignKey("user_task.key"))
    at: Mapped[datetime]
    by: Mapped[str | None]


def thread(session: Session, channel: str, address: str, language: str, now: datetime) -> ChatThread:
    """The conversation with that address, held until the transaction ends; opened when it is new."""
    if channel not in CHANNELS:
        raise errors.Refused(f'Expected a channel of {", ".join(CHANNELS)}, but found "{channel}".')
    query = select(ChatThread).where(ChatThread.channel == channel, ChatThread.address == address)
    found = session.scalar(query.with_for_update())
    if found is None:
        found = ChatThread(channel=channel, address=address, language=language, asking={}, opened_at=now)
        session.add(found)
        session.flush()
    return found


def find(session: Session, channel: str, address: str) -> ChatThread | None:
    """The conversation with that address, if there is one."""
    return session.scalar(
        select(ChatThread).where(ChatThread.channel == channel, ChatThread.address == address)
    )


def get(session: Session, key: int) -> ChatThread:
    """The conversation of that key. Raises NotFound."""
    found = session.get(ChatThread, key)
    if found is None:
        raise errors.NotFound("There is no such conversation.")
    return found


def of_customer(session: Session, customer_key: int) -> list[ChatThread]:
    """The conversations with a customer that they have not stopped, the newest first."""
    query = select(ChatThread).where(ChatThread.customer_key == customer_key, ChatThread.stopped_at.is_(None))
    return list(session.scalars(query.order_by(ChatThread.key.desc())))


def heard(
    session: Session, found: ChatThread, text: str, provider_id: str, now: datetime
) -> ChatMessage | None:
    """Keep what somebody wrote; None when it was delivered before."""
    known = select(ChatMessage.key).where(
        ChatMessage.thread_key == found.key, ChatMessage.provider_id == provider_id
    )
    if session.scalar(known) is not None:
        return None
    message = ChatMessage(
        thread_key=found.key, direction=IN, text=text[:LONGEST], choices=[], provider_id=provider_id, at=now
    )
    session.add(message)
    session.flush()
    return message


def say(
    session: Session,
    found: ChatThread,
    text: str,
    now: datetime,
    *,
    choices: list[str] | None = None,
    by: str | None = None,
    process_instance_key: int | None = None,
    page: tuple[int, str] | None = None,
) -> ChatMessage:
    """Keep what we answer, and let it leave the house when the transaction is committed.

    A page of ours fetches its messages by itself; to a messenger they go as any mail does: tried again, and seen when they fail.
    page: the key of the user task and the address of its page, which fills the place `{link}` once, outside.
    """
    message = ChatMessage(
        thread_key=found.key,
        direction=OUT,
        text=text[:LONGEST],
        choices=list(choices or ()),
        at=now,
        by=by,
        user_task_key=page[0] if page else None,
    )
    session.add(message)
    session.flush()
    if found.channel != WEB:
        mail.write(
            session,
            to=f"{found.channel}:{found.address}",
            subject=f"chat:{message.key}",
            body=numbered(message),
            process_instance_key=process_instance_key,
            now=now,
            link=page[1] if page else None,
        )
    return message


def numbered(message: ChatMessage) -> str:
    """The text with its choices as numbered lines, which every channel can show."""
    own = [each for each in message.choices if not each.startswith(SHARE)]
    lines = [f"{number}. {choice}" for number, choice in enumerate(own, start=1)]
    lines += [each for each in message.choices if each.startswith(SHARE)]
    return "\n".join([message.text, *lines])


def messages(session: Session, thread_key: int, after: int = 0, limit: int = 200) -> list[ChatMessage]:
    """What was said in a thread, oldest first; only what came after a message, if given."""
    query = select(ChatMessage).where(ChatMessage.thread_key == thread_key, ChatMessage.key > after)
    newest = query.order_by(ChatMessage.key.desc()).limit(limit)
    return sorted(session.scalars(newest), key=lambda message: message.key)


def message(session: Session, key: int) -> ChatMessage | None:
    """The message of that key."""
    return session.get(ChatMessage, key)


def is_flooding(session: Session, found: ChatThread, now: datetime) -> bool:
    """Whether more came in within a minute than anybody types."""
    recent = select(func.count(ChatMessage.key)).where(
        ChatMessage.thread_key == found.key,
        ChatMessage.direction == IN,
        ChatMessage.at > now - timedelta(minutes=1),
    )
    return (session.scalar(recent) or 0) > MOST_A_MINUTE
