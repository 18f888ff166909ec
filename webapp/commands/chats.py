"""orderlane chat: what a messenger must be told once."""

from __future__ import annotations

import click

from webapp import config
from webapp.chat import telegram


@click.group()
def chat() -> None:
    """Messengers that customers write to us through."""


@chat.command("telegram")
def register() -> None:
    """Tell Telegram to bring the bot's messages to this installation (TELEGRAM_TOKEN, TELEGRAM_SECRET, ORDERLANE_URL)."""
    settings = config.load()
    if not settings.telegram:
        raise click.ClickException("There is no bot in the settings. Set TELEGRAM_TOKEN and TELEGRAM_SECRET.")
    if not settings.is_https:
        raise click.ClickException(
            "Telegram brings messages to https addresses only. Set ORDERLANE_URL to one."
        )
    try:
        telegram.register(settings)
    except OSError as refused:
        raise click.ClickException(f"Telegram did not take it: {refused}.") from None
    click.echo(f"Telegram brings messages to {settings.address}/chat/telegram.")
