"""The demo company on a test's database, and orders to book on."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from engine.columns import Base
from engine.operations import Step
from engine.tables import Deployment, ProcessDefinition, ProcessInstance
from processes.records.ledger import Posting

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def order(session: Session, order_no: str = "IR-0001", started_by: str = "sales") -> ProcessInstance:
    """An order as a row, without a token: enough for records that belong to one."""
    deployment = Deployment(deployed_at=NOW, deployed_by="orderlane")
    session.add(deployment)
    session.flush()
    definition = ProcessDefinition(
        process_id=f"process_of_{order_no}",
        version=1,
        name="Any process",
        deployment_key=deployment.key,
        resource_name="any.bpmn",
        xml=b"",
        digest="",
    )
    session.add(definition)
    session.flush()
    row = ProcessInstance(
        process_definition_key=definition.key,
        process_id=definition.process_id,
        business_key=order_no,
        state="active",
        version=1,
        tokens=b"",
        started_at=NOW,
        started_by=started_by,
    )
    session.add(row)
    session.flush()
    return row


def counts(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    one_by_one = (f"SELECT '{table}', count(*) FROM \"{table}\"" for table in Base.metadata.tables)
    return dict(session.connection().exec_driver_sql(" UNION ALL ".join(one_by_one)).all())


def posting(row: ProcessInstance, effect_key: str = "effect 1") -> Posting:
    """An effect of an order."""
    return Posting(row.key, row.business_key, effect_key, NOW, row.started_by)


def step(row: ProcessInstance, effect_key: str = "effect 1", **headers: str) -> Step:
    """The step of an order in which an operation runs."""
    return Step(
        process_instance_key=row.key,
        business_key=row.business_key,
        process_id=row.process_id,
        element_id="any_step",
        effect_key=effect_key,
        actor=row.started_by,
        now=NOW,
        headers=headers,
    )
