"""Mails keep what opens a door only until they are sent."""

from __future__ import annotations

from sqlalchemy import select

from engine import mail, worker
from engine.tables import Mail
from tests.engine.house import House

ADDRESS = "https://orders.example/c/a-token"
WORD = "(link)"


def _written(house: House, body: str, link: str | None = ADDRESS) -> None:
    with house.write() as session:
        mail.write(
            session,
            to="a.k@customer.example",
            subject="Ready",
            body=body,
            process_instance_key=None,
            now=house.now,
            link=link,
        )


def _work(house: House, sender: mail.Sender | None) -> None:
    worker.run_due(house.engine, now=house.clock, sender=sender)


def _row(house: House) -> Mail:
    with house.read() as session:
        return session.scalars(select(Mail)).one()


def test_the_reader_gets_the_link_and_the_row_forgets_it(house: House):
    _written(house, f"See here:\n{mail.LINK}\n5  {mail.LINK}?score=5\n")
    received = []

    _work(house, lambda each: received.append(mail.text(each)))

    assert received == [f"See here:\n{ADDRESS}\n5  {ADDRESS}?score=5\n"]
    row = _row(house)
    assert (row.state, row.secrets) == (mail.SENT, None)
    assert mail.shown(row, WORD, with_link=True) == "See here:\n(link)\n5  (link)?score=5\n"


def test_a_mail_that_is_only_kept_shows_its_link_to_whom_it_may_be_shown(house: House):
    _written(house, f"See {mail.LINK}")
    assert mail.shown(_row(house), WORD, with_link=True) == "See (link)"

    _work(house, None)

    row = _row(house)
    assert (row.state, row.secrets) == (mail.KEPT, {"link": ADDRESS})
    assert mail.shown(row, WORD, with_link=True) == f"See {ADDRESS}"
    assert mail.shown(row, WORD, with_link=False) == "See (link)"


def test_a_failed_mail_keeps_its_link_for_the_next_try_and_shows_it_to_nobody(house: House):
    _written(house, f"See {mail.LINK}")

    def refuses(_mail: Mail) -> None:
        raise ConnectionRefusedError("The server does not answer.")

    _work(house, refuses)

    row = _row(house)
    assert (row.state, row.secrets) == ("waiting", {"link": ADDRESS})
    assert mail.shown(row, WORD, with_link=True) == "See (link)"


def test_braces_that_somebody_wrote_stay_as_they_are(house: House):
    _written(house, "The display shows {E1} and {0}.", link=None)

    _work(house, lambda each: None)

    assert mail.text(_row(house)) == "The display shows {E1} and {0}."
