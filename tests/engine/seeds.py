"""What goes wrong in a house, put in by hand: versions from before the gate, states and rows as a fault leaves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import update

from engine import publishing, spiff, versions, xml
from engine.tables import Deployment, ProcessDefinition, ProcessInstance
from tests.engine.house import House


def deploy_without_the_gate(house: House, model: bytes) -> int:
    """A version that was deployed before the gate would have refused it; returns its key."""
    [(process_id, process)] = spiff.read(xml.parse(model)).items()
    with house.write() as session:
        deployment = Deployment(deployed_at=house.now, deployed_by="orderlane")
        session.add(deployment)
        session.flush()
        row = ProcessDefinition(
            process_id=process_id,
            version=1,
            name=process.name,
            deployment_key=deployment.key,
            resource_name="old.bpmn",
            xml=model,
            digest=process_id,
            state=versions.PUBLISHED,
        )
        session.add(row)
        session.flush()
        publishing.listen(session, row, process, house.now)
        return row.key


def change_state(house: House, key: int, change: Callable[[list[Any]], None]) -> None:
    """Let `change` edit the stored token rows of an instance: [token id, parent id, element, state, ...]."""
    with house.write() as session:
        row = session.get_one(ProcessInstance, key)
        version, next_id, tokens = msgspec.json.decode(row.tokens)
        change(tokens)
        stored = msgspec.json.encode([version, next_id, tokens])
        session.execute(update(ProcessInstance).where(ProcessInstance.key == key).values(tokens=stored))
