"""What people can do and have a certificate for (E25): who is not qualified on the day is not sent (I23, second half)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit


class Skill(audit.Audited, Base):
    """Something that one has to have learnt, or to have a certificate for. names: {language: name}."""

    __tablename__ = "skill"
    __table_args__ = (CheckConstraint("length(skill_id) > 0", name="skill_id"),)
    skill_id: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]

    def name_in(self, language: str) -> str:
        """The name in that language, else in English, else any."""
        return (
            self.names.get(language) or self.names.get("en") or next(iter(self.names.values()), self.skill_id)
        )


class Qualification(audit.Audited, Base):
    """Somebody has a skill from a day on, until a day (None: for good). certificate: its number, or where it lies."""

    __tablename__ = "qualification"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="term"),
        UniqueConstraint("login", "skill_id", "valid_from"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    skill_id: Mapped[str] = mapped_column(ForeignKey("skill.skill_id"), index=True)
    level: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    certificate: Mapped[str | None]

    def end(self, last_day: date) -> None:
        """It counts until that day, not longer. Raises Refused for a day before it began."""
        if last_day < self.valid_from:
            raise errors.Refused(
                Sentence(_l("The qualification began on {day}. It cannot end before."), day=self.valid_from)
            )
        self.valid_to = last_day


def put(session: Session, skill_id: str, names: Mapping[str, str]) -> Skill:
    """Add a skill, or name a known one anew."""
    skill = session.get(Skill, skill_id) or Skill(skill_id=skill_id)
    skill.names = dict(names)
    session.add(skill)
    session.flush()
    return skill


def get(session: Session, skill_id: str) -> Skill:
    """The skill of that id. Raises NotFound."""
    found = session.get(Skill, skill_id)
    if found is None:
        raise errors.NotFound(f'There is no skill "{skill_id}".')
    return found


def every(session: Session) -> list[Skill]:
    """All skills, by id."""
    return list(session.scalars(select(Skill).order_by(Skill.skill_id)))


def qualify(
    session: Session,
    login: str,
    skill_id: str,
    valid_from: date,
    valid_to: date | None = None,
    *,
    level: int = 1,
    certificate: str | None = None,
) -> Qualification:
    """Write down that somebody has a skill from that day on.

    Raises NotFound for a skill that there is not, Refused for an end before the beginning and for what is written down already.
    """
    get(session, skill_id)
    if valid_to is not None and valid_to < valid_from:
        raise errors.Refused(_l("A qualification ends after it began. Choose a later last day."))
    known = select(Qualification.key).where(
        Qualification.login == login,
        Qualification.skill_id == skill_id,
        Qualification.valid_from == valid_from,
    )
    if session.scalar(known) is not None:
        raise errors.Refused(
            Sentence(
                _l("This qualification is written down from {day} on already. Choose another day."),
                day=valid_from,
            )
        )
    row = Qualification(
        login=login,
        skill_id=skill_id,
        level=level,
        valid_from=valid_from,
        valid_to=valid_to,
        certificate=(certificate or "").strip() or None,
    )
    session.add(row)
    session.flush()
    return row


def of_person(session: Session, login: str) -> list[Qualification]:
    """What somebody has ever had, the newest first."""
    query = select(Qualification).where(Qualification.login == login)
    return list(session.scalars(query.order_by(Qualification.valid_from.desc(), Qualification.key.desc())))


def terms(session: Session, skill_id: str) -> dict[str, list[tuple[date, date | None]]]:
    """{login: from when until when they have the skill}."""
    found: dict[str, list[tuple[date, date | None]]] = {}
    query = select(Qualification).where(Qualification.skill_id == skill_id).order_by(Qualification.valid_from)
    for each in session.scalars(query):
        found.setdefault(each.login, []).append((each.valid_from, each.valid_to))
    return found


def is_qualified(session: Session, login: str, skill_id: str | None, on: date) -> bool:
    """Whether somebody has the skill on that day; everybody has what is not asked for (None)."""
    if skill_id is None:
        return True
    query = select(Qualification.key).where(
        Qualification.login == login,
        Qualification.skill_id == skill_id,
        Qualification.valid_from <= on,
        or_(Qualification.valid_to.is_(None), Qualification.valid_to >= on),
    )
    return session.scalar(query.limit(1)) is not None
