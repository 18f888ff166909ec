"""Operations on the contract that bears a repair on request: which one covers the device today."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import contracts, customers, orders


@operation("contracts.choose")
def choose(
    session: Session,
    step: Step,
    device_key: str,
    repair_kind: str,
    contract_no: str | None = None,
) -> dict[str, Any]:
    """Find the contract of a repair of a device: the one that is named, where it covers the device today; else the only one that does.

    A repair on other account may be linked to any contract there is; none is looked for.

    Result: covering_contracts (list of value and label), contract_no (null when none fits, or somebody has to say which),
    contract_fits (whether the kind of the repair needs no contract, or has one).
    """
    covering = contracts.every_covering(session, int(device_key), orders.day(session, step.now))
    numbers = [each.contract_no for each in covering]
    given = (contract_no or "").strip() or None
    if repair_kind != orders.CONTRACT:
        known = contracts.find(session, given) if given else None
        chosen = known.contract_no if known else None
    elif given is None and len(numbers) == 1:
        chosen = numbers[0]
    else:
        chosen = given if given in numbers else None
    return {
        "covering_contracts": [
            {
                "value": each.contract_no,
                "label": f"{each.contract_no}, {customers.get(session, each.customer_key).name}",
            }
            for each in covering
        ],
        "contract_no": chosen,
        "contract_fits": repair_kind != orders.CONTRACT or chosen is not None,
    }
