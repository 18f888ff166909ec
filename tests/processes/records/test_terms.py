"""The terms of the house: defaults, what is chosen, what is refused, and what a process reads."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import errors, operations, settings
from processes.operations import terms as terms_operation  # noqa: F401  (registers what is tested)
from processes.records import terms
from tests.processes.company import order, step


def test_without_a_choice_every_term_has_its_default(session: Session) -> None:
    found = terms.of(session)

    assert found == dict(terms.DEFAULTS)
    assert (found["quote_reminder_1"], found["quote_reminder_2"], found["quote_expiry"]) == (
        "P1D",
        "P3D",
        "P14D",
    )


def test_a_chosen_term_stands_beside_the_defaults_of_the_others(session: Session) -> None:
    settings.put(session, terms.SETTING, {"survey": "PT36H"})

    assert terms.of(session) == {**terms.DEFAULTS, "survey": "PT36H"}


def test_a_term_that_means_nothing_is_refused_with_those_that_do(session: Session) -> None:
    settings.put(session, terms.SETTING, {"surveys": "P3D"})

    with pytest.raises(errors.Refused, match=r'"surveys", which means nothing.*quote_expiry.*survey'):
        terms.of(session)


@pytest.mark.parametrize("length", ["3 days", "", 3])
def test_a_term_that_is_no_duration_is_refused(session: Session, length: object) -> None:
    settings.put(session, terms.SETTING, {"survey": length})

    with pytest.raises(errors.Refused, match="Expected a duration"):
        terms.of(session)


def test_a_setting_that_holds_no_names_is_refused(session: Session) -> None:
    settings.put(session, terms.SETTING, ["P3D"])

    with pytest.raises(errors.Refused, match="terms by name"):
        terms.of(session)


def test_a_process_reads_all_terms_as_one_context(company: Session) -> None:
    found = operations.attempt(company, operations.find("settings.terms"), step(order(company)), {})

    assert found == {"terms": dict(terms.DEFAULTS)}
