"""What the lines of an order come to: as planned, as used, and the share that needs the client's consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from processes.records import quantities

_Name = TypeVar("_Name")


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
    norm_milli: int
    payer: str
    used_milli: int
    state: str


def planned(lines: Iterable[Line]) -> list[Line]:
    """The lines that count: those that were not dropped."""
    return [line for line in lines if line.state == "planned"]


def planned_cents(line: Line) -> int:
    """What a line comes to as planned; rounded by itself, as it is printed."""
    return quantities.cost_cents(line.price_cents, line.quantity_milli)


@dataclass(frozen=True, slots=True)
class Billed:
    """A line as completion takes it: how much of it counts, and what that comes to for its payer."""

    line: Line
    quantity_milli: int
    amount_cents: int


def billed(lines: Iterable[Line]) -> list[Billed]:
    """What counts of the planned lines at completion; lines of which nothing counts are left out.

    Parts and works count as used, fees and work of others as planned, a surcharge in the share of the client's work that
    was done.
    """
    lines = planned(lines)
    labour = [line for line in lines if line.kind == "work" and line.payer == "client"]
    whole = sum(line.price_cents * line.quantity_milli for line in labour)
    done = sum(line.price_cents * line.used_milli for line in labour)
    found = []
    for line in lines:
        counts = line.quantity_milli
        if line.kind in ("part", "work"):
            counts = line.used_milli
        elif line.kind == "surcharge" and whole:
            counts = line.quantity_milli * done // whole
        if counts:
            found.append(Billed(line, counts, quantities.cost_cents(line.price_cents, counts)))
    return found


def split(amount_cents: int, weights: Mapping[_Name, int]) -> dict[_Name, int]:
    """An amount shared out by weight, to the cent: the shares add up to it. Weights that are all 0 count as equal."""
    names = sorted(weights)
    whole = sum(weights.values())
    parts = {name: weights[name] if whole else 1 for name in names}
    whole = whole or len(names)
    shares, given, seen = {}, 0, 0
    for name in names:
        seen += parts[name]
        upto = amount_cents * seen // whole
        shares[name], given = upto - given, upto
    return shares


def list_cents(billed: Billed) -> int:
    """What a billed line comes to by the price list, whoever pays."""
    return quantities.cost_cents(billed.line.list_price_cents, billed.quantity_milli)


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


def billed_asked_cents(billed: Iterable[Billed]) -> int:
    """What of the billed lines the client must have agreed to."""
    return sum(each.amount_cents for each in billed if is_consented(each.line.kind, each.line.payer))


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
