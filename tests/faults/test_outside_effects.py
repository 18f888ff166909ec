"""FT17: the mail server dies, is late, refuses, or takes a mail and does not say so: each mail is accepted once, in order.

Webhooks do not leave this house yet; what does is mail (and chats, whose provider knows no keys).
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine import mail, worker
from engine.tables import Job, Mail
from processes import watching
from tests.engine.house import House
from tests.faults import amount, flows
from tests.faults.sink import DIES, FORGETS, LATE, MOODS, REFUSES, TAKES, Sink, sender_to
from webapp import mailer

pytestmark = pytest.mark.faults

ORDERS, LETTERS = 4, 3


@pytest.fixture
def house(durable: Engine) -> House:
    return flows.house_on(durable)


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sink]]:
    """Begins a sink in a certain mood; our patience with it is short."""
    monkeypatch.setattr(mailer, "TIMEOUT_S", 0.2)
    made: list[Sink] = []

    def begin(mood: Callable[[int], str]) -> Sink:
        made.append(Sink(mood))
        return made[-1]

    yield begin
    for each in made:
        each.stop()


def _write(house: House, orders: list[int], letters: int = LETTERS) -> None:
    for letter in range(letters):
        with house.write() as session:
            for key in orders:
                mail.write(
                    session,
                    to="reader@example.org",
                    subject=str(key),
                    body=f"letter {letter}",
                    process_instance_key=key,
                    now=house.now,
                )


def _work(house: House, sender: mail.Sender, hours: int = 12) -> None:
    """The worker, at every half hour of so many."""
    for _ in range(hours * 2):
        worker.run_until_quiet(house.engine, now=house.clock, sender=sender)
        house.clock.move(timedelta(minutes=30))


def _states(house: House) -> set[str]:
    return {each.state for each in house.rows(Mail)}


def _arrived(sink: Sink) -> dict[str, list[str]]:
    """{order: its letters in the order in which they were accepted}"""
    found: dict[str, list[str]] = defaultdict(list)
    for _key, order, letter in sink.accepted:
        found[order].append(letter)
    return dict(found)


class _Moody:
    """Sends our mails to a server of any mood at any time, which takes each mail at its fourth try: it has eight."""

    def __init__(self, sink: Callable[..., Sink], folder: Path):
        self._draw = amount.chance("sink")
        self._tries: Counter[int] = Counter()
        self._at = 0
        self.server = sink(self._mood)
        self._send = sender_to(self.server, folder)

    def __call__(self, written: Mail) -> bool | None:
        self._at = written.key
        self._tries[written.key] += 1
        return self._send(written)

    def _mood(self, _number: int) -> str:
        return TAKES if self._tries[self._at] > 3 else self._draw.choice(MOODS)


def test_each_letter_is_accepted_once_and_those_of_an_order_in_their_order(
    house: House, sink: Any, tmp_path: Path
) -> None:
    orders = [house.start("asked") for _ in range(amount.many(ORDERS, 60))]
    moody = _Moody(sink, tmp_path)
    server = moody.server
    _write(house, orders)

    _work(house, moody, hours=20)

    assert _states(house) == {mail.SENT}
    assert _arrived(server) == {str(key): [f"letter {n}" for n in range(LETTERS)] for key in orders}
    # A mail comes a second time only where the server had not said that it took it.
    assert len(server.came) - len(server.accepted) <= server.moods.count(FORGETS)
    assert {REFUSES, DIES, LATE, FORGETS} & set(server.moods)
    assert house.rows(Job, Job.kind == "mail") == []
    print(f"{len(server.came)} came for {len(server.accepted)} letters, {len(server.moods)} connections")


def test_a_letter_that_nobody_takes_is_shown_after_its_last_try_and_holds_up_nothing_else(
    house: House, sink: Any, tmp_path: Path
) -> None:
    [refused, other] = [house.start("asked") for _ in range(2)]
    server = sink(lambda _number: REFUSES)
    _write(house, [refused], letters=1)
    _work(house, sender_to(server, tmp_path), hours=12)

    with house.read() as session:
        found = [each for each in watching.look(session, house.now) if each.kind == "mail"]
        job = session.scalars(select(Job).where(Job.kind == "mail")).one()
    assert (_states(house), job.state, job.attempts) == ({"failed"}, "failed", 8)
    assert ["451" in each.sentence for each in found] == [True]

    server = sink(lambda _number: TAKES)
    _write(house, [refused, other], letters=1)
    _work(house, sender_to(server, tmp_path), hours=1)
    assert sorted(_arrived(server)) == sorted([str(refused), str(other)])


def test_the_variant_that_does_not_look_at_earlier_letters_is_caught(
    house: House, sink: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_must_wait", lambda *_given: False)
    server = sink(lambda number: REFUSES if number == 0 else TAKES)
    [key] = [house.start("asked")]
    _write(house, [key])

    _work(house, sender_to(server, tmp_path), hours=2)

    assert _arrived(server) == {str(key): ["letter 1", "letter 2", "letter 0"]}


def test_the_variant_whose_letters_have_no_key_is_caught(
    house: House, sink: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = mailer._message

    def without_key(written: Mail, sender_address: str) -> Any:
        made = message(written, sender_address)
        made.replace_header("Message-ID", f"<{secrets.token_hex(8)}@example.org>")
        return made

    monkeypatch.setattr(mailer, "_message", without_key)
    server = sink(lambda number: FORGETS if number == 0 else TAKES)
    [key] = [house.start("asked")]
    _write(house, [key], letters=1)

    _work(house, sender_to(server, tmp_path), hours=2)

    assert _arrived(server) == {str(key): ["letter 0", "letter 0"]}


def test_the_variant_that_notes_a_letter_as_sent_before_it_is_taken_is_caught(
    house: House, sink: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = worker._send

    def hopeful(sent: Mail, sender: mail.Sender | None) -> tuple[bool, str | None]:
        send(sent, sender)
        return True, None

    monkeypatch.setattr(worker, "_send", hopeful)
    server = sink(lambda number: DIES if number == 0 else TAKES)
    [key] = [house.start("asked")]
    _write(house, [key])

    _work(house, sender_to(server, tmp_path), hours=2)

    assert len(_arrived(server)[str(key)]) < LETTERS
