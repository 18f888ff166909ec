"""What a company may choose: each setting with its words, its fields and what counts as long as nobody has chosen.

A setting is one value under one name (engine.settings); its fields are the parts of that value that people choose. What the
web shows and what the command line takes goes through here, so that no setting can hold what its readers would not understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from engine import calendars, errors, roles, settings, user_task_rows
from engine.sentences import Label, Sentence, _l
from processes.records import audit, call_out, completion, order_plan, orders, payment_requests, taxes, terms

#: The units of a term as people choose them: {ISO 8601 pattern: words}.
UNITS = {"PT{}M": _l("minutes"), "PT{}H": _l("hours"), "P{}D": _l("days")}
_TERM = re.compile(r"(PT)(\d+)([MH])|(P)(\d+)(D)")


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a setting. path: where in the value, () for the whole. kind: term, percent, switch, role, text, lines."""

    path: tuple[str, ...]
    label: str
    kind: str
    default: Any

    @property
    def key(self) -> str:
        """Its name in a form."""
        return ".".join(self.path) or "value"


@dataclass(frozen=True, slots=True)
class HouseSetting:
    """One setting: its name, what it is called, what it does, its fields."""

    name: str
    title: str
    hint: str
    fields: tuple[Field, ...]


_REMINDERS = {
    "quote_reminder_1": _l("First reminder of a quote after"),
    "quote_reminder_2": _l("Second reminder of a quote after"),
    "quote_expiry": _l("A quote expires after"),
    "clarify_reminder": _l("Reminder of a question after"),
    "clarify_call": _l("We call about a question after"),
    "pickup_reminder_1": _l("First reminder to fetch the device after"),
    "pickup_reminder_2": _l("Second reminder to fetch the device after"),
    "storage_notice": _l("Notice of storage after"),
    "dunning_interval": _l("Reminder of a debt every"),
    "survey": _l("Survey after"),
    "survey_closes": _l("The survey closes after"),
    "check_missed": _l("A check of the house counts as missed after"),
    "evaluation_compare": _l("A changed process is compared with the one before after"),
    "booking_confirmation": _l("A customer has for confirming an appointment at least (working time)"),
    "visit_call": _l("We call about an appointment without an answer after"),
    "visit_last_call": _l("That call is before the visit by"),
    "visit_reminder": _l("Reminder of a visit before it by"),
    "production_progress": _l("Progress of a production order is checked every"),
    "production_line_stop": _l("A stopped line is looked at again after"),
    "visit_tolerance": _l("Whoever comes is late after"),
}

SETTINGS: tuple[HouseSetting, ...] = (
    HouseSetting(
        orders.TERMS_SETTING,
        _l("Terms of repairs"),
        _l("They count for orders that are taken in from now on."),
        tuple(
            Field((name, part), label, "term", orders.DEFAULT_TERMS[name][part])
            for name, part, label in (
                ("normal", "target", _l("Usual order: wanted within")),
                ("normal", "limit", _l("Usual order: at the latest within")),
                ("urgent", "target", _l("Urgent order: wanted within")),
                ("urgent", "limit", _l("Urgent order: at the latest within")),
            )
        ),
    ),
    HouseSetting(
        order_plan.SURCHARGE_SETTING,
        _l("Surcharge for urgency"),
        _l("A share of the labour that the customer pays; a manager can waive it on the order."),
        (
            Field(("on",), _l("Charge it"), "switch", order_plan.DEFAULT_SURCHARGE["on"]),
            Field(
                ("percent",), _l("Percent of the labour"), "percent", order_plan.DEFAULT_SURCHARGE["percent"]
            ),
        ),
    ),
    HouseSetting(
        order_plan.FEE_SETTING,
        _l("Fee for a diagnosis without repair"),
        _l("Charged when a device goes back unrepaired; its price is in the price list."),
        (Field(("on",), _l("Charge it"), "switch", order_plan.DEFAULT_FEE["on"]),),
    ),
    HouseSetting(
        call_out.SETTING,
        _l("Fee for coming"),
        _l(
            "Charged for a repair at the customer's, also when nothing is repaired; its price is in the price list."
        ),
        (Field(("on",), _l("Charge it"), "switch", call_out.DEFAULT["on"]),),
    ),
    HouseSetting(
        payment_requests.PERCENT_SETTING,
        _l("Deposit before an installation"),
        _l("A share of the total; what is paid is taken off the invoice."),
        (Field((), _l("Percent of the total"), "percent", payment_requests.PERCENT),),
    ),
    HouseSetting(
        payment_requests.DUE_SETTING,
        _l("Term of a prepayment"),
        _l("How long a customer has to pay what is asked for in advance."),
        (Field((), _l("Due after"), "term", payment_requests.DUE),),
    ),
    HouseSetting(
        terms.SETTING,
        _l("Reminders and expiry"),
        _l("A change counts where an order begins to wait; clocks that run already go on."),
        tuple(Field((name,), _REMINDERS[name], "term", length) for name, length in terms.DEFAULTS.items()),
    ),
    HouseSetting(
        completion.DUE_SETTING,
        _l("Term of payment"),
        _l("How long after completion an invoice is due."),
        (Field((), _l("Due after"), "term", completion.DUE),),
    ),
    HouseSetting(
        taxes.SETTING,
        _l("Value added tax"),
        _l("Prices include it. 0 for a company that pays none."),
        (Field((), _l("Percent"), "percent", taxes.DEFAULT_PERCENT),),
    ),
    HouseSetting(
        user_task_rows.DEFAULT_ROLE_SETTING,
        _l("Steps that name nobody"),
        _l("A step for which its diagram names no role and no person is offered to this role from now on."),
        (Field((), _l("Role"), "role", user_task_rows.DEFAULT_ROLE),),
    ),
    HouseSetting(
        "company",
        _l("Letterhead"),
        _l("It stands on every document and in letters to customers."),
        (
            Field(("name",), _l("Name"), "text", "Orderlane"),
            Field(("address",), _l("Address"), "lines", []),
            Field(("phone",), _l("Telephone"), "text", ""),
            Field(("email",), _l("E-mail"), "text", ""),
            Field(("bank",), _l("Bank account"), "text", ""),
        ),
    ),
)
_NOT_A_TERM = _l("{field}: choose a whole number above 0 and its unit.")
_NOT_A_PERCENT = _l("{field}: choose a number from 0 to 100.")
_NO_ROLE = _l('{field}: there is no role "{role}" of the house that somebody active has. Choose another one.')
_NO_NAME = _l("{field} is needed.")


