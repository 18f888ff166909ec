"""Passwords: argon2id, at least 15 signs, and an account that pauses after too many wrong ones."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.errors import Forbidden, Refused
from engine.sentences import Sentence, _l
from engine.tables import Person
from webapp.tables import Credential, LoginAttempt

SHORTEST, LONGEST = 15, 128
ATTEMPTS_ALLOWED = 5
PAUSE = timedelta(minutes=15)

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
# Each check takes 64 MiB: two at a time, or a flood of logins takes the machine's memory.
_at_once = threading.BoundedSemaphore(2)


class PasswordRefused(Refused):
    """This password cannot be used."""


class SignInRefused(Forbidden):
    """Login and password do not belong together."""

    status = 422


class TooManyAttempts(Refused):
    """Too many wrong passwords. Try again in 15 minutes, or ask an administrator for a login link."""

    status = 429


def set_password(session: Session, login: str, password: str, *, now: datetime) -> None:
    """Give the person a new password. Raises PasswordRefused with what is needed and what was given."""
    if not SHORTEST <= len(password) <= LONGEST:
        pattern = _l("{shortest} to {longest} characters needed, {given} given.")
        raise PasswordRefused(Sentence(pattern, shortest=SHORTEST, longest=LONGEST, given=len(password)))
    if password.casefold().strip() == login.casefold() or len(set(password)) < 5:
        easy = _l("This password is too easy to guess. Choose several words that do not belong together.")
        raise PasswordRefused(Sentence(easy))
    credential = session.get(Credential, login)
    if credential is None:
        credential = Credential(login=login)
        session.add(credential)
    credential.password_hash = _hash(password)
    credential.changed_at = now
    session.flush()


def is_paused(session: Session, login: str, *, now: datetime) -> bool:
    """Whether this login has had too many wrong passwords in the last minutes."""
    recent = select(func.count()).select_from(
        select(LoginAttempt.key)
        .where(LoginAttempt.login == _counted(login), LoginAttempt.at > now - PAUSE)
        .limit(ATTEMPTS_ALLOWED)
        .subquery()
    )
    return session.scalar(recent) >= ATTEMPTS_ALLOWED


def hash_of(session: Session, login: str) -> str | None:
    """The stored hash of an active person's password; None where there is no such person or password."""
    return session.scalar(
        select(Credential.password_hash)
        .join(Person, Person.login == Credential.login)
        .where(Credential.login == login, Person.active)
    )


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes equally long when there is no hash; call it outside of a transaction."""
    with _at_once:
        try:
            right = _hasher.verify(password_hash or _nobodys_hash(), password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            right = False
    return right and password_hash is not None


def note_refusal(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Count a wrong password; forgets those that are too old to matter."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - PAUSE))
    session.add(LoginAttempt(login=_counted(login), address=address, at=now))


def forget_refusals(session: Session, login: str) -> None:
    """After a right password the count starts again."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.login == _counted(login)))


def _counted(login: str) -> str:
    # Whatever was typed is only a name to count under; nobody may fill the table with a novel.
    return login.casefold().strip()[:100]


def _hash(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    """Compared against when the login does not exist, so that the answer takes as long as for one that does."""
    return _hasher.hash("nobody has this password, it only takes time")
