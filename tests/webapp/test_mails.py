"""Mails on pages: the link of a customer shows where no mail server is set, to managers, and nowhere else."""

import re

import pytest
from sqlalchemy import select

import engine.database
from engine import clock, mail, worker
from engine.tables import Mail
from tests.webapp.counter.new_repair import NEW

COCKPIT = "/cockpit/mails"


@pytest.fixture
def order(visitor):
    """The page of an order whose customer has an address; frontdesk has started it and so sees its mails."""
    answer = visitor("frontdesk").post("/counter/new", {**NEW, "customer_email": "q.z@customer.example"})
    return f"/orders/{answer.location.rsplit('/', 1)[1]}"


def _address(database):
    """The link in the mail that tells the customer of the order."""
    with engine.database.reading(database) as session:
        [written] = [each for each in session.scalars(select(Mail)) if each.secrets]
        return re.search(r"/c/[\w-]{43}", mail.text(written)).group()


def test_where_no_mail_server_is_set_a_manager_finds_the_link_in_the_mail(order, database, visitor):
    address = _address(database)
    worker.run_until_quiet(database, now=clock.now)

    for page in (COCKPIT, order):
        assert address in visitor("manager").text(page)


def test_who_may_see_the_mails_but_not_the_links_sees_a_word_in_their_place(order, database, visitor):
    address = _address(database)
    worker.run_until_quiet(database, now=clock.now)

    page = visitor("frontdesk").text(order)

    assert "(link)" in page
    assert address not in page


def test_a_mail_that_was_sent_shows_its_link_to_nobody(order, database, visitor):
    address, received = _address(database), []
    worker.run_until_quiet(database, now=clock.now, sender=lambda each: received.append(mail.text(each)))

    for page in (COCKPIT, order):
        shown = visitor("manager").text(page)
        assert "(link)" in shown
        assert address not in shown
    assert [address in each for each in received] == [True]
