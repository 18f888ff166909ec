"""Chats over HTTP: a customer answers our question in Telegram and on our page, known only through a link or their own number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, select, text

import engine.database
from engine import clock, worker
from engine.tables import Mail, UserTask
from processes.records import chats, customers, quotes
from processes.records.chats import ChatMessage, ChatThread
from processes.records.customers import Customer
from tests.telegram_server import TOKEN, TelegramServer
from tests.webapp.asked import Asked, quoted
from tests.webapp.standing import Standing
from webapp import mailer
from webapp.app import create_app
from webapp.chat import telegram
from webapp.cli import cli

SECRET = "a-word-of-our-own"


@pytest.fixture(scope="module")
def listening() -> Iterator[TelegramServer]:
    """Telegram, on the loopback, for one test after the other."""
    listening = TelegramServer()
    yield listening
    listening.stop()


@pytest.fixture
def server(listening: TelegramServer) -> TelegramServer:
    """Telegram, which nobody has called yet."""
    listening.forget()
    return listening


@pytest.fixture(scope="module")
def standing(company: Path, listening: TelegramServer) -> Iterator[Standing]:
    """An installation with a bot, for one test after the other."""
    standing = Standing(company, telegram={"token": TOKEN, "secret": SECRET, "api": listening.address})
    yield standing
    standing.end()


@pytest.fixture
def asked(begin_with, database: Engine) -> Asked:
    """A quote was sent to a customer who reads English."""
    return begin_with("quoted in English", partial(quoted, device="DL-2211-5560"))


class Telegram:
    """Somebody's telephone: what they write reaches our webhook, what we write reaches the server."""

    def __init__(self, app: Flask, database: Engine, server: TelegramServer, chat_id: int = 700):
        self.client, self.database, self.server, self.chat_id = app.test_client(), database, server, chat_id
        self.sender = mailer.sender(app.config["ORDERLANE"])
        self.count = 0

    def writes(
        self, said: str = "", *, update_id: int | None = None, secret: str = SECRET, **more: Any
    ) -> list[str]:
        """Send a message as Telegram brings it; returns the texts that came back."""
        before = len(self.server.sent(str(self.chat_id)))
        self.count += 1
        person = {"id": self.chat_id, "is_bot": False, "first_name": "G.", "language_code": "en"}
        message = {
            "message_id": self.count,
            "from": person,
            "chat": {"id": self.chat_id, "type": "private"},
            "date": 1795341600,
            **({"text": said} if said else {}),
            **more,
        }
        update = {"update_id": update_id or 5000 + self.count, "message": message}
        answer = self.client.post("/chat/telegram", json=update, headers={telegram.SECRET_HEADER: secret})
        assert answer.status_code == 204, answer.text[:300]
        worker.run_until_quiet(self.database, now=clock.now, sender=self.sender)
        return [each["text"] for each in self.server.sent(str(self.chat_id))[before:]]


@pytest.fixture
def phone(app, database, server) -> Telegram:
    """A customer's telephone."""
    return Telegram(app, database, server)


def _reading(database: Engine, query: Any) -> Any:
    with engine.database.reading(database) as session:
        return session.scalars(query).all()


def _token(asked: Asked) -> str:
    return asked.link("quote").removeprefix("/c/")


def test_a_quote_is_answered_in_telegram_field_by_field(asked, phone, server):
    hello = phone.writes(f"/start {_token(asked)}")

    assert "Thank you" in hello[0]
    assert asked.order_no in hello[1] and "/c/" in hello[1]
    assert "1. " in hello[2] and "3. " in hello[2]
    keys = server.sent("700")[-1]["reply_markup"]["keyboard"]
    assert len(keys) == 3
    assert "Choose one" in phone.writes("perhaps")[0]
    assert "Why" in phone.writes("2")[0]
    said = phone.writes("Too dear for an old machine")

    assert "we have your answer" in said[0]
    (quote,) = _reading(asked.database, select(quotes.QuoteVersion))
    assert (quote.state, quote.reason, quote.answered_through) == (
        "declined",
        "Too dear for an old machine",
        "link",
    )
    assert server.sent("700")[-1]["text"].startswith("What can we do for you?")


