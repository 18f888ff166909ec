"""All that an order waits for, what needs a person first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.accountability import choices, events, faults, offers, people, work
from engine.accountability.reasons import ORDER, SILENT, Nodes, Reason
from engine.sentences import Sentence
from engine.tables import OpenFlowNode, ProcessInstance


def why_waiting(session: Session, process_instance_key: int, now: datetime) -> list[Reason]:
    """All that one instance waits for, what needs a person first. Empty when it has ended."""
    return why_all_wait(session, [process_instance_key], now)[process_instance_key]


def why_all_wait(session: Session, keys: Collection[int], now: datetime) -> dict[int, list[Reason]]:
    """The same for many instances, with a fixed number of queries."""
    reasons: dict[int, list[Reason]] = defaultdict(list)
    if keys:
        nodes, offered = _nodes(session, keys), offers.of(session, keys)
        for key, reason in (
            *work.incidents(session, keys, nodes),
            *people.user_tasks(session, offered, now),
            *choices.open_ones(session, nodes),
            *work.jobs_and_timers(session, keys, nodes, now),
            *events.messages(session, nodes),
            *events.signals_and_conditions(session, nodes),
        ):
            reasons[key].append(reason)
        _silence(session, keys, offered, reasons, now)
        # Last: neither moves an order by itself.
        for key, reason in (*work.mails(session, keys), *events.places(session, nodes)):
            reasons[key].append(reason)
    return {key: sorted(reasons[key], key=lambda each: (not each.stuck, ORDER[each.kind])) for key in keys}


def _nodes(session: Session, keys: Collection[int]) -> Nodes:
    rows = session.scalars(
        select(OpenFlowNode)
        .where(OpenFlowNode.process_instance_key.in_(keys))
        .order_by(OpenFlowNode.entered_at, OpenFlowNode.process_instance_key, OpenFlowNode.token_id)
    )
    return {(row.process_instance_key, row.token_id): row for row in rows}


def _silence(
    session: Session,
    keys: Collection[int],
    offered: list[offers.Offered],
    reasons: dict[int, list[Reason]],
    now: datetime,
) -> None:
    """What the watch has found, or what waits for nothing: each fault is a reason."""
    is_without = (ProcessInstance.state == "active") & ProcessInstance.key.not_in([*reasons])
    which = ProcessInstance.key.in_(keys) & (ProcessInstance.silent_since.is_not(None) | is_without)
    silent, found = faults.of_those(session, which, now, offered)
    for row in silent:
        since = row.silent_since
        for fault in found[row.key]:
            if any(each.sentence == fault.sentence for each in reasons[row.key]):
                continue
            where = {"element_id": fault.element_id, "job_key": fault.job_key}
            reasons[row.key].append(Reason("silent", fault.sentence, since, stuck=True, **where))
        if not reasons[row.key]:
            reasons[row.key].append(Reason("silent", Sentence(SILENT), since, stuck=True))
