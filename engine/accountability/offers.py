"""Open user tasks with everybody who has them or may take them, and those that nobody who is there can do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine import roles
from engine.accountability.reasons import GONE, OFFERED_TO_NOBODY, ONLY_GONE, ONLY_KEPT_OUT
from engine.sentences import Label, Sentence
from engine.tables import History, Membership, Person, Role, UserTask, UserTaskCandidate


@dataclass(slots=True)
class Offered:
    """An open user task and whom it waits for.

    holder: the name of who has taken it, None when that login is not there; is_active: whether they still are.
    groups: its candidate roles. empty: those of them that nobody active has. lost: those that are not there at all.
    people: names of the candidates who are active. gone: logins of those who are not. kept_out: names of those who may not
    do it because they did what it checks (four eyes), where nobody else may do it either.
    """

    user_task: UserTask
    holder: str | None
    is_active: bool
    groups: list[str] = field(default_factory=list)
    empty: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    people: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    kept_out: list[str] = field(default_factory=list)


def of(session: Session, keys: Collection[int]) -> list[Offered]:
    """The open user tasks of these instances, the oldest first; one question (three where four eyes are asked for)."""
    holder = aliased(Person)
    is_person, is_role = UserTaskCandidate.kind == "person", UserTaskCandidate.kind == "role"
    rows = session.execute(
        select(
            UserTask,
            holder.name,
            holder.active,
            UserTaskCandidate.kind,
            UserTaskCandidate.name,
            Person.name,
            Role.role_id,
            roles.has_member(Role.role_id),
        )
        .outerjoin(holder, holder.login == UserTask.assignee)
        .outerjoin(UserTaskCandidate, UserTaskCandidate.user_task_key == UserTask.key)
        .outerjoin(Person, is_person & (Person.login == UserTaskCandidate.name) & Person.active)
        .outerjoin(Role, is_role & (Role.role_id == UserTaskCandidate.name))
        .where(UserTask.process_instance_key.in_(keys), UserTask.state == "open")
        .order_by(UserTask.key, UserTaskCandidate.name)
    )
    found: dict[int, Offered] = {}
    for user_task, holder_name, is_active, kind, name, person, role_id, has_member in rows:
        here = found.setdefault(user_task.key, Offered(user_task, holder_name, bool(is_active)))
        if kind == "role":
            here.groups.append(name)
            if name in roles.OUTSIDE or (role_id is not None and not has_member):
                here.empty.add(name)
            elif role_id is None:
                here.lost.add(name)
        elif kind == "person":
            (here.gone if person is None else here.people).append(person or name)
    checking = [
        each for each in found.values() if _elements_checked(each) and each.user_task.assignee is None
    ]
    if checking:
        _keep_out(session, checking)
    return list(found.values())


def _elements_checked(offered: Offered) -> list[str]:
    """The elements whose last completer is kept out; whom an expression keeps out is known only when somebody asks."""
    rule = (offered.user_task.properties or {}).get("four_eyes") or ""
    return [] if rule.startswith("=") else [each.strip() for each in rule.split(",") if each.strip()]


def _keep_out(session: Session, checking: Collection[Offered]) -> None:
    """Note where the only people who may do a step are those who did what it checks."""
    elements = {element_id for each in checking for element_id in _elements_checked(each)}
    done = session.execute(
        select(History.process_instance_key, History.element_id, History.actor)
        .where(
            History.process_instance_key.in_({each.user_task.process_instance_key for each in checking}),
            History.kind == "completed",
            History.element_id.in_(elements),
        )
        .order_by(History.key)
    )
    last = {(key, element_id): login for key, element_id, login in done}
    may = session.execute(
        select(UserTaskCandidate.user_task_key, Person.login, Person.name)
        .outerjoin(
            Membership,
            (UserTaskCandidate.kind == "role") & (Membership.role_id == UserTaskCandidate.name),
        )
        .join(
            Person,
            (Person.login == Membership.login)
            | ((UserTaskCandidate.kind == "person") & (Person.login == UserTaskCandidate.name)),
        )
        .where(UserTaskCandidate.user_task_key.in_([each.user_task.key for each in checking]), Person.active)
    ).all()
    for each in checking:
        key = each.user_task.process_instance_key
        who_did = {last.get((key, element_id)) for element_id in _elements_checked(each)}
        theirs = {login: name for task_key, login, name in may if task_key == each.user_task.key}
        if theirs.keys() <= who_did:
            each.kept_out = sorted(theirs.values())


def of_nobody(open_ones: Iterable[Offered]) -> Iterator[tuple[UserTask, Sentence]]:
    """Those that are with somebody who was deleted, or offered to nobody who is there."""
    for each in open_ones:
        user_task, step = each.user_task, Label(each.user_task.name)
        if user_task.assignee is not None:
            if each.holder is None:
                yield user_task, Sentence(GONE, who=user_task.assignee, step=step)
        elif not (each.groups or each.people or each.gone):
            yield user_task, Sentence(OFFERED_TO_NOBODY, step=step)
        elif each.kept_out:
            yield user_task, Sentence(ONLY_KEPT_OUT, who=each.kept_out, step=step)
        elif not each.people and _are_nobody(each):
            yield user_task, Sentence(ONLY_GONE, who=sorted([*each.groups, *each.gone]), step=step)


def _are_nobody(offered: Offered) -> bool:
    """Whether no candidate role can do it. Where there is nothing but empty roles the list of what is stuck says so itself."""
    is_said = not offered.gone and not offered.lost
    empty_here = offered.empty - roles.OUTSIDE
    return not is_said and (empty_here | offered.lost).issuperset(offered.groups)
