"""Reads about one user task: may I see it, its form with what is filled in, the order beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import format_time, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import accountability, errors, roles, user_tasks
from engine.roles import Actor
from engine.tables import Person, ProcessInstance, UserTask
from processes.records import attachments, comments
from processes.records.orders import CustomerOrder
from webapp.inbox import comparing, orders, step_forms, timeline
from webapp.language import label, say
from webapp.words import initials

EARLIER = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What the page of a user task shows. form: {schema, data} or None; saved: when the draft was kept, in words.

    stands_for: the name of the absent person for whom the reader would do it; None when it is their own. known: of a user
    task without a form of ours, the variables that it sees, as (name, text). held_up: the listener that must agree before it
    changes, in a sentence.
    """

    user_task: UserTask
    order: ProcessInstance
    side: Side
    form: dict[str, Any] | None
    assignee_name: str | None
    saved: str
    is_mine: bool
    may_work: bool
    stands_for: str | None
    notice: str | None
    known: list[tuple[str, str]] = field(default_factory=list)
    held_up: str | None = None

    @property
    def form_elsewhere(self) -> str | None:
        """The address of a form of another application, where the model names one that can be opened."""
        reference = (self.user_task.form or {}).get("external_reference") or ""
        return reference if reference.startswith(("https://", "http://")) else None

    @property
    def is_open(self) -> bool:
        return self.user_task.state == "open"

    @property
    def may_complete(self) -> bool:
        """Mine, free and offered to me, or of somebody for whom I stand in."""
        is_reachable = self.is_mine or self.user_task.assignee is None or self.stands_for is not None
        return self.is_open and self.may_work and is_reachable

    @property
    def may_take(self) -> bool:
        """Free and offered to me, or to somebody for whom I stand in."""
        return self.may_complete and self.user_task.assignee is None


@dataclass(frozen=True, slots=True)
class Side:
    """The order beside a form: who asked, its history, comments and files. people: {login: name}.

    earlier: of a repair, the last repairs of the same device before it.
    """

    order: ProcessInstance
    starter: str
    entries: list[timeline.Entry]
    comments: list[comments.Comment]
    files: list[attachments.Attachment]
    people: dict[str, str] = field(default_factory=dict)
    earlier: list[CustomerOrder] = field(default_factory=list)


def see(
    session: Session, key: int, actor: Actor, *, sees_all: bool = False, sees_repairs: bool = False
) -> tuple[UserTask, ProcessInstance]:
    """The user task and its order, if the actor may see the order (orders.see). Raises NotFound."""
    user_task = user_tasks.get(session, key)
    try:
        order = orders.see(
            session, user_task.process_instance_key, actor, sees_all=sees_all, sees_repairs=sees_repairs
        )
    except errors.NotFound as found:
        raise errors.NotFound("There is no such step, or you may not see it.", **found.facts) from None
    return user_task, order


def read(
    session: Session,
    user_task: UserTask,
    order: ProcessInstance,
    actor: Actor,
    *,
    now: datetime,
    time_zone: str,
) -> Step:
    """Everything the page shows. A fixed number of queries."""
    is_open = user_task.state == "open"
    may_work = is_open and user_tasks.may_work_on(session, user_task, actor)
    absent = user_tasks.absent(session, user_task, actor) if may_work else None
    form, saved = None, ""
    if may_work:
        form, saved = _form(session, user_task, actor, now, time_zone)
    assignee = session.get(Person, user_task.assignee) if user_task.assignee else None
    return Step(
        user_task,
        order,
        side(session, order, actor, now=now),
        form,
        assignee.name if assignee else user_task.assignee,
        saved,
        user_task.assignee == actor.login,
        may_work,
        absent.name if absent else None,
        None if is_open else _closed(session, user_task, actor, now),
        step_forms.known(session, user_task) if may_work and form is None else [],
        held_up(session, user_task),
    )


def held_up(session: Session, user_task: UserTask) -> str | None:
    """Why nothing has changed yet after somebody asked for it: a listener has not agreed."""
    sentence = accountability.held_up(session, user_task) if user_task.state == "open" else None
    return None if sentence is None else say(sentence)


