"""Mail leaves through the SMTP server of the settings; without one it is kept, and shown on the order."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from engine import mail
from engine.tables import Mail
from webapp.config import Settings, SettingsRefused

TIMEOUT_S = 20


def sender(settings: Settings) -> mail.Sender | None:
    """What sends one mail, or None when there is no [smtp] in the settings. Raises SettingsRefused for half a setting."""
    smtp = dict(settings.smtp)
    if not smtp.get("host"):
        return None
    security = smtp.get("security", "starttls")
    if security not in {"starttls", "tls", "none"}:
        raise SettingsRefused(f'SMTP_SECURITY: expected starttls, tls or none, but found "{security}".')
    if not smtp.get("sender"):
        raise SettingsRefused("SMTP_SENDER: expected the address that mails come from, but found nothing.")

    def send(written: Mail) -> None:
        message = _message(written, smtp["sender"])
        context = ssl.create_default_context()
        kind = smtplib.SMTP_SSL if security == "tls" else smtplib.SMTP
        options = {"context": context} if security == "tls" else {}
        with kind(smtp["host"], smtp["port"], timeout=TIMEOUT_S, **options) as server:
            if security == "starttls":
                server.starttls(context=context)
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
