"""Deputies: who stands in for whom, from when until when, in which process. What a deputy does is done "B for A".

A deputy stands in for one person, not for the people whom that person stands in for: what somebody was trusted with does not
travel further. A circle (A for B while B is for A) would leave both steps with nobody who is there, so it is refused.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from engine import errors, roles
from engine.keys import new_key
from engine.roles import Actor
from engine.sentences import Sentence, _l
from engine.tables import Deputy, Person


def appoint(
    session: Session,
    absent_login: str,
    login: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    process_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> Deputy:
    """Let `login` do the steps of `absent_login` between two moments, of one process or of all.

    Raises NotFound for people who are not active, Refused for oneself, for a time that is over, and for a circle.
    """
    for each in (absent_login, login):
        _active(session, each)
    if absent_login == login:
        raise errors.Refused(_l("Nobody can stand in for themselves. Choose somebody else."))
    if ends_at <= starts_at or ends_at <= now:
        raise errors.Refused(
            _l("The time of a deputy ends after it began, and after now. Choose a later end.")
        )
    _refuse_circle(session, absent_login, login, process_id, starts_at, ends_at)
    row = Deputy(
        key=new_key(),
        absent_login=absent_login,
        login=login,
        process_id=process_id or None,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=now,
        made_by=actor.login,
        ended_at=None,
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, deputy_key: int, *, now: datetime) -> Deputy:
    """Let it count no longer; what has ended stays as it is. Raises NotFound."""
    row = session.get(Deputy, deputy_key)
    if row is None:
        raise errors.NotFound(_l("There is no such deputy."))
    if row.ended_at is None:
        row.ended_at = now
        session.flush()
    return row


def of(session: Session, login: str, now: datetime) -> list[Deputy]:
    """For whom somebody stands in now, the earliest appointment first."""
    query = select(Deputy).where(Deputy.login == login, *_counts(now))
    return list(session.scalars(query.order_by(Deputy.key)))


def is_one(login: ColumnElement[str], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether the person of that column stands in for anybody then: for queries that ask it beside something else."""
    return exists().where(Deputy.login == login, *_counts(now))


def standing(session: Session, actor: Actor, now: datetime) -> Actor:
    """The actor with the people for whom they stand in now, each with the roles that person has now."""
    found = []
    for each in of(session, actor.login, now):
        person = session.get(Person, each.absent_login)
        if person is not None and person.active:
            absent = roles.actor(session, person.login)
            found.append(roles.Absent(absent.login, absent.name, absent.roles, each.process_id))
    return replace(actor, stands_for=tuple(found))


def ahead(session: Session, now: datetime, about: str | None = None) -> list[Deputy]:
    """Those that count now or later, by their beginning; of all, or those in which one person is absent or the deputy."""
    query = select(Deputy).where(Deputy.ends_at > now, Deputy.ended_at.is_(None))
    if about is not None:
        query = query.where(or_(Deputy.absent_login == about, Deputy.login == about))
    return list(session.scalars(query.order_by(Deputy.starts_at, Deputy.key)))


def _counts(now: datetime | ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    return Deputy.starts_at <= now, Deputy.ends_at > now, Deputy.ended_at.is_(None)


def _active(session: Session, login: str) -> None:
    person = session.get(Person, login)
    if person is None or not person.active:
        raise errors.NotFound(Sentence(_l('Nobody active has the login "{login}".'), login=login))


def _refuse_circle(
    session: Session, absent: str, login: str, process_id: str | None, starts_at: datetime, ends_at: datetime
) -> None:
    """Follow from the deputy to their own deputies of that time; whoever comes back to the absent person closes a circle."""
    touching = select(Deputy).where(
        Deputy.ended_at.is_(None), Deputy.starts_at < ends_at, Deputy.ends_at > starts_at
    )
    if process_id is not None:
        touching = touching.where(or_(Deputy.process_id.is_(None), Deputy.process_id == process_id))
    deputies_of: dict[str, set[str]] = {}
    for each in session.scalars(touching):
        deputies_of.setdefault(each.absent_login, set()).add(each.login)
    seen, ahead_ = {login}, [login]
    while ahead_:
        for following in deputies_of.get(ahead_.pop(), ()):
            if following == absent:
                raise errors.Refused(
                    Sentence(
                        _l(
                            "{absent} stands in for {deputy} in that time already, "
                            "alone or through others. Choose somebody else."
                        ),
                        absent=roles.name_of(session, absent),
                        deputy=roles.name_of(session, login),
                    )
                )
            if following not in seen:
                seen.add(following)
                ahead_.append(following)
