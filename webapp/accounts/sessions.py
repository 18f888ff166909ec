"""Who is signed in: server-side sessions with an opaque id, which can be ended from here at any moment."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from engine import deputies, roles
from engine.columns import UtcDateTime
from engine.tables import Person
from webapp.tables import LoginSession

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=24)
NOTED_EVERY = timedelta(minutes=5)
"""How exact `seen_at` is: a page view writes nothing when the last one was noted less than this ago."""
_NOW = bindparam("now", type_=UtcDateTime)
#: Asked at every request, so it is built once.
_SIGNED_IN = (
    select(LoginSession.seen_at, Person, deputies.is_one(Person.login, _NOW))
    .join(Person, Person.login == LoginSession.login)
    .where(
        LoginSession.id_hash == bindparam("id_hash"),
        LoginSession.ends_at > _NOW,
        LoginSession.seen_at > bindparam("idle_since", type_=UtcDateTime),
        Person.active,
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, as the request began."""

    actor: roles.Actor
    language: str
    session_id: str = field(repr=False)
    permissions: frozenset[str] = frozenset()
    is_worth_noting: bool = False


def fingerprint(secret: str) -> bytes:
    """What is stored of a secret. SHA-256 is enough: the secret is 256 random bits, nobody guesses it from a list."""
    return hashlib.sha256(secret.encode("utf-8")).digest()


def start(session: Session, login: str, *, now: datetime) -> str:
    """Sign the person in; returns the opaque id for the cookie. Sessions that ended are swept out."""
    session.execute(delete(LoginSession).where(LoginSession.ends_at <= now))
    session_id = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            id_hash=fingerprint(session_id), login=login, started_at=now, seen_at=now, ends_at=now + ABSOLUTE
        )
    )
    session.flush()
    return session_id


def find(session: Session, session_id: str, *, now: datetime) -> SignedIn | None:
    """Who is signed in with this id now, with the roles they have now; None when it has ended or never was."""
    asked = {"id_hash": fingerprint(session_id), "now": now, "idle_since": now - IDLE}
    row = session.execute(_SIGNED_IN, asked).one_or_none()
    if row is None:
        return None
    seen_at, person, stands_in = row
    actor = roles.actor(session, person.login)
    if stands_in:
        actor = deputies.standing(session, actor, now)
    return SignedIn(actor, person.language, session_id, is_worth_noting=now - seen_at > NOTED_EVERY)


def note_seen(session: Session, session_id: str, *, now: datetime) -> None:
    """Move the idle limit: the person is still here."""
    session.execute(
        update(LoginSession).where(LoginSession.id_hash == fingerprint(session_id)).values(seen_at=now)
    )


def end(session: Session, session_id: str) -> None:
    """Sign out in this browser."""
    session.execute(delete(LoginSession).where(LoginSession.id_hash == fingerprint(session_id)))


def end_all(session: Session, login: str) -> int:
    """Sign the person out everywhere; says in how many browsers."""
    return session.execute(delete(LoginSession).where(LoginSession.login == login)).rowcount
