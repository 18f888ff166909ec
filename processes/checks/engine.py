"""What the engine promises: nothing waits silently, what ended waits for nothing, and rows say what the state says (D9, I24)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Executable,
    String,
    Text,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from engine import accountability
from engine.sentences import _l
from engine.tables import (
    EventSubscription,
    Incident,
    Job,
    Mail,
    MessageSubscription,
    OpenFlowNode,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)
from processes.checks.check import Broken, Check, asked

#: A lease that ended so long ago says that its worker died and that no other has taken over.
_FORGOTTEN = timedelta(minutes=5)
#: So many instances are looked at with one question.
_AT_ONCE = 200


def _stuck(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """What is stuck, but for what the state of the order tells: E5 names all of that."""
    listed = accountability.stuck(session, now)
    # Only of those that E5 looks at: what it does not see must not be kept from anybody.
    keys = {each.process_instance_key for each in listed} & _open(session).keys()
    told = {
        (key, str(fault.sentence))
        for key, faults in accountability.faults_of(session, keys, now).items()
        for fault in faults
    }
    for each in listed:
        if (each.process_instance_key, str(each.sentence)) not in told:
            yield {"row": each.business_key or "the worker", "reason": str(each.sentence)}


def _silent(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Active instances that wait for nothing although nobody has noticed."""
    query = select(ProcessInstance.key, ProcessInstance.business_key).where(
        ProcessInstance.state == "active",
        ProcessInstance.silent_since.is_(None),
        ~exists().where(UserTask.process_instance_key == ProcessInstance.key, UserTask.state == "open"),
        ~exists().where(Job.process_instance_key == ProcessInstance.key),
        ~exists().where(MessageSubscription.process_instance_key == ProcessInstance.key),
        ~exists().where(EventSubscription.process_instance_key == ProcessInstance.key),
        # An ad-hoc sub-process waits for somebody who chooses what is done in it.
        ~exists().where(
            OpenFlowNode.process_instance_key == ProcessInstance.key,
            OpenFlowNode.element_type == "adHocSubProcess",
        ),
        ~exists().where(Incident.process_instance_key == ProcessInstance.key, Incident.resolved_at.is_(None)),
    )
    for key, number in session.execute(query):
        yield {"row": number, "key": key}


@asked
def _of_the_dead() -> Executable:
    """Open work of instances that have ended or are not there."""
    ended = or_(ProcessInstance.key.is_(None), ProcessInstance.state != "active")

    def of(table: Any, what: str, name: Any, *open_: Any) -> Any:
        return (
            select(
                func.coalesce(ProcessInstance.business_key, cast(table.process_instance_key, String)).label(
                    "row"
                ),
                literal(what).label("what"),
                name.label("name"),
            )
            .select_from(table)
            .outerjoin(ProcessInstance, ProcessInstance.key == table.process_instance_key)
            .where(ended, table.process_instance_key.is_not(None), *open_)
        )

    return union_all(
        of(UserTask, "step", UserTask.name, UserTask.state == "open"),
        of(Job, "job", Job.name, ~_tells_of_the_past()),
        of(MessageSubscription, "message", MessageSubscription.message_name),
        of(EventSubscription, "event", EventSubscription.name),
        of(OpenFlowNode, "flow node", OpenFlowNode.element_id),
        of(Incident, "incident", Incident.element_id, Incident.resolved_at.is_(None)),
    )


def _tells_of_the_past() -> Any:
    """The job of a listener that is told of a cancellation: no order waits for it."""
    return func.coalesce(type_coerce(Job.detail, Text).contains('"event":"canceling"'), False)


@asked
def _offered_but_closed() -> Executable:
    return (
        select(UserTask.name.label("row"), UserTaskCandidate.name.label("candidate"))
        .join(UserTask, UserTask.key == UserTaskCandidate.user_task_key)
        .where(UserTask.state != "open")
    )


@asked
def _for_nobody() -> Executable:
    return (
        select(ProcessInstance.business_key.label("row"), UserTask.name.label("step"))
        .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
        .where(
            UserTask.state == "open",
            UserTask.assignee.is_(None),
            ~exists().where(UserTaskCandidate.user_task_key == UserTask.key),
        )
    )


