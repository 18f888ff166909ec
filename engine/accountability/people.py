"""Orders that wait for a person: somebody of a role, somebody who has taken the step, or a customer with a link."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine import outside, roles
from engine.accountability import offers
from engine.accountability.reasons import GONE, OFFERED_TO_NOBODY, ONLY_GONE, ONLY_KEPT_OUT, Reason, Stuck
from engine.sentences import Label, Sentence, _l
from engine.tables import Person, ProcessInstance, Role, UserTask, UserTaskCandidate

_NOBODY = _l('Stuck: nobody active has the role "{role}", so nobody can do "{step}".')
_NO_LINK = _l('Stuck: no link for the customer works, and nobody active may answer "{step}" for them.')
_NO_LINK_NO_ROLE = _l(
    'Stuck: no link for the customer works, and nobody active has the role "{role}" to answer "{step}" for them.'
)
_ASKED = _l('Waits for the customer: "{step}", asked {since}. The link works until {until}.')
_ASKED_WITHOUT_LINK = _l(
    'Waits for the customer: "{step}", asked {since}. No link works; {role} can ask by phone and write down the answer.'
)


# Asked on every page and every round: built once, because building one costs more than running it.
_WITH_THE_GONE = (
    select(UserTask, Person.name, ProcessInstance.business_key)
    .join(Person, Person.login == UserTask.assignee)
    .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
    .where(UserTask.state == "open", Person.active.is_(False))
    .order_by(UserTask.key)
    .limit(bindparam("most"))
)
_OTHER = aliased(UserTaskCandidate)
_EMPTY = bindparam("empty", expanding=True)
_FOR_NOBODY = (
    select(UserTask, UserTaskCandidate.name, ProcessInstance.business_key)
    .join(UserTaskCandidate, UserTaskCandidate.user_task_key == UserTask.key)
    .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
    .where(
        UserTaskCandidate.kind == "role",
        UserTaskCandidate.name.in_(_EMPTY),
        UserTask.assignee.is_(None),
        ~exists().where(
            _OTHER.user_task_key == UserTask.key, or_(_OTHER.kind == "person", _OTHER.name.not_in(_EMPTY))
        ),
    )
    .order_by(UserTaskCandidate.due_at, UserTask.key)
)

#: Whether `with_the_gone` finds anything.
ANY_WITH_THE_GONE = exists().where(
    Person.login == UserTask.assignee, UserTask.state == "open", Person.active.is_(False)
)
#: Whether `for_nobody` may find something: only where a role of the house is empty, or somebody outside is asked.
MAY_BE_FOR_NOBODY = or_(
    exists().where(Role.role_id.not_in(roles.OUTSIDE), ~roles.has_member(Role.role_id)),
    exists().where(UserTaskCandidate.kind == "role", UserTaskCandidate.name.in_(roles.OUTSIDE)),
)


def with_the_gone(session: Session, limit: int) -> Iterator[Stuck]:
    """User tasks with people who are no longer active."""
    for user_task, who, number in session.execute(_WITH_THE_GONE, {"most": limit}):
        sentence = Sentence(GONE, who=who, step=Label(user_task.name))
        yield Stuck(user_task.process_instance_key, number, sentence, user_task.created_at, user_task.key)


def for_nobody(session: Session, now: datetime, limit: int) -> Iterator[Stuck]:
    """User tasks of roles that nobody active has.

    What takes reading every open user task (a person or role that is not there at all) the watch finds: see offers.py.
    """
    for user_task, role_ids, number in _for_nobody(session, now, limit):
        sentence = _nobody(user_task, role_ids)
        yield Stuck(user_task.process_instance_key, number, sentence, user_task.created_at, user_task.key)


def user_tasks(
    session: Session, open_ones: Collection[offers.Offered], now: datetime
) -> list[tuple[int, Reason]]:
    """A reason for each open user task."""
    found: list[tuple[int, Reason]] = []
    asked = [each.user_task.process_instance_key for each in open_ones if _asks_outside(each.groups)]
    links = outside.open_links(session, asked, now)
    for each in open_ones:
        user_task, groups, empty = each.user_task, each.groups, each.empty
        named_people = [each.holder] if each.is_active else each.people if not user_task.assignee else []
        named = [Label(each) for each in groups]
        facts = {
            "since": user_task.created_at,
            "until": user_task.due_at,
            "element_id": user_task.element_id,
            "user_task_key": user_task.key,
            "role": groups[0] if groups else user_task.lane,
            "assignee": user_task.assignee,
        }
        places = {"step": Label(user_task.name), "since": user_task.created_at, "due": user_task.due_at}
        if _asks_outside(groups):
            until = links.get(_link_of(user_task))
            reason = _customer(user_task, groups, empty, until, facts)
        elif user_task.assignee and not each.is_active:
            who = each.holder or user_task.assignee
            sentence = Sentence(GONE, who=who, step=Label(user_task.name))
            reason = Reason("person", sentence, stuck=True, **facts)
        elif each.kept_out:
            sentence = Sentence(ONLY_KEPT_OUT, who=each.kept_out, step=Label(user_task.name))
            reason = Reason("person", sentence, stuck=True, **facts)
        elif named_people:
            pattern = (
                _l('Waits for {who} to do "{step}", since {since}. Due {due}.')
                if user_task.due_at
                else _l('Waits for {who} to do "{step}", since {since}.')
            )
            reason = Reason("person", Sentence(pattern, who=named_people, **places), **facts)
        elif not groups and each.gone:
            sentence = Sentence(ONLY_GONE, who=each.gone, step=Label(user_task.name))
            reason = Reason("person", sentence, stuck=True, **facts)
        elif not groups:
            sentence = Sentence(OFFERED_TO_NOBODY, step=Label(user_task.name))
            reason = Reason("person", sentence, stuck=True, **facts)
        elif (empty | each.lost).issuperset(groups):
            reason = Reason("person", _nobody(user_task, groups), stuck=True, **facts)
        else:
            pattern = (
                _l('Waits for somebody of {role} to take "{step}", since {since}. Due {due}.')
                if user_task.due_at
                else _l('Waits for somebody of {role} to take "{step}", since {since}.')
            )
            reason = Reason("person", Sentence(pattern, role=named, **places), **facts)
        found.append((user_task.process_instance_key, reason))
    return found


def _customer(
    user_task: UserTask, groups: list[str], empty: set[str], until: datetime | None, facts: dict[str, Any]
) -> Reason:
    """A question to somebody outside: open as long as a link works or somebody of the house may answer by phone."""
    places = {"step": Label(user_task.name), "since": user_task.created_at}
    if until is not None:
        sentence = Sentence(_ASKED, until=until, **places)
        return Reason("person", sentence, **{**facts, "role": roles.CUSTOMER, "until": until})
    house = [Label(each) for each in groups if each not in empty]
    if house:
        return Reason(
            "person", Sentence(_ASKED_WITHOUT_LINK, role=house, **places), **{**facts, "role": house[0]}
        )
    return Reason("person", _nobody(user_task, groups), stuck=True, **facts)


def _asks_outside(groups: Collection[str]) -> bool:
    return not roles.OUTSIDE.isdisjoint(groups)


def _link_of(user_task: UserTask) -> tuple[int, str]:
    return user_task.process_instance_key, (user_task.properties or {}).get(outside.PAGE, "")


def _nobody(user_task: UserTask, groups: Collection[str]) -> Sentence:
    """Why a user task that none of its roles can do is stuck."""
    house = [Label(each) for each in groups if each not in roles.OUTSIDE]
    step = Label(user_task.name)
    if not _asks_outside(groups):
        return Sentence(_NOBODY, role=house or "-", step=step)
    return Sentence(_NO_LINK_NO_ROLE, role=house, step=step) if house else Sentence(_NO_LINK, step=step)


def _for_nobody(session: Session, now: datetime, limit: int) -> list[tuple[UserTask, list[str], str]]:
    """User tasks that only empty roles could take and no link can answer, with the roles and the number of the order."""
    rows = session.execute(_FOR_NOBODY, {"empty": roles.without_members(session)})
    found: dict[int, tuple[UserTask, list[str], str]] = {}
    # Questions that a link still answers are passed over, so the limit counts only what is stuck.
    for part in rows.partitions(limit):
        fresh: dict[int, tuple[UserTask, list[str], str]] = {}
        for user_task, role_id, number in part:
            fresh.setdefault(user_task.key, (user_task, [], number))[1].append(role_id)
        asked = [row[0].process_instance_key for row in fresh.values() if _asks_outside(row[1])]
        links = outside.open_links(session, asked, now)
        found |= {key: row for key, row in fresh.items() if _link_of(row[0]) not in links}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]
