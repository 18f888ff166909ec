"""User tasks: take one, give it back, hand it over, keep a draft, complete it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import (
    errors,
    execution,
    feel,
    forms,
    outside,
    roles,
    settings,
    spiff,
    user_task_changes,
    user_task_rows,
    versions,
)
from engine.roles import Absent, Actor
from engine.sentences import Label, Sentence, _l
from engine.tables import (
    Draft,
    History,
    Person,
    ProcessInstance,
    UserTask,
)


class StaleUserTask(errors.Conflict):
    """This step has changed since you opened the page. Look at it again; your answers are kept."""


class FourEyes(errors.Forbidden):
    """This step needs a second person: you did the step before it. Leave it to somebody else."""


#: The variable that says who has answered a question to a customer: staff (true) or the customer through a link.
ANSWERED_BY_STAFF = "answered_by_staff"

_GET = (
    select(UserTask).where(UserTask.key == bindparam("user_task")).execution_options(populate_existing=True)
)
_INSTANCE_OF = select(UserTask.__table__.c.process_instance_key).where(
    UserTask.__table__.c.key == bindparam("user_task")
)
#: The process that an order follows; a step may be one of a process that it has called.
_PROCESS_OF = select(ProcessInstance.__table__.c.process_id).where(
    ProcessInstance.__table__.c.key == bindparam("instance")
)


def get(session: Session, user_task_key: int) -> UserTask:
    """The user task as it is now. Raises NotFound."""
    found = session.scalar(_GET, {"user_task": user_task_key})
    if found is None:
        raise errors.NotFound("There is no such step, or you may not see it.")
    return found


def may_work_on(session: Session, user_task: UserTask, actor: Actor) -> bool:
    """Whether the actor, or somebody for whom they stand in, is the assignee or a candidate (four eyes are another question)."""
    return (
        user_task.assignee == actor.login
        or _is_offered(session, user_task, actor)
        or absent(session, user_task, actor) is not None
    )


def absent(session: Session, user_task: UserTask, actor: Actor) -> Absent | None:
    """For whom the actor would do this user task; None when it is offered to the actor, or nobody whom they stand in for has it.

    What an absent person has taken is done for them; what is free, or taken by the deputy, for the first to whom it is offered.
    """
    if not actor.stands_for or _is_offered(session, user_task, actor):
        return None
    process_id = session.scalar(_PROCESS_OF, {"instance": user_task.process_instance_key})
    for each in actor.stands_for:
        is_of_process = each.process_id in (None, process_id, user_task.process_id)
        if is_of_process and (
            user_task.assignee == each.login
            or (user_task.assignee in (None, actor.login) and _is_offered(session, user_task, each))
        ):
            return each
    return None


def claim(session: Session, user_task_key: int, *, actor: Actor, now: datetime) -> UserTask:
    """Take an open user task. Taking one's own again changes nothing.

    Raises UserTaskClosed, UserTaskAlreadyClaimed (facts: assignee), NotACandidate, FourEyes.
    """
    row, user_task = _row_and_user_task(session, user_task_key)
    if user_task.assignee == actor.login:
        return user_task
    if user_task.assignee is not None:
        raise errors.UserTaskAlreadyClaimed(
            Sentence(
                _l('"{step}" has already been taken by {who}.'),
                step=Label(user_task.name),
                who=roles.name_of(session, user_task.assignee),
            ),
            assignee=user_task.assignee,
        )
    _check_candidate(session, user_task, actor)
    return user_task_changes.make(session, row, user_task, {"assignee": actor.login}, "claimed", actor, now)


def release(session: Session, user_task_key: int, *, actor: Actor, now: datetime) -> UserTask:
    """Give a taken user task back to its candidates. Raises UserTaskClosed, NotTheAssignee."""
    row, user_task = _row_and_user_task(session, user_task_key)
    if user_task.assignee != actor.login:
        raise errors.NotTheAssignee()
    return user_task_changes.make(session, row, user_task, {"assignee": None}, "released", actor, now)


def assign(session: Session, user_task_key: int, login: str, *, actor: Actor, now: datetime) -> UserTask:
    """Hand an open user task to an active person, whoever has it now. Whether the actor may is the caller's question.

    Raises UserTaskClosed, NotFound, FourEyes (for the new assignee).
    """
    row, user_task = _row_and_user_task(session, user_task_key)
    person = session.get(Person, login)
    if person is None or not person.active:
        raise errors.NotFound(Sentence(_l('Nobody active has the login "{login}".'), login=login))
    _check_four_eyes(session, user_task, login)
    return user_task_changes.make(session, row, user_task, {"assignee": login}, "assigned", actor, now)


def update(
    session: Session, user_task_key: int, changes: Mapping[str, Any], *, actor: Actor, now: datetime
) -> UserTask:
    """Change an open user task. Whether the actor may is the caller's question.

    changes: {candidate_groups, candidate_users: list of texts; due_date, follow_up_date: ISO 8601 text or None; priority:
    0 to 100}; what is not named stays. Raises UserTaskClosed, Refused, spiff.ChangeDenied (by a task listener), Conflict
    while listeners still work on it.
    """
    row, user_task = _row_and_user_task(session, user_task_key)
    return user_task_changes.make(session, row, user_task, changes, "updated", actor, now)


def save_draft(
    session: Session, user_task_key: int, submission: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Draft:
    """Keep what a person has typed so far; nothing is checked. Raises UserTaskClosed, NotACandidate."""
    user_task = get(session, user_task_key)
    _check_open(session, user_task)
    if not may_work_on(session, user_task, actor):
        raise errors.NotACandidate()
    kept = Draft(user_task_key=user_task_key, login=actor.login, submission=dict(submission), saved_at=now)
    kept = session.merge(kept)
    session.flush()
    return kept


def draft(session: Session, user_task_key: int, login: str) -> Draft | None:
    """What `login` has typed and not yet submitted."""
    return session.get(Draft, (user_task_key, login))


def variables(session: Session, user_task: UserTask, actor: Actor | None = None) -> dict[str, Any]:
    """All variables that the user task sees; for a question to a customer, who would answer it now (see `who_answers`)."""
    seen = execution.look(session, user_task.process_instance_key).variables(user_task.token_id)
    return {**seen, **who_answers(user_task, actor)} if actor is not None else seen


def who_answers(user_task: UserTask, actor: Actor) -> dict[str, bool]:
    """{"answered_by_staff": …} for a question to somebody outside, nothing for other user tasks.

    Forms read it (staff owe the evidence of a phone call), and it becomes a variable when the user task is completed:
    said by us, never by what was sent.
    """
    return {ANSWERED_BY_STAFF: not actor.is_outside} if page_of(user_task) else {}


def page_of(user_task: UserTask) -> str | None:
    """The page on which somebody outside answers this user task ("quote"); None for work of the house."""
    return (user_task.properties or {}).get(outside.PAGE) or None


def open_page(session: Session, process_instance_key: int, page: str) -> UserTask | None:
    """The open user task of an order that is answered on this page, the oldest if there are several."""
    return open_pages(session, process_instance_key).get(page)


def open_pages(session: Session, process_instance_key: int) -> dict[str, UserTask]:
    """{page: the oldest open user task of an order that is answered on it}, for the pages that wait for an answer."""
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.process_instance_key == process_instance_key, UserTask.state == "open")
        .order_by(UserTask.key.desc())
    )
    return {page: each for each in rows if (page := page_of(each))}


def complete(
    session: Session,
    user_task_key: int,
    submission: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    files: Mapping[str, forms.UploadedFile] | None = None,
) -> ProcessInstance:
    """Complete a user task and run its process instance to the next wait.

    submission: {field key: value} as form-js posts it; unknown keys are refused, not dropped. A user task without a form
    of ours takes no answers. version: what the page showed; an older one is refused. An unclaimed user task may be
    completed by any candidate, or by their deputy (the history says for whom); a customer may answer through the link even while a colleague has the question.
    Raises UserTaskClosed (facts: closed_by, closed_by_name, closed_at), NotTheAssignee, NotACandidate, FourEyes,
    StaleUserTask, forms.SubmissionInvalid (one sentence per field), spiff.ChangeDenied (a task listener). While outside
    listeners work on it the user task stays open.
    """
    row, user_task = _row_and_user_task(session, user_task_key)
    stands_for = absent(session, user_task, actor)
    is_taken = user_task.assignee is not None and not actor.is_outside and stands_for is None
    if is_taken and user_task.assignee != actor.login:
        raise errors.NotTheAssignee(
            Sentence(
                _l('"{step}" has been taken by {who}.'),
                step=Label(user_task.name),
                who=roles.name_of(session, user_task.assignee),
            ),
            assignee=user_task.assignee,
        )
    if is_taken:
        _check_four_eyes(session, user_task, actor.login)
    else:
        _check_candidate(session, user_task, actor)
        if stands_for is not None:
            # What an absent person may not do themselves nobody does for them.
            _check_four_eyes(session, user_task, stands_for.login)
    if version is not None and version != user_task.version:
        raise StaleUserTask()
    answers: dict[str, Any] = {}

    def answer(instance: spiff.Instance) -> None:
        told = who_answers(user_task, actor)
        seen = {**instance.variables(user_task.token_id), **told}
        answers.update(check(session, user_task, submission, seen, now=now, files=files or {}))
        answers.update(told)
        detail = {"name": user_task.name, "submission": answers} | (
            {"for": stands_for.login, "for_name": stands_for.name} if stands_for else {}
        )
        user_task_changes.complete(session, instance, user_task, answers, detail, actor, now)

    return execution.advance_locked(session, row, answer, actor=actor, now=now)


def check(
    session: Session,
    user_task: UserTask,
    submission: Mapping[str, Any],
    seen: Mapping[str, Any],
    *,
    now: datetime,
    files: Mapping[str, forms.UploadedFile],
) -> dict[str, Any]:
    """The values of a submission that may become variables. Raises forms.SubmissionInvalid."""
    form = versions.form_of(session, user_task)
    zone = settings.calendar(session).time_zone
    return (form or forms.EMPTY).check(dict(submission), dict(seen), now=now, time_zone=zone, files=files)


def last_completed_by(session: Session, process_instance_key: int, element_id: str) -> str | None:
    """Who completed a user task of this element last, in this instance."""
    return session.scalar(
        select(History.actor)
        .where(
            History.process_instance_key == process_instance_key,
            History.element_id == element_id,
            History.kind == "completed",
        )
        .order_by(History.key.desc())
        .limit(1)
    )


def _is_offered(session: Session, user_task: UserTask, who: Actor | Absent) -> bool:
    candidates = session.execute(user_task_rows.CANDIDATES, {"user_task": user_task.key}).all()
    return any(name == who.login if kind == "person" else name in who.roles for kind, name in candidates)


def _row_and_user_task(session: Session, user_task_key: int) -> tuple[ProcessInstance, UserTask]:
    # The instance is locked first, always, so that two verbs on one order wait for each other instead of deadlocking.
    instance_key = session.scalar(_INSTANCE_OF, {"user_task": user_task_key})
    if instance_key is None:
        raise errors.NotFound("There is no such step, or you may not see it.")
    row = execution.lock(session, instance_key)
    user_task = get(session, user_task_key)
    _check_open(session, user_task)
    return row, user_task


def _check_open(session: Session, user_task: UserTask) -> None:
    if user_task.state == "open":
        return
    name = roles.name_of(session, user_task.closed_by or "")
    pattern = (
        _l('"{step}" was completed by {who} at {at}.')
        if user_task.state == "completed"
        else _l('"{step}" was ended by {who} at {at}.')
    )
    raise errors.UserTaskClosed(
        Sentence(pattern, step=Label(user_task.name), who=name, at=user_task.closed_at),
        state=user_task.state,
        closed_by=user_task.closed_by,
        closed_by_name=name,
        closed_at=user_task.closed_at,
    )


def _check_candidate(session: Session, user_task: UserTask, actor: Actor) -> None:
    if not may_work_on(session, user_task, actor):
        raise errors.NotACandidate(
            Sentence(_l('"{step}" belongs to another role.'), step=Label(user_task.name))
        )
    _check_four_eyes(session, user_task, actor.login)


def _check_four_eyes(session: Session, user_task: UserTask, login: str) -> None:
    """`four_eyes` names elements whose last completer is kept out, or (with "=") logins by FEEL."""
    rule = (user_task.properties or {}).get("four_eyes")
    if not rule:
        return
    if rule.startswith("="):
        value = feel.to_json(feel.compile(rule[1:]).evaluate(variables(session, user_task)).value)
        kept_out = set(value) if isinstance(value, list) else {value}
    else:
        elements = [each.strip() for each in rule.split(",")]
        kept_out = {last_completed_by(session, user_task.process_instance_key, each) for each in elements}
    if login in kept_out:
        raise FourEyes()
