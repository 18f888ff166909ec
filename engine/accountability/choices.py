"""Ad-hoc sub-processes in which nothing is going on: they wait until somebody chooses what is done next."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine import roles, spiff
from engine.accountability import faults
from engine.accountability.reasons import Nodes, Reason
from engine.sentences import Label, Sentence, _l
from engine.tables import ProcessInstance

_CHOICE = _l('Waits until somebody chooses what is done next in "{step}", since {since}.')


def open_ones(session: Session, nodes: Nodes) -> list[tuple[int, Reason]]:
    """A reason for each; which of them is empty only the state can tell, so only their orders are read."""
    since = {
        place: node.entered_at for place, node in nodes.items() if node.element_type == "adHocSubProcess"
    }
    found: list[tuple[int, Reason]] = []
    if not since:
        return found
    staffed = roles.with_members(session)
    with Session(bind=session.connection()) as beside:
        rows = beside.scalars(
            select(ProcessInstance)
            .where(ProcessInstance.key.in_({key for key, _token in since}))
            .options(undefer(ProcessInstance.tokens))
        ).all()
        for row in rows:
            instance, _unreadable = faults.load(beside, row)
            for token in spiff.standing(instance) if instance is not None else ():
                if token.needs == "choice" and (row.key, token.token_id) in since:
                    opened_at = since[row.key, token.token_id]
                    stuck = faults.nobody_chooses(instance, token, staffed)
                    step = Label(token.name or token.element_id.replace("_", " "))
                    sentence = stuck or Sentence(_CHOICE, step=step, since=opened_at)
                    where = {"stuck": stuck is not None, "element_id": token.element_id}
                    found.append((row.key, Reason("choice", sentence, opened_at, **where)))
    return found