def test_a_message_that_is_delivered_twice_is_answered_once(asked, phone, server):
    phone.writes("/start", update_id=9000)
    before = len(server.calls)

    assert phone.writes("/start", update_id=9000) == []
    assert len(server.calls) == before


def test_nobody_learns_of_orders_who_did_not_come_through_a_link_or_their_number(asked, phone):
    said = " ".join(
        phone.writes("/start") + phone.writes("How do my orders stand?") + phone.writes(asked.order_no)
    )

    assert asked.order_no not in said and "/c/" not in said
    assert "do not know yet who you are" in said


def test_ones_own_number_tells_who_writes_and_anothers_does_not(asked, phone, database):
    owner = _reading(database, select(Customer).where(Customer.name == "G. W."))[0]
    contact = {"phone_number": owner.phone, "first_name": "G."}

    assert "do not find" not in " ".join(phone.writes(contact={**contact, "user_id": 1}) or [""])
    assert _reading(database, select(ChatThread.customer_key)) in ([], [None])
    assert "G. W." in phone.writes(contact={**contact, "user_id": 700})[0]
    assert _reading(database, select(ChatThread.customer_key)) == [owner.key]


def test_a_number_that_nobody_has_is_told_so(phone):
    contact = {"phone_number": "+37300000000", "user_id": 700}

    assert "do not find this number" in phone.writes(contact=contact)[0]


def test_a_question_goes_to_a_colleague_and_their_answer_comes_back(phone, visitor, database, server):
    phone.writes("/start")
    assert "passed your question on" in phone.writes("Do you repair bicycles?")[0]
    (task,) = _reading(database, select(UserTask).where(UserTask.state == "open"))
    assert task.name == "Answer the customer"
    receiver = visitor("receiver")

    receiver.post(f"/user-tasks/{task.key}/claim")
    answer = receiver.submit(
        f"/user-tasks/{task.key}/complete", {"chat_reply": "answer", "chat_answer": "No, sorry."}
    )
    worker.run_until_quiet(database, now=clock.now, sender=phone.sender)

    assert answer.status_code == 200, answer.text[:300]
    assert server.sent("700")[-1]["text"] == "No, sorry."


def test_a_message_that_telegram_refuses_is_tried_again_and_then_seen(phone, database, server):
    server.busy = 1
    assert phone.writes("/start") == [], "what was written later does not overtake the first message"
    worker.run_until_quiet(database, now=lambda: clock.now() + timedelta(minutes=5), sender=phone.sender)
    assert server.sent("700") != []
    server.blocked.add("700")

    phone.writes("Anybody there?")

    waiting = _reading(database, select(Mail).where(Mail.state == "waiting"))
    assert waiting and "blocked by the user" in waiting[-1].problem
    assert TOKEN not in waiting[-1].problem


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        {"update_id": 1},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"text": "x", "chat": {"id": "1", "type": "private"}}},
        {"update_id": 1, "message": {"text": "x", "chat": {"id": 1, "type": "group"}, "from": {"id": 1}}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "from": {"id": 1}}},
        {"update_id": 1, "edited_message": {"text": "x"}},
    ],
)
def test_what_is_no_message_to_us_is_taken_and_left(app, database, update):
    answer = app.test_client().post("/chat/telegram", json=update, headers={telegram.SECRET_HEADER: SECRET})

    assert answer.status_code == 204
    assert _reading(database, select(ChatThread)) == []


def test_only_telegram_may_use_its_address(app, database):
    client = app.test_client()
    update = {
        "update_id": 1,
        "message": {"text": "x", "chat": {"id": 1, "type": "private"}, "from": {"id": 1}},
    }

    for headers in ({}, {telegram.SECRET_HEADER: "guessed"}, {telegram.SECRET_HEADER: "ü"}):
        assert client.post("/chat/telegram", json=update, headers=headers).status_code == 403
    assert _reading(database, select(ChatThread)) == []