def _unreadable(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Open orders whose state says something else than it may, or cannot be read."""
    return _faults(session, now, of_the_state=True)


def _other_than_the_state(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """Open orders whose rows of the present are not those of their state."""
    return _faults(session, now, of_the_state=False)


def _faults(session: Session, now: datetime, *, of_the_state: bool) -> Iterator[dict[str, Any]]:
    numbers = _open(session)
    keys = list(numbers)
    for start in range(0, len(keys), _AT_ONCE):
        found = accountability.faults_of(session, keys[start : start + _AT_ONCE], now)
        for key, faults in sorted(found.items()):
            for fault in faults:
                if (fault.kind == "state") == of_the_state:
                    yield {"row": numbers[key], "reason": str(fault.sentence)}


def _open(session: Session) -> dict[int, str]:
    """{key: number} of the orders that count as active, and of those that still stand somewhere on a map."""
    on_a_map = select(OpenFlowNode.process_instance_key).where(
        OpenFlowNode.process_instance_key == ProcessInstance.key
    )
    query = select(ProcessInstance.key, ProcessInstance.business_key).where(
        or_(ProcessInstance.state == "active", on_a_map.exists())
    )
    return dict(session.execute(query.order_by(ProcessInstance.key)).all())


@asked
def _fired_twice() -> Executable:
    return (
        select(
            ProcessInstance.business_key.label("row"),
            Job.name.label("timer"),
            Job.occurrence.label("occurrence"),
            func.count().label("times"),
        )
        .join(ProcessInstance, ProcessInstance.key == Job.process_instance_key)
        .where(Job.kind == "timer")
        .group_by(
            ProcessInstance.business_key, Job.process_instance_key, Job.token_id, Job.name, Job.occurrence
        )
        .having(func.count() > 1)
    )


def _forgotten(session: Session, now: datetime) -> Broken:
    query = select(
        cast(Job.key, String).label("row"), Job.name.label("name"), Job.lease_until.label("until")
    ).where(Job.state == "running", Job.kind != "worker", Job.lease_until < now - _FORGOTTEN)
    return session.execute(query)


@asked
def _failed_unseen() -> Executable:
    """Failed jobs that no open incident shows; a mail that failed says so itself."""
    return (
        select(func.coalesce(ProcessInstance.business_key, Job.kind).label("row"), Job.name.label("name"))
        .outerjoin(ProcessInstance, ProcessInstance.key == Job.process_instance_key)
        .where(
            Job.state == "failed",
            Job.kind != "mail",
            ~exists().where(
                Incident.process_instance_key == Job.process_instance_key,
                Incident.token_id == Job.token_id,
                Incident.resolved_at.is_(None),
            ),
        )
    )


def _unsent(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Mails that wait to be sent and that no job will send."""
    jobs = session.scalars(select(Job.detail).where(Job.kind == "mail"))
    coming = {detail["mail_key"] for detail in jobs if detail}
    query = select(Mail.key, Mail.subject, Mail.recipient).where(Mail.state == "waiting")
    for key, subject, recipient in session.execute(query):
        if key not in coming:
            yield {"row": subject, "recipient": recipient}


_ADMINISTRATOR = _l("Let an administrator look at the order; stop it and start it anew if it cannot go on.")

CHECKS = (
    Check(
        "E1",
        _l("Nothing waits silently: somebody or something will move every order."),
        _stuck,
        _l("{row}: {reason}"),
        _l("See the page of what is stuck."),
    ),
    Check(
        "E2",
        _l("An active order waits for a person, a time, a message, a job or the cure of an incident."),
        _silent,
        _l("{row} (key {key}) is active and waits for nothing, and nobody was told."),
        _ADMINISTRATOR,
    ),
    Check(
        "E3",
        _l("Of an order that has ended nothing is open."),
        _of_the_dead,
        _l('The {what} "{name}" of {row} is open, but the order has ended.'),
        _ADMINISTRATOR,
    ),
    Check(
        "E4",
        _l("A step that is closed is offered to nobody."),
        _offered_but_closed,
        _l("{row} is closed, but still offered to {candidate}."),
        _l("Take the offer away."),
    ),
    Check(
        "E4",
        _l("A step that is open is offered to somebody, or taken."),
        _for_nobody,
        _l('"{step}" of {row} is open, but offered to nobody.'),
        _l("Assign it to somebody."),
    ),
    Check(
        "E5",
        _l("The state of every order can be read, and something can still happen in it."),
        _unreadable,
        _l("{row}: {reason}"),
        _l("Restore it from a backup, or run the version of Orderlane that wrote it."),
    ),
    Check(
        "E5",
        _l("What pages show of an order is what its state says."),
        _other_than_the_state,
        _l("{row}: {reason}"),
        _ADMINISTRATOR,
    ),
    Check(
        "E6",
        _l("A failed job is shown by an incident."),
        _failed_unseen,
        _l("The job {name} of {row} has failed, and no incident says so."),
        _ADMINISTRATOR,
    ),
    Check(
        "E6",
        _l("A job whose worker died is taken over."),
        _forgotten,
        _l("The job {name} ({row}) was taken until {until} and never given back."),
        _l("Start a worker."),
    ),
    Check(
        "E7",
        _l("A mail that waits will be sent."),
        _unsent,
        _l('The mail "{row}" to {recipient} waits, but nothing will send it.'),
        _l("Write it again."),
    ),
    Check(
        "I24",
        _l("A timer fires once for each of its occurrences."),
        _fired_twice,
        _l("The timer {timer} of {row} is there {times} times for its occurrence {occurrence}."),
        _ADMINISTRATOR,
    ),
)
