"""The terms of the house: when a customer is reminded, when a quote expires, when a debt is asked for.

One setting, `terms`, holds what this installation has chosen; what it leaves out is as in DEFAULTS. A process reads them where it
begins to wait (operation `settings.terms`): a change counts from there on and moves no clock that runs already.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import calendars, errors, settings

SETTING = "terms"
#: name -> ISO 8601 duration, every hour counts. Proposals: each house chooses its own.
DEFAULTS: Mapping[str, str] = {
    "quote_reminder_1": "P1D",
    "quote_reminder_2": "P3D",
    "quote_expiry": "P14D",
    "clarify_reminder": "P1D",
    "clarify_call": "P3D",
    "pickup_reminder_1": "P3D",
    "pickup_reminder_2": "P14D",
    "storage_notice": "P30D",
    "dunning_interval": "P7D",
    "survey": "P3D",
    "survey_closes": "P14D",
    "check_missed": "P1D",
    "evaluation_compare": "P30D",
    "booking_confirmation": "PT30M",
    "visit_call": "P1D",
    "visit_last_call": "PT4H",
    "visit_reminder": "P1D",
    "visit_tolerance": "PT15M",
    "production_progress": "P1D",
    "production_line_stop": "P1D",
}


def of(session: Session) -> dict[str, str]:
    """Every term by its name. Raises Refused when the setting names an unknown term or holds no duration."""
    chosen = settings.get(session, SETTING, {})
    if not isinstance(chosen, Mapping):
        raise errors.Refused(
            f'Expected the setting "{SETTING}" to be terms by name, but found {chosen!r:.60}.'
        )
    for name, length in chosen.items():
        if name not in DEFAULTS:
            raise errors.Refused(
                f'The setting "{SETTING}" has a term "{name}", which means nothing. '
                f"There are: {', '.join(DEFAULTS)}."
            )
        calendars.duration(str(length))
    return {**DEFAULTS, **chosen}
