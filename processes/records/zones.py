"""Parts of the town or country that customers live in: who works there goes there first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base, PlainJson
from processes.records import audit


class Zone(audit.Audited, Base):
    """A zone is known by words of an address: streets, quarters, postcodes ("md-2001"). They are kept in small letters."""

    __tablename__ = "zone"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)
    zone_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    words: Mapped[list[str]] = mapped_column(PlainJson)


class ZonePerson(Base):
    """Somebody works in a zone."""

    __tablename__ = "zone_person"
    zone_id: Mapped[str] = mapped_column(ForeignKey("zone.zone_id"), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True, index=True)


def put(session: Session, zone_id: str, name: str, words: Sequence[str], people: Iterable[str]) -> Zone:
    """Add a zone with the people who work there, or write new facts onto a known one."""
    zone = session.get(Zone, zone_id) or Zone(zone_id=zone_id)
    zone.name, zone.words = name.strip(), sorted({_plain(word) for word in words} - {""})
    session.add(zone)
    session.flush()
    session.execute(delete(ZonePerson).where(ZonePerson.zone_id == zone_id))
    session.add_all(ZonePerson(zone_id=zone_id, login=login) for login in sorted(set(people)))
    session.flush()
    return zone


def every(session: Session) -> list[Zone]:
    """All zones, by name."""
    return list(session.scalars(select(Zone).order_by(Zone.name, Zone.zone_id)))


def of_address(session: Session, address: str | None) -> Zone | None:
    """The zone of an address: the one whose longest word stands in it as a whole; None when no word does."""
    text = f" {_plain(address or '')} "
    found = [
        (len(word), zone.zone_id, zone)
        for zone in every(session)
        for word in zone.words
        if f" {word} " in text
    ]
    return max(found, key=lambda each: each[:2])[2] if found else None


def people(session: Session, zone_id: str) -> set[str]:
    """The logins of those who work in a zone."""
    return set(session.scalars(select(ZonePerson.login).where(ZonePerson.zone_id == zone_id)))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w-]+", text.casefold()))
