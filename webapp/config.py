"""What this installation has been told: `instance/config.toml`, then the environment, which wins.

The instance folder holds everything that belongs to one installation (database, settings, secret key, uploads).
`./instance` by default, `ORDERLANE_INSTANCE` names another one.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import Refused

MEGABYTE = 1024 * 1024


class SettingsRefused(Refused):
    """These settings cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation. Nothing else in the code reads the environment or config.toml."""

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    environment: str = "demo"
    host: str = "127.0.0.1"
    port: int = 8000
    url: str | None = None
    """How people reach us ("https://orders.example.org"); https switches on secure cookies and HSTS."""
    proxy_hops: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-*; 0 trusts no such header."""
    threads: int = 64
    workers: int = 1
    languages: tuple[str, ...] = ("en", "ro", "ru")
    upload_limit: int = 25 * MEGABYTE
    smtp: Mapping[str, Any] = field(default_factory=dict, repr=False)
    telegram: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """token and secret of a Telegram bot; api: where its methods are."""
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> permissions, beside those that `webapp.access` gives by itself."""

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_https(self) -> bool:
        return bool(self.url) and self.url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def uploads(self) -> Path:
        return self.instance / "uploads"

    @property
    def address(self) -> str:
        """The address people type, without a slash at the end."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")


def load(instance: Path | str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the installation; makes the folder and the secret key when they are missing.

    Raises SettingsRefused with the setting, what it expects and what was found.
    """
    folder = Path(instance or environ.get("ORDERLANE_INSTANCE") or "instance").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    written = _read(folder / "config.toml")
    server = _table(written, "server")
    environment = environ.get("ORDERLANE_ENV") or server.get("environment", "demo")
    if environment not in {"demo", "production"}:
        raise SettingsRefused(f'ORDERLANE_ENV: expected "demo" or "production", but found "{environment}".')
    url = environ.get("DATABASE_URL") or _table(written, "database").get("url")
    languages = tuple(written.get("languages", ("en", "ro", "ru")))
    if not languages or not all(isinstance(language, str) for language in languages):
        raise SettingsRefused(
            'languages: expected a list such as ["en", "ro", "ru"], but found something else.'
        )
    database_url = _database_url(url or f"sqlite:///{folder / 'orderlane.sqlite'}")
    return Settings(
        instance=folder,
        database_url=database_url,
        secret_key=_secret_key(folder / "secret_key"),
        environment=environment,
        host=environ.get("HOST") or server.get("host", "127.0.0.1"),
        port=_whole_number("PORT", environ.get("PORT") or server.get("port", 8000), 1, 65535),
        url=environ.get("ORDERLANE_URL") or server.get("url"),
        proxy_hops=_whole_number("proxy_hops", server.get("proxy_hops", 0), 0, 5),
        threads=_whole_number("threads", environ.get("THREADS") or server.get("threads", 64), 4, 512),
        workers=_whole_number("workers", environ.get("WORKERS") or server.get("workers", 1), 1, 32),
        languages=languages,
        upload_limit=_whole_number("upload_limit_mb", server.get("upload_limit_mb", 25), 1, 1000) * MEGABYTE,
        smtp=_smtp(_table(written, "smtp"), environ),
        telegram=_telegram(_table(written, "telegram"), environ),
        permissions={role: tuple(given) for role, given in _table(written, "permissions").items()},
    )


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"{file.name}: expected TOML, but {error}.") from None


def _table(written: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = written.get(name, {})
    if not isinstance(table, dict):
        raise SettingsRefused(f"{name}: expected a table [{name}], but found a single value.")
    return table


def _whole_number(name: str, text: Any, least: int, most: int) -> int:
    try:
        number = int(text)
    except (TypeError, ValueError):
        number = least - 1
    if not least <= number <= most:
        raise SettingsRefused(f'{name}: expected a whole number from {least} to {most}, but found "{text}".')
    return number


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsRefused(
            "DATABASE_URL: expected sqlite:///path or postgresql://user@host/name, but found something else."
        ) from None
    # Many hosts still hand out the short name that SQLAlchemy dropped.
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsRefused(
            f"DATABASE_URL: expected SQLite or PostgreSQL, but found {url.get_backend_name()}."
        )
    return url.render_as_string(hide_password=False)


def _smtp(written: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    given = {
        name: environ[f"SMTP_{name.upper()}"]
        for name in ("host", "port", "user", "password", "sender", "security")
        if environ.get(f"SMTP_{name.upper()}")
    }
    smtp = {**written, **given}
    if smtp:
        smtp["port"] = _whole_number("SMTP_PORT", smtp.get("port", 587), 1, 65535)
    return smtp


def _telegram(written: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    given = {
        name: environ[f"TELEGRAM_{name.upper()}"]
        for name in ("token", "secret", "api")
        if environ.get(f"TELEGRAM_{name.upper()}")
    }
    found = {**written, **given}
    if found and not (found.get("token") and found.get("secret")):
        raise SettingsRefused(
            "TELEGRAM_TOKEN and TELEGRAM_SECRET: expected both, the bot's token and a word of your own "
            "that Telegram sends with each message, but found only one."
        )
    return found


def _secret_key(file: Path) -> str:
    """The key that signs cookies: made once, readable by this user only."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = file.read_text(encoding="ascii").strip()
        if len(key) < 43:
            raise SettingsRefused(
                f"{file.name}: expected at least 43 characters. Delete the file to get a new key."
            ) from None
        return key
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        key = secrets.token_urlsafe(48)
        opened.write(key + "\n")
    return key
