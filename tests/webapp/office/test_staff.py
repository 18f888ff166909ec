"""Staff, qualifications, absences and locations: their lists, and the page on which absences and qualifications are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import engine.database
from engine import clock
from processes.records import audit, skills, staff_times
from processes.records.skills import Qualification
from processes.records.staff_times import Absence
from tests.webapp.visitors import words

LISTS = ("staff", "qualifications", "absences", "locations")


def _absences(database, resource_id: str) -> list[Absence]:
    with engine.database.reading(database) as session:
        rows = session.query(Absence).filter_by(resource_id=resource_id).order_by(Absence.starts_at).all()
        session.expunge_all()
        return rows


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_read_searched_sorted_and_exported_by_who_may_see_staff(visitor, name):
    dispatcher = visitor("dispatcher")

    assert dispatcher.get(f"/{name}?q=zz-nothing").status_code == 200
    page = dispatcher.get(f"/{name}")
    assert page.status_code == 200
    for sort in {each.split('"')[0] for each in page.text.split("sort=")[1:]}:
        assert dispatcher.get(f"/{name}?sort={sort}").status_code == 200, sort
    for filter_ in ("people", "away", "soon", "expired", "now", "over", "valid"):
        assert dispatcher.get(f"/{name}?filter={filter_}").status_code == 200
    assert dispatcher.get(f"/{name}.csv").data.startswith(b"\xef\xbb\xbf")
    assert dispatcher.get(f"/{name}.xlsx").status_code == 200
    assert visitor("sales").get(f"/{name}").status_code == 403


def test_a_certificate_that_ends_within_two_months_stands_under_expires_soon(visitor, database):
    today = clock.now().date()
    with engine.database.transaction(database) as session:
        for days, certificate in ((30, "SOON 1"), (90, "LATER 1"), (-1, "OVER 1")):
            skills.qualify(
                session,
                "installer",
                "refrigeration",
                date(2020, 1, 1) + timedelta(days),
                today + timedelta(days),
                certificate=certificate,
            )

    soon = visitor("manager").text("/qualifications?filter=soon")
    expired = visitor("manager").text("/qualifications?filter=expired")

    assert "SOON 1" in soon and "Expires soon" in soon
    assert "LATER 1" not in soon and "OVER 1" not in soon
    assert "OVER 1" in expired and "SOON 1" not in expired


def test_a_location_says_its_hours_and_its_next_holidays(visitor):
    page = visitor("manager").text("/locations")

    assert "Mon–Fri 09:00–18:00" in page
    assert " 2027" in page or " 2026" in page


def test_a_dispatcher_writes_an_absence_down_and_ends_it_and_the_audit_knows_who(visitor, database):
    dispatcher = visitor("dispatcher")
    now = clock.now()
    begins, ends = now - timedelta(days=1), now + timedelta(days=3)
    sent = {
        "kind": "sick",
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{ends:%Y-%m-%dT%H:%M}",
        "note": "until Friday",
    }

    assert dispatcher.post("/staff/technician2/absences", sent).status_code == 302
    page = dispatcher.text("/staff/technician2")
    assert "until Friday" in page and "Back now" in page
    assert "T. C." in dispatcher.text("/staff?filter=away")
    [row] = _absences(database, "technician2")
    assert dispatcher.post(f"/staff/installer/absences/{row.key}/end").status_code == 404
    assert dispatcher.post(f"/staff/technician2/absences/{row.key}/end").status_code == 302

    [row] = _absences(database, "technician2")
    assert row.starts_at < row.ends_at <= clock.now()
    with engine.database.reading(database) as session:
        assert {each.actor for each in audit.of(session, "absence", row.key)} == {"dispatcher"}
    assert "T. C." not in dispatcher.text("/staff?filter=away")


def test_an_absence_that_lies_ahead_is_taken_back_as_if_it_was_never_there(visitor, database):
    now = clock.now()
    with engine.database.transaction(database) as session:
        ahead = staff_times.be_absent(
            session, "installer", now + timedelta(days=2), now + timedelta(days=9), "vacation"
        )
        key = ahead.key

    assert visitor("manager").post(f"/staff/installer/absences/{key}/end").status_code == 302

    assert _absences(database, "installer") == []


def test_a_qualification_is_written_down_once_and_ends_on_a_day(visitor, database):
    manager = visitor("manager")
    today = clock.now().date().isoformat()
    sent = {"skill": "refrigeration", "level": "2", "valid_from": today, "certificate": "FG 7"}

    assert manager.post("/staff/installer/qualifications", sent).status_code == 302
    again = manager.post("/staff/installer/qualifications", sent)
    assert again.status_code == 422 and "written down from" in words(again.text)
    assert 'value="FG 7"' in again.text
    with engine.database.reading(database) as session:
        [row] = session.query(Qualification).filter_by(certificate="FG 7")
        key = row.key
    early = manager.post(f"/staff/installer/qualifications/{key}/end", {"last_day": "2019-01-01"})
    assert early.status_code == 422 and "It cannot end before" in words(early.text)
    assert manager.post(f"/staff/installer/qualifications/{key}/end", {"last_day": today}).status_code == 302
    with engine.database.reading(database) as session:
        assert session.get_one(Qualification, key).valid_to.isoformat() == today


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        ("absences", {"kind": "sick", "starts_at": "", "ends_at": ""}),
        (
            "absences",
            {"kind": "sick", "starts_at": "2026-11-30T09:00", "ends_at": "2026-11-29T09:00", "note": "kept"},
        ),
        ("absences", {"kind": "bored", "starts_at": "2026-11-30T09:00", "ends_at": "2026-12-01T09:00"}),
        ("qualifications", {"skill": "refrigeration", "level": "9", "valid_from": "2026-11-30"}),
        ("qualifications", {"skill": "refrigeration", "valid_from": "2026-11-30", "valid_to": "2026-11-29"}),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_what_was_typed_stays(visitor, database, what, sent):
    answer = visitor("manager").post(f"/staff/installer/{what}", sent)

    assert answer.status_code == 422
    assert _absences(database, "installer") == []
    assert sent.get("note", "") in answer.text


def test_who_only_sees_staff_has_no_forms_and_may_not_post(visitor):
    planner = visitor("planner")

    assert "Write an absence down" not in planner.text("/staff/technician2")
    assert planner.post("/staff/technician2/absences", {}).status_code == 403
    assert visitor("sales").get("/staff/technician2").status_code == 403
    assert visitor("manager").get("/staff/nobody").status_code == 404
