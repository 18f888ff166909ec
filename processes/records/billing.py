"""What the lines of an order come to: as planned, as used, and the share that needs the client's consent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from processes.records import quantities


class Line(Protocol):
    """A line of an order, as `processes.records.orders` keeps it."""

    key: int
    kind: str
    sku: str
    description: str
    quantity_milli: int
    unit: str
    price_cents: int
    list_price_cents: int
    payer: str
    used_milli: int
    state: str


def planned(lines: Iterable[Line]) -> list[Line]:
    """The lines that count: those that were not dropped."""
    return [line for line in lines if line.state == "planned"]


def planned_cents(line: Line) -> int:
    """What a line comes to as planned; rounded by itself, as it is printed."""
    return quantities.cost_cents(line.price_cents, line.quantity_milli)


def billed_milli(line: Line) -> int:
    """How much of a line counts at completion: parts and works as used, fees and the like as planned."""
    return line.used_milli if line.kind in ("part", "work", "surcharge") else line.quantity_milli


def billed_cents(line: Line) -> int:
    """What a line comes to at completion: its price for what counts of it."""
    return quantities.cost_cents(line.price_cents, billed_milli(line))


def client_planned_cents(lines: Iterable[Line]) -> int:
    """What the client would pay for the lines as planned."""
    return sum(planned_cents(line) for line in planned(lines) if line.payer == "client")


def is_consented(kind: str, payer: str) -> bool:
    """Whether the client must have agreed to a line of this kind and payer before it is billed.

    The fee for the diagnosis needs no consent of its own: the signature at intake covers it (J14).
    """
    return payer == "client" and kind != "fee"


def asked_cents(lines: Iterable[Line]) -> int:
    """What of the planned lines the client must agree to."""
    return sum(planned_cents(line) for line in planned(lines) if is_consented(line.kind, line.payer))


def billed_asked_cents(lines: Iterable[Line]) -> int:
    """What of the billed lines the client must have agreed to."""
    return sum(billed_cents(line) for line in planned(lines) if is_consented(line.kind, line.payer))


def agreed_cents(frozen_lines: Iterable[dict[str, Any]]) -> int:
    """What the lines of an approved quote came to, as far as consent was needed."""
    return sum(line["amount_cents"] for line in frozen_lines if is_consented(line["kind"], line["payer"]))


def frozen(line: Line) -> dict[str, Any]:
    """A line as a quote keeps it: plain values that no later change reaches."""
    return {
        "key": str(line.key),
        "kind": line.kind,
        "sku": line.sku,
        "description": line.description,
        "quantity_milli": line.quantity_milli,
        "unit": line.unit,
        "price_cents": line.price_cents,
        "list_price_cents": line.list_price_cents,
        "payer": line.payer,
        "amount_cents": planned_cents(line),
    }
