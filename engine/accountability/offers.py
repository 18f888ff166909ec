"""User tasks that nobody can do, because who has them or may take them is not there at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import roles
from engine.accountability.people import GONE, OFFERED_TO_NOBODY, ONLY_GONE
from engine.sentences import Label, Sentence
from engine.tables import Person, Role, UserTask, UserTaskCandidate


def of_nobody(session: Session, open_ones: Collection[UserTask]) -> Iterator[tuple[UserTask, Sentence]]:
    """Those of these open user tasks that are with somebody who was deleted, or offered to nobody who is there."""
    if not open_ones:
        return
    offered: dict[int, set[tuple[str, str]]] = defaultdict(set)
    free = [each.key for each in open_ones if each.assignee is None]
    for each in session.scalars(select(UserTaskCandidate).where(UserTaskCandidate.user_task_key.in_(free))):
        offered[each.user_task_key].add((each.kind, each.name))
    named = {each.assignee for each in open_ones} | {
        name for of_one in offered.values() for kind, name in of_one if kind == "person"
    }
    active = dict(
        session.execute(select(Person.login, Person.active).where(Person.login.in_(named - {None}))).all()
    )
    there = roles.OUTSIDE | set(session.scalars(select(Role.role_id)))
    for each in open_ones:
        step = Label(each.name)
        if each.assignee is not None:
            if each.assignee not in active:
                yield each, Sentence(GONE, who=each.assignee, step=step)
            continue
        of_this = offered[each.key]
        if not of_this:
            yield each, Sentence(OFFERED_TO_NOBODY, step=step)
        elif not any(name in there if kind == "role" else active.get(name) for kind, name in of_this):
            yield each, Sentence(ONLY_GONE, who=sorted(name for _kind, name in of_this), step=step)
