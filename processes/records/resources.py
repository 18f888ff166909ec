"""Whom and what an appointment takes up: people, vehicles, crews; each can take part in so many at the same time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from engine.tables import Membership, Person
from processes.records import audit

PERSON, VEHICLE, CREW = KINDS = ("person", "vehicle", "crew")
LABELS = {PERSON: _l("Person"), VEHICLE: _l("Vehicle"), CREW: _l("Crew")}


class Resource(audit.Audited, Base):
    """Somebody or something with a calendar. A person's resource_id is their login.

    capacity: in how many appointments it can take part at the same moment. A crew has no time of its own: its members have.
    """

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("capacity BETWEEN 1 AND 1000", name="capacity"),
        CheckConstraint("(kind = 'person') = (login IS NOT NULL)", name="login"),
        CheckConstraint("login IS NULL OR login = resource_id", name="login_is_id"),
        # What `capacity_use` points at: its units are those that the resource has.
        UniqueConstraint("resource_id", "capacity"),
    )
    resource_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    login: Mapped[str | None] = mapped_column(ForeignKey("person.login"), unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("location.location_id"))
    capacity: Mapped[int]
    active: Mapped[bool] = mapped_column(Boolean)


class CrewMember(Base):
    """Somebody belongs to a crew: people who go out together."""

    __tablename__ = "crew_member"
    crew_id: Mapped[str] = mapped_column(ForeignKey("resource.resource_id"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True, index=True)


def put(
    session: Session,
    resource_id: str,
    kind: str,
    location_id: str,
    *,
    name: str | None = None,
    capacity: int = 1,
    active: bool = True,
    members: Sequence[str] = (),
) -> Resource:
    """Add a person (by login), a vehicle or a crew with its members, or write new facts onto a known one.

    Raises Refused for an unknown kind, and for a person whom nobody knows.
    """
    if kind not in KINDS:
        raise errors.Refused(f'Expected the kind to be one of {", ".join(KINDS)}, but found "{kind}".')
    person = session.get(Person, resource_id) if kind == PERSON else None
    if kind == PERSON and person is None:
        raise errors.Refused(Sentence(_l('Nobody has the login "{login}".'), login=resource_id))
    row = session.get(Resource, resource_id) or Resource(resource_id=resource_id)
    row.kind, row.location_id, row.capacity, row.active = kind, location_id, capacity, active
    row.login, row.name = (resource_id, person.name) if person else (None, (name or resource_id).strip())
    session.add(row)
    session.flush()
    session.execute(delete(CrewMember).where(CrewMember.crew_id == resource_id))
    session.add_all(CrewMember(crew_id=resource_id, login=login) for login in sorted(set(members)))
    session.flush()
    return row


def get(session: Session, resource_id: str) -> Resource:
    """The resource of that id. Raises NotFound."""
    found = session.get(Resource, resource_id)
    if found is None:
        raise errors.NotFound(f'There is no person, vehicle or crew "{resource_id}" in the calendar.')
    return found


def every(session: Session, kind: str | None = None) -> list[Resource]:
    """All that are in use, of one kind if given, by name."""
    query = select(Resource).where(Resource.active)
    if kind is not None:
        query = query.where(Resource.kind == kind)
    return list(session.scalars(query.order_by(Resource.name, Resource.resource_id)))


def with_role(session: Session, roles: Collection[str]) -> list[Resource]:
    """The people in the calendar who have one of these roles and an account in use, by login."""
    query = (
        select(Resource)
        .join(Person, Person.login == Resource.login)
        .where(
            Resource.active,
            Person.active,
            Resource.login.in_(select(Membership.login).where(Membership.role_id.in_(sorted(roles)))),
        )
    )
    return list(session.scalars(query.order_by(Resource.resource_id)))


def crews(session: Session) -> dict[str, list[str]]:
    """{crew: logins of its members}, of crews in use."""
    query = (
        select(CrewMember.crew_id, CrewMember.login)
        .join(Resource, Resource.resource_id == CrewMember.crew_id)
        .where(Resource.active)
        .order_by(CrewMember.crew_id, CrewMember.login)
    )
    found: dict[str, list[str]] = {}
    for crew_id, login in session.execute(query):
        found.setdefault(crew_id, []).append(login)
    return found