def test_the_webhook_is_registered_with_our_address_and_secret(installation, server):
    telegram.register(installation)

    (call,) = server.calls
    assert call == (
        "setWebhook",
        {
            "url": f"{installation.address}/chat/telegram",
            "secret_token": SECRET,
            "allowed_updates": ["message"],
        },
    )


def test_the_command_says_what_is_missing_and_what_was_done(monkeypatch, tmp_path, server):
    monkeypatch.setenv("ORDERLANE_INSTANCE", str(tmp_path))
    assert "no bot in the settings" in CliRunner().invoke(cli, ["chat", "telegram"]).output
    for name, value in (("TOKEN", TOKEN), ("SECRET", SECRET), ("API", server.address)):
        monkeypatch.setenv(f"TELEGRAM_{name}", value)
    assert "https addresses only" in CliRunner().invoke(cli, ["chat", "telegram"]).output
    monkeypatch.setenv("ORDERLANE_URL", "https://orders.example")

    said = CliRunner().invoke(cli, ["chat", "telegram"])

    assert said.exit_code == 0, said.output
    assert server.calls[0][1]["url"] == "https://orders.example/chat/telegram"
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:wrong")
    assert "401: Unauthorized" in CliRunner().invoke(cli, ["chat", "telegram"]).output


def test_a_quote_is_answered_in_the_chat_of_our_page(asked, visitor, database):
    customer = visitor()
    customer.post(f"/chat/from/{_token(asked)}")

    page = customer.get("/chat").text
    assert asked.order_no in page and "{link}" not in page and "/c/" not in page
    choice = re.findall(r'name="text" value="([^"]+)"', page)[0]
    customer.post("/chat", {"text": choice})

    assert "we have your answer" in customer.text("/chat")
    assert _reading(database, select(quotes.QuoteVersion))[0].state == "approved"


def test_the_page_of_a_question_opens_only_for_the_conversation_that_named_it(asked, visitor):
    customer, stranger = visitor(), visitor()
    customer.post(f"/chat/from/{_token(asked)}")
    opener = re.search(r'action="(/chat/open/\d+)"', customer.get("/chat").text).group(1)

    opened = customer.post(opener)
    assert opened.status_code == 303 and "/c/" in opened.headers["Location"]
    assert stranger.post(opener).status_code == 404
    assert "R-7001" not in stranger.get("/chat").text


def test_no_stored_text_holds_a_link_that_works(asked, phone, visitor, database):
    phone.writes(f"/start {_token(asked)}")
    visitor().post(f"/chat/from/{_token(asked)}")

    with database.connect() as connection:
        stored = " ".join(
            str(row)
            for table in ("chat_message", "mail", "chat_thread")
            for row in connection.execute(text(f"SELECT * FROM {table} WHERE 1=1"))
        )
    sent = _reading(database, select(Mail).where(Mail.recipient.startswith("telegram:")))
    assert all(each.secrets is None for each in sent if each.state == "sent")
    assert not re.search(r"/start [\w-]{43}", stored)


def test_who_floods_is_heard_and_not_answered(phone, database):
    for number in range(chats.MOST_A_MINUTE + 1):
        phone.writes(f"/menu {number}")

    assert phone.writes("/menu") == []
    heard = _reading(database, select(ChatMessage).where(ChatMessage.direction == chats.IN))
    assert len(heard) == chats.MOST_A_MINUTE + 2


def test_an_answer_that_came_another_way_meanwhile_is_not_taken_again(asked, phone, visitor):
    phone.writes(f"/start {_token(asked)}")
    visitor().post(asked.link("quote"), {"decision": "approved"})

    assert "answered already" in phone.writes("2")[0]


def test_stopped_is_stopped(asked, phone, database):
    phone.writes(f"/start {_token(asked)}")
    phone.writes("/stop")

    with engine.database.reading(database) as session:
        thread = session.scalars(select(ChatThread)).one()
        assert thread.stopped_at is not None
        assert chats.of_customer(session, thread.customer_key) == []
        assert customers.get(session, thread.customer_key).name == "G. W."


def test_without_a_bot_there_is_no_such_address(installation, database):
    app = create_app(replace(installation, telegram={}))

    assert app.test_client().post("/chat/telegram", json={}).status_code == 404