def find(name: str) -> HouseSetting:
    """The setting of that name. Raises NotFound."""
    for each in SETTINGS:
        if each.name == name:
            return each
    raise errors.NotFound(f'There is no setting "{name}". There are: {", ".join(s.name for s in SETTINGS)}.')


def values(session: Session, setting: HouseSetting) -> dict[str, Any]:
    """{field key: what counts now}."""
    chosen = settings.get(session, setting.name)
    return {each.key: _at(chosen, each) for each in setting.fields}


def choose(
    session: Session, setting: HouseSetting, given: Mapping[str, Any], *, by: str, now: datetime
) -> None:
    """Choose the values of all fields of a setting. Raises Refused with a sentence; the audit keeps old and new."""
    before = values(session, setting)
    after = {each.key: _checked(session, each, given.get(each.key)) for each in setting.fields}
    if before == after:
        return
    # What the setting holds beside its fields (the number of a product) stays.
    stored = settings.get(session, setting.name)
    value: Any = dict(stored) if isinstance(stored, Mapping) else {}
    for each in setting.fields:
        value = _with(value, each.path, after[each.key])
    settings.put(session, setting.name, value)
    audit.changed(session, by, "setting", setting.name, before, after, now)


def roles_to_choose(session: Session) -> list[str]:
    """The roles that somebody active has: what one of them gets does not wait for nobody."""
    return roles.with_members(session)


def term_parts(text: str) -> tuple[str, str]:
    """A term as its number and unit, ("24", "PT{}H"); what is written otherwise counts in days, rounded up."""
    match = _TERM.fullmatch(text)
    if match:
        start, number, unit = (part for part in match.groups() if part)
        return number, f"{start}{{}}{unit}"
    length = calendars.duration(text)
    days = (
        length.months * 30 + length.weeks * 7 + length.days + -(-int(length.clock.total_seconds()) // 86400)
    )
    return str(days), "P{}D"


def _at(chosen: Any, field: Field) -> Any:
    for step in field.path:
        chosen = chosen.get(step) if isinstance(chosen, Mapping) else None
    return field.default if chosen is None else chosen


def _with(value: Any, path: tuple[str, ...], part: Any) -> Any:
    if not path:
        return part
    inner = dict(value) if isinstance(value, Mapping) else {}
    inner[path[0]] = _with(inner.get(path[0]), path[1:], part)
    return inner


def _checked(session: Session, field: Field, given: Any) -> Any:
    if field.kind == "switch":
        return bool(given)
    if field.kind == "lines":
        return [line.strip() for line in str(given or "").splitlines() if line.strip()][:6]
    text = str(given if given is not None else "").strip()
    if field.kind == "term":
        match = _TERM.fullmatch(text)
        if (
            match is None
            or not 0 < int("".join(part for part in match.groups() if part and part.isdigit())) < 10_000
        ):
            raise errors.Refused(Sentence(_NOT_A_TERM, field=Label(field.label)))
        return text
    if field.kind == "role":
        if text not in roles_to_choose(session):
            raise errors.Refused(Sentence(_NO_ROLE, field=Label(field.label), role=text or "-"))
        return text
    if field.kind == "percent":
        return _percent(field, text)
    if field.key == "name" and not text:
        raise errors.Refused(Sentence(_NO_NAME, field=Label(field.label)))
    return text[:200]


def _percent(field: Field, text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        found = Decimal(-1)
    # A tax of 100 % could not be inside a price.
    if not found.is_finite() or not 0 <= found < 100:
        raise errors.Refused(Sentence(_NOT_A_PERCENT, field=Label(field.label)))
    return found
