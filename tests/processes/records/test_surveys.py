"""What customers say after their order: a score of 1 to 5, once."""

from __future__ import annotations

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors
from processes.records import audit, surveys
from processes.records.surveys import SurveyAnswer
from tests.processes.company import NOW, order, posting
from tests.processes.repair_shop import run


def test_an_answer_is_kept_once(session: Session):
    row = order(session, "R-0001")

    first = surveys.store(session, posting(row), 4, "  Quick  ")
    again = surveys.store(session, posting(row, "effect 2"), 1)

    assert again is first
    assert (first.score, first.comment) == (4, "Quick")
    assert [each.action for each in audit.of(session, "survey_answer", first.key)] == ["created"]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_outside_of_one_to_five_is_refused(session: Session, score: int):
    row = order(session, "R-0001")

    with pytest.raises(surveys.ScoreRefused, match=f"but found {score}"):
        surveys.store(session, posting(row), score)
    with pytest.raises(exc.IntegrityError), session.begin_nested():
        session.add(
            SurveyAnswer(
                order_no="R-0001", process_instance_key=row.key, score=score, answered_at=NOW, answered_by="x"
            )
        )
        session.flush()


def test_a_comment_has_an_end(session: Session):
    with pytest.raises(errors.Refused, match="at most 4000 characters"):
        surveys.store(session, posting(order(session, "R-0001")), 5, "x" * 4001)


def test_the_operation_gives_the_score_that_is_kept(session: Session):
    order(session, "R-0001", started_by="receiver")

    assert run(session, "surveys.store", score=2, comment="Slow") == {"survey_score": 2}
    assert run(session, "surveys.store", effect="again", score=5) == {"survey_score": 2}
