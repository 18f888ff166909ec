"""What is written to somebody leaves by mail through the SMTP server of the settings, or through the messenger that its address names.

Without a way to its recipient it is kept, and shown on the order.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache

from engine import mail
from engine.tables import Mail
from webapp.chat import telegram
from webapp.config import Settings, SettingsRefused

TIMEOUT_S = 20


def sender(settings: Settings) -> mail.Sender | None:
    """What sends one mail, or None when the settings name no way out. Raises SettingsRefused for half a setting."""
    by_mail, by_telegram = _smtp(settings), telegram.sender(settings)
    if by_mail is None and by_telegram is None:
        return None

    def send(written: Mail) -> bool:
        chosen = by_telegram if telegram.is_for(written) else by_mail
        if chosen is not None:
            chosen(written)
        return chosen is not None

    return send


def _smtp(settings: Settings) -> Callable[[Mail], None] | None:
    smtp = dict(settings.smtp)
    if not smtp.get("host"):
        return None
    security = smtp.get("security", "starttls")
    if security not in {"starttls", "tls", "none"}:
        raise SettingsRefused(f'SMTP_SECURITY: expected starttls, tls or none, but found "{security}".')
    if not smtp.get("sender"):
        raise SettingsRefused("SMTP_SENDER: expected the address that mails come from, but found nothing.")

    # At the first mail, once: reading all authorities that a system trusts takes longer than sending.
    trusted = cache(ssl.create_default_context)

    def send(written: Mail) -> None:
        message = _message(written, smtp["sender"])
        kind = smtplib.SMTP_SSL if security == "tls" else smtplib.SMTP
        options = {"context": trusted()} if security == "tls" else {}
        with kind(smtp["host"], smtp["port"], timeout=TIMEOUT_S, **options) as server:
            if security == "starttls":
                server.starttls(context=trusted())
            if smtp.get("user"):
                server.login(smtp["user"], smtp.get("password", ""))
            server.send_message(message)

    return send


def _message(written: Mail, sender_address: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender_address
    message["To"] = written.recipient
    message["Subject"] = written.subject
    message["Date"] = format_datetime(written.written_at)
    # The same mail sent twice (we died between sending and noting it) has the same id, so readers show it once.
    domain = sender_address.rpartition("@")[2].rstrip("> ") or "localhost"
    message["Message-ID"] = f"<orderlane.{written.key}@{domain}>"
    message.set_content(mail.text(written))
    return message
