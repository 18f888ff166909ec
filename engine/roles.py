"""Who may act: people, their candidate roles, and the actor of a verb."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from engine import errors
from engine.sentences import Label, Sentence, _l
from engine.tables import Membership, Person, Role


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody for whom an actor stands in now. process_id: only in this process; None in all."""

    login: str
    name: str
    roles: frozenset[str]
    process_id: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the engine itself) on whose behalf a verb acts. stands_for: filled in by `deputies.standing`."""

    login: str
    name: str
    roles: frozenset[str] = frozenset()
    stands_for: tuple[Absent, ...] = ()

    @property
    def offered_roles(self) -> frozenset[str]:
        """The roles whose steps are offered to them: their own, and those of people for whom they stand in everywhere."""
        return self.roles.union(*(each.roles for each in self.stands_for if each.process_id is None))

    @property
    def is_outside(self) -> bool:
        """Whether this is somebody without an account, who answers through a link."""
        return not OUTSIDE.isdisjoint(self.roles)


#: The engine acting by itself: timers, escalation, messages from outside.
SYSTEM = Actor("orderlane", "Orderlane")
#: The role of people outside the house (D13): a lane like any other, but nobody with an account can have it.
CUSTOMER = "Customer"
OUTSIDE = frozenset({CUSTOMER})
CUSTOMER_LOGIN = "customer"
#: Who acts without being a person of the house, {login: name}; nobody can have such a login.
NOT_PEOPLE = {SYSTEM.login: Label(SYSTEM.name), CUSTOMER_LOGIN: Label(_l("Customer"))}

# Statements of the hot path are built once: building one costs more than running it.
_ROLES_OF = select(Membership.__table__.c.role_id).where(Membership.__table__.c.login == bindparam("login"))
_MEMBERS = (
    select(Person)
    .join(Membership, Membership.login == Person.login)
    .where(Membership.role_id == bindparam("role"), Person.active)
    .order_by(Person.name)
)
_LEADS = _MEMBERS.where(Membership.is_lead)


def customer(name: str) -> Actor:
    """The customer of an order who answers through a link. Only what has checked the link may act as one."""
    return Actor(CUSTOMER_LOGIN, name, OUTSIDE)


def actor(session: Session, login: str) -> Actor:
    """The active person `login` with the roles they have now. Raises NotFound."""
    person = session.get(Person, login)
    if person is None or not person.active:
        raise errors.NotFound(Sentence(_l('Nobody active has the login "{login}".'), login=login))
    found = session.execute(_ROLES_OF, {"login": login}).scalars()
    # Whatever the table says: somebody with an account never answers as a customer.
    return Actor(person.login, person.name, frozenset(found) - OUTSIDE)


def name_of(session: Session, login: str) -> str:
    """The name of a person; of who acts without being one ("Customer"); the login when nobody has it."""
    if login in NOT_PEOPLE:
        return NOT_PEOPLE[login]
    person = session.get(Person, login)
    return person.name if person else login


def members(session: Session, role_id: str, *, leads_only: bool = False) -> list[Person]:
    """The active people of a role, by name; with `leads_only` those who lead it."""
    return list(session.scalars(_LEADS if leads_only else _MEMBERS, {"role": role_id}))


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
    """Add a person and put them into roles (made when they do not exist yet, named like their id).

    Raises Refused for a login or a role that no person may have.
    """
    if login in NOT_PEOPLE:
        raise errors.Refused(
            Sentence(_l('Nobody can have the login "{login}". Choose another one.'), login=login)
        )
    for role_id in sorted(OUTSIDE & set(roles)):
        raise errors.Refused(
            Sentence(
                _l('The role "{role}" is for people outside: they get links, not accounts.'),
                role=Label(role_id),
            )
        )
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
    """Roles that nobody active has: work for them would wait silently. Those of people outside are among them."""
    return OUTSIDE | set(session.scalars(_without_members()))


@cache
def _without_members() -> Select[tuple[str]]:
    return select(Role.role_id).where(~has_member(Role.role_id))


def with_members(session: Session) -> list[str]:
    """Roles of the house that somebody active has, in order of their names."""
    found = session.scalars(select(Role.role_id).where(has_member(Role.role_id)).order_by(Role.role_id))
    return [each for each in found if each not in OUTSIDE]


def has_member(role_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether somebody active has the role, for use in a question."""
    person = aliased(Person)
    return exists().where(Membership.role_id == role_id, Membership.login == person.login, person.active)
