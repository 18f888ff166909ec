"""Comments on an order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import comments
from tests.processes.company import NOW, order


def test_comments_are_read_in_the_order_they_were_written(company: Session) -> None:
    row = order(company)

    comments.add(company, row.key, " First ", author="sales", now=NOW)
    comments.add(company, row.key, "Второй", author="it", now=NOW + timedelta(minutes=1))

    found = [(each.author, each.text) for each in comments.on(company, row.key)]
    assert found == [("sales", "First"), ("it", "Второй")]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_empty_or_endless_comment_is_refused(company: Session, text: str) -> None:
    row = order(company)

    with pytest.raises(errors.Refused):
        comments.add(company, row.key, text, author="sales", now=NOW)

    assert comments.on(company, row.key) == []


def test_a_comment_needs_its_order(company: Session) -> None:
    with pytest.raises(errors.NotFound):
        comments.add(company, 1, "Hello", author="sales", now=NOW)
