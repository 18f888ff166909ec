"""Who may act: people, their candidate roles, and the actor of a verb."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from engine.tables import Membership, Person, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the engine itself) on whose behalf a verb acts."""

    login: str
    name: str
    roles: frozenset[str] = frozenset()


#: The engine acting by itself: timers, escalation, messages from outside.
SYSTEM = Actor("orderlane", "Orderlane")


def actor(session: Session, login: str) -> Actor:
    """The active person `login` with the roles they have now. Raises NotFound."""
    person = session.get(Person, login)
    if person is None or not person.active:
        raise errors.NotFound(Sentence(_l('Nobody active has the login "{login}".'), login=login))
    found = session.scalars(select(Membership.role_id).where(Membership.login == login))
    return Actor(person.login, person.name, frozenset(found))


def members(session: Session, role_id: str, *, leads_only: bool = False) -> list[Person]:
    """The active people of a role, by name; with `leads_only` those who lead it."""
    query = (
        select(Person)
        .join(Membership, Membership.login == Person.login)
        .where(Membership.role_id == role_id, Person.active)
        .order_by(Person.name)
    )
    if leads_only:
        query = query.where(Membership.is_lead)
    return list(session.scalars(query))


def add_person(
    session: Session,
    login: str,
    name: str,
    roles: Collection[str],
    *,
    email: str | None = None,
    language: str = "en",
    leads: Collection[str] = (),
) -> Person:
    """Add a person and put them into roles (made when they do not exist yet, named like their id)."""
    person = Person(login=login, name=name, email=email, language=language, active=True)
    session.add(person)
    for role_id in roles:
        ensure_role(session, role_id)
    session.flush()
    session.add_all(Membership(role_id=role_id, login=login, is_lead=role_id in leads) for role_id in roles)
    session.flush()
    return person


def ensure_role(session: Session, role_id: str, name: str | None = None) -> Role:
    """The role of that id, made if it is new."""
    role = session.get(Role, role_id)
    if role is None:
        role = Role(role_id=role_id, name=name or role_id)
        session.add(role)
    return role


def without_members(session: Session) -> set[str]:
    """Roles that nobody active has: work for them would wait silently."""
    somebody = exists().where(
        Membership.role_id == Role.role_id, Membership.login == Person.login, Person.active
    )
    return set(session.scalars(select(Role.role_id).where(~somebody)))
