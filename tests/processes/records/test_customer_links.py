"""The links of customers as rows: hashed, for one thing, for a time, answered once; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, exc
from sqlalchemy.orm import Session

from engine import database, outside
from processes.records import customer_links
from processes.records.customer_links import LinkNotFound
from tests.processes.company import NOW, order


def _made(session: Session, order_no: str = "R-0001", **more: object) -> customer_links.Made:
    row = order(session, order_no)
    given = {"purpose": "quote", "order_no": order_no, "process_instance_key": row.key, "now": NOW, **more}
    return customer_links.make(session, given.pop("purpose"), **given)


def _token(made: customer_links.Made) -> str:
    return made.address.rpartition("/")[2]


def test_a_link_lives_through_its_states_in_this_order(any_database: Engine):
    with database.transaction(any_database) as session:
        made = _made(session, record_key="1", expires_at=NOW + timedelta(days=14))
        link = customer_links.find(session, _token(made))
        assert link.state(NOW) == "open"

        customer_links.use(session, link, {"decision": "approved"}, now=NOW)
        customer_links.use(session, link, {"decision": "declined"}, now=NOW + timedelta(hours=1))
        assert (link.state(NOW), link.used_at, link.answer) == ("used", NOW, {"decision": "approved"})

        customer_links.supersede(session, "R-0001", "quote", newest="2", now=NOW)
        session.refresh(link)
        assert link.state(NOW) == "superseded"
        assert link.state(NOW + timedelta(days=14)) == "expired"

        assert customer_links.revoke(session, "R-0001", now=NOW, purpose="status") == 0
        assert customer_links.revoke(session, "R-0001", now=NOW, purpose="quote") == 1
        assert customer_links.revoke(session, "R-0001", now=NOW) == 0
        session.refresh(link)
        assert link.state(NOW) == "withdrawn"


def test_the_engine_is_told_which_links_can_still_be_answered(any_database: Engine):
    with database.transaction(any_database) as session:
        made = _made(session, expires_at=NOW + timedelta(days=1))
        key = made.link.process_instance_key
        later = customer_links.make(
            session,
            "quote",
            order_no="R-0001",
            process_instance_key=key,
            now=NOW,
            expires_at=NOW + timedelta(days=2),
        )

        assert outside.open_links(session, [key], NOW) == {(key, "quote"): NOW + timedelta(days=2)}
        assert outside.open_links(session, [key], NOW + timedelta(days=2)) == {}
        customer_links.use(session, later.link, {}, now=NOW)
        assert outside.open_links(session, [key], NOW) == {(key, "quote"): NOW + timedelta(days=1)}
        customer_links.revoke(session, "R-0001", now=NOW)
        assert outside.open_links(session, [key], NOW) == {}


@pytest.mark.parametrize("token", ["", "x", "a" * 42, "a" * 43, "a" * 44, "ы" * 43])
def test_a_token_of_nobody_is_refused_whatever_it_looks_like(session: Session, token: str):
    _made(session)

    with pytest.raises(LinkNotFound):
        customer_links.find(session, token)


def test_the_row_does_not_hold_what_opens_it(session: Session):
    made = _made(session)
    token = _token(made)

    columns = [str(getattr(made.link, column.key)) for column in made.link.__table__.columns]

    assert len(token) == 43
    assert all(token not in each for each in columns)
    with pytest.raises(LinkNotFound):
        customer_links.find(session, made.link.token_hash[:43])


def test_the_database_keeps_no_link_that_was_over_before_it_began(session: Session):
    with pytest.raises(exc.IntegrityError, match="ck_customer_link_term"), session.begin_nested():
        _made(session, expires_at=NOW)
