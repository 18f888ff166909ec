"""The calendar feed of a person: its secret address, what withdraws it, and what a telephone reads behind it."""

import pytest
from sqlalchemy import select

from engine import errors
from processes.records import appointments, calendar_feeds
from processes.records.calendar_feeds import CalendarFeed
from tests.processes.visiting import NOW, VISIT, at, company


@pytest.fixture
def shop(session):
    company(session)
    return session


def test_only_the_hash_of_an_address_is_kept_and_it_opens_one_calendar(shop):
    token = calendar_feeds.make(shop, "anna", NOW)

    assert calendar_feeds.owner(shop, token) == "anna"
    [row] = shop.scalars(select(CalendarFeed))
    assert token not in (row.token_hash, str(row.__dict__))
    for wrong in ("", token[:-1], token[:-1] + "!", row.token_hash):
        with pytest.raises(errors.NotFound):
            calendar_feeds.owner(shop, wrong)


def test_a_new_address_ends_the_one_before_and_a_withdrawn_one_opens_nothing(shop):
    first, other = calendar_feeds.make(shop, "anna", NOW), calendar_feeds.make(shop, "boris", NOW)

    second = calendar_feeds.make(shop, "anna", NOW)
    with pytest.raises(errors.NotFound):
        calendar_feeds.owner(shop, first)
    assert calendar_feeds.owner(shop, second) == "anna"

    assert calendar_feeds.revoke(shop, "anna", NOW)
    assert not calendar_feeds.revoke(shop, "anna", NOW)
    with pytest.raises(errors.NotFound):
        calendar_feeds.owner(shop, second)
    assert calendar_feeds.owner(shop, other) == "boris"


def test_a_feed_shows_the_visits_of_its_person_where_they_stand_now(shop):
    first = appointments.book(shop, VISIT, at(10), ["anna"], by="dispatcher", now=NOW)
    appointments.book(shop, VISIT, at(10), ["boris"], by="dispatcher", now=NOW)
    appointments.move(shop, first, at(14), by="dispatcher", now=NOW)

    found = calendar_feeds.of_person(shop, "anna", NOW)
    text = calendar_feeds.as_ical(found, NOW, {"repair": "Ремонт"}, "http://shop.example/")

    assert [each.starts_at for each in found] == [at(14)]
    assert "DTSTART:20261123T120000Z\r\n" in text
    assert "SUMMARY:Ремонт\r\n" in text and "STATUS:TENTATIVE\r\n" in text
    assert text.count("BEGIN:VEVENT") == 1


def test_an_address_of_many_words_is_folded_and_its_signs_mean_nothing(shop):
    visit = appointments.book(shop, VISIT, at(10), ["anna"], by="dispatcher", now=NOW)
    visit.address = "Улица Цветочная, 9; вход со двора, третий этаж\nEND:VCALENDAR\\"

    text = calendar_feeds.as_ical([visit], NOW, {}, "http://shop.example")

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "LOCATION:Улица Цветочная\\, 9\\; вход со двора\\, третий этаж\\nEND:VCALENDAR\\\\\r\n" in whole
    assert text.count("\r\nEND:VCALENDAR") == 1
