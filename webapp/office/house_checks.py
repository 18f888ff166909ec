"""The lists of checks of the house and of what they found."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import aliased

from engine import clock
from engine.sentences import _l
from engine.tables import Person
from processes import watching
from processes.records import check_periods, system_checks
from processes.records.orders import day
from processes.records.system_checks import CheckFinding, SystemCheck
from webapp.database import db
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing

_Owner, _Checker = aliased(Person), aliased(Person)
_PERIODS = {**check_periods.LABELS, system_checks.BY_HAND: _l("By hand")}


def _state(row: Row[Any]) -> str:
    check = row.SystemCheck
    if check.cancelled_at is not None:
        return _l("Cancelled")
    if check.closed_at is not None:
        return _l("Made")
    if check.reviewed_at is not None:
        return _l("Being put right")
    return _l("Missed") if check.missed_at is not None else _l("Waits")


def _finding_state(row: Row[Any]) -> str:
    if row.CheckFinding.verified_at is not None:
        return _l("Verified")
    return _l("Corrected") if row.CheckFinding.corrected_at is not None else _l("To be put right")


def _under(row: Row[Any]) -> tuple[str, str] | None:
    is_late = row.CheckFinding.corrected_at is None and row.CheckFinding.due_on < day(db.session, clock.now())
    return (gettext("Late"), "bad") if is_late else None


def _search(words: str) -> ColumnElement[bool]:
    columns = (CheckFinding.sentence, CheckFinding.action, CheckFinding.order_no)
    return or_(*(each.icontains(words, autoescape=True) for each in columns))


def _search_checks(words: str) -> ColumnElement[bool]:
    columns = (SystemCheck.label, SystemCheck.order_no, _Checker.name)
    return or_(*(each.icontains(words, autoescape=True) for each in columns))


def _order(key: int | None) -> str:
    return url_for("inbox.order", key=key) if key is not None else url_for("checks.checks")


CHECKS = Listing(
    name="checks",
    title=_l("All checks"),
    permission="checks.see",
    icon="shield-check",
    query=select(SystemCheck, _Checker.name.label("checker")).outerjoin(
        _Checker, _Checker.login == SystemCheck.checker
    ),
    key=SystemCheck.key,
    columns=(
        Column("label", _l("Check"), lambda row: row.SystemCheck.label, "code", SystemCheck.label),
        Column(
            "period",
            _l("How often"),
            lambda row: _PERIODS[row.SystemCheck.period],
            "words",
            SystemCheck.period,
        ),
        Column("checker", _l("Who checks"), lambda row: row.checker),
        Column("state", _l("State"), _state, "words"),
        Column("order", _l("Order"), lambda row: row.SystemCheck.order_no, "code"),
        Column(
            "opened", _l("Opened"), lambda row: row.SystemCheck.opened_at, "moment", SystemCheck.opened_at
        ),
        Column("closed", _l("Closed"), lambda row: row.SystemCheck.closed_at, "moment"),
    ),
    default="-opened",
    search_hint=_l("Period, order or person"),
    search=_search_checks,
    filters=(
        Filter(
            "open",
            _l("Open"),
            lambda: (
                SystemCheck.closed_at.is_(None)
                & SystemCheck.cancelled_at.is_(None)
                & SystemCheck.order_no.is_not(None)
            ),
        ),
        Filter("missed", _l("Missed"), lambda: SystemCheck.missed_at.is_not(None), "bad"),
    ),
    empty=(_l("Nothing was checked yet"), _l("Each check of the house appears here, missed ones too.")),
    card=lambda row: _order(row.SystemCheck.process_instance_key),
)

FINDINGS = Listing(
    name="findings",
    title=_l("Findings"),
    permission="checks.see",
    icon="triangle-alert",
    query=select(CheckFinding, SystemCheck, _Owner.name.label("owner"))
    .join(SystemCheck, SystemCheck.key == CheckFinding.check_key)
    .outerjoin(_Owner, _Owner.login == CheckFinding.owner),
    key=CheckFinding.key,
    columns=(
        Column("sentence", _l("Finding"), lambda row: row.CheckFinding.sentence, sort=CheckFinding.sentence),
        Column("kind", _l("Kind"), lambda row: watching.KINDS[row.CheckFinding.kind], "words"),
        Column(
            "severity",
            _l("How bad"),
            lambda row: system_checks.SEVERITIES[row.CheckFinding.severity],
            "words",
        ),
        Column("action", _l("What is to be done"), lambda row: row.CheckFinding.action),
        Column("owner", _l("Who does it"), lambda row: row.owner),
        Column("due", _l("Until"), lambda row: row.CheckFinding.due_on, "day", CheckFinding.due_on),
        Column("state", _l("State"), _finding_state, "words"),
        Column("check", _l("Check"), lambda row: row.SystemCheck.label, "code", SystemCheck.label),
    ),
    default="-due",
    search_hint=_l("Finding, action or order"),
    search=_search,
    filters=(
        Filter("open", _l("To be put right"), lambda: CheckFinding.corrected_at.is_(None)),
        Filter(
            "verify",
            _l("To be verified"),
            lambda: CheckFinding.corrected_at.is_not(None) & CheckFinding.verified_at.is_(None),
        ),
        Filter(
            "late",
            _l("Late"),
            lambda: (
                CheckFinding.corrected_at.is_(None) & (CheckFinding.due_on < day(db.session, clock.now()))
            ),
            "bad",
        ),
    ),
    empty=(_l("Nothing was found yet"), _l("What a check of the house finds appears here.")),
    card=lambda row: _order(row.SystemCheck.process_instance_key),
    under=_under,
)
lists.add(CHECKS)
lists.add(FINDINGS)
