"""One-time links: they sign somebody in once, or let the first administrator of an installation in.

A GET shows who will be signed in, only the POST uses the link up: mail scanners open links before people do.
Unknown, used and expired links get the same answer.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from webapp.accounts.sessions import fingerprint
from webapp.tables import LoginLink

LOGIN, SET_UP = "login", "set_up"
LIFETIME = timedelta(days=7)


class LinkRefused(NotFound):
    """This link has been used or has expired. Ask an administrator for a new one."""


def make(session: Session, purpose: str, login: str | None = None, *, now: datetime) -> str:
    """A new link of that purpose; returns the code for the address. Earlier unused ones of the same kind end."""
    session.execute(
        update(LoginLink)
        .where(LoginLink.purpose == purpose, LoginLink.login == login, LoginLink.used_at.is_(None))
        .values(used_at=now)
    )
    code = secrets.token_urlsafe(32)
    session.add(
        LoginLink(
            code_hash=fingerprint(code), purpose=purpose, login=login, made_at=now, ends_at=now + LIFETIME
        )
    )
    session.flush()
    return code


def has_open(session: Session, purpose: str, *, now: datetime) -> bool:
    """Whether a link of that purpose is still waiting to be used."""
    still = LoginLink.purpose == purpose, LoginLink.used_at.is_(None), LoginLink.ends_at > now
    return bool(session.scalar(select(exists().where(*still))))


def look(session: Session, code: str, *, now: datetime) -> LoginLink:
    """The link that this code opens, unused. Raises LinkRefused."""
    link = session.scalar(select(LoginLink).where(LoginLink.code_hash == fingerprint(code)))
    if link is None or link.used_at is not None or link.ends_at <= now:
        raise LinkRefused
    return link


def use(session: Session, code: str, *, now: datetime) -> LoginLink:
    """Use the link up. Raises LinkRefused; of two people pressing at once one gets in."""
    link = look(session, code, now=now)
    taken = session.execute(
        update(LoginLink)
        .where(LoginLink.code_hash == link.code_hash, LoginLink.used_at.is_(None))
        .values(used_at=now)
    )
    if taken.rowcount != 1:
        raise LinkRefused
    return link
