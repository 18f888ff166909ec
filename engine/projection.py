"""From what a step did to rows: history, open flow nodes, user tasks, jobs, incidents; what was thrown to others.

The state of an instance is its tokens; every other row about the present is derived here from the facts of the step and
from the difference of the waits before and after it. Nothing is read back, so a step costs the same in round 2 and 2,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from engine import deliveries, history, job_rows, meeting, spiff, user_task_rows, versions, wait_rows
from engine.surroundings import StepSurroundings
from engine.tables import (
    Incident,
    Job,
    Message,
    MessageReceipt,
    OpenFlowNode,
    ProcessInstance,
    StartSubscription,
)


@dataclass(frozen=True, slots=True)
class Before:
    """What was open when the step began: tokens by id, waits by identity."""

    tokens: dict[int, spiff.OpenToken]
    waits: dict[Any, spiff.Wait]

    @classmethod
    def of(cls, instance: spiff.Instance) -> Before:
        """Look at a loaded instance before it moves."""
        return cls(
            {each.token_id: each for each in instance.tokens()},
            {wait_rows.wait_id(each): each for each in instance.waits()},
        )

    @classmethod
    def nothing(cls) -> Before:
        """Before an instance starts."""
        return cls({}, {})


# Statements of the hot path are built once, on the tables themselves: building one costs more than running it.
_DELETE_FLOW_NODES = wait_rows.delete_of_token(OpenFlowNode)
_DELETE_JOBS = wait_rows.delete_of_token(Job)
_DELETE_SIGNALS = delete(Job.__table__).where(
    Job.__table__.c.process_instance_key == bindparam("instance"), Job.__table__.c.kind == deliveries.SIGNAL
)
_INSERT_FLOW_NODES = insert(OpenFlowNode.__table__)


def write(
    session: Session,
    row: ProcessInstance,
    ready: versions.Loaded,
    instance: spiff.Instance,
    around: StepSurroundings,
    before: Before,
) -> None:
    """Write the rows of one step and the new state."""
    facts = instance.facts
    entered = {each.token_id: each for each in facts if isinstance(each, spiff.Entered)}
    left = {each.token_id for each in facts if isinstance(each, spiff.Left)}
    terminated = {each.token_id for each in facts if isinstance(each, spiff.Terminated)}
    gone = (left | terminated) & before.tokens.keys()
    actor, now = around.actor.login, around.now

    # First, because a user task that cannot open raises an incident, which is a fact too.
    user_task_rows.open_all(session, row, instance, facts, left | terminated, around)
    user_task_rows.apply(session, row, facts, now)
    history.write_all(session, _history_rows(row.key, facts, entered, left, actor, now))
    _close(session, row.key, gone & left, gone & terminated, before, actor, now)
    _open_flow_nodes(session, row, ready, instance, entered, left | terminated, now)
    job_rows.open_all(session, row, facts, left | terminated, around)
    wait_rows.sync(session, row, instance, before.waits, gone)
    here = instance.tokens()
    _sync_joins(session, row, ready, instance, here, before, now)
    _throw(session, row, facts, now)
    _incidents(session, row, facts, here, before, actor, now)

    subject = instance.root_variables.get("subject")
    row.subject = str(subject) if subject is not None else None
    row.tokens = spiff.dump(instance)
    if instance.is_finished:
        row.state, row.ended_at, row.silent_since = "completed", now, None
        history.write(
            session, row.key, "ended", actor=actor, now=now, detail={"variables": instance.root_variables}
        )
        _end(session, row, before, now)
    elif _waits_for_nothing(instance, here):
        row.silent_since = row.silent_since or now
    else:
        row.silent_since = None
    session.flush()


def _history_rows(
    key: int, facts: list[Any], entered: dict[int, Any], left: set[int], actor: str, now: datetime
) -> list[dict[str, Any]]:
    """One row for an element that was entered and left in this step, else one for each of the two."""
    rows: list[dict[str, Any]] = []
    last_of_element: dict[str, dict[str, Any]] = {}

    def add(
        kind: str, token_id: int | None, element_id: str | None, type: str | None, detail: Any = None
    ) -> dict[str, Any]:
        rows.append(
            {
                "process_instance_key": key,
                "at": now,
                "kind": kind,
                "token_id": token_id,
                "element_id": element_id,
                "element_type": type,
                "actor": actor,
                "flows": None,
                "detail": detail,
            }
        )
        return rows[-1]

    for fact in facts:
        if isinstance(fact, spiff.Entered):
            if fact.token_id not in left:
                add("entered", fact.token_id, fact.element_id, fact.type)
        elif isinstance(fact, spiff.Left):
            here = entered.get(fact.token_id)
            kind = "passed" if here else "left"
            last_of_element[fact.element_id] = add(
                kind, fact.token_id, fact.element_id, here.type if here else None
            )
        elif isinstance(fact, spiff.Terminated):
            add("terminated", fact.token_id, fact.element_id, None)
        elif isinstance(fact, spiff.FlowTaken):
            source = last_of_element.get(fact.element_id)
            if source is None:  # an event gateway or boundary event whose token goes on as another one
                source = add("passed", fact.token_id, fact.element_id, None)
                last_of_element[fact.element_id] = source
            source["flows"] = f"{source['flows']} {fact.flow_id}" if source["flows"] else fact.flow_id
        elif isinstance(fact, spiff.IncidentRaised):
            add(
                "incident_raised",
                fact.token_id,
                fact.element_id,
                None,
                {"kind": fact.kind, "sentence": fact.sentence},
            )
        elif isinstance(fact, spiff.IncidentResolved):
            add("incident_resolved", fact.token_id, None, None)
        elif isinstance(fact, spiff.SignalThrown):
            add("signal_thrown", fact.token_id, fact.element_id, None, {"name": fact.name})
        elif isinstance(fact, spiff.MessageThrown):
            thrown = {"name": fact.name, "correlation_key": fact.correlation_key}
            add("message_thrown", fact.token_id, fact.element_id, None, thrown)
        elif isinstance(fact, spiff.EscalationUncaught):
            add("escalation_uncaught", fact.token_id, fact.element_id, None, {"code": fact.code})
    return rows


def _close(
    session: Session,
    key: int,
    left: set[int],
    terminated: set[int],
    before: Before,
    actor: str,
    now: datetime,
) -> None:
    """What belonged to tokens that are gone goes with them."""
    gone = left | terminated
    if not gone:
        return
    for token_id in gone:
        if before.tokens[token_id].type == "userTask":
            state = "completed" if token_id in left else "terminated"
            user_task_rows.close(session, key, token_id, state, actor, now)
    places = [{"instance": key, "token": token_id} for token_id in sorted(gone)]
    session.execute(_DELETE_FLOW_NODES, places)
    session.execute(_DELETE_JOBS, places)
    wait_rows.close(session, key, gone, before.waits)


def _open_flow_nodes(
    session: Session,
    row: ProcessInstance,
    ready: versions.Loaded,
    instance: spiff.Instance,
    entered: dict[int, Any],
    gone: set[int],
    now: datetime,
) -> None:
    rows = [
        {
            "process_instance_key": row.key,
            "token_id": token_id,
            "element_id": fact.element_id,
            "element_type": fact.type,
            "process_definition_key": instance.process_of(token_id).key or ready.key,
            "entered_at": now,
        }
        for token_id, fact in entered.items()
        if token_id not in gone
    ]
    if rows:
        session.execute(_INSERT_FLOW_NODES, rows)


def _incidents(
    session: Session,
    row: ProcessInstance,
    facts: list[Any],
    here: list[spiff.OpenToken],
    before: Before,
    actor: str,
    now: datetime,
) -> None:
    """Incidents that were open and whose token goes on, waits again or is gone are resolved; then the new ones.

    What was raised in this step and ended in it too is in the history only.
    """
    had = {token_id for token_id, each in before.tokens.items() if each.state == "incident"}
    raised = {fact.token_id: fact for fact in facts if isinstance(fact, spiff.IncidentRaised)}
    if not (had or raised):
        return
    still = {each.token_id for each in here if each.state == "incident"}
    if had:
        over = (had - still) | (had & raised.keys())
        session.execute(
            update(Incident)
            .where(
                Incident.process_instance_key == row.key,
                Incident.token_id.in_(over),
                Incident.resolved_at.is_(None),
            )
            .values(resolved_at=now, resolved_by=actor)
        )
    for fact in (raised[token_id] for token_id in raised.keys() & still):
        session.add(
            Incident(
                process_instance_key=row.key,
                token_id=fact.token_id,
                element_id=fact.element_id,
                kind=fact.kind,
                sentence=fact.sentence,
                raised_at=now,
            )
        )


def _sync_joins(
    session: Session,
    row: ProcessInstance,
    ready: versions.Loaded,
    instance: spiff.Instance,
    here: list[spiff.OpenToken],
    before: Before,
    now: datetime,
) -> None:
    """A gateway where something has arrived and others are missing is a place where the instance stands, too."""
    rooms = {each.token_id: each for each in here if each.state == "join"}
    had = {token_id for token_id, each in before.tokens.items() if each.state == "join"}
    if over := sorted(had - rooms.keys()):
        session.execute(_DELETE_FLOW_NODES, [{"instance": row.key, "token": token_id} for token_id in over])
    opened = [
        {
            "process_instance_key": row.key,
            "token_id": token_id,
            "element_id": room.element_id,
            "element_type": room.type,
            "process_definition_key": instance.process_of(room.parent_id).key or ready.key,
            "entered_at": now,
        }
        for token_id, room in rooms.items()
        if token_id not in had
    ]
    if opened:
        session.execute(_INSERT_FLOW_NODES, opened)


def _throw(session: Session, row: ProcessInstance, facts: list[Any], now: datetime) -> None:
    """What this step threw to others becomes due jobs."""
    for fact in facts:
        if isinstance(fact, spiff.SignalThrown):
            deliveries.signal(session, fact.name, fact.variables, now, thrown_by=row.key)
        elif isinstance(fact, spiff.MessageThrown):
            lives_s = fact.time_to_live_s
            deliveries.message(
                session,
                fact.name,
                fact.correlation_key,
                fact.variables,
                lives_s,
                now,
                thrown_by=row.key,
            )


def _end(session: Session, row: ProcessInstance, before: Before, now: datetime) -> None:
    """Signals on their way to an instance that has ended are void; a message that it kept from starting one may start it."""
    if before.tokens:  # what starts and ends in one step has waited for none
        session.execute(_DELETE_SIGNALS, {"instance": row.key})
    if row.correlation_key is None:
        return
    met = select(MessageReceipt).where(
        MessageReceipt.message_key == Message.key, MessageReceipt.process_id == row.process_id
    )
    kept = (
        select(Message.key)
        .join(StartSubscription, StartSubscription.message_name == Message.name)
        .where(
            StartSubscription.process_id == row.process_id,
            Message.correlation_key == row.correlation_key,
            Message.expires_at > now,
            ~met.exists(),
        )
    )
    if session.scalar(kept.limit(1)) is not None:
        detail = {"process_id": row.process_id, "correlation_key": row.correlation_key}
        meeting.look_again(session, now, detail)


def _waits_for_nothing(instance: spiff.Instance, here: list[spiff.OpenToken]) -> bool:
    """No token waits for a person, a job, a time or a message, and none has an incident: only joins are left."""
    return all(each.state == "join" or each.is_scope for each in here) and not instance.waits()
