"""The stored state: small, exact, versioned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine import spiff
from engine.spiff import state
from tests.engine.spiff.diagrams import both, boundary, diagram, each, end, script, start, timer, user
from tests.engine.spiff.play import Play, play

VALUES = {
    "none": None,
    "yes": True,
    "text": 'äöü ж 中 \n " \\',
    "whole": 12345678901234567890123,
    "decimal": Decimal("1.10"),
    "tiny": Decimal("1E-30"),
    "negative": Decimal("-0.5"),
    "list": [1, [2, {"a": None}], "x"],
    "context": {"": 0, "a.b": {"c": []}},
}


def test_values_come_back_as_they_went():
    played = play(diagram(start(), user("work"), end(), flows="start -> work -> end"), **VALUES)

    assert played.root == VALUES
    assert all(type(played.root[name]) is type(VALUES[name]) for name in VALUES)


def test_the_state_of_four_open_tokens_is_some_hundred_bytes():
    document = diagram(
        start(), both("fork"), *(user(name) for name in "abcd"), both("join"), end(),
        flows="start -> fork;" + ";".join(f"fork -> {name} -> join" for name in "abcd") + "; join -> end",
    )  # fmt: skip
    played = play(document)

    assert len(spiff.dump(played.instance)) < 200


def test_a_hundred_open_items_fit_into_ten_kilobytes():
    played = play(
        diagram(start(), user("work", inner=each("=for i in 1..100 return i")), flows="start -> work")
    )

    assert len(spiff.dump(played.instance)) < 10_000


def test_loading_moves_no_timer_and_enters_nothing():
    document = diagram(
        start(), user("work"), boundary("late", "work", timer("duration", "PT1H")), end("e1"), end("e2"),
        flows="start -> work -> e1; late -> e2",
    )  # fmt: skip
    played = play(document)
    before = played.instance.waits()
    played.house.now = played.house.now.replace(year=2030)

    again = spiff.load(spiff.dump(played.instance), played.process, played.house)

    assert again.waits() == before
    assert again.facts == []


def test_a_state_of_a_newer_format_is_refused():
    played = play(diagram(start(), user("work"), flows="start -> work"))
    newer = spiff.dump(played.instance).replace(b"[1,", b"[2,", 1)

    with pytest.raises(state.UnknownFormat):
        spiff.load(newer, played.process, played.house)


def test_one_process_serves_instances_in_many_threads():
    document = diagram(
        start(), user("a"), both("fork"), user("b"), user("c"), both("join"), script("sum", "=b + c", "sum"), end(),
        flows="start -> a -> fork -> b -> join; fork -> c -> join -> sum -> end",
    )  # fmt: skip
    process = play(document).process

    def run(number: int) -> int:
        played = Play(document)
        played.process = process
        played.start().complete("a").complete("c", c=number).complete("b", b=number)
        return played.root["sum"]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(run, range(100))) == [2 * number for number in range(100)]