def side(session: Session, order: ProcessInstance, actor: Actor, *, now: datetime) -> Side:
    """The order's history, comments and files, for the pane beside a form and for its own page."""
    open_tasks = orders.open_tasks_of(session, [order.key])[order.key]
    said, files = comments.on(session, order.key), attachments.on(session, order.key)
    logins = {order.started_by, *(each.author for each in said), *(each.uploaded_by for each in files)}
    people = timeline.names_of(session, logins)
    return Side(
        order,
        people.get(order.started_by, order.started_by),
        timeline.folded(timeline.of(session, order, open_tasks, login=actor.login, now=now)),
        said,
        files,
        people,
        _earlier(session, order),
    )


def _earlier(session: Session, order: ProcessInstance) -> list[CustomerOrder]:
    repair = session.scalar(select(CustomerOrder).where(CustomerOrder.process_instance_key == order.key))
    if repair is None or repair.device_key is None:
        return []
    query = (
        select(CustomerOrder)
        .where(CustomerOrder.device_key == repair.device_key, CustomerOrder.created_at < repair.created_at)
        .order_by(CustomerOrder.created_at.desc())
        .limit(EARLIER)
    )
    return list(session.scalars(query))


def notice(
    session: Session, user_task: UserTask, actor: Actor, version: int | None, *, now: datetime
) -> str | None:
    """What happened to the user task since a page showed `version` of it; None when nothing did."""
    if user_task.state != "open":
        return _closed(session, user_task, actor, now)
    if version is None or version == user_task.version:
        return None
    if user_task.assignee in (None, actor.login):
        return gettext("This step has changed. Load the page again before you complete it.")
    person = session.get(Person, user_task.assignee)
    return gettext("%(who)s has taken this.", who=initials(person.name if person else user_task.assignee))


def done_sentence(session: Session, order: ProcessInstance, done: UserTask, actor: Actor) -> str:
    """ "“Diagnose” is done. Next: Answer the quote (Customer)." Whose step it is stands there when it is not the actor's."""
    following = orders.open_tasks_of(session, [order.key])[order.key]
    if order.state != "active":
        return gettext("“%(step)s” is done. The order is finished.", step=label(done.name))
    if not following:
        return gettext("“%(step)s” is done. The order goes on by itself.", step=label(done.name))
    if any(each.element_id == done.element_id and each.key > done.key for each in following):
        return gettext("“%(step)s” is open again. Look there for what is left.", step=label(done.name))
    shown = what_follows(session, order, following, actor)
    return gettext("“%(step)s” is done. Next: %(next)s.", step=label(done.name), next=shown)


def what_follows(
    session: Session, order: ProcessInstance, following: Iterable[UserTask], actor: Actor
) -> str:
    """The names of up to three open steps; whose it is stands beside a step that is not the actor's."""
    mine = orders.next_for(session, order.key, actor)
    names = [
        label(each.name) if each is mine or not each.lane else f"{label(each.name)} ({label(each.lane)})"
        for each in following
    ]
    return ", ".join(list(dict.fromkeys(names))[:3])


def _form(
    session: Session, user_task: UserTask, actor: Actor, now: datetime, time_zone: str
) -> tuple[dict[str, Any] | None, str]:
    found = step_forms.read(session, user_task, actor, now=now, time_zone=time_zone)
    if found is None:
        return None, ""
    schema, data = found
    draft = user_tasks.draft(session, user_task.key, actor.login)
    if draft is None:
        return {"schema": schema, "data": data}, ""
    saved = gettext("Draft saved at %(time)s", time=format_time(draft.saved_at, "HH:mm"))
    return {"schema": schema, "data": {**data, **draft.submission}}, saved


def _closed(session: Session, user_task: UserTask, actor: Actor, now: datetime) -> str:
    closed = errors.UserTaskClosed(
        state=user_task.state,
        closed_by=user_task.closed_by,
        closed_by_name=roles.name_of(session, user_task.closed_by or ""),
        closed_at=user_task.closed_at,
    )
    return comparing.who_closed(closed, actor.login, now=now)
