"""Telegram, as its Bot API documents it: updates come to our webhook, messages go out by `sendMessage`.

Source: core.telegram.org/bots/api (Update, Message, Contact, sendMessage, setWebhook, secret_token).
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from engine import mail
from engine.tables import Mail
from processes.chat import Incoming
from processes.records import chats
from webapp.config import Settings

API = "https://api.telegram.org"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
TIMEOUT_S = 20
_TO = f"{chats.TELEGRAM}:"
_CHOICE = re.compile(r"^\d+\. (.+)$")


class TelegramRefused(OSError):
    """Telegram did not take it; the sentence is its own."""


def is_for(written: Mail) -> bool:
    """Whether it goes to a chat of Telegram."""
    return written.recipient.startswith(_TO)


def sender(settings: Settings) -> Callable[[Mail], None] | None:
    """What sends one message, or None without a bot in the settings."""
    if not settings.telegram:
        return None

    def send(written: Mail) -> None:
        text = mail.text(written)
        markup = _keyboard(text)
        call(
            settings,
            "sendMessage",
            {"chat_id": written.recipient.removeprefix(_TO), "text": text, "reply_markup": markup},
        )

    return send


def register(settings: Settings) -> None:
    """Tell Telegram to bring updates to our address, with our secret. Raises TelegramRefused."""
    call(
        settings,
        "setWebhook",
        {
            "url": f"{settings.address}/chat/telegram",
            "secret_token": settings.telegram["secret"],
            "allowed_updates": ["message"],
        },
    )


def read(update: Any, languages: tuple[str, ...]) -> Incoming | None:
    """The message of an update, if it is one that a person wrote to us alone; None for everything else."""
    message = _of(update, "message")
    chat, writer = _of(message, "chat"), _of(message, "from")
    if chat.get("type") != "private" or not isinstance(chat.get("id"), int) or writer.get("is_bot"):
        return None
    contact = _of(message, "contact")
    # A contact can be anybody's: only one's own number says who writes.
    own = contact.get("phone_number") if contact.get("user_id") == writer.get("id") and contact else None
    text = message.get("text")
    if not isinstance(text, str):
        text = ""
    if not text and not own:
        return None
    spoken = str(writer.get("language_code") or "")[:2]
    return Incoming(
        channel=chats.TELEGRAM,
        address=str(chat["id"]),
        provider_id=str(update.get("update_id")),
        text=text[: chats.LONGEST],
        language=spoken if spoken in languages else languages[0],
        own_phone=str(own) if own else None,
    )


def call(settings: Settings, method: str, values: Mapping[str, Any]) -> Any:
    """Call a method of the API and give its result. Raises TelegramRefused, without the token in its words."""
    address = f"{settings.telegram.get('api', API)}/bot{settings.telegram['token']}/{method}"
    request = urllib.request.Request(
        address, json.dumps(values).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            found = json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        raise TelegramRefused(_reason(refused.read(), refused.code)) from None
    except ValueError:
        raise TelegramRefused(f"{method}: the answer is no JSON.") from None
    if not isinstance(found, dict) or found.get("ok") is not True:
        raise TelegramRefused(f"{method}: {found!r:.200}")
    return found.get("result")


def _keyboard(text: str) -> dict[str, Any]:
    """The choices of a text as keys, one a row; the last keys go when there are none."""
    found = [match[1] for line in text.splitlines() if (match := _CHOICE.match(line))]
    found += [line for line in text.splitlines() if line.startswith(chats.SHARE)]
    if not found:
        return {"remove_keyboard": True}
    keys = [
        [{"text": each, **({"request_contact": True} if each.startswith(chats.SHARE) else {})}]
        for each in found
    ]
    return {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}


def _of(value: Any, name: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _reason(body: bytes, code: int) -> str:
    try:
        return f"{code}: {json.loads(body)['description']}"
    except (ValueError, KeyError, TypeError):
        return f"{code}: no reason given"
